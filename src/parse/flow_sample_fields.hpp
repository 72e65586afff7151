// What the records of one sFlow sample say, to columns and to extracted_fields. A record that is
// not known, or comes a second time, is kept as octets under `sflow_ENTERPRISE_FORMAT`. Lives as
// long as the sample; one owner.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "netlogd/core/text_buffer.hpp"
#include "netlogd/wire/flow_columns.hpp"
#include "netlogd/wire/flow_packet.hpp"
#include "netlogd/wire/sflow.hpp"
#include "parse/flow_writer.hpp"

namespace netlogd::parse {

class SampleFields {
 public:
  static constexpr std::size_t max_records = 64;  // of one sample; beyond are left out

  explicit SampleFields(const wire::SflowSample& sample) noexcept : sample_(sample) {}

  // The columns that a flow sample's records fill.
  void fill(wire::FlowColumns& columns) noexcept;
  // False: a record was cut, or there were too many.
  bool write_flow(FlowWriter& writer);
  bool write_counters(FlowWriter& writer);

 private:
  void fill_packet(wire::FlowColumns& columns, ByteReader reader) noexcept;
  void fill_ip(wire::FlowColumns& columns, ByteReader reader, bool v6) noexcept;
  void fill_gateway(wire::FlowColumns& columns, ByteReader reader) noexcept;
  bool write_flow_record(FlowWriter& writer, const wire::SflowRecord& record);
  void write_packet(FlowWriter& writer);
  bool write_gateway(FlowWriter& writer, ByteReader reader);
  bool write_counter_record(FlowWriter& writer, const wire::SflowRecord& record);
  void write_octets(FlowWriter& writer, const wire::SflowRecord& record, unsigned occurrence);
  // How many records of this kind have come, this one included.
  unsigned occurrence_of(const wire::SflowRecord& record) noexcept;

  const wire::SflowSample& sample_;
  std::optional<wire::SampledPacket> packet_;
  std::span<const std::uint8_t> packet_octets_;
  std::array<std::pair<std::uint32_t, unsigned>, max_records> seen_{};
  std::size_t seen_count_ = 0;
};

}  // namespace netlogd::parse
