#include "unit/parse/flow_maker_test.hpp"

namespace netlogd::tests {
namespace {

// A flow from interface 5 to 6.
const Bytes flow_template = set(0, definition(256, {{4, 1}, {10, 4}, {14, 4}}));
const Bytes flow = set(256, Bytes().u8(6).u32(5).u32(6));
const Bytes sampled_template = set(0, definition(257, {{4, 1}, {48, 1}}));

TEST(FlowOptions, an_interval_for_all_holds_for_every_record_of_the_exporter) {
  FlowBench bench;
  bench.send(v9(set(1, v9_options(300, {{1, 4}}, {{34, 4}, {35, 1}}))
                    .add(set(300, Bytes().u32(0).u32(1000).u8(2)))));
  EXPECT_EQ(bench.records_of(v9(Bytes(flow_template).add(flow))).at(0)["sampling_interval"], 1000);
  // Also for its other domains, where they say nothing themselves.
  EXPECT_EQ(bench.records_of(v9(Bytes(flow_template).add(flow), {.domain = 99}))
                .at(0)["sampling_interval"],
            1000);
}

TEST(FlowOptions, samplers_and_interfaces_have_intervals_of_their_own) {
  FlowBench bench;
  bench.send(v9(set(1, v9_options(300, {{1, 4}}, {{48, 1}, {50, 4}}))
                    .add(set(300, Bytes().u32(0).u8(1).u32(100).u32(0).u8(2).u32(200)))));
  bench.send(
      v9(set(1, v9_options(301, {{2, 4}}, {{34, 4}})).add(set(301, Bytes().u32(5).u32(64)))));
  const auto records = bench.records_of(
      v9(Bytes(sampled_template).add(set(257, Bytes().u8(6).u8(2).u8(6).u8(1).u8(6).u8(7)))));
  EXPECT_EQ(records.at(0)["sampling_interval"], 200);
  EXPECT_EQ(records.at(0)["extracted_fields"]["samplerId"], 2);
  EXPECT_EQ(records.at(1)["sampling_interval"], 100);
  EXPECT_EQ(records.at(2)["sampling_interval"], 0);
  EXPECT_EQ(bench.records_of(v9(Bytes(flow_template).add(flow))).at(0)["sampling_interval"], 64);
}

TEST(FlowOptions, psamp_selectors_are_read_as_one_in_so_many) {
  const std::pair<Bytes, Bytes> cases[] = {
      {ipfix_options(300, {{302, 2}}, {{305, 4}, {306, 4}}), Bytes().u32(1).u32(99)},
      {ipfix_options(300, {{302, 2}}, {{309, 4}, {310, 4}}), Bytes().u32(1).u32(100)},
      {ipfix_options(300, {{302, 2}}, {{311, 8}}), Bytes().u64(0x3f847ae147ae147bULL)},  // 0.01
      {ipfix_options(300, {{302, 2}}, {{305, 4}}), Bytes().u32(100)}};
  for (const auto& [options, values] : cases) {
    FlowBench bench;
    bench.send(ipfix(set(3, options).add(set(300, Bytes().u16(4).add(values)))));
    const auto data =
        set(2, definition(256, {{4, 1}, {302, 2}})).add(set(256, Bytes().u8(6).u16(4)));
    EXPECT_EQ(bench.records_of(ipfix(data)).at(0)["sampling_interval"], 100);
  }
}

TEST(FlowOptions, what_a_record_states_itself_wins) {
  FlowBench bench;
  bench.send(
      v9(set(1, v9_options(300, {{1, 4}}, {{34, 4}})).add(set(300, Bytes().u32(0).u32(1000)))));
  const auto data =
      set(0, definition(256, {{4, 1}, {34, 4}})).add(set(256, Bytes().u8(6).u32(8).u8(6).u32(0)));
  const auto records = bench.records_of(v9(data));
  EXPECT_EQ(records.at(0)["sampling_interval"], 8);
  EXPECT_EQ(records.at(1)["sampling_interval"], 1000);
}

TEST(FlowOptions, interface_names_go_to_the_records_and_the_inventorys_come_first) {
  FlowBench bench;
  bench.send(
      v9(set(1, v9_options(300, {{2, 4}}, {{82, 8}, {83, 8}}))
             .add(set(
                 300,
                 Bytes().u32(5).text("Gi0/5").zeros(3).text("uplink").zeros(2).u32(6).zeros(8).text(
                     "to lab  ")))));
  auto extracted = bench.records_of(v9(Bytes(flow_template).add(flow))).at(0)["extracted_fields"];
  EXPECT_EQ(extracted["input_interface_name"], "Gi0/5");
  EXPECT_EQ(extracted["output_interface_name"], "to lab");
  bench.device = std::make_unique<OneDevice>();
  bench.device->address = bench.message.source.address;
  bench.device->interfaces[5] = "GigabitEthernet0/5";
  extracted = bench.records_of(v9(flow)).at(0)["extracted_fields"];
  EXPECT_EQ(extracted["input_interface_name"], "GigabitEthernet0/5");
  EXPECT_EQ(extracted["output_interface_name"], "to lab");
}

TEST(FlowOptions, applications_are_named_where_the_record_only_numbers_them) {
  FlowBench bench;
  bench.send(v9(set(1, v9_options(300, {{1, 4}}, {{95, 4}, {96, 8}}))
                    .add(set(300, Bytes().u32(0).u32(0x03000050).text("http").zeros(4)))));
  const auto data =
      set(0, definition(256, {{4, 1}, {95, 4}})).add(set(256, Bytes().u8(6).u32(0x03000050)));
  const auto extracted = bench.records_of(v9(data)).at(0)["extracted_fields"];
  EXPECT_EQ(extracted["applicationId"], "0x03000050");
  EXPECT_EQ(extracted["applicationName"], "http");
}

TEST(FlowOptions, options_data_are_no_record_unless_asked_for) {
  const auto statistics = v9(set(1, v9_options(300, {{1, 4}}, {{41, 4}, {42, 4}}))
                                 .add(set(300, Bytes().u32(0).u32(12).u32(345))));
  FlowBench quiet;
  EXPECT_TRUE(quiet.records_of(statistics).empty());
  EXPECT_EQ(quiet.out.no_record_count(), 1U);
  EXPECT_EQ(read(quiet.maker.counters().options_records), 1U);
  const parse::FlowSettings with_options{.write_options = true};
  FlowBench all(with_options);
  const auto record = all.records_of(statistics).at(0);
  EXPECT_EQ(record["flow_type"], "options");
  EXPECT_EQ(record["extracted_fields"]["exportedFlowRecordTotalCount"], 345);
  EXPECT_EQ(record["extracted_fields"]["scopeSystem"], 0);
}

}  // namespace
}  // namespace netlogd::tests
