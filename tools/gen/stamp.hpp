// The time stamps of the devices, rendered once per millisecond and copied into each message.
// One owner, one thread.

#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "netlogd/core/time.hpp"

namespace netlogd::gen {

enum class StampStyle : std::uint8_t {
  bsd,              // Jan  7 14:32:15
  msec,             // Jan  7 14:32:15.234
  year_msec_zone,   // Jan  7 2024 14:32:15.234 UTC
  year,             // Jan  7 2024 14:32:15
  year_first,       // 2024 Jan  7 14:32:15
  year_first_zone,  // 2024 Jan  7 14:32:15 UTC
  rfc3339,          // 2024-01-07T14:32:15.234Z
  rfc3339_offset,   // 2024-01-07T15:32:15.234+01:00
};
constexpr std::size_t stamp_style_count = 8;

class Stamps {
 public:
  void set(TimePoint now);
  [[nodiscard]] std::string_view of(StampStyle style) const noexcept {
    return texts_[static_cast<std::size_t>(style)];
  }

 private:
  std::int64_t milliseconds_ = -1;
  std::array<std::string, stamp_style_count> texts_;
};

}  // namespace netlogd::gen
