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
