#include "parse/flow_sequence.hpp"

#include <gtest/gtest.h>

namespace netlogd::parse {
namespace {

TEST(FlowSequence, counts_what_is_missing_in_the_units_of_the_format) {
  FlowSequence sequence;
  EXPECT_EQ(sequence.see(100, 1000).lost, 0U);
  sequence.advance(2, true);
  EXPECT_EQ(sequence.see(102, 2000).lost, 0U);
  sequence.advance(1, true);
  EXPECT_EQ(sequence.see(110, 3000).lost, 7U);
  sequence.advance(1, true);
}

TEST(FlowSequence, knows_a_late_message_and_goes_on_from_the_newest) {
  FlowSequence sequence;
  for (const std::uint32_t n : {1U, 2U, 4U}) {
    (void)sequence.see(n, 1000);
    sequence.advance(1, true);
  }
  EXPECT_TRUE(sequence.see(3, 990).late);
  sequence.advance(1, true);
  const auto next = sequence.see(5, 1010);
  EXPECT_EQ(next.lost, 0U);
  EXPECT_FALSE(next.late);
}

TEST(FlowSequence, goes_through_the_end_of_32_bits) {
  FlowSequence sequence;
  (void)sequence.see(0xfffffffeU, 0);
  sequence.advance(4, true);
  EXPECT_EQ(sequence.see(5, 0).lost, 3U);
}

TEST(FlowSequence, takes_a_fallen_uptime_a_great_jump_or_a_run_of_old_numbers_for_a_restart) {
  FlowSequence by_uptime;
  (void)by_uptime.see(500, 1'000'000);
  by_uptime.advance(1, true);
  EXPECT_TRUE(by_uptime.see(490, 1000).restarted);
  by_uptime.advance(1, true);
  EXPECT_EQ(by_uptime.see(491, 2000).lost, 0U);

  FlowSequence by_jump;
  (void)by_jump.see(500, 0);
  by_jump.advance(1, true);
  EXPECT_TRUE(by_jump.see(0x70000000U, 0).restarted);

  FlowSequence by_run;  // IPFIX has no uptime
  (void)by_run.see(500, 0);
  by_run.advance(10, true);
  EXPECT_TRUE(by_run.see(0, 0).late);
  by_run.advance(10, true);
  EXPECT_TRUE(by_run.see(10, 0).late);
  by_run.advance(10, true);
  EXPECT_TRUE(by_run.see(20, 0).restarted);
  by_run.advance(10, true);
  EXPECT_EQ(by_run.see(33, 0).lost, 3U);
}

TEST(FlowSequence, says_nothing_of_an_exporter_that_always_sends_zero_or_after_an_uncertain_count) {
  FlowSequence zero;
  for (int i = 0; i < 5; ++i) {
    const auto answer = zero.see(0, 0);
    EXPECT_FALSE(answer.late || answer.restarted || answer.lost > 0);
    zero.advance(30, true);
  }
  FlowSequence uncertain;
  (void)uncertain.see(1, 0);
  uncertain.advance(0, false);
  EXPECT_EQ(uncertain.see(900, 0).lost, 0U);
}

}  // namespace
}  // namespace netlogd::parse
