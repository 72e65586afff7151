#include "source_limiter.hpp"

#include <algorithm>

namespace netlogd::listen {

bool SourceLimiter::may_send(const IpAddress& source, std::chrono::nanoseconds now) {
  return rate_ == 0 || filled_bucket(source, now).tokens >= 1.0;
}

void SourceLimiter::charge(const IpAddress& source, std::chrono::nanoseconds now,
                           std::uint64_t messages) {
  if (rate_ != 0) filled_bucket(source, now).tokens -= static_cast<double>(messages);
}

SourceLimiter::Bucket& SourceLimiter::filled_bucket(const IpAddress& source,
                                                    std::chrono::nanoseconds now) {
  const double full = 2.0 * static_cast<double>(rate_);
  auto found = buckets_.find(source);
  if (found == buckets_.end()) {
    if (buckets_.size() == max_sources) make_room(now);
    return buckets_.emplace(source, Bucket{full, now}).first->second;
  }
  Bucket& bucket = found->second;
  const double seconds = std::chrono::duration<double>(now - bucket.filled).count();
  bucket.tokens =
      std::min(full, bucket.tokens + std::max(0.0, seconds) * static_cast<double>(rate_));
  bucket.filled = now;
  return bucket;
}

// A bucket that nobody touched for three seconds is full again and says no more than a new one; if
// there is none, the table is under attack and starts over, which lets each source have one more
// burst.
void SourceLimiter::make_room(std::chrono::nanoseconds now) {
  const auto before = buckets_.size();
  std::erase_if(buckets_, [now](const auto& entry) {
    return now - entry.second.filled > std::chrono::seconds(3);
  });
  if (buckets_.size() == before) buckets_.clear();
  evictions_ += before - buckets_.size();
}

}  // namespace netlogd::listen
