#include <gtest/gtest.h>

#include "listen/fair_shares.hpp"

namespace netlogd::listen {
namespace {

using enum BatchSink::Importance;

constexpr std::size_t whole = 1 << 20;
constexpr std::size_t message = 1000;

// A reserve that source after source draws on; gives how many messages were taken.
struct Drawing {
  FairShares shares;
  BatchSink::Reserve reserve{.left_bytes = whole, .whole_bytes = whole};

  std::size_t draw(std::uint32_t source, BatchSink::Importance importance,
                   std::size_t messages = 100'000) {
    std::size_t taken = 0;
    while (taken < messages && shares.take(IpAddress::v4(source), message, importance, reserve)) {
      reserve.left_bytes -= message;
      ++taken;
    }
    return taken;
  }
};

TEST(FairShares, one_that_babbles_gets_a_part_and_leaves_the_rest) {
  Drawing drawing;
  EXPECT_GT(drawing.draw(1, high), 80U);
  EXPECT_GT(drawing.reserve.left_bytes, whole * 8 / 10);
  for (std::uint32_t quiet = 2; quiet < 100; ++quiet) EXPECT_EQ(drawing.draw(quiet, high, 3), 3U);
}

TEST(FairShares, several_that_babble_leave_something_too) {
  Drawing drawing;
  for (std::uint32_t source = 1; source <= 16; ++source) drawing.draw(source, high);
  EXPECT_GT(drawing.reserve.left_bytes, whole / 10);
  EXPECT_EQ(drawing.draw(99, high, 10), 10U);
}

TEST(FairShares, no_quiet_source_pays_for_another_whatever_their_addresses) {
  Drawing drawing;
  drawing.draw(0, high);
  drawing.reserve.left_bytes = whole;
  // Far more than there were ever slots, so that two of them would meet in one.
  for (std::uint32_t source = 1; source < FairShares::max_sources; ++source)
    ASSERT_TRUE(
        drawing.shares.take(IpAddress::v4(source * 0x01000193U), message, high, drawing.reserve))
        << source;
}

TEST(FairShares, sources_without_number_share_what_one_would_have) {
  Drawing drawing;
  for (std::uint32_t source = 0; source < FairShares::max_sources; ++source)
    static_cast<void>(drawing.shares.take(IpAddress::v4(source), 1, high, drawing.reserve));
  std::size_t taken = 0;
  for (std::uint32_t source = 0; source < 10'000; ++source)
    taken +=
        drawing.shares.take(IpAddress::v4(0xc0000000U + source), message, high, drawing.reserve)
            ? 1U
            : 0U;
  EXPECT_GT(taken, 80U);
  EXPECT_LT(taken * message, whole / 8);
}

TEST(FairShares, what_matters_little_never_takes_the_second_half) {
  Drawing drawing;
  for (std::uint32_t source = 1; source <= 3000; ++source) drawing.draw(source, normal);
  EXPECT_GE(drawing.reserve.left_bytes, whole / 2);
  EXPECT_EQ(drawing.draw(5000, normal), 0U);
  EXPECT_GT(drawing.draw(5000, high), 10U);
}

TEST(FairShares, begin_anew_when_there_was_room) {
  Drawing drawing;
  drawing.draw(1, high);
  EXPECT_EQ(drawing.draw(1, high), 0U);
  drawing.shares.begin_anew();
  drawing.reserve.left_bytes = whole;
  EXPECT_GT(drawing.draw(1, high), 80U);
}

}  // namespace
}  // namespace netlogd::listen
