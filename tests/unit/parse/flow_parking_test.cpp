#include "unit/parse/flow_maker_test.hpp"

namespace netlogd::tests {
namespace {

Bytes format(std::uint16_t id = 256) { return set(0, definition(id, {{4, 1}, {1, 4}})); }
Bytes data(std::uint32_t bytes, std::uint16_t id = 256) {
  return set(id, Bytes().u8(6).u32(bytes));
}

TEST(FlowParking, data_before_its_template_is_written_when_it_comes_as_it_was_received) {
  FlowBench bench;
  bench.message.transport = Transport::udp;
  bench.send(v9(data(1), {.seconds = 1'600'000'000, .sequence = 5}));
  bench.message.received += std::chrono::seconds(1);
  bench.message.source.port = 4711;
  bench.send(v9(data(2), {.sequence = 6}));
  EXPECT_EQ(bench.out.parked(), 2U);
  EXPECT_TRUE(bench.records().empty());
  bench.begin();
  EXPECT_EQ(bench.parked, 2U);
  bench.message.received += std::chrono::seconds(1);
  bench.send(v9(format().add(data(3)), {.sequence = 7}));
  const auto records = bench.records();
  ASSERT_EQ(records.size(), 3U);
  const char* received[] = {"2023-11-14T22:13:21.000000Z", "2023-11-14T22:13:22.000000Z",
                            "2023-11-14T22:13:23.000000Z"};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(records[i]["bytes"], i + 1);
    EXPECT_EQ(records[i]["received_at"], received[i]);
    EXPECT_EQ(records[i]["flow_sequence"], i + 5);
  }
  bench.close();
  EXPECT_EQ(bench.journaled, 3U);
  EXPECT_EQ(bench.parked, 0U);
  EXPECT_EQ(read(bench.maker.counters().parked_decoded), 2U);
  EXPECT_EQ(read(bench.maker.counters().parked_bytes), 0U);
}

TEST(FlowParking, a_message_that_gave_records_already_owes_nothing_for_its_other_sets) {
  FlowBench bench;
  bench.send(v9(format(256)));
  bench.begin();
  bench.send(v9(data(1, 256).add(data(2, 257)).add(data(3, 258))));
  EXPECT_EQ(bench.out.parked(), 0U);
  EXPECT_EQ(bench.records().size(), 1U);
  EXPECT_EQ(bench.records_of(v9(format(257))).at(0)["bytes"], 2);
  EXPECT_EQ(read(bench.maker.counters().parked_sets), 1U);
  bench.begin();
  bench.maker.finish(bench.out);
  bench.close();
  EXPECT_EQ(bench.journaled, 1U);
  EXPECT_EQ(bench.dropped, 0U);
  EXPECT_EQ(read(bench.maker.counters().parked_expired), 1U);
}

TEST(FlowParking, what_waits_too_long_or_until_the_end_is_dropped_by_name) {
  FlowBench bench({.parked_age = std::chrono::seconds(60)});
  bench.send(v9(data(1)));
  bench.begin();
  bench.message.received += std::chrono::seconds(59);
  bench.send(v9(data(2)));
  bench.maker.tick(bench.message.received + std::chrono::seconds(2), bench.out);
  bench.begin();
  EXPECT_EQ(bench.dropped_for(DropReason::template_missing), 1U);
  EXPECT_EQ(bench.parked, 1U);
  bench.maker.finish(bench.out);
  bench.begin();
  EXPECT_EQ(bench.dropped_for(DropReason::template_missing), 2U);
  EXPECT_EQ(bench.parked, 0U);
  EXPECT_TRUE(bench.records_of(v9(format())).empty());
}

TEST(FlowParking, answers_for_each_listener_apart) {
  FlowBench bench;
  bench.send(v9(data(1)));
  bench.listener = 8;
  bench.begin();
  bench.send(v9(format()));
  ASSERT_EQ(bench.out.unparked().size(), 1U);
  EXPECT_EQ(bench.out.unparked()[0].listener, 3U);
  EXPECT_EQ(bench.out.unparked()[0].journaled, 1U);
  EXPECT_EQ(bench.out.no_record_count(), 1U);
  bench.close();
}

TEST(FlowParking, waiting_data_without_a_single_record_is_no_record) {
  FlowBench bench;
  bench.send(v9(set(256, Bytes().u8(0).u16(0))));
  bench.begin();
  EXPECT_EQ(bench.parked, 1U);
  EXPECT_TRUE(bench.records_of(v9(format())).empty());
  bench.close();
  EXPECT_EQ(bench.no_record, 2U);
}

TEST(FlowParking, the_oldest_give_way_in_bounded_memory) {
  FlowBench bench({.parked_bytes = 20'000, .parked_bytes_per_source = 10'000});
  for (std::uint32_t i = 0; i < 1000; ++i) {
    bench.begin();
    bench.message.source.address = IpAddress::v4(0x0a000000U + i % 5);
    bench.message.received += std::chrono::milliseconds(1);
    bench.send(v9(data(i)));
    EXPECT_LE(read(bench.maker.counters().parked_bytes), 20'000U);
  }
  bench.begin();
  EXPECT_GT(bench.dropped_for(DropReason::template_missing), 800U);
  // The newest are there, in their order.
  bench.message.source.address = IpAddress::v4(0x0a000000U + 4);
  const auto records = bench.records_of(v9(format()));
  ASSERT_GT(records.size(), 3U);
  EXPECT_EQ(records.back()["bytes"], 999);
  EXPECT_EQ(records[records.size() - 2]["bytes"], 994);
  bench.maker.finish(bench.out);
  bench.close();
  EXPECT_EQ(bench.parked, 0U);
}

TEST(FlowParking, options_data_may_wait_too) {
  FlowBench bench;
  bench.send(v9(set(300, Bytes().u32(0).u32(77))));
  bench.send(v9(set(1, v9_options(300, {{1, 4}}, {{34, 4}}))));
  bench.send(v9(format().add(data(1))));
  EXPECT_EQ(bench.records().at(0)["sampling_interval"], 77);
  bench.close();
  EXPECT_EQ(bench.no_record, 2U);
}

}  // namespace
}  // namespace netlogd::tests
