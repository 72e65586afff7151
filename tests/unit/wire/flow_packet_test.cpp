#include "netlogd/wire/flow_packet.hpp"

#include <gtest/gtest.h>

#include "unit/parse/flow_bytes.hpp"

namespace netlogd::wire {
namespace {

using tests::Bytes;

Bytes ethernet(std::uint16_t type) {
  return Bytes().number(0x020000000002, 6).number(0x020000000001, 6).u16(type);
}
Bytes ipv4(std::uint8_t protocol, std::uint16_t fragment = 0, std::uint8_t words = 5) {
  return Bytes()
      .u8(0x40U | words)
      .u8(0xb8)
      .u16(60)
      .u16(1)
      .u16(fragment)
      .u8(64)
      .u8(protocol)
      .u16(0)
      .u32(0x0a000001)
      .u32(0x0a000002)
      .zeros(words > 5 ? (words - 5U) * 4 : 0);
}
Bytes ipv6(std::uint8_t next) {
  return Bytes()
      .u32(0x6b80'1234)
      .u16(40)
      .u8(next)
      .u8(63)
      .u64(0x20010db8'00000000)
      .u64(1)
      .u64(0x20010db8'00000000)
      .u64(2);
}
Bytes tcp() { return Bytes().u16(1234).u16(443).u32(1).u32(2).u16(0x5012).u16(100).u32(0); }

TEST(FlowPacket, reads_ethernet_vlan_tags_and_tcp) {
  const auto frame =
      ethernet(0x88a8).u16(0x6064).u16(0x8100).u16(0x000a).u16(0x0800).add(ipv4(6)).add(tcp());
  const auto packet = read_packet(LinkType::ethernet, frame.data());
  EXPECT_EQ((*packet.src_mac)[5], 1);
  EXPECT_EQ((*packet.dst_mac)[5], 2);
  EXPECT_EQ(packet.vlan, 100);
  EXPECT_EQ(packet.vlan_priority, 3);
  EXPECT_EQ(packet.inner_vlan, 10);
  EXPECT_EQ(packet.ethernet_type, 0x0800);
  EXPECT_EQ(packet.src_ip.text(), "10.0.0.1");
  EXPECT_EQ(packet.dst_ip.text(), "10.0.0.2");
  EXPECT_EQ(packet.protocol, 6);
  EXPECT_EQ(packet.tos, 0xb8);
  EXPECT_EQ(packet.ttl, 64);
  EXPECT_EQ(packet.src_port, 1234);
  EXPECT_EQ(packet.dst_port, 443);
  EXPECT_EQ(packet.tcp_flags, 0x12);
}

TEST(FlowPacket, steps_over_ipv4_options_and_leaves_later_fragments_without_ports) {
  EXPECT_EQ(read_packet(LinkType::ipv4, ipv4(17, 0, 7).u16(53).u16(5353).data()).dst_port, 5353);
  const auto fragment = read_packet(LinkType::ipv4, ipv4(17, 0x2005).u16(53).u16(5353).data());
  EXPECT_EQ(fragment.fragment_offset, 5);
  EXPECT_FALSE(fragment.dst_port);
  EXPECT_FALSE(read_packet(LinkType::ipv4, ipv4(17, 0, 4).u16(53).u16(5353).data()).dst_port);
}

TEST(FlowPacket, steps_over_ipv6_extension_headers) {
  const auto octets =
      ipv6(0).u8(43).u8(1).zeros(14).u8(44).u8(0).zeros(6).u8(58).u8(0).u16(1).u32(9).u8(128).u8(0);
  const auto packet = read_packet(LinkType::ipv6, octets.data());
  EXPECT_EQ(packet.ip_version, 6);
  EXPECT_EQ(packet.src_ip.text(), "2001:db8::1");
  EXPECT_EQ(packet.tos, 0xb8);
  EXPECT_EQ(packet.flow_label, 0x1234U);
  EXPECT_EQ(packet.protocol, 58);
  EXPECT_EQ(packet.icmp_type, 128);
  // More of them than any packet has.
  Bytes endless = ipv6(60);
  for (int i = 0; i < 20; ++i) endless.u8(60).u8(0).zeros(6);
  EXPECT_FALSE(read_packet(LinkType::ipv6, endless.data()).src_port);
}

TEST(FlowPacket, reads_ip_under_mpls_labels) {
  const auto frame =
      ethernet(0x8847).u32(100U << 12).u32(200U << 12 | 0x100).add(ipv6(17)).u16(1).u16(2);
  const auto packet = read_packet(LinkType::ethernet, frame.data());
  EXPECT_EQ(packet.label_count, 2U);
  EXPECT_EQ(packet.labels[1], 200U);
  EXPECT_EQ(packet.dst_port, 2);
}

TEST(FlowPacket, says_as_much_as_any_prefix_holds) {
  const auto frame = ethernet(0x8100).u16(10).u16(0x86dd).add(ipv6(6)).add(tcp()).data();
  for (std::size_t n = 0; n <= frame.size(); ++n) {
    const std::vector<std::uint8_t> exact(frame.begin(),
                                          frame.begin() + static_cast<std::ptrdiff_t>(n));
    const auto packet = read_packet(LinkType::ethernet, exact);
    EXPECT_EQ(packet.src_mac.has_value(), n >= 12) << n;
    EXPECT_EQ(packet.ip_version == 6, n >= 18 + 40) << n;
    EXPECT_EQ(packet.src_port.has_value(), n >= 18 + 44) << n;
    EXPECT_EQ(packet.tcp_flags.has_value(), n >= 18 + 54) << n;
  }
}

}  // namespace
}  // namespace netlogd::wire
