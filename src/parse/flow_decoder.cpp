#include "parse/flow_decoder.hpp"

#include <utility>

#include "netlogd/core/byte_reader.hpp"
#include "netlogd/wire/netflow5.hpp"

namespace netlogd::parse {

using wire::NumberColumn;

FlowDecoder::FlowDecoder(std::shared_ptr<const FlowTables> tables, const FlowSettings& settings)
    : tables_(std::move(tables)),
      settings_(settings),
      sources_(settings_, counters_),
      names_(settings_),
      parking_(settings_, counters_) {}

void FlowDecoder::make(const RawMessage& message, const DeviceDirectory& devices, TextBatch& out) {
  tick(message.received, out);
  if (message.bytes.empty()) return out.no_record();
  ByteReader reader(message.bytes);
  const auto version = reader.u16();
  if (!reader.ok()) return out.drop(DropReason::malformed);
  Datagram datagram{.message = message,
                    .devices = devices,
                    .out = out,
                    .device = devices.by_address(message.source.address),
                    .names = names_.find(message.source.address)};
  switch (version) {
    case wire::netflow5_version:
      make_netflow5(datagram);
      break;
    case wire::netflow9_version:
    case wire::ipfix_version:
      make_templated(datagram);
      break;
    case 0:
      make_sflow(datagram);
      break;
    default:
      return out.drop(DropReason::unsupported);
  }
  if (datagram.records > 0) count(counters_.records, datagram.records);
}

void FlowDecoder::tick(TimePoint now, TextBatch& out) {
  parking_.expire(now - settings_.parked_age, out);
  constexpr auto between = std::chrono::minutes(1);
  if (now - expired_until_ < between && now >= expired_until_) return;
  expired_until_ = now;
  sources_.expire(now - settings_.template_age);
}

void FlowDecoder::finish(TextBatch& out) { parking_.expire(TimePoint::max(), out); }

void FlowDecoder::make_netflow5(Datagram& datagram) {
  wire::Netflow5Message header;
  if (!wire::read_netflow5(datagram.message.bytes, header))
    return datagram.out.drop(DropReason::malformed);
  if (header.records < header.stated_records) count(counters_.cut_messages);
  if (header.records == 0) {
    // A header alone, that says so, is a keep-alive.
    const bool empty = header.stated_records == 0 &&
                       datagram.message.bytes.size() == wire::Netflow5Message::header_bytes;
    return empty ? datagram.out.no_record() : datagram.out.drop(DropReason::malformed);
  }
  const auto engine = static_cast<std::uint32_t>(header.engine_type << 8 | header.engine_id);
  auto& source = sources_.touch({datagram.message.source.address, engine, wire::netflow5_version},
                                datagram.device != nullptr && datagram.device->listed);
  see_sequence(source, header.sequence, header.uptime_ms, counters_.lost_flows);
  source.sequence.advance(header.stated_records, true);

  writer_.begin_datagram({.message = &datagram.message,
                          .device = datagram.device,
                          .version = "5",
                          .sequence = header.sequence,
                          .has_uptime = true,
                          .uptime_ms = header.uptime_ms});
  for (std::size_t i = 0; i < header.records && may_write(datagram); ++i) {
    columns_.clear();
    wire::decode_netflow5(header, i, columns_);
    find_sampling(datagram, &source);
    writer_.begin_record(datagram.out, columns_);
    write_interface_names(datagram);
    writer_.end_record(columns_);
    ++datagram.records;
  }
}

void FlowDecoder::see_sequence(FlowSource& source, std::uint32_t number, std::uint32_t uptime_ms,
                               Counter& lost) {
  const auto answer = source.sequence.see(number, uptime_ms);
  if (answer.lost == 0 && !answer.late && !answer.restarted) return;
  if (answer.lost > 0) count(lost, answer.lost);
  if (answer.late) count(counters_.late_messages);
  if (answer.restarted) count(counters_.restarts);
  losses_.add(source.key.exporter, answer.lost, answer.late ? 1 : 0, answer.restarted ? 1 : 0);
}

// As sent in the record or its header; else from options data; else from the inventory; else 0.
void FlowDecoder::find_sampling(const Datagram& datagram, const FlowSource* source) noexcept {
  auto interval = stated_interval(columns_);
  if (interval == 0 && source != nullptr) interval = source->sampling.interval_of(columns_);
  if (interval == 0 && datagram.names != nullptr) interval = datagram.names->sampling;
  if (interval == 0 && datagram.device != nullptr) interval = datagram.device->sampling;
  columns_.set(NumberColumn::sampling_interval, interval);
}

void FlowDecoder::write_interface_names(const Datagram& datagram) {
  if (datagram.device == nullptr && datagram.names == nullptr) return;
  if (columns_.has(NumberColumn::input_interface))
    write_interface_name(datagram,
                         "\"input_interface_name\":", columns_.get(NumberColumn::input_interface));
  if (columns_.has(NumberColumn::output_interface))
    write_interface_name(
        datagram, "\"output_interface_name\":", columns_.get(NumberColumn::output_interface));
}

void FlowDecoder::write_interface_name(const Datagram& datagram, std::string_view key,
                                       std::uint64_t index) {
  std::string_view name;
  if (datagram.device != nullptr && index <= 0xffff'ffffU)
    name = datagram.devices.interface_name(datagram.device, static_cast<std::uint32_t>(index));
  if (name.empty() && datagram.names != nullptr) name = datagram.names->interface(index);
  if (!name.empty()) writer_.text(key, name);
}

bool FlowDecoder::may_write(const Datagram& datagram) noexcept {
  if (datagram.records < settings_.records_per_datagram) return true;
  count(counters_.records_over_limit);
  return false;
}

}  // namespace netlogd::parse
