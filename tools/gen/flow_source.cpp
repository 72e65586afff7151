#include "flow_source.hpp"

#include <algorithm>
#include <chrono>

#include "big_endian_writer.hpp"
#include "netlogd/core/ip_address.hpp"

namespace netlogd::gen {
namespace {

constexpr std::uint32_t most_flows_v5 = 30;
constexpr std::uint32_t most_flows_template = 22;
constexpr std::uint32_t most_flows_sflow = 6;
constexpr std::uint64_t template_every = 50;  // packets
constexpr std::uint32_t template_id = 256;
constexpr std::uint32_t sampling = 1000;

struct TemplateField {
  std::uint16_t id;
  std::uint16_t length;
};

// The information elements of the v9 and the IPFIX template; RFC 3954 section 8 and RFC 7012.
constexpr TemplateField v9_fields[] = {{8, 4},  {12, 4}, {15, 4}, {10, 4}, {14, 4}, {2, 4}, {1, 4},
                                       {22, 4}, {21, 4}, {7, 2},  {11, 2}, {6, 1},  {4, 1}, {5, 1},
                                       {9, 1},  {13, 1}, {61, 1}, {16, 4}, {17, 4}, {34, 4}};
constexpr TemplateField ipfix_fields[] = {
    {8, 4},  {12, 4}, {15, 4}, {10, 4}, {14, 4}, {2, 8},  {1, 8},  {152, 8}, {153, 8}, {7, 2},
    {11, 2}, {6, 1},  {4, 1},  {5, 1},  {9, 1},  {13, 1}, {61, 1}, {16, 4},  {17, 4},  {34, 4}};

template <std::size_t Count>
void write_template(BigEndianWriter& out, std::uint32_t set_id,
                    const TemplateField (&fields)[Count]) {
  out.u16(set_id)
      .u16(static_cast<std::uint32_t>(8 + 4 * Count))
      .u16(template_id)
      .u16(static_cast<std::uint32_t>(Count));
  for (const auto& field : fields) out.u16(field.id).u16(field.length);
}

std::uint32_t address_number(const std::string& text) {
  const auto address = IpAddress::parse(text);
  return address ? address->v4_host_order() : 0;
}

}  // namespace

FlowSource::FlowSource(const SimulatedDevice& device, const FlowSourceSettings& settings)
    : settings_(settings), agent_(address_number(device.address)) {
  const auto most = settings.format == FlowFormat::v5      ? most_flows_v5
                    : settings.format == FlowFormat::sflow ? most_flows_sflow
                                                           : most_flows_template;
  if (settings_.flows_per_packet == 0 || settings_.flows_per_packet > most)
    settings_.flows_per_packet = most;
  Random random(settings.seed * 15485863 + settings.connection);
  for (int n = 0; n < 997; ++n) flows_.push_back(make_flow(device, random));
}

FlowSource::Flow FlowSource::make_flow(const SimulatedDevice& device, Random& random) {
  constexpr std::uint16_t services[] = {443, 443, 443, 80,   53,   53,   22,
                                        123, 25,  445, 3389, 8080, 5060, 179};
  Flow flow;
  flow.source = 0x0a140000U + random.below(1U << 18);
  flow.destination =
      0xc6336400U + random.below(254) * (random.one_in(3) ? 1 : 0) + 1 + random.below(20);
  flow.next_hop = address_number(random.pick(device.neighbours));
  flow.source_port = static_cast<std::uint16_t>(random.between(1024, 65000));
  flow.destination_port = random.pick(services);
  flow.input = static_cast<std::uint16_t>(1 + random.below(12));
  flow.output = static_cast<std::uint16_t>(1 + random.below(12));
  flow.protocol = flow.destination_port == 53 || flow.destination_port == 123 ? 17 : 6;
  flow.tcp_flags = flow.protocol == 6 ? 0x1b : 0;
  flow.packets = 1 + random.below(random.one_in(10) ? 50000 : 60);
  flow.octets = flow.packets * random.between(60, 1400);
  flow.age_ms = random.below(15000);
  flow.duration_ms = random.below(60000);
  flow.tos = random.one_in(8) ? 0xb8 : 0;
  flow.source_as = static_cast<std::uint16_t>(device.as_number);
  flow.destination_as = static_cast<std::uint16_t>(device.peer_as);
  if (random.one_in(3)) {  // the answer comes back
    std::swap(flow.source, flow.destination);
    std::swap(flow.source_port, flow.destination_port);
    std::swap(flow.source_as, flow.destination_as);
  }
  return flow;
}

const FlowSource::Flow& FlowSource::next_flow() {
  current_ = flows_[position_];
  position_ = position_ + 1 == flows_.size() ? 0 : position_ + 1;
  ++flows_made_;
  if (settings_.numbered) {
    current_.source_as = static_cast<std::uint16_t>(flows_made_ >> 16);
    current_.destination_as = static_cast<std::uint16_t>(flows_made_);
  }
  return current_;
}

void FlowSource::set_time(TimePoint now) {
  const auto since_epoch =
      std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
  now_seconds_ = static_cast<std::uint32_t>(since_epoch / 1'000'000'000);
  now_nanoseconds_ = static_cast<std::uint32_t>(since_epoch % 1'000'000'000);
  now_ms_ = static_cast<std::uint64_t>(since_epoch / 1'000'000);
  uptime_ms_ =
      static_cast<std::uint32_t>(now_ms_ % 1'728'000'000) + 100'000'000;  // one to twenty-one days
}

Made FlowSource::next(char* out) {
  ++packets_made_;
  BigEndianWriter writer(out);
  switch (settings_.format) {
    case FlowFormat::v5:
      return next_v5(writer);
    case FlowFormat::v9:
      return next_v9(writer);
    case FlowFormat::ipfix:
      return next_ipfix(writer);
    case FlowFormat::sflow:
      break;
  }
  return next_sflow(writer);
}

Made FlowSource::next_v5(BigEndianWriter& out) {
  const auto count = settings_.flows_per_packet;
  out.u16(5).u16(count).u32(uptime_ms_).u32(now_seconds_).u32(now_nanoseconds_);
  out.u32(static_cast<std::uint32_t>(flows_made_))
      .u8(0)
      .u8(settings_.connection)
      .u16(1U << 14 | sampling);
  for (std::uint32_t n = 0; n < count; ++n) {
    const auto& flow = next_flow();
    const auto last = uptime_ms_ - flow.age_ms;
    out.u32(flow.source).u32(flow.destination).u32(flow.next_hop).u16(flow.input).u16(flow.output);
    out.u32(flow.packets).u32(flow.octets).u32(last - flow.duration_ms).u32(last);
    out.u16(flow.source_port)
        .u16(flow.destination_port)
        .u8(0)
        .u8(flow.tcp_flags)
        .u8(flow.protocol)
        .u8(flow.tos);
    out.u16(flow.source_as)
        .u16(flow.destination_as)
        .u8(flow.source_mask)
        .u8(flow.destination_mask)
        .u16(0);
  }
  return {.bytes = out.size(), .records = count};
}

Made FlowSource::next_v9(BigEndianWriter& out) {
  const bool with_template = packets_made_ % template_every == 1;
  const auto count = settings_.flows_per_packet;
  out.u16(9).u16(count + (with_template ? 1 : 0)).u32(uptime_ms_).u32(now_seconds_);
  out.u32(static_cast<std::uint32_t>(packets_made_ - 1)).u32(settings_.connection);
  if (with_template) write_template(out, 0, v9_fields);
  const auto set = out.size();
  out.u16(template_id).u16(0);
  for (std::uint32_t n = 0; n < count; ++n) {
    const auto& flow = next_flow();
    const auto last = uptime_ms_ - flow.age_ms;
    out.u32(flow.source).u32(flow.destination).u32(flow.next_hop).u32(flow.input).u32(flow.output);
    out.u32(flow.packets).u32(flow.octets).u32(last - flow.duration_ms).u32(last);
    out.u16(flow.source_port)
        .u16(flow.destination_port)
        .u8(flow.tcp_flags)
        .u8(flow.protocol)
        .u8(flow.tos);
    out.u8(flow.source_mask)
        .u8(flow.destination_mask)
        .u8(0)
        .u32(flow.source_as)
        .u32(flow.destination_as)
        .u32(sampling);
  }
  while (out.size() % 4 != 0) out.u8(0);
  out.set_u16(set + 2, out.size() - set);
  return {.bytes = out.size(), .records = count};
}

Made FlowSource::next_ipfix(BigEndianWriter& out) {
  const auto count = std::min<std::uint32_t>(settings_.flows_per_packet,
                                             18);  // 73 octets each, one Ethernet frame
  out.u16(10)
      .u16(0)
      .u32(now_seconds_)
      .u32(static_cast<std::uint32_t>(flows_made_))
      .u32(settings_.connection);
  if (packets_made_ % template_every == 1) write_template(out, 2, ipfix_fields);
  const auto set = out.size();
  out.u16(template_id).u16(0);
  for (std::uint32_t n = 0; n < count; ++n) {
    const auto& flow = next_flow();
    const auto last = now_ms_ - flow.age_ms;
    out.u32(flow.source).u32(flow.destination).u32(flow.next_hop).u32(flow.input).u32(flow.output);
    out.u64(flow.packets).u64(flow.octets).u64(last - flow.duration_ms).u64(last);
    out.u16(flow.source_port)
        .u16(flow.destination_port)
        .u8(flow.tcp_flags)
        .u8(flow.protocol)
        .u8(flow.tos);
    out.u8(flow.source_mask)
        .u8(flow.destination_mask)
        .u8(0)
        .u32(flow.source_as)
        .u32(flow.destination_as)
        .u32(sampling);
  }
  out.set_u16(set + 2, out.size() - set);
  out.set_u16(2, out.size());
  return {.bytes = out.size(), .records = count};
}

Made FlowSource::next_sflow(BigEndianWriter& out) {
  const bool with_counters = packets_made_ % 10 == 0;
  const auto count = settings_.flows_per_packet;
  out.u32(5)
      .u32(1)
      .u32(agent_)
      .u32(settings_.connection)
      .u32(static_cast<std::uint32_t>(packets_made_));
  out.u32(uptime_ms_).u32(count + (with_counters ? 1 : 0));
  for (std::uint32_t n = 0; n < count; ++n) write_sampled_packet(out, next_flow());
  if (with_counters) write_interface_counters(out);
  return {.bytes = out.size(), .records = count + (with_counters ? 1 : 0)};
}

// sFlow version 5 (sflow.org, 2004): a flow_sample with the first octets of the packet and its
// gateway.
void FlowSource::write_sampled_packet(BigEndianWriter& out, const Flow& flow) {
  const auto sample = out.size();
  out.u32(1).u32(0);
  out.u32(static_cast<std::uint32_t>(flows_made_)).u32(flow.input).u32(sampling);
  out.u32(static_cast<std::uint32_t>(flows_made_ * sampling))
      .u32(0)
      .u32(flow.input)
      .u32(flow.output)
      .u32(2);

  constexpr std::uint32_t header_octets = 54;  // Ethernet, IPv4, TCP
  const auto frame_octets = std::clamp<std::uint32_t>(flow.octets / flow.packets + 18, 64, 1518);
  out.u32(1).u32(16 + header_octets + 2).u32(1).u32(frame_octets).u32(4).u32(header_octets);
  out.u32(0x00005e00U).u16(0x5301).u32(0x00005e00U).u16(0x5302).u16(0x0800);
  out.u8(0x45)
      .u8(flow.tos)
      .u16(frame_octets - 18)
      .u32(0)
      .u8(64)
      .u8(flow.protocol)
      .u16(0)
      .u32(flow.source)
      .u32(flow.destination);
  out.u16(flow.source_port)
      .u16(flow.destination_port)
      .u32(1)
      .u32(1)
      .u8(0x50)
      .u8(flow.tcp_flags)
      .u16(8192)
      .u32(0);
  out.u16(0);  // the header is padded to whole words

  out.u32(1003)
      .u32(44)
      .u32(1)
      .u32(flow.next_hop)
      .u32(flow.source_as)
      .u32(flow.source_as)
      .u32(flow.source_as);
  out.u32(1).u32(2).u32(1).u32(flow.destination_as).u32(0).u32(100);
  out.set_u32(sample + 4, out.size() - sample - 8);
}

void FlowSource::write_interface_counters(BigEndianWriter& out) {
  out.u32(2).u32(12 + 8 + 88).u32(static_cast<std::uint32_t>(packets_made_ / 10)).u32(1).u32(1);
  out.u32(1).u32(88).u32(1).u32(6).u64(10'000'000'000).u32(1).u32(3);
  out.u64(flows_made_ * 80'000)
      .u32(static_cast<std::uint32_t>(flows_made_ * 90))
      .u32(3)
      .u32(1)
      .u32(0)
      .u32(0)
      .u32(0);
  out.u64(flows_made_ * 70'000)
      .u32(static_cast<std::uint32_t>(flows_made_ * 85))
      .u32(3)
      .u32(1)
      .u32(0)
      .u32(0)
      .u32(0);
}

}  // namespace netlogd::gen
