// The first octets of a sampled packet: Ethernet with its VLAN tags and MPLS labels, IPv4, IPv6
// with its extension headers, TCP, UDP, SCTP, ICMP. It says as much as the octets hold. Pure, any
// thread.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "netlogd/core/ip_address.hpp"

namespace netlogd::wire {

using MacAddress = std::array<std::uint8_t, 6>;

// What a packet's octets begin with; the numbers are sFlow's.
enum class LinkType : std::uint32_t { ethernet = 1, ipv4 = 11, ipv6 = 12, mpls = 13 };

struct SampledPacket {
  static constexpr std::size_t max_labels = 8;

  std::optional<MacAddress> src_mac;
  std::optional<MacAddress> dst_mac;
  std::optional<std::uint16_t> ethernet_type;  // behind the VLAN tags
  std::optional<std::uint16_t> vlan;           // of the outer tag
  std::optional<std::uint8_t> vlan_priority;
  std::optional<std::uint16_t> inner_vlan;
  std::array<std::uint32_t, max_labels> labels{};  // MPLS, the top first
  std::size_t label_count = 0;

  std::uint8_t ip_version = 0;  // 4, 6; 0: no IP header, or cut
  IpAddress src_ip;
  IpAddress dst_ip;
  std::uint8_t protocol = 0;  // IPv6: behind the extension headers
  std::uint8_t tos = 0;
  std::uint8_t ttl = 0;
  std::uint16_t ip_bytes = 0;  // IPv4: total length; IPv6: payload and header
  std::uint32_t flow_label = 0;
  std::optional<std::uint16_t>
      fragment_offset;  // of a fragment but the first, in units of 8 octets

  std::optional<std::uint16_t> src_port;
  std::optional<std::uint16_t> dst_port;
  std::optional<std::uint16_t> tcp_flags;
  std::optional<std::uint8_t> icmp_type;
  std::optional<std::uint8_t> icmp_code;
};

[[nodiscard]] SampledPacket read_packet(LinkType link,
                                        std::span<const std::uint8_t> octets) noexcept;

}  // namespace netlogd::wire
