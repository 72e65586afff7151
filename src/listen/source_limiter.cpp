#include "source_limiter.hpp"

#include <algorithm>

namespace netlogd::listen {

std::uint64_t SourceLimiter::take(const IpAddress& source, std::chrono::nanoseconds now, std::uint64_t wanted) {
  if (rate_ == 0) return wanted;
  auto found = buckets_.find(source);
  const double full = 2.0 * static_cast<double>(rate_);
  if (found == buckets_.end()) {
    if (buckets_.size() == max_sources) make_room(now);
    found = buckets_.emplace(source, Bucket{full, now}).first;
  }
  Bucket& bucket = found->second;
  const double seconds = std::chrono::duration<double>(now - bucket.filled).count();
  bucket.tokens = std::min(full, bucket.tokens + std::max(0.0, seconds) * static_cast<double>(rate_));
  bucket.filled = now;
  const auto given = std::min(wanted, static_cast<std::uint64_t>(bucket.tokens));
  bucket.tokens -= static_cast<double>(given);
  return given;
}

// A bucket that has been full for two seconds says no more than a new one would; if none is, the table
// is under attack and starts over, which lets each source have one more burst.
void SourceLimiter::make_room(std::chrono::nanoseconds now) {
  const auto before = buckets_.size();
  std::erase_if(buckets_, [now](const auto& entry) { return now - entry.second.filled > std::chrono::seconds(2); });
  if (buckets_.size() == before) buckets_.clear();
  evictions_ += before - buckets_.size();
}

}  // namespace netlogd::listen
