// RFC 4648, section 4: back to octets. Pure.

#pragma once

#include <string>
#include <string_view>

namespace netlogd::cli {

// Up to the first character that is none of its digits.
[[nodiscard]] std::string from_base64(std::string_view text);

}  // namespace netlogd::cli
