#include "unit/parse/flow_maker_test.hpp"

namespace netlogd::tests {
namespace {

Bytes simple_template(std::uint16_t id = 256) {
  return definition(id, {{8, 4}, {12, 4}, {4, 1}, {1, 4}});
}
Bytes simple_record(std::uint32_t source = 0x0a000001) {
  return Bytes().u32(source).u32(0x0a000002).u8(17).u32(1500);
}

TEST(FlowTemplated, a_template_and_data_in_one_datagram_give_records_in_both_formats) {
  FlowBench bench;
  const auto data = set(256, simple_record().add(simple_record(0x0a000009)).zeros(3));
  auto records = bench.records_of(v9(set(0, simple_template()).add(data)));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0]["flow_version"], 9);
  EXPECT_EQ(records[1]["src_ip"], "10.0.0.9");
  EXPECT_EQ(records[0]["bytes"], 1500);
  EXPECT_TRUE(records[0]["src_port"].is_null());
  EXPECT_TRUE(records[0]["start_time"].is_null());
  EXPECT_TRUE(records[0]["duration_ms"].is_null());
  EXPECT_EQ(records[0]["sampling_interval"], 0);
  EXPECT_EQ(records[0]["flow_sequence"], 1);
  EXPECT_EQ(records[0]["extracted_fields"]["observationDomainId"], 7);
  records = bench.records_of(ipfix(set(2, simple_template()).add(data)));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0]["flow_version"], 10);
  EXPECT_FALSE(records[0].contains("sys_uptime_ms"));
  bench.close();
}

TEST(FlowTemplated, templates_belong_to_exporter_domain_and_version) {
  FlowBench bench;
  bench.send(v9(set(0, simple_template())));
  bench.send(v9(set(256, simple_record()), {.domain = 8}));
  bench.send(ipfix(set(256, simple_record())));
  bench.message.source.address = IpAddress::v4(0xc0000202);
  bench.send(v9(set(256, simple_record())));
  EXPECT_TRUE(bench.records().empty());
  EXPECT_EQ(bench.out.parked(), 3U);
  // The port is not part of it: an exporter may come from another after a restart.
  bench.message.source = {IpAddress::v4(0xc0000201), 51000};
  bench.send(v9(set(256, simple_record())));
  EXPECT_EQ(bench.records().size(), 1U);
  bench.close();
}

