// The time of day for those who remove things by age. A wall clock that has just jumped is not
// believed: a year ahead would remove everything. It is believed while it runs along with the
// monotonic one, and after a jump once it has done so for an hour; at the start, only if it is not
// over a day away from the newest thing that is kept. One thread.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "netlogd/core/time.hpp"

namespace netlogd::journal {

class CredibleClock {
 public:
  explicit CredibleClock(Clock& clock) noexcept : clock_(clock) {}

  // Seconds since 1970, or nothing while the clock is in doubt. `newest` is when the newest thing
  // was made, 0 if there is none; it counts at the first call only. Call it at least every few
  // minutes.
  std::optional<std::int64_t> now(std::int64_t newest);

 private:
  Clock& clock_;
  std::chrono::nanoseconds checked_{};
  std::chrono::nanoseconds steady_since_{};
  std::int64_t last_seconds_ = 0;
  bool known_ = false;
  bool doubted_ = false;
};

}  // namespace netlogd::journal
