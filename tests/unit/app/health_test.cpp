#include "app/health.hpp"

#include <gtest/gtest.h>

namespace netlogd::app {
namespace {

TEST(Health, is_good_when_nothing_is_wrong) {
  const auto health = judge({.free_bytes = 100, .min_free_bytes = 10});
  EXPECT_TRUE(health.healthy && health.ready);
  EXPECT_TRUE(health.reasons.empty());
}

TEST(Health, tells_what_a_restart_would_help_from_what_it_would_not) {
  EXPECT_FALSE(judge({.loop_turns = false, .free_bytes = 100}).healthy);
  const HealthFacts cases[] = {
      {.disk_failing = true, .free_bytes = 100},
      {.drops_last_minute = 1, .free_bytes = 100},
      {.follower_pending = follower_far_behind + 1, .free_bytes = 100},
      {.free_bytes = 12, .min_free_bytes = 100},
  };
  for (const auto& facts : cases) {
    const auto health = judge(facts);
    EXPECT_TRUE(health.healthy);
    EXPECT_FALSE(health.ready);
    EXPECT_EQ(health.reasons.size(), 1U);
  }
}

}  // namespace
}  // namespace netlogd::app