TEST(FlowTemplated, every_way_to_tell_the_time_gives_start_and_end) {
  const std::uint64_t ms = 1'699'999'999'250;
  const std::uint64_t ntp = (1'699'999'999ULL + 2'208'988'800ULL) << 32;
  struct Case {
    const char* note;
    std::initializer_list<Field> fields;
    Bytes record;
    const char* start;
    const char* end;
    int duration;
  };
  const Case cases[] = {
      {"uptime",
       {{22, 4}, {21, 4}},
       Bytes().u32(99'000).u32(99'500),
       "2023-11-14T22:13:19.000000Z",
       "2023-11-14T22:13:19.500000Z",
       500},
      {"seconds",
       {{150, 4}, {151, 4}},
       Bytes().u32(1'699'999'990).u32(1'699'999'999),
       "2023-11-14T22:13:10.000000Z",
       "2023-11-14T22:13:19.000000Z",
       9000},
      {"milliseconds",
       {{152, 8}, {153, 8}},
       Bytes().u64(ms).u64(ms + 10),
       "2023-11-14T22:13:19.250000Z",
       "2023-11-14T22:13:19.260000Z",
       10},
      {"microseconds",
       {{154, 8}, {155, 8}},
       Bytes().u64(ntp | 0x80000000U).u64(ntp | 0xc0000000U),
       "2023-11-14T22:13:19.500000Z",
       "2023-11-14T22:13:19.750000Z",
       250},
      {"nanoseconds",
       {{156, 8}, {157, 8}},
       Bytes().u64(ntp | 0x80000000U).u64(ntp | 0x80000005U),
       "2023-11-14T22:13:19.500000Z",
       "2023-11-14T22:13:19.500000001Z",
       0},
      {"deltas",
       {{158, 4}, {159, 4}},
       Bytes().u32(2'000'000).u32(500'000),
       "2023-11-14T22:13:18.000000Z",
       "2023-11-14T22:13:19.500000Z",
       1500},
      {"start and duration",
       {{152, 8}, {161, 4}},
       Bytes().u64(ms).u32(750),
       "2023-11-14T22:13:19.250000Z",
       "2023-11-14T22:13:20.000000Z",
       750},
      {"end and duration",
       {{153, 8}, {162, 4}},
       Bytes().u64(ms).u32(1'250'000),
       "2023-11-14T22:13:18.000000Z",
       "2023-11-14T22:13:19.250000Z",
       1250},
      {"an event",
       {{152, 8}, {323, 8}},
       Bytes().u64(ms).u64(ms + 1),
       "2023-11-14T22:13:19.250000Z",
       "2023-11-14T22:13:19.251000Z",
       1},
      {"the finer of two",
       {{150, 4}, {152, 8}, {153, 8}},
       Bytes().u32(1).u64(ms).u64(ms),
       "2023-11-14T22:13:19.250000Z",
       "2023-11-14T22:13:19.250000Z",
       0},
  };
  for (const auto& one : cases) {
    FlowBench bench;
    const auto records =
        bench.records_of(v9(set(0, definition(256, one.fields)).add(set(256, one.record))));
    ASSERT_EQ(records.size(), 1U) << one.note;
    EXPECT_EQ(records[0]["start_time"], one.start) << one.note;
    EXPECT_EQ(records[0]["end_time"], one.end) << one.note;
    EXPECT_EQ(records[0]["duration_ms"], one.duration) << one.note;
  }
}

TEST(FlowTemplated, ipfix_uptimes_are_dated_by_the_record_or_by_options_data) {
  FlowBench bench;
  auto records = bench.records_of(
      ipfix(set(2, definition(256, {{22, 4}, {21, 4}, {160, 8}}))
                .add(set(256, Bytes().u32(1000).u32(2000).u64(1'699'999'900'000)))));
  EXPECT_EQ(records.at(0)["start_time"], "2023-11-14T22:11:41.000000Z");
  EXPECT_EQ(records.at(0)["first_switched_ms"], 1000);
  const auto uptimes =
      set(2, definition(257, {{22, 4}, {21, 4}})).add(set(257, Bytes().u32(1000).u32(2000)));
  records = bench.records_of(ipfix(uptimes));
  EXPECT_TRUE(records.at(0)["start_time"].is_null());
  EXPECT_EQ(records.at(0)["duration_ms"], 1000);
  bench.send(ipfix(set(3, ipfix_options(300, {{149, 4}}, {{160, 8}}))
                       .add(set(300, Bytes().u32(7).u64(1'699'999'900'000)))));
  records = bench.records_of(ipfix(uptimes));
  EXPECT_EQ(records.at(0)["end_time"], "2023-11-14T22:11:42.000000Z");
}

TEST(FlowTemplated, a_time_that_no_calendar_holds_is_kept_as_a_number) {
  FlowBench bench;
  const auto record = bench
                          .records_of(v9(set(0, definition(256, {{152, 8}, {4, 1}}))
                                             .add(set(256, Bytes().u64(UINT64_MAX).u8(6)))))
                          .at(0);
  EXPECT_TRUE(record["start_time"].is_null());
  EXPECT_EQ(record["extracted_fields"]["flowStartMilliseconds"], UINT64_MAX);
}

TEST(FlowTemplated, what_has_no_column_is_written_by_the_name_and_type_of_its_element) {
  FlowBench bench;
  const auto fields = definition(256, {{56, 6},
                                       {58, 2},
                                       {61, 1},
                                       {18, 4},
                                       {63, 16},
                                       {82, 8},
                                       {276, 1},
                                       {311, 8},
                                       {434, 2},
                                       {322, 4},
                                       {70, 3},
                                       {1, 8, 29305},
                                       {77, 3, 4242},
                                       {999, 2},
                                       {210, 2},
                                       {371, 0}});
  Bytes record = Bytes()
                     .number(0x0200000000ff, 6)
                     .u16(100)
                     .u8(1)
                     .u32(0x0a0000fe)
                     .u64(0x20010db800000000)
                     .u64(1)
                     .text("Gi0/1")
                     .zeros(3)
                     .u8(2)
                     .u64(0x3fb999999999999aULL)
                     .u16(0xfffe)
                     .u32(1'700'000'000)
                     .number(0x186a1, 3)
                     .u64(77)
                     .number(0xabcdef, 3)
                     .u16(0x1234)
                     .u16(0xffff);
  const auto extracted =
      bench.records_of(ipfix(set(2, fields).add(set(256, record)))).at(0)["extracted_fields"];
  EXPECT_EQ(extracted["sourceMacAddress"], "02:00:00:00:00:ff");
  EXPECT_EQ(extracted["vlanId"], 100);
  EXPECT_EQ(extracted["flowDirection"], 1);
  EXPECT_EQ(extracted["bgpNextHopIPv4Address"], "10.0.0.254");
  EXPECT_EQ(extracted["bgpNextHopIPv6Address"], "2001:db8::1");
  EXPECT_EQ(extracted["interfaceName"], "Gi0/1");
  EXPECT_EQ(extracted["dataRecordsReliability"], false);
  EXPECT_EQ(extracted["samplingProbability"], 0.1);
  EXPECT_EQ(extracted["mibObjectValueInteger"], -2);
  EXPECT_EQ(extracted["observationTimeSeconds"], "2023-11-14T22:13:20Z");
  EXPECT_EQ(extracted["mplsTopLabelStackSection"], "0x0186a1");
  EXPECT_EQ(extracted["reverseOctetDeltaCount"], 77);
  EXPECT_EQ(extracted["e4242_77"], "0xabcdef");
  EXPECT_EQ(extracted["ie_999"], "0x1234");
  EXPECT_FALSE(extracted.contains("paddingOctets"));
}

TEST(FlowTemplated, cisco_asa_events_have_their_fields) {
  FlowBench bench;
  const auto fields = definition(263, {{148, 4},
                                       {8, 4},
                                       {7, 2},
                                       {12, 4},
                                       {11, 2},
                                       {4, 1},
                                       {225, 4},
                                       {233, 1},
                                       {33002, 2},
                                       {323, 8},
                                       {231, 4},
                                       {232, 4},
                                       {33000, 12},
                                       {40000, 20}});
  const auto record = Bytes()
                          .u32(9)
                          .u32(0x0a000001)
                          .u16(1234)
                          .u32(0x0a000002)
                          .u16(443)
                          .u8(6)
                          .u32(0xc6336401)
                          .u8(2)
                          .u16(2030)
                          .u64(1'700'000'000'123)
                          .u32(5000)
                          .u32(60000)
                          .u64(0x1122334455667788)
                          .u32(0x99aabbcc)
                          .text("alice")
                          .zeros(15);
  const auto one = bench.records_of(v9(set(0, fields).add(set(263, record)))).at(0);
  EXPECT_EQ(one["bytes"], 5000);
  EXPECT_EQ(one["end_time"], "2023-11-14T22:13:20.123000Z");
  const auto& extracted = one["extracted_fields"];
  EXPECT_EQ(extracted["responderOctets"], 60000);
  EXPECT_EQ(extracted["postNATSourceIPv4Address"], "198.51.100.1");
  EXPECT_EQ(extracted["firewallEvent"], 2);
  EXPECT_EQ(extracted["firewallExtendedEvent"], 2030);
  EXPECT_EQ(extracted["observationTimeMilliseconds"], "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(extracted["ingressAclId"], "0x112233445566778899aabbcc");
  EXPECT_EQ(extracted["userNameAsa"], "alice");
}

TEST(FlowTemplated, texts_of_variable_length_are_read_and_hostile_ones_stay_one_line) {
  FlowBench bench;
  const auto fields = definition(256, {{460, 65535}, {461, 65535}, {4, 1}});
  const auto record = Bytes().u8(5).text("a\"\nb\x1b").u8(255).u16(3).text("\xff\xfe\xfd").u8(6);
  auto records = bench.records_of(ipfix(set(2, fields).add(set(256, record))));
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0]["extracted_fields"]["httpRequestHost"], "a\"\nb\x1b");
  EXPECT_EQ(records[0]["extracted_fields"]["httpRequestTarget"], "0xfffefd");
  EXPECT_EQ(records[0]["protocol"], 6);
  // The second record passes the end of its set.
  records = bench.records_of(ipfix(set(256, Bytes().add(record).u8(200).text("abcdefgh"))));
  EXPECT_EQ(records.size(), 1U);
  EXPECT_EQ(read(bench.maker.counters().broken_records), 1U);
}

TEST(FlowTemplated, a_template_may_change_in_mid_stream) {
  FlowBench bench;
  bench.send(v9(set(0, simple_template())));
  auto records = bench.records_of(v9(set(256, simple_record())
                                         .add(set(0, definition(256, {{4, 1}, {1, 1}})))
                                         .add(set(256, Bytes().u8(6).u8(9)))));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0]["bytes"], 1500);
  EXPECT_EQ(records[1]["bytes"], 9);
  EXPECT_EQ(read(bench.maker.counters().templates_changed), 1U);
  bench.send(v9(set(0, definition(256, {{4, 1}, {1, 1}}))));
  EXPECT_EQ(read(bench.maker.counters().templates_changed), 1U);
}

