// Says how many messages may go out now, so that they leave evenly at a given rate, and when to
// stop. One owner, one thread.

#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace netlogd::gen {

struct Limits {
  double rate = 0;                       // messages a second; 0: no limit
  std::uint64_t count = 0;               // messages in all; 0: no limit
  std::chrono::duration<double> time{};  // 0: no limit
};

class Pacer {
 public:
  using SteadyClock = std::chrono::steady_clock;

  Pacer(const Limits& limits, const std::atomic<bool>& stop)
      : limits_(limits), stop_(stop), start_(SteadyClock::now()) {}

  // The count or the time has been reached, or the user wants to stop.
  [[nodiscard]] bool is_over() const noexcept {
    return stop_.load(std::memory_order_relaxed) ||
           (limits_.count != 0 && made_ >= limits_.count) ||
           (limits_.time.count() > 0 && elapsed() >= limits_.time);
  }
  // At most `most` messages; 0 means: wait.
  [[nodiscard]] std::uint64_t allowed(std::uint64_t most) const noexcept {
    if (limits_.count != 0) most = std::min(most, limits_.count - made_);
    if (limits_.rate <= 0) return most;
    const auto due = static_cast<std::uint64_t>(elapsed().count() * limits_.rate) + 1;
    return due <= made_ ? 0 : std::min(most, due - made_);
  }
  void made(std::uint64_t messages) noexcept { made_ += messages; }
  // Until the next message is due, at most `longest`.
  [[nodiscard]] std::chrono::nanoseconds pause(std::chrono::nanoseconds longest) const noexcept {
    if (limits_.rate <= 0) return {};
    const std::chrono::duration<double> due{static_cast<double>(made_) / limits_.rate};
    const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(due - elapsed());
    return rest.count() < 0 ? std::chrono::nanoseconds{0} : std::min(rest, longest);
  }
  [[nodiscard]] std::chrono::duration<double> elapsed() const noexcept {
    return SteadyClock::now() - start_;
  }

 private:
  Limits limits_;
  const std::atomic<bool>& stop_;
  SteadyClock::time_point start_;
  std::uint64_t made_ = 0;
};

}  // namespace netlogd::gen
