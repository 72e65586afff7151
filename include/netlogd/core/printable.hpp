// Text from anywhere, made fit for a terminal or a log line. Pure, any thread.

#pragma once

#include <string>
#include <string_view>

namespace netlogd {

// Appends `text` to `out`. Control characters (C0, DEL, C1), line separators, the marks that turn
// the direction of writing, and octets that are no UTF-8 become \n, \t, \xNN or \uNNNN; the rest
// stays as it is.
void append_printable(std::string& out, std::string_view text);
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace netlogd