TEST(FlowTemplated, withdrawals_of_one_and_of_all_are_obeyed) {
  FlowBench bench;
  bench.send(
      ipfix(set(2, simple_template(256).add(simple_template(257)).add(simple_template(258)))));
  bench.send(ipfix(set(3, ipfix_options(300, {{149, 4}}, {{34, 4}}))));
  EXPECT_EQ(read(bench.maker.counters().templates), 4U);
  bench.send(ipfix(set(2, Bytes().u16(257).u16(0))));
  EXPECT_EQ(read(bench.maker.counters().templates), 3U);
  EXPECT_TRUE(bench.records_of(ipfix(set(257, simple_record()))).empty());
  bench.send(ipfix(set(2, Bytes().u16(300).u16(0))));  // of the other kind: not obeyed
  EXPECT_EQ(read(bench.maker.counters().templates), 3U);
  bench.send(ipfix(set(2, Bytes().u16(2).u16(0))));
  EXPECT_EQ(read(bench.maker.counters().templates), 1U);
  bench.send(ipfix(set(3, Bytes().u16(3).u16(0))));
  EXPECT_EQ(read(bench.maker.counters().templates), 0U);
  EXPECT_EQ(read(bench.maker.counters().templates_withdrawn), 4U);
  bench.maker.finish(bench.out);
  bench.close();
}

