#include "unit/parse/flow_maker_test.hpp"

namespace netlogd::tests {
namespace {

Bytes v5(std::uint16_t count, std::uint16_t present, std::uint32_t sequence = 1,
         std::uint16_t sampling = 0) {
  Bytes out = Bytes()
                  .u16(5)
                  .u16(count)
                  .u32(5000)
                  .u32(1'700'000'000)
                  .u32(0)
                  .u32(sequence)
                  .u8(0)
                  .u8(1)
                  .u16(sampling);
  for (int i = 0; i < present; ++i)
    out.u32(0x0a000001)
        .u32(0x0a000002)
        .u32(0)
        .u16(3)
        .u16(4)
        .u32(10)
        .u32(640)
        .u32(4000)
        .u32(4500)
        .u16(9)
        .u16(53)
        .u8(0)
        .u8(0)
        .u8(17)
        .u8(0)
        .u16(1)
        .u16(2)
        .u8(24)
        .u8(16)
        .u16(0);
  return out;
}

TEST(FlowNetflow5, writes_the_contracts_keys_in_their_order) {
  FlowBench bench;
  const auto records = bench.records_of(v5(1, 1));
  ASSERT_EQ(records.size(), 1U);
  std::vector<std::string> keys;
  for (const auto& [key, value] : records[0].items()) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"id",
                                            "record_type",
                                            "received_at",
                                            "source_ip",
                                            "transport",
                                            "device",
                                            "exporter_ip",
                                            "flow_version",
                                            "src_ip",
                                            "dst_ip",
                                            "next_hop",
                                            "src_port",
                                            "dst_port",
                                            "protocol",
                                            "tcp_flags",
                                            "tos",
                                            "packets",
                                            "bytes",
                                            "input_interface",
                                            "output_interface",
                                            "src_as",
                                            "dst_as",
                                            "src_mask",
                                            "dst_mask",
                                            "start_time",
                                            "end_time",
                                            "duration_ms",
                                            "sampling_interval",
                                            "flow_sequence",
                                            "engine_type",
                                            "engine_id",
                                            "extracted_fields",
                                            "sampling_mode",
                                            "sys_uptime_ms",
                                            "first_switched_ms",
                                            "last_switched_ms"}));
  EXPECT_EQ(records[0]["start_time"], "2023-11-14T22:13:19.000000Z");
  EXPECT_EQ(records[0]["duration_ms"], 500);
}

TEST(FlowNetflow5, a_relay_stands_before_the_device) {
  FlowBench bench;
  bench.message.has_relay = true;
  bench.message.relay = IpAddress::v4(0x0a0a0a0a);
  const auto record = bench.records_of(v5(1, 1)).at(0);
  EXPECT_EQ(record["relay_ip"], "10.10.10.10");
  EXPECT_EQ(record["source_ip"], "192.0.2.1");
}

TEST(FlowNetflow5, the_ledger_knows_keep_alives_from_broken_datagrams) {
  FlowBench bench;
  bench.send(v5(0, 0));
  EXPECT_EQ(bench.out.no_record_count(), 1U);
  bench.send(v5(0, 1));
  bench.send(v5(1, 0));
  bench.send(Bytes().u16(5).u16(1));
  bench.send(Bytes().u8(5));
  bench.send(Bytes());
  bench.send(Bytes().u16(7).zeros(70));
  bench.close();
  EXPECT_EQ(bench.no_record, 2U);
  EXPECT_EQ(bench.dropped_for(DropReason::malformed), 4U);
  EXPECT_EQ(bench.dropped_for(DropReason::unsupported), 1U);
}

TEST(FlowNetflow5, the_inventory_gives_names_and_the_sampling_that_the_header_does_not_state) {
  FlowBench bench;
  bench.device = std::make_unique<OneDevice>();
  bench.device->address = bench.message.source.address;
  bench.device->device.hostname = "edge-1";
  bench.device->device.sampling = 512;
  bench.device->interfaces[3] = "Gi0/3";
  auto record = bench.records_of(v5(1, 1)).at(0);
  EXPECT_EQ(record["device"]["hostname"], "edge-1");
  EXPECT_EQ(record["sampling_interval"], 512);
  EXPECT_EQ(record["extracted_fields"]["input_interface_name"], "Gi0/3");
  EXPECT_FALSE(record["extracted_fields"].contains("output_interface_name"));
  record = bench.records_of(v5(1, 1, 2, 0x4064)).at(0);
  EXPECT_EQ(record["sampling_interval"], 100);
  EXPECT_EQ(record["sampling_mode"], 1);
}

TEST(FlowNetflow5, gaps_in_the_numbering_count_flows_by_exporter_and_engine) {
  FlowBench bench;
  bench.send(v5(2, 2, 100));
  bench.send(v5(1, 1, 102));
  bench.send(v5(1, 1, 110));
  EXPECT_EQ(read(bench.maker.counters().lost_flows), 7U);
  bench.send(v5(1, 1, 105));
  EXPECT_EQ(read(bench.maker.counters().late_messages), 1U);
  const auto losses = bench.maker.losses().snapshot();
  ASSERT_EQ(losses.size(), 1U);
  EXPECT_EQ(losses[0].exporter, bench.message.source.address);
  EXPECT_EQ(losses[0].lost, 7U);
  EXPECT_EQ(losses[0].late, 1U);
  bench.close();
}

TEST(FlowLossTable, keeps_the_greatest_and_gives_them_in_order) {
  parse::LossTable table;
  for (std::uint32_t i = 0; i < 500; ++i) table.add(IpAddress::v4(i), i + 1, 0, 0);
  table.add(IpAddress::v4(499), 1, 2, 3);
  const auto losses = table.snapshot();
  ASSERT_EQ(losses.size(), parse::LossTable::size);
  EXPECT_EQ(losses[0].exporter, IpAddress::v4(499));
  EXPECT_EQ(losses[0].lost, 501U);
  EXPECT_EQ(losses[0].restarts, 3U);
  EXPECT_GE(losses.back().lost, 400U);
}

}  // namespace
}  // namespace netlogd::tests
