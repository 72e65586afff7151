#include "netlogd/pipeline/sender_table.hpp"

#include <gtest/gtest.h>

namespace netlogd::pipeline {
namespace {

TimePoint at(int seconds) { return TimePoint(std::chrono::seconds(seconds)); }

void add(SenderTable& table, std::uint32_t address, int seconds) {
  RawBatch batch(64, 4);
  const std::uint8_t byte = 'x';
  ASSERT_TRUE(batch.append(
      {.bytes = {&byte, 1}, .received = at(seconds), .source = {IpAddress::v4(address), 1}}));
  table.count(batch, EmptyDirectory());
}

TEST(SenderTable, counts_each_sender_with_its_first_and_last_message) {
  SenderTable table;
  add(table, 1, 10);
  add(table, 2, 11);
  add(table, 1, 12);
  const auto senders = table.snapshot();
  ASSERT_EQ(senders.size(), 2U);
  for (const auto& sender : senders) {
    if (sender.address != IpAddress::v4(1)) continue;
    EXPECT_EQ(sender.messages[0], 2U);
    EXPECT_EQ(sender.first, at(10));
    EXPECT_EQ(sender.last, at(12));
    EXPECT_FALSE(sender.known);
  }
}

TEST(SenderTable, forgets_the_longest_silent_when_a_flood_of_addresses_comes) {
  SenderTable table;
  for (std::uint32_t i = 0; i < 3 * SenderTable::max_senders; ++i) {
    add(table, i, static_cast<int>(i));
    if (i % 100 == 0) add(table, 0xffff0000, static_cast<int>(i));
  }
  EXPECT_LE(table.snapshot().size(), SenderTable::max_senders);
  EXPECT_GT(table.evictions(), SenderTable::max_senders);
  bool kept = false;
  for (const auto& sender : table.snapshot())
    kept |= sender.address == IpAddress::v4(0xffff0000) && sender.messages[0] > 400;
  EXPECT_TRUE(kept);
}

}  // namespace
}  // namespace netlogd::pipeline