TEST(FlowTemplated, padding_may_be_longer_than_a_record) {
  FlowBench bench;
  const auto records =
      bench.records_of(v9(set(0, simple_template()).add(set(256, simple_record().zeros(40)))));
  EXPECT_EQ(records.size(), 1U);
}

TEST(FlowTemplated, broken_sets_keep_what_came_before_them) {
  FlowBench bench;
  auto records = bench.records_of(
      v9(set(0, simple_template()).add(set(256, simple_record())).u16(256).u16(900).u32(0)));
  EXPECT_EQ(records.size(), 1U);
  bench.begin();
  bench.send(v9(Bytes().u16(256).u16(900)));
  bench.send(v9(set(0, Bytes().u16(256).u16(50).u32(0))));
  EXPECT_EQ(bench.out.dropped()[static_cast<std::size_t>(DropReason::malformed)], 2U);
  bench.send(v9(set(5, Bytes().u32(0))));
  EXPECT_EQ(bench.out.no_record_count(), 1U);
  EXPECT_EQ(read(bench.maker.counters().unknown_sets), 1U);
  bench.close();
}

TEST(FlowTemplated, one_datagram_gives_no_more_than_its_limit) {
  FlowBench bench({.records_per_datagram = 100});
  bench.send(v9(set(0, definition(256, {{4, 1}}))));
  Bytes body;
  for (int i = 0; i < 5000; ++i) body.u8(17);
  EXPECT_EQ(bench.records_of(v9(set(256, body))).size(), 100U);
  EXPECT_EQ(read(bench.maker.counters().records_over_limit), 1U);
}

TEST(FlowTemplated, ipfix_numbers_data_records_and_v9_messages) {
  FlowBench bench;
  const auto two = set(256, simple_record().add(simple_record()));
  bench.send(ipfix(set(2, simple_template()).add(two), {.sequence = 10}));
  bench.send(ipfix(two, {.sequence = 12}));
  bench.send(ipfix(two, {.sequence = 19}));
  EXPECT_EQ(read(bench.maker.counters().lost_flows), 5U);
  bench.send(v9(set(0, simple_template()), {.sequence = 10}));
  bench.send(v9(two, {.sequence = 11}));
  bench.send(v9(two, {.sequence = 15}));
  EXPECT_EQ(read(bench.maker.counters().lost_messages), 3U);
}

}  // namespace
}  // namespace netlogd::tests
