// The time of day for those who remove things by age. A wall clock that has just jumped is not
// believed: a year ahead would remove everything. It is believed while it runs along with the
// monotonic one, and after a jump once it has done so for an hour; at the start, only if it is not
// over a day away from when it was last believed. One thread.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/time.hpp"

namespace netlogd::journal {

class CredibleClock {
 public:
  explicit CredibleClock(Clock& clock) noexcept : clock_(clock) {}

  // Seconds since 1970, or nothing while the clock is in doubt. `before` is a time that it cannot
  // be far from: when it was last believed or, where that is not known, when the newest thing was
  // made; 0 if there is none. It counts at the first call only. Call it at least every few minutes.
  std::optional<std::int64_t> now(std::int64_t before);

 private:
  Clock& clock_;
  std::chrono::nanoseconds checked_{};
  std::chrono::nanoseconds steady_since_{};
  std::int64_t last_seconds_ = 0;
  bool known_ = false;
  bool doubted_ = false;
};

// When the journal last believed the clock, kept across restarts in DATA/state/clock: the newest
// thing may itself have been made while the clock was wrong.
[[nodiscard]] std::optional<std::int64_t> load_believed_time(FileOps& files,
                                                             const std::string& path);
Result<void> save_believed_time(FileOps& files, const std::string& path, std::int64_t seconds);

}  // namespace netlogd::journal
