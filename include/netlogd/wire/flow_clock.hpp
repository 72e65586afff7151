// The ways in which exporters write an instant. All are total: a value that no TimePoint holds
// gives nothing. Pure, any thread.

#pragma once

#include <cstdint>
#include <optional>

#include "netlogd/core/time.hpp"

namespace netlogd::wire {

// Whole seconds or milliseconds since 1970.
[[nodiscard]] std::optional<TimePoint> unix_seconds(std::uint64_t seconds) noexcept;
[[nodiscard]] std::optional<TimePoint> unix_milliseconds(std::uint64_t milliseconds) noexcept;
// RFC 7011, 6.1.9 and 6.1.10: the NTP form, 32 bits of seconds since 1900 (the era that lies nearer
// to `near`) and 32 of fraction. Some exporters write a plain count since 1970 into the field;
// it is read so where that, and not the NTP form, lies within ten years of `near`. Zero is no time.
[[nodiscard]] std::optional<TimePoint> ntp_microseconds(std::uint64_t value,
                                                        TimePoint near) noexcept;
[[nodiscard]] std::optional<TimePoint> ntp_nanoseconds(std::uint64_t value,
                                                       TimePoint near) noexcept;

// The exporter's uptime counter tied to the calendar. A stamp is read by its signed distance to the
// uptime of the header, so a counter that has wrapped gives the near past, and a stamp a little
// after the header gives the near future.
struct UptimeBase {
  bool known = false;
  std::uint32_t uptime_ms = 0;
  TimePoint exported{};

  [[nodiscard]] TimePoint at(std::uint32_t stamp_ms) const noexcept {
    return exported - std::chrono::milliseconds(static_cast<std::int32_t>(uptime_ms - stamp_ms));
  }
};

// What a record's fields are read against.
struct FlowClock {
  TimePoint exported{};  // the header's time
  UptimeBase uptime;     // v9: of the header; IPFIX: from systemInitTimeMilliseconds, where known
};
// RFC 7011 has no uptime in its header; element 160 says when the counter began.
[[nodiscard]] UptimeBase uptime_since(std::uint64_t system_init_ms, TimePoint exported) noexcept;

}  // namespace netlogd::wire
