#include "netlogd/wire/flow_packet.hpp"

#include <algorithm>

#include "netlogd/core/byte_reader.hpp"

namespace netlogd::wire {
namespace {

constexpr std::uint16_t type_ipv4 = 0x0800;
constexpr std::uint16_t type_ipv6 = 0x86dd;
constexpr std::uint16_t type_mpls = 0x8847;
constexpr std::uint16_t type_mpls_multicast = 0x8848;

bool is_vlan_tag(std::uint16_t type) noexcept {
  return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

constexpr std::uint8_t protocol_icmp = 1;
constexpr std::uint8_t protocol_tcp = 6;
constexpr std::uint8_t protocol_udp = 17;
constexpr std::uint8_t protocol_icmp6 = 58;
constexpr std::uint8_t protocol_sctp = 132;
constexpr std::uint8_t protocol_udplite = 136;

void read_transport(ByteReader reader, SampledPacket& packet) noexcept {
  switch (packet.protocol) {
    case protocol_icmp:
    case protocol_icmp6: {
      const auto type = reader.u8();
      const auto code = reader.u8();
      if (!reader.ok()) return;
      packet.icmp_type = type;
      packet.icmp_code = code;
      return;
    }
    case protocol_tcp:
    case protocol_udp:
    case protocol_sctp:
    case protocol_udplite: {
      const auto source = reader.u16();
      const auto destination = reader.u16();
      if (!reader.ok()) return;
      packet.src_port = source;
      packet.dst_port = destination;
      if (packet.protocol != protocol_tcp) return;
      reader.skip(8);
      const auto flags = static_cast<std::uint16_t>(reader.u16() & 0x01ffU);
      if (reader.ok()) packet.tcp_flags = flags;
      return;
    }
    default:
      return;
  }
}

void read_ipv4(ByteReader reader, SampledPacket& packet) noexcept {
  const auto start = reader.u8();
  const std::size_t header_bytes = std::size_t{start & 15U} * 4;
  packet.tos = reader.u8();
  packet.ip_bytes = reader.u16();
  reader.skip(2);
  const auto fragment = static_cast<std::uint16_t>(reader.u16() & 0x1fffU);
  packet.ttl = reader.u8();
  packet.protocol = reader.u8();
  reader.skip(2);
  const auto addresses = reader.take(8);
  if (!reader.ok() || start >> 4 != 4 || header_bytes < 20) return;
  packet.ip_version = 4;
  packet.src_ip = IpAddress::v4_bytes(addresses.data());
  packet.dst_ip = IpAddress::v4_bytes(addresses.data() + 4);
  if (fragment != 0) {
    packet.fragment_offset = fragment;
    return;
  }
  reader.skip(header_bytes - 20);
  read_transport(reader, packet);
}

// RFC 8200, 4: the extension headers that say what comes next. False: the rest is not to be read.
bool step_over_extensions(ByteReader& reader, SampledPacket& packet) noexcept {
  constexpr int max_extensions = 8;
  for (int i = 0; i < max_extensions; ++i) {
    switch (packet.protocol) {
      case 0:     // hop-by-hop
      case 43:    // routing
      case 60: {  // destination options
        const auto next = reader.u8();
        const std::size_t length = std::size_t{reader.u8()} * 8 + 6;
        reader.skip(length);
        if (!reader.ok()) return false;
        packet.protocol = next;
        break;
      }
      case 51: {  // authentication: its length counts words of four, minus two
        const auto next = reader.u8();
        const std::size_t length = std::size_t{reader.u8()} * 4 + 6;
        reader.skip(length);
        if (!reader.ok()) return false;
        packet.protocol = next;
        break;
      }
      case 44: {  // fragment
        const auto next = reader.u8();
        reader.skip(1);
        const auto offset = static_cast<std::uint16_t>(reader.u16() >> 3);
        reader.skip(4);
        if (!reader.ok()) return false;
        packet.protocol = next;
        if (offset != 0) {
          packet.fragment_offset = offset;
          return false;
        }
        break;
      }
      default:
        return true;
    }
  }
  return false;
}

void read_ipv6(ByteReader reader, SampledPacket& packet) noexcept {
  const auto word = reader.u32();
  const auto payload = reader.u16();
  packet.protocol = reader.u8();
  packet.ttl = reader.u8();
  const auto addresses = reader.take(32);
  if (!reader.ok() || word >> 28 != 6) return;
  packet.ip_version = 6;
  packet.tos = static_cast<std::uint8_t>(word >> 20);
  packet.flow_label = word & 0x000f'ffffU;
  packet.ip_bytes = static_cast<std::uint16_t>(std::min<std::uint32_t>(payload + 40U, 0xffff));
  packet.src_ip = IpAddress::v6_bytes(addresses.data());
  packet.dst_ip = IpAddress::v6_bytes(addresses.data() + 16);
  if (step_over_extensions(reader, packet)) read_transport(reader, packet);
}

void read_ip(ByteReader reader, SampledPacket& packet) noexcept {
  const auto version = reader.peek() >> 4;
  if (version == 4) read_ipv4(reader, packet);
  if (version == 6) read_ipv6(reader, packet);
}

// RFC 3032: labels until the one that says it is the last. What follows says by itself what it is.
void read_mpls(ByteReader reader, SampledPacket& packet) noexcept {
  for (;;) {
    const auto entry = reader.u32();
    if (!reader.ok()) return;
    if (packet.label_count < SampledPacket::max_labels)
      packet.labels[packet.label_count++] = entry >> 12;
    if ((entry & 0x100U) != 0) break;
  }
  read_ip(reader, packet);
}

MacAddress mac_of(std::span<const std::uint8_t> octets) noexcept {
  MacAddress mac{};
  std::copy_n(octets.begin(), mac.size(), mac.begin());
  return mac;
}

void read_ethernet(ByteReader reader, SampledPacket& packet) noexcept {
  const auto destination = reader.take(6);
  const auto source = reader.take(6);
  if (!reader.ok()) return;
  packet.dst_mac = mac_of(destination);
  packet.src_mac = mac_of(source);
  auto type = reader.u16();
  while (reader.ok() && is_vlan_tag(type)) {
    const auto tag = reader.u16();
    type = reader.u16();
    if (!reader.ok()) return;
    const auto vlan = static_cast<std::uint16_t>(tag & 0x0fffU);
    if (!packet.vlan) {
      packet.vlan = vlan;
      packet.vlan_priority = static_cast<std::uint8_t>(tag >> 13);
    } else if (!packet.inner_vlan) {
      packet.inner_vlan = vlan;
    }
  }
  if (!reader.ok()) return;
  packet.ethernet_type = type;
  switch (type) {
    case type_ipv4:
      return read_ipv4(reader, packet);
    case type_ipv6:
      return read_ipv6(reader, packet);
    case type_mpls:
    case type_mpls_multicast:
      return read_mpls(reader, packet);
    default:
      return;
  }
}

}  // namespace

SampledPacket read_packet(LinkType link, std::span<const std::uint8_t> octets) noexcept {
  SampledPacket packet;
  const ByteReader reader(octets);
  switch (link) {
    case LinkType::ethernet:
      read_ethernet(reader, packet);
      break;
    case LinkType::ipv4:
      read_ipv4(reader, packet);
      break;
    case LinkType::ipv6:
      read_ipv6(reader, packet);
      break;
    case LinkType::mpls:
      read_mpls(reader, packet);
      break;
  }
  return packet;
}

}  // namespace netlogd::wire
