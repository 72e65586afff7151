#include "netlogd/wire/sflow.hpp"

namespace netlogd::wire {
namespace {

constexpr std::uint32_t sflow_version = 5;
constexpr std::uint32_t address_v4 = 1;
constexpr std::uint32_t address_v6 = 2;

// The formats of enterprise 0.
constexpr std::uint32_t flow_sample = 1;
constexpr std::uint32_t counter_sample = 2;
constexpr std::uint32_t flow_sample_expanded = 3;
constexpr std::uint32_t counter_sample_expanded = 4;

SflowInterface packed_interface(std::uint32_t word) noexcept {
  return {word >> 30, word & 0x3fff'ffffU};
}

void read_source(ByteReader& reader, bool expanded, SflowSample& sample) noexcept {
  if (expanded) {
    sample.source_class = reader.u32();
    sample.source_index = reader.u32();
    return;
  }
  const auto word = reader.u32();
  sample.source_class = word >> 24;
  sample.source_index = word & 0x00ff'ffffU;
}

SflowInterface read_interface(ByteReader& reader, bool expanded) noexcept {
  if (!expanded) return packed_interface(reader.u32());
  SflowInterface interface;
  interface.format = reader.u32();
  interface.value = reader.u32();
  return interface;
}

bool read_sample(ByteReader reader, SflowSample& sample) noexcept {
  const bool expanded =
      sample.format == flow_sample_expanded || sample.format == counter_sample_expanded;
  sample.sequence = reader.u32();
  read_source(reader, expanded, sample);
  if (sample.format == counter_sample || sample.format == counter_sample_expanded) {
    sample.kind = SflowSample::Kind::counter;
  } else {
    sample.kind = SflowSample::Kind::flow;
    sample.sampling_rate = reader.u32();
    sample.sample_pool = reader.u32();
    sample.drops = reader.u32();
    sample.input = read_interface(reader, expanded);
    sample.output = read_interface(reader, expanded);
  }
  sample.stated_records = reader.u32();
  sample.records = reader.rest();
  return reader.ok();
}

}  // namespace

bool read_sflow(std::span<const std::uint8_t> datagram, SflowDatagram& header) noexcept {
  ByteReader reader(datagram);
  if (reader.u32() != sflow_version) return false;
  const auto type = reader.u32();
  if (type == address_v4) {
    if (const auto octets = reader.take(4); octets.size() == 4)
      header.agent = IpAddress::v4_bytes(octets.data());
  } else if (type == address_v6) {
    if (const auto octets = reader.take(16); octets.size() == 16)
      header.agent = IpAddress::v6_bytes(octets.data());
  } else if (type != 0) {
    return false;
  }
  header.has_agent = type != 0;
  header.sub_agent = reader.u32();
  header.sequence = reader.u32();
  header.uptime_ms = reader.u32();
  header.stated_samples = reader.u32();
  header.samples = reader.rest();
  return reader.ok();
}

bool SflowSampleReader::next(SflowSample& sample) noexcept {
  if (left_ == 0) return false;
  sample = {};
  sample.format = reader_.u32();
  const auto length = reader_.u32();
  if (!reader_.ok() || length > reader_.left()) {
    broken_ = true;
    return false;
  }
  --left_;
  const auto body = reader_.take(length);
  if (sample.format < flow_sample || sample.format > counter_sample_expanded) return true;
  if (read_sample(ByteReader(body), sample)) return true;
  sample.kind = SflowSample::Kind::unknown;
  broken_ = true;
  return false;
}

bool SflowRecordReader::next(SflowRecord& record) noexcept {
  if (left_ == 0) return false;
  const auto format = reader_.u32();
  const auto length = reader_.u32();
  if (!reader_.ok() || length > reader_.left()) {
    broken_ = true;
    return false;
  }
  --left_;
  record.enterprise = format >> 12;
  record.format = format & 0xfffU;
  record.body = reader_.take(length);
  return true;
}

bool read_sflow_address(ByteReader& reader, IpAddress& address) noexcept {
  const auto type = reader.u32();
  if (type == address_v4) {
    const auto octets = reader.take(4);
    if (octets.size() != 4) return false;
    address = IpAddress::v4_bytes(octets.data());
    return true;
  }
  if (type != address_v6) return false;
  const auto octets = reader.take(16);
  if (octets.size() != 16) return false;
  address = IpAddress::v6_bytes(octets.data());
  return true;
}

std::span<const std::uint8_t> read_sflow_opaque(ByteReader& reader) noexcept {
  const std::size_t length = reader.u32();
  const auto octets = reader.take(length);
  const auto fill = (4 - octets.size() % 4) % 4;
  // The last one of a record may come without its filling.
  if (fill <= reader.left()) reader.skip(fill);
  return octets;
}

}  // namespace netlogd::wire
