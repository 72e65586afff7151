#include "unit/parse/flow_maker_test.hpp"

namespace netlogd::tests {
namespace {

Bytes datagram(std::initializer_list<Bytes> samples, std::uint32_t sequence = 42) {
  Bytes out =
      Bytes().u32(5).u32(1).u32(0x0a000063).u32(7).u32(sequence).u32(1000).u32(samples.size());
  for (const auto& one : samples) out.add(one);
  return out;
}
Bytes record(std::uint32_t format, const Bytes& body) {
  return Bytes().u32(format).u32(body.size()).add(body);
}
Bytes flow_sample(std::initializer_list<Bytes> records, std::uint32_t output = 4) {
  Bytes body =
      Bytes().u32(11).u32(3).u32(512).u32(9000).u32(2).u32(3).u32(output).u32(records.size());
  for (const auto& one : records) body.add(one);
  return record(1, body);
}
Bytes counter_sample(std::initializer_list<Bytes> records) {
  Bytes body = Bytes().u32(11).u32(3).u32(records.size());
  for (const auto& one : records) body.add(one);
  return record(2, body);
}
Bytes header_record() {
  const auto frame = Bytes()
                         .number(0x020000000002, 6)
                         .number(0x020000000001, 6)
                         .u16(0x8100)
                         .u16(100)
                         .u16(0x0800)
                         .u8(0x45)
                         .u8(0xb8)
                         .u16(1500)
                         .u16(1)
                         .u16(0)
                         .u8(64)
                         .u8(6)
                         .u16(0)
                         .u32(0x0a000001)
                         .u32(0x0a000002)
                         .u16(1234)
                         .u16(443)
                         .u32(1)
                         .u32(2)
                         .u16(0x5018)
                         .u16(100)
                         .u32(0);
  return record(1, Bytes()
                       .u32(1)
                       .u32(1518)
                       .u32(4)
                       .u32(frame.size())
                       .add(frame)
                       .zeros((4 - frame.size() % 4) % 4));
}

TEST(FlowSamples, a_sampled_header_gives_addresses_ports_and_what_it_says_else) {
  FlowBench bench;
  const auto one = bench.records_of(datagram({flow_sample({header_record()})})).at(0);
  EXPECT_EQ(one["flow_version"], "sflow5");
  EXPECT_EQ(one["exporter_ip"], "192.0.2.1");
  EXPECT_EQ(one["src_ip"], "10.0.0.1");
  EXPECT_EQ(one["dst_port"], 443);
  EXPECT_EQ(one["protocol"], 6);
  EXPECT_EQ(one["tcp_flags"], 0x18);
  EXPECT_EQ(one["tos"], 0xb8);
  EXPECT_EQ(one["packets"], 1);
  EXPECT_EQ(one["bytes"], 1518);
  EXPECT_EQ(one["input_interface"], 3);
  EXPECT_EQ(one["output_interface"], 4);
  EXPECT_EQ(one["sampling_interval"], 512);
  EXPECT_EQ(one["flow_sequence"], 42);
  EXPECT_EQ(one["sys_uptime_ms"], 1000);
  EXPECT_TRUE(one["start_time"].is_null());
  EXPECT_FALSE(one.contains("flow_type"));
  const auto& extracted = one["extracted_fields"];
  EXPECT_EQ(extracted["agentAddress"], "10.0.0.99");
  EXPECT_EQ(extracted["subAgentId"], 7);
  EXPECT_EQ(extracted["sourceMacAddress"], "02:00:00:00:00:01");
  EXPECT_EQ(extracted["vlanId"], 100);
  EXPECT_EQ(extracted["ipTTL"], 64);
  EXPECT_EQ(extracted["sample_pool"], 9000);
}

TEST(FlowSamples, switch_router_and_gateway_fill_in_what_they_know) {
  FlowBench bench;
  const auto gateway = Bytes()
                           .u32(1)
                           .u32(0x0a0000fd)
                           .u32(65000)
                           .u32(64512)
                           .u32(64513)
                           .u32(2)
                           .u32(2)
                           .u32(2)
                           .u32(65001)
                           .u32(65002)
                           .u32(1)
                           .u32(1)
                           .u32(65003)
                           .u32(2)
                           .u32(0xfde80001)
                           .u32(0xfde80002)
                           .u32(150);
  const auto one =
      bench
          .records_of(datagram({flow_sample(
              {header_record(), record(1001, Bytes().u32(100).u32(1).u32(200).u32(2)),
               record(1002, Bytes().u32(1).u32(0x0a0000fe).u32(24).u32(16)), record(1003, gateway),
               record(4242U << 12 | 5, Bytes().u32(0xabcdef01))})}))
          .at(0);
  EXPECT_EQ(one["next_hop"], "10.0.0.254");
  EXPECT_EQ(one["src_mask"], 24);
  EXPECT_EQ(one["dst_mask"], 16);
  EXPECT_EQ(one["src_as"], 64512);
  EXPECT_EQ(one["dst_as"], 65003);
  const auto& extracted = one["extracted_fields"];
  EXPECT_EQ(extracted["dst_vlan"], 200);
  EXPECT_EQ(extracted["bgpNextHopIPv4Address"], "10.0.0.253");
  EXPECT_EQ(extracted["dst_as_path"].dump(), "[65001,65002,65003]");
  EXPECT_EQ(extracted["communities"].dump(), R"(["65000:1","65000:2"])");
  EXPECT_EQ(extracted["local_pref"], 150);
  EXPECT_EQ(extracted["sflow_4242_5"], "0xabcdef01");
}

TEST(FlowSamples, sampled_addresses_and_the_expanded_form_are_read) {
  FlowBench bench;
  const auto ipv6 = record(4, Bytes()
                                  .u32(60)
                                  .u32(17)
                                  .u64(0x20010db800000000)
                                  .u64(1)
                                  .u64(0x20010db800000000)
                                  .u64(2)
                                  .u32(53)
                                  .u32(5353)
                                  .u32(0)
                                  .u32(1));
  const auto expanded = record(3, Bytes()
                                      .u32(11)
                                      .u32(0)
                                      .u32(70000)
                                      .u32(16)
                                      .u32(1)
                                      .u32(0)
                                      .u32(0)
                                      .u32(70000)
                                      .u32(1)
                                      .u32(258)
                                      .u32(1)
                                      .add(ipv6));
  const auto one = bench.records_of(datagram({expanded})).at(0);
  EXPECT_EQ(one["src_ip"], "2001:db8::1");
  EXPECT_EQ(one["dst_port"], 5353);
  EXPECT_EQ(one["bytes"], 60);
  EXPECT_EQ(one["input_interface"], 70000);
  EXPECT_TRUE(one["output_interface"].is_null());
  EXPECT_EQ(one["extracted_fields"]["output_discard_reason"], 258);
}

TEST(FlowSamples, a_frame_that_is_no_ip_is_kept_as_octets) {
  FlowBench bench;
  const auto arp =
      Bytes().number(0xffffffffffff, 6).number(0x020000000001, 6).u16(0x0806).u16(1).zeros(4);
  const auto one =
      bench
          .records_of(datagram({flow_sample(
              {record(1, Bytes().u32(1).u32(64).u32(4).u32(arp.size()).add(arp))}, 0x3fffffff)}))
          .at(0);
  EXPECT_TRUE(one["src_ip"].is_null());
  EXPECT_TRUE(one["output_interface"].is_null());
  EXPECT_EQ(one["extracted_fields"]["ethernetType"], 0x0806);
  EXPECT_EQ(one["extracted_fields"]["dataLinkFrameSection"],
            "0xffffffffffff0200000000010806000100000000");
}

TEST(FlowSamples, counters_are_records_of_their_own_kind) {
  FlowBench bench;
  bench.device = std::make_unique<OneDevice>();
  bench.device->address = bench.message.source.address;
  bench.device->interfaces[3] = "Ethernet3";
  const auto generic = record(1, Bytes()
                                     .u32(3)
                                     .u32(6)
                                     .u64(10'000'000'000)
                                     .u32(1)
                                     .u32(3)
                                     .u64(0xffffffffffULL)
                                     .zeros(4 * 6)
                                     .u64(5)
                                     .zeros(4 * 6));
  const auto host_cpu = record(2003, Bytes().u32(0x3f000000).zeros(64));
  const auto host = record(
      2000,
      Bytes().u32(6).text("server").zeros(2).u64(1).u64(2).u32(3).u32(2).u32(3).text("6.1").zeros(
          1));
  const auto one =
      bench.records_of(datagram({counter_sample({generic, host_cpu, host, generic})})).at(0);
  EXPECT_EQ(one["flow_type"], "counter");
  EXPECT_TRUE(one["src_ip"].is_null());
  EXPECT_TRUE(one["bytes"].is_null());
  const auto& extracted = one["extracted_fields"];
  EXPECT_EQ(extracted["interface_name"], "Ethernet3");
  EXPECT_EQ(extracted["ifSpeed"], 10'000'000'000);
  EXPECT_EQ(extracted["ifInOctets"], 0xffffffffffULL);
  EXPECT_EQ(extracted["load_one"], 0.5);
  EXPECT_EQ(extracted["hostname"], "server");
  EXPECT_EQ(extracted["os_release"], "6.1");
  EXPECT_TRUE(extracted["sflow_0_1_2"].is_string());  // the same kind again
  EXPECT_EQ(read(bench.maker.counters().broken_records), 0U);
}

TEST(FlowSamples, lengths_that_lie_cost_the_rest_of_their_datagram_only) {
  FlowBench bench;
  auto records =
      bench.records_of(datagram({flow_sample({header_record()}), Bytes().u32(1).u32(0xffffffff)}));
  EXPECT_EQ(records.size(), 1U);
  EXPECT_EQ(read(bench.maker.counters().broken_sets), 1U);
  bench.begin();
  bench.send(datagram({Bytes().u32(1).u32(0xffffffff)}));
  EXPECT_EQ(bench.out.dropped()[static_cast<std::size_t>(DropReason::malformed)], 1U);
  bench.send(datagram({}));
  EXPECT_EQ(bench.out.no_record_count(), 1U);
  // A record inside the sample is cut: what came before it stays.
  Bytes cut = Bytes()
                  .u32(11)
                  .u32(3)
                  .u32(512)
                  .u32(9000)
                  .u32(2)
                  .u32(3)
                  .u32(4)
                  .u32(2)
                  .add(header_record())
                  .u32(1001)
                  .u32(16)
                  .u32(1);
  const auto one = bench.records_of(datagram({record(1, cut)})).at(0);
  EXPECT_EQ(one["dst_port"], 443);
  EXPECT_EQ(read(bench.maker.counters().broken_records), 1U);
}

TEST(FlowSamples, agents_are_numbered_apart) {
  FlowBench bench;
  bench.send(datagram({}, 1));
  bench.send(datagram({}, 2));
  bench.send(datagram({}, 5));
  EXPECT_EQ(read(bench.maker.counters().lost_messages), 2U);
  bench.send(Bytes().u32(5).u32(1).u32(0x0a000064).u32(7).u32(900).u32(1000).u32(0));
  EXPECT_EQ(read(bench.maker.counters().lost_messages), 2U);
}

}  // namespace
}  // namespace netlogd::tests
