#include "parse/flow_sample_fields.hpp"

#include <bit>
#include <string>

#include "netlogd/wire/sflow_counters.hpp"

namespace netlogd::parse {
namespace {

using wire::AddressColumn;
using wire::NumberColumn;

// Flow records of enterprise 0.
constexpr std::uint32_t sampled_header = 1;
constexpr std::uint32_t sampled_ethernet = 2;
constexpr std::uint32_t sampled_ipv4 = 3;
constexpr std::uint32_t sampled_ipv6 = 4;
constexpr std::uint32_t extended_switch = 1001;
constexpr std::uint32_t extended_router = 1002;
constexpr std::uint32_t extended_gateway = 1003;
constexpr std::uint32_t extended_user = 1004;
constexpr std::uint32_t extended_url = 1005;
// A counter record of enterprise 0 that is more than numbers.
constexpr std::uint32_t host_description = 2000;

std::string_view text_of(std::span<const std::uint8_t> octets) noexcept {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

// A list of numbers as a JSON array; false: it is cut.
bool read_numbers(ByteReader& reader, std::uint32_t count, JsonWriter& json, bool as_community) {
  if (count > reader.left() / 4) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto number = reader.u32();
    if (json.buffer().size() > 1) json.raw(',');
    if (as_community) {
      json.raw('"');
      json.number(number >> 16);
      json.raw(':');
      json.number(number & 0xffffU);
      json.raw('"');
    } else {
      json.number(number);
    }
  }
  return true;
}

void write_mac(FlowWriter& writer, std::string_view key,
               const std::optional<wire::MacAddress>& mac) {
  if (mac) writer.mac(key, *mac);
}

template <typename Number>
void write_number(FlowWriter& writer, std::string_view key, const std::optional<Number>& number) {
  if (number) writer.number(key, *number);
}

bool write_user(FlowWriter& writer, ByteReader reader) {
  for (const std::string_view key : {"\"src_user\":", "\"dst_user\":"}) {
    reader.skip(4);  // the character set
    const auto user = wire::read_sflow_opaque(reader);
    if (!reader.ok()) return false;
    if (!user.empty()) writer.text(key, text_of(user));
  }
  return true;
}

bool write_url(FlowWriter& writer, ByteReader reader) {
  const auto direction = reader.u32();
  const auto url = wire::read_sflow_opaque(reader);
  const auto host = wire::read_sflow_opaque(reader);
  if (!reader.ok()) return false;
  writer.number("\"url_direction\":", direction);
  writer.text("\"url\":", text_of(url));
  writer.text("\"host\":", text_of(host));
  return true;
}

bool write_switch(FlowWriter& writer, ByteReader reader) {
  for (const std::string_view key :
       {"\"src_vlan\":", "\"src_priority\":", "\"dst_vlan\":", "\"dst_priority\":"}) {
    const auto number = reader.u32();
    if (!reader.ok()) return false;
    writer.number(key, number);
  }
  return true;
}

bool write_ethernet(FlowWriter& writer, ByteReader reader) {
  constexpr std::size_t mac_bytes = 6;
  constexpr std::size_t filled_bytes = 8;
  reader.skip(4);  // the frame's length has a column
  const auto source = reader.take(filled_bytes);
  const auto destination = reader.take(filled_bytes);
  const auto type = reader.u32();
  if (!reader.ok()) return false;
  writer.mac("\"sourceMacAddress\":", source.first<mac_bytes>());
  writer.mac("\"destinationMacAddress\":", destination.first<mac_bytes>());
  writer.number("\"ethernetType\":", type);
  return true;
}

bool write_host(FlowWriter& writer, ByteReader reader) {
  const auto hostname = wire::read_sflow_opaque(reader);
  const auto uuid = reader.take(16);
  const auto machine = reader.u32();
  const auto system = reader.u32();
  const auto release = wire::read_sflow_opaque(reader);
  if (!reader.ok()) return false;
  writer.text("\"hostname\":", text_of(hostname));
  writer.hex("\"uuid\":", uuid);
  writer.number("\"machine_type\":", machine);
  writer.number("\"os_name\":", system);
  writer.text("\"os_release\":", text_of(release));
  return true;
}

}  // namespace

void SampleFields::fill(wire::FlowColumns& columns) noexcept {
  wire::SflowRecordReader records(sample_);
  wire::SflowRecord record;
  for (std::size_t i = 0; i < max_records && records.next(record); ++i) {
    if (record.enterprise != 0) continue;
    ByteReader reader(record.body);
    switch (record.format) {
      case sampled_header:
        fill_packet(columns, reader);
        break;
      case sampled_ethernet:
        if (const auto frame_bytes = reader.u32(); reader.ok() && !columns.has(NumberColumn::bytes))
          columns.set(NumberColumn::bytes, frame_bytes);
        break;
      case sampled_ipv4:
        fill_ip(columns, reader, false);
        break;
      case sampled_ipv6:
        fill_ip(columns, reader, true);
        break;
      case extended_router: {
        IpAddress next_hop;
        if (!wire::read_sflow_address(reader, next_hop)) break;
        columns.set(AddressColumn::next_hop, next_hop);
        const auto source = reader.u32();
        const auto destination = reader.u32();
        if (!reader.ok()) break;
        columns.set(NumberColumn::src_mask, source);
        columns.set(NumberColumn::dst_mask, destination);
        break;
      }
      case extended_gateway:
        fill_gateway(columns, reader);
        break;
      default:
        break;
    }
  }
}

void SampleFields::fill_packet(wire::FlowColumns& columns, ByteReader reader) noexcept {
  const auto link = reader.u32();
  const auto frame_bytes = reader.u32();
  reader.skip(4);  // octets that were stripped
  const std::size_t stated = reader.u32();
  if (!reader.ok() || packet_) return;
  columns.set(NumberColumn::bytes, frame_bytes);
  packet_octets_ = reader.rest().first(std::min(stated, reader.left()));
  packet_ = wire::read_packet(static_cast<wire::LinkType>(link), packet_octets_);
  const auto& packet = *packet_;
  if (packet.ip_version == 0) return;
  columns.set(AddressColumn::src_ip, packet.src_ip);
  columns.set(AddressColumn::dst_ip, packet.dst_ip);
  columns.set(NumberColumn::protocol, packet.protocol);
  columns.set(NumberColumn::tos, packet.tos);
  if (packet.src_port) columns.set(NumberColumn::src_port, *packet.src_port);
  if (packet.dst_port) columns.set(NumberColumn::dst_port, *packet.dst_port);
  if (packet.tcp_flags) columns.set(NumberColumn::tcp_flags, *packet.tcp_flags);
}

void SampleFields::fill_ip(wire::FlowColumns& columns, ByteReader reader, bool v6) noexcept {
  const auto length = reader.u32();
  const auto protocol = reader.u32();
  const auto addresses = reader.take(v6 ? 32 : 8);
  const auto source_port = reader.u32();
  const auto destination_port = reader.u32();
  const auto flags = reader.u32();
  const auto tos = reader.u32();
  if (!reader.ok() || columns.has(AddressColumn::src_ip)) return;
  const auto address = [&](std::size_t at) {
    return v6 ? IpAddress::v6_bytes(addresses.data() + at)
              : IpAddress::v4_bytes(addresses.data() + at);
  };
  columns.set(AddressColumn::src_ip, address(0));
  columns.set(AddressColumn::dst_ip, address(v6 ? 16 : 4));
  if (!columns.has(NumberColumn::bytes)) columns.set(NumberColumn::bytes, length);
  columns.set(NumberColumn::protocol, protocol);
  columns.set(NumberColumn::src_port, source_port);
  columns.set(NumberColumn::dst_port, destination_port);
  columns.set(NumberColumn::tcp_flags, flags);
  columns.set(NumberColumn::tos, tos);
}

void SampleFields::fill_gateway(wire::FlowColumns& columns, ByteReader reader) noexcept {
  IpAddress next_hop;
  if (!wire::read_sflow_address(reader, next_hop)) return;
  const auto router_as = reader.u32();
  const auto source_as = reader.u32();
  reader.skip(4);  // the neighbour's
  const auto segments = reader.u32();
  if (!reader.ok()) return;
  if (!columns.has(AddressColumn::next_hop)) columns.set(AddressColumn::next_hop, next_hop);
  columns.set(NumberColumn::src_as, source_as);
  // The path ends in the destination's; without a path it is our own.
  std::uint32_t destination_as = router_as;
  for (std::uint32_t i = 0; i < segments; ++i) {
    reader.skip(4);
    const auto count = reader.u32();
    if (!reader.ok() || count > reader.left() / 4) return;
    for (std::uint32_t n = 0; n < count; ++n) destination_as = reader.u32();
  }
  columns.set(NumberColumn::dst_as, destination_as);
}

bool SampleFields::write_flow(FlowWriter& writer) {
  wire::SflowRecordReader records(sample_);
  wire::SflowRecord record;
  bool whole = true;
  while (seen_count_ < max_records && records.next(record))
    whole = write_flow_record(writer, record) && whole;
  return whole && !records.broken() && !records.next(record);
}

bool SampleFields::write_flow_record(FlowWriter& writer, const wire::SflowRecord& record) {
  const auto occurrence = occurrence_of(record);
  const ByteReader reader(record.body);
  bool known = record.enterprise == 0 && occurrence == 1;
  bool whole = false;
  if (known) {
    switch (record.format) {
      case sampled_header:
        whole = packet_.has_value();
        if (whole) write_packet(writer);
        break;
      case sampled_ethernet:  // beside a sampled header it says nothing new
        whole = packet_ || write_ethernet(writer, reader);
        break;
      case sampled_ipv4:
        whole = record.body.size() >= 32;
        break;
      case sampled_ipv6:
        whole = record.body.size() >= 56;
        break;
      case extended_router:
        whole = record.body.size() >= 16;
        break;
      case extended_switch:
        whole = write_switch(writer, reader);
        break;
      case extended_gateway:
        whole = write_gateway(writer, reader);
        break;
      case extended_user:
        whole = write_user(writer, reader);
        break;
      case extended_url:
        whole = write_url(writer, reader);
        break;
      default:
        known = false;
    }
  }
  if (!known || !whole) write_octets(writer, record, occurrence);
  return !known || whole;
}

void SampleFields::write_packet(FlowWriter& writer) {
  const auto& packet = *packet_;
  write_mac(writer, "\"sourceMacAddress\":", packet.src_mac);
  write_mac(writer, "\"destinationMacAddress\":", packet.dst_mac);
  write_number(writer, "\"ethernetType\":", packet.ethernet_type);
  write_number(writer, "\"vlanId\":", packet.vlan);
  write_number(writer, "\"dot1qPriority\":", packet.vlan_priority);
  write_number(writer, "\"dot1qCustomerVlanId\":", packet.inner_vlan);
  if (packet.label_count > 0) {
    std::string labels = "[";
    for (std::size_t i = 0; i < packet.label_count; ++i)
      labels.append(i > 0 ? "," : "").append(std::to_string(packet.labels[i]));
    writer.json("\"mpls_labels\":", labels.append("]"));
  }
  if (packet.ip_version == 0) return writer.hex("\"dataLinkFrameSection\":", packet_octets_);
  writer.number("\"ipTTL\":", packet.ttl);
  writer.number("\"ipTotalLength\":", packet.ip_bytes);
  write_number(writer, "\"fragmentOffset\":", packet.fragment_offset);
  if (packet.ip_version == 6) writer.number("\"flowLabelIPv6\":", packet.flow_label);
  const bool v6 = packet.ip_version == 6;
  write_number(writer, v6 ? "\"icmpTypeIPv6\":" : "\"icmpTypeIPv4\":", packet.icmp_type);
  write_number(writer, v6 ? "\"icmpCodeIPv6\":" : "\"icmpCodeIPv4\":", packet.icmp_code);
}

bool SampleFields::write_gateway(FlowWriter& writer, ByteReader reader) {
  IpAddress next_hop;
  if (!wire::read_sflow_address(reader, next_hop)) return false;
  const auto router_as = reader.u32();
  reader.skip(4);  // the source's has a column
  const auto neighbour_as = reader.u32();
  const auto segments = reader.u32();
  TextBuffer path_text;
  JsonWriter path(path_text);
  path.raw('[');
  for (std::uint32_t i = 0; i < segments; ++i) {
    reader.skip(4);  // a sequence or a set
    const auto count = reader.u32();
    if (!reader.ok() || !read_numbers(reader, count, path, false)) return false;
  }
  path.raw(']');
  TextBuffer community_text;
  JsonWriter communities(community_text);
  communities.raw('[');
  const auto count = reader.u32();
  if (!reader.ok() || !read_numbers(reader, count, communities, true)) return false;
  communities.raw(']');
  const auto preference = reader.u32();
  if (!reader.ok()) return false;
  writer.address(next_hop.is_v4() ? "\"bgpNextHopIPv4Address\":" : "\"bgpNextHopIPv6Address\":",
                 next_hop);
  writer.number("\"router_as\":", router_as);
  writer.number("\"bgpPrevAdjacentAsNumber\":", neighbour_as);
  writer.json("\"dst_as_path\":", path_text.view());
  writer.json("\"communities\":", community_text.view());
  writer.number("\"local_pref\":", preference);
  return true;
}

bool SampleFields::write_counters(FlowWriter& writer) {
  wire::SflowRecordReader records(sample_);
  wire::SflowRecord record;
  bool whole = true;
  while (seen_count_ < max_records && records.next(record))
    whole = write_counter_record(writer, record) && whole;
  return whole && !records.broken() && !records.next(record);
}

bool SampleFields::write_counter_record(FlowWriter& writer, const wire::SflowRecord& record) {
  const auto occurrence = occurrence_of(record);
  const bool ours = record.enterprise == 0 && occurrence == 1;
  if (ours && record.format == host_description && write_host(writer, ByteReader(record.body)))
    return true;
  const auto counters =
      ours ? wire::sflow_counters(record.format) : std::span<const wire::SflowCounter>();
  if (counters.empty()) {
    write_octets(writer, record, occurrence);
    return true;
  }
  ByteReader reader(record.body);
  for (const auto& counter : counters) {
    const auto value = reader.unsigned_number(counter.bytes);
    if (!reader.ok()) return false;
    if (!counter.is_real) {
      writer.number(counter.key, value);
      continue;
    }
    TextBuffer text;
    JsonWriter(text).real(
        static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(value))));
    writer.json(counter.key, text.view());
  }
  return true;
}

void SampleFields::write_octets(FlowWriter& writer, const wire::SflowRecord& record,
                                unsigned occurrence) {
  std::string key =
      "\"sflow_" + std::to_string(record.enterprise) + "_" + std::to_string(record.format);
  if (occurrence > 1) key += "_" + std::to_string(occurrence);
  writer.hex(key + "\":", record.body);
}

unsigned SampleFields::occurrence_of(const wire::SflowRecord& record) noexcept {
  const std::uint32_t kind = record.enterprise << 12 | record.format;
  for (std::size_t i = 0; i < seen_count_; ++i)
    if (seen_[i].first == kind && seen_count_ < max_records) {
      seen_[seen_count_++] = {0xffff'ffffU, 0};  // counts against the limit
      return ++seen_[i].second;
    }
  seen_[seen_count_++] = {kind, 1};
  return 1;
}

}  // namespace netlogd::parse
