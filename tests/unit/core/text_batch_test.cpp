#include "netlogd/core/text_batch.hpp"

#include <gtest/gtest.h>

namespace netlogd {
namespace {

TEST(TextBatch, leaves_room_for_the_id_and_forgets_an_abandoned_record) {
  TextBatch batch;
  batch.reset(3);
  batch.begin_record().raw(",\"a\":1");
  batch.end_record();
  batch.begin_record().raw(",\"half\":");
  batch.abandon_record();
  batch.begin_record();
  batch.end_record();
  EXPECT_EQ(batch.text().view(), "{\"id\":000,\"a\":1}\n{\"id\":000}\n");
  ASSERT_EQ(batch.lines().size(), 2U);
  EXPECT_EQ(batch.lines()[1], 17U);
}

TEST(TextBatch, adds_up_parked_messages_by_the_listener_they_came_from) {
  TextBatch batch;
  batch.reset(1);
  batch.park();
  batch.unpark_journaled(7);
  batch.unpark_drop(2, DropReason::template_missing);
  batch.unpark_drop(7, DropReason::template_missing);
  batch.unpark_no_record(7);
  EXPECT_EQ(batch.parked(), 1U);
  ASSERT_EQ(batch.unparked().size(), 2U);
  EXPECT_EQ(batch.unparked()[0].listener, 7U);
  EXPECT_EQ(batch.unparked()[0].journaled, 1U);
  EXPECT_EQ(batch.unparked()[0].no_record, 1U);
  EXPECT_EQ(batch.unparked()[0].dropped[static_cast<std::size_t>(DropReason::template_missing)], 1U);
  EXPECT_EQ(batch.unparked()[1].listener, 2U);
  batch.reset(1);
  EXPECT_EQ(batch.parked(), 0U);
  EXPECT_TRUE(batch.unparked().empty());
}

TEST(RawBatch, refuses_what_does_not_fit_and_keeps_empty_messages) {
  RawBatch batch(10, 3);
  const std::uint8_t eight[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_TRUE(batch.append({.bytes = eight}));
  EXPECT_FALSE(batch.append({.bytes = eight}));
  EXPECT_TRUE(batch.append({}));
  EXPECT_TRUE(batch.append({.bytes = {eight, 2}}));
  EXPECT_FALSE(batch.append({}));
  EXPECT_EQ(batch.messages().size(), 3U);
  EXPECT_EQ(batch.messages()[2].bytes[1], 2);
}

}  // namespace
}  // namespace netlogd
