#include "health.hpp"

namespace netlogd::app {

Health judge(const HealthFacts& facts) {
  Health health;
  const auto unready = [&health](std::string reason) {
    health.ready = false;
    health.reasons.push_back(std::move(reason));
  };
  if (!facts.loop_turns) {
    health.healthy = false;
    unready("the receiving loop does not turn");
  }
  if (facts.disk_failing) unready("the journal cannot be written");
  if (facts.drops_last_minute > 0)
    unready(std::to_string(facts.drops_last_minute) + " messages dropped in the last minute");
  if (facts.follower_pending > follower_far_behind)
    unready("a follower is " + std::to_string(facts.follower_pending) + " records behind");
  if (facts.free_bytes < facts.min_free_bytes + facts.min_free_bytes / 4)
    unready("the disk is nearly full: " + std::to_string(facts.free_bytes >> 20) + " MiB are left");
  return health;
}

}  // namespace netlogd::app
