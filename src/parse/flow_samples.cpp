// sFlow version 5: a flow sample is a record of one packet, a counter sample a record of its
// counters.

#include <bit>
#include <charconv>
#include <string>

#include "netlogd/wire/flow_packet.hpp"
#include "netlogd/wire/sflow_counters.hpp"
#include "parse/flow_decoder.hpp"
#include "parse/flow_sample_fields.hpp"

namespace netlogd::parse {
namespace {

using wire::AddressColumn;
using wire::NumberColumn;

constexpr std::uint16_t sflow_source_version = 0x105;  // in SourceKey, apart from NetFlow's numbers

// Several agents may send through one address.
std::uint32_t domain_of(const wire::SflowDatagram& header, const IpAddress& sender) noexcept {
  if (!header.has_agent || header.agent == sender) return header.sub_agent;
  return header.sub_agent ^ static_cast<std::uint32_t>(std::hash<IpAddress>()(header.agent) >> 16);
}

void set_interface(wire::FlowColumns& columns, NumberColumn column,
                   const wire::SflowInterface& interface) noexcept {
  if (interface.format == wire::SflowInterface::index &&
      interface.value != wire::SflowInterface::unknown_index)
    columns.set(column, interface.value);
}

void write_interface(FlowWriter& writer, std::string_view discarded, std::string_view several,
                     const wire::SflowInterface& interface) {
  if (interface.format == wire::SflowInterface::discarded)
    writer.number(discarded, interface.value);
  if (interface.format == wire::SflowInterface::several) writer.number(several, interface.value);
}

}  // namespace

void FlowDecoder::make_sflow(Datagram& datagram) {
  wire::SflowDatagram header;
  if (!wire::read_sflow(datagram.message.bytes, header))
    return datagram.out.drop(DropReason::malformed);
  const auto& sender = datagram.message.source.address;
  auto& source = sources_.touch({sender, domain_of(header, sender), sflow_source_version},
                                datagram.device != nullptr && datagram.device->listed);
  see_sequence(source, header.sequence, header.uptime_ms, counters_.lost_messages);
  source.sequence.advance(1, true);

  char common[128];
  std::string_view key = "\"agentAddress\":\"";
  char* at = std::copy(key.begin(), key.end(), common);
  at += header.agent.format(at);
  key = "\",\"subAgentId\":";
  at = std::copy(key.begin(), key.end(), at);
  at = std::to_chars(at, std::end(common), header.sub_agent).ptr;
  writer_.begin_datagram({.message = &datagram.message,
                          .device = datagram.device,
                          .version = "\"sflow5\"",
                          .sequence = header.sequence,
                          .has_uptime = true,
                          .uptime_ms = header.uptime_ms,
                          .common_fields = {common, static_cast<std::size_t>(at - common)}});

  wire::SflowSampleReader reader(header);
  wire::SflowSample sample;
  while (reader.next(sample) && may_write(datagram)) {
    switch (sample.kind) {
      case wire::SflowSample::Kind::flow:
        write_flow_sample(datagram, sample);
        break;
      case wire::SflowSample::Kind::counter:
        write_counter_sample(datagram, sample);
        break;
      case wire::SflowSample::Kind::unknown:
        count(counters_.unknown_sets);
        break;
    }
  }
  if (reader.broken()) count(counters_.broken_sets);
  if (datagram.records > 0) return;
  reader.broken() ? datagram.out.drop(DropReason::malformed) : datagram.out.no_record();
}

void FlowDecoder::write_flow_sample(Datagram& datagram, const wire::SflowSample& sample) {
  columns_.clear();
  SampleFields fields(sample);
  fields.fill(columns_);
  columns_.set(NumberColumn::packets, 1);
  set_interface(columns_, NumberColumn::input_interface, sample.input);
  set_interface(columns_, NumberColumn::output_interface, sample.output);
  columns_.set(NumberColumn::sampling_interval, sample.sampling_rate);
  find_sampling(datagram, nullptr);

  writer_.begin_record(datagram.out, columns_);
  write_interface_names(datagram);
  write_sample_source(sample);
  writer_.number("\"sample_pool\":", sample.sample_pool);
  writer_.number("\"drops\":", sample.drops);
  write_interface(writer_, "\"input_discard_reason\":", "\"input_interface_count\":", sample.input);
  write_interface(writer_,
                  "\"output_discard_reason\":", "\"output_interface_count\":", sample.output);
  if (!fields.write_flow(writer_)) count(counters_.broken_records);
  writer_.end_record(columns_);
  ++datagram.records;
}

void FlowDecoder::write_counter_sample(Datagram& datagram, const wire::SflowSample& sample) {
  columns_.clear();
  SampleFields fields(sample);
  writer_.begin_record(datagram.out, columns_);
  write_sample_source(sample);
  constexpr std::uint32_t interface_class = 0;
  if (sample.source_class == interface_class)
    write_interface_name(datagram, "\"interface_name\":", sample.source_index);
  if (!fields.write_counters(writer_)) count(counters_.broken_records);
  writer_.end_record(columns_, "counter");
  ++datagram.records;
}

void FlowDecoder::write_sample_source(const wire::SflowSample& sample) {
  writer_.number("\"sample_sequence\":", sample.sequence);
  writer_.number("\"source_id_class\":", sample.source_class);
  writer_.number("\"source_id_index\":", sample.source_index);
}

}  // namespace netlogd::parse
