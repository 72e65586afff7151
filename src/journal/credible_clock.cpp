#include "netlogd/journal/credible_clock.hpp"

#include <cstdlib>

namespace netlogd::journal {

std::optional<std::int64_t> CredibleClock::now(std::int64_t newest) {
  const auto seconds =
      std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
  const auto monotonic = clock_.monotonic();
  if (!known_) {
    known_ = true;
    doubted_ = newest != 0 && std::abs(seconds - newest) > 24 * 3600;
    steady_since_ = monotonic;
  } else {
    const auto passed =
        std::chrono::duration_cast<std::chrono::seconds>(monotonic - checked_).count();
    if (std::abs(seconds - last_seconds_ - passed) > 600) {
      doubted_ = true;
      steady_since_ = monotonic;
    }
  }
  checked_ = monotonic;
  last_seconds_ = seconds;
  if (doubted_ && monotonic - steady_since_ >= std::chrono::hours{1}) doubted_ = false;
  if (doubted_) return {};
  return seconds;
}

}  // namespace netlogd::journal
