#include "app/settings.hpp"

#include <gtest/gtest.h>

namespace netlogd::app {
namespace {

TEST(Settings, limit_unknown_senders_only_where_there_is_an_inventory) {
  config::Config config;
  EXPECT_EQ(loop_limits(config).unknown_rate, 0U);
  config.inventory.file = "inventory.yaml";
  EXPECT_EQ(loop_limits(config).unknown_rate, config.limits.unknown_rate);
}

TEST(Settings, share_the_memory_between_raw_messages_and_text) {
  config::Config config;
  config.limits.memory_bytes = 256 * config::mib;
  const auto settings = pipeline_settings(config);
  EXPECT_GT(settings.raw_batches * settings.raw_batch_bytes(), 127 * config::mib);
  EXPECT_LE(settings.raw_batches * settings.raw_batch_bytes(), 128 * config::mib);
  EXPECT_EQ(settings.text_bytes, 16 * config::mib);
  config.limits.message_bytes = config::mib;
  EXPECT_GE(pipeline_settings(config).slab_bytes, config::mib);
}

TEST(Settings, round_short_times_up) {
  config::Config config;
  config.journal.rotate_every[0] = std::chrono::milliseconds(1);
  EXPECT_EQ(journal_settings(config).streams[0].rotate_every, std::chrono::seconds(1));
}

}  // namespace
}  // namespace netlogd::app
