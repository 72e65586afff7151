// How much one source may send: a token bucket per address, in a table that cannot be filled up.
// Used by the receiving loop only; the time is given.

#pragma once

#include <chrono>
#include <cstdint>
#include <unordered_map>

#include "netlogd/core/ip_address.hpp"

namespace netlogd::listen {

class SourceLimiter {
 public:
  // `rate` tokens a second, twice that at once; 0 lets everything pass.
  explicit SourceLimiter(std::uint64_t rate) : rate_(rate) {}

  void set_rate(std::uint64_t rate) {
    if (rate != rate_) buckets_.clear();
    rate_ = rate;
  }

  // Whether the source has a token left.
  [[nodiscard]] bool may_send(const IpAddress& source, std::chrono::nanoseconds now);
  // Takes tokens for what was received; a debt is paid off before the source may send again.
  void charge(const IpAddress& source, std::chrono::nanoseconds now, std::uint64_t messages);

  // Buckets that were forgotten to make room.
  [[nodiscard]] std::uint64_t evictions() const noexcept { return evictions_; }

 private:
  struct Bucket {
    double tokens;
    std::chrono::nanoseconds filled;
  };
  static constexpr std::size_t max_sources = 65536;

  Bucket& filled_bucket(const IpAddress& source, std::chrono::nanoseconds now);
  void make_room(std::chrono::nanoseconds now);

  std::uint64_t rate_;
  std::uint64_t evictions_ = 0;
  std::unordered_map<IpAddress, Bucket> buckets_;
};

}  // namespace netlogd::listen
