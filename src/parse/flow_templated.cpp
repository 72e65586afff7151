// NetFlow v9 and IPFIX: sets in order, templates into the store, data through them into records.

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "parse/flow_decoder.hpp"

namespace netlogd::parse {
namespace {

using wire::FlowMessage;
using wire::FlowTemplate;
using wire::NumberColumn;

constexpr std::size_t set_header_bytes = 4;

std::size_t header_bytes(const FlowMessage& header) noexcept {
  return header.is_ipfix() ? FlowMessage::ipfix_header_bytes : FlowMessage::netflow9_header_bytes;
}

// False: the datagram has given its most.
bool add_waiting_set(ParkedDatagram& waiting, const wire::FlowSet& set) {
  if (waiting.sets == ParkedDatagram::max_sets) return false;
  const auto length = set.body.size() + set_header_bytes;
  for (const auto number : {static_cast<std::size_t>(set.id), length}) {
    waiting.octets.push_back(static_cast<std::uint8_t>(number >> 8));
    waiting.octets.push_back(static_cast<std::uint8_t>(number));
  }
  waiting.octets.insert(waiting.octets.end(), set.body.begin(), set.body.end());
  const auto place = std::lower_bound(waiting.waits_for.begin(), waiting.waits_for.end(), set.id);
  if (place == waiting.waits_for.end() || *place != set.id) waiting.waits_for.insert(place, set.id);
  ++waiting.sets;
  return true;
}

// The waiting sets get their message's header in front.
void finish_waiting(ParkedDatagram& waiting, std::span<const std::uint8_t> header) {
  std::vector<std::uint8_t> whole;
  whole.reserve(header.size() + waiting.octets.size());
  whole.insert(whole.end(), header.begin(), header.end());
  whole.insert(whole.end(), waiting.octets.begin(), waiting.octets.end());
  waiting.octets = std::move(whole);
}

// Some exporters fill a set up with more zeros than a record is long.
bool is_padding(std::span<const std::uint8_t> rest) noexcept {
  return rest[0] == 0 &&
         std::all_of(rest.begin(), rest.end(), [](std::uint8_t octet) { return octet == 0; });
}
constexpr std::size_t min_bytes_to_be_padding = 8;

}  // namespace

void FlowDecoder::make_templated(Datagram& datagram) {
  Templated message;
  if (!wire::read_flow_message(datagram.message.bytes, message.header))
    return datagram.out.drop(DropReason::malformed);
  if (message.header.cut) count(counters_.cut_messages);
  message.key = {datagram.message.source.address, message.header.domain, message.header.version};
  message.source =
      &sources_.touch(message.key, datagram.device != nullptr && datagram.device->listed);
  see_sequence(*message.source, message.header.sequence, message.header.uptime_ms,
               message.header.is_ipfix() ? counters_.lost_flows : counters_.lost_messages);

  ParkedDatagram waiting;
  message.waiting = &waiting;
  read_sets(datagram, message);
  if (message.header.is_ipfix())
    message.source->sequence.advance(static_cast<std::uint32_t>(datagram.data), message.certain);
  else
    message.source->sequence.advance(1, true);

  const bool owes = datagram.records == 0;
  if (waiting.sets > 0) {
    if (owes) datagram.out.park();
    finish_waiting(waiting, datagram.message.bytes.first(header_bytes(message.header)));
    waiting.key = message.key;
    waiting.message = datagram.message;
    waiting.listener = datagram.out.listener;
    waiting.owes = owes;
    parking_.park(std::move(waiting), datagram.out);
  } else if (owes) {
    const bool nothing_read = message.broken && datagram.data == 0;
    nothing_read ? datagram.out.drop(DropReason::malformed) : datagram.out.no_record();
  }
}

void FlowDecoder::read_sets(Datagram& datagram, Templated& message) {
  const auto& header = message.header;
  message.clock.exported = header.exported();
  if (!header.is_ipfix())
    message.clock.uptime = {
        .known = true, .uptime_ms = header.uptime_ms, .exported = header.exported()};
  wire::FlowSetReader reader(header.sets);
  wire::FlowSet set;
  while (reader.next(set)) {
    switch (wire::kind_of_set(header.version, set.id)) {
      case wire::SetKind::templates:
      case wire::SetKind::options_templates:
        read_templates(datagram, message, set);
        break;
      case wire::SetKind::data:
        read_data(datagram, message, set);
        break;
      case wire::SetKind::unknown:
        count(counters_.unknown_sets);
        break;
    }
  }
  if (!reader.broken()) return;
  message.broken = true;
  message.certain = false;
  count(counters_.broken_sets);
}

void FlowDecoder::read_templates(Datagram& datagram, Templated& message, const wire::FlowSet& set) {
  wire::TemplateReader reader(message.header.version, set);
  const bool options =
      wire::kind_of_set(message.header.version, set.id) == wire::SetKind::options_templates;
  for (;;) {
    switch (reader.next()) {
      case wire::TemplateReader::Answer::definition:
        define(datagram, message, reader.take_definition());
        break;
      case wire::TemplateReader::Answer::withdrawal:
        withdraw(message, set.id, reader.definition().id, options);
        break;
      case wire::TemplateReader::Answer::refused:
        count(counters_.templates_refused);
        break;
      case wire::TemplateReader::Answer::broken:
        message.broken = true;
        count(counters_.broken_sets);
        return;
      case wire::TemplateReader::Answer::end:
        return;
    }
  }
}

void FlowDecoder::define(Datagram& datagram, Templated& message,
                         wire::TemplateDefinition definition) {
  const auto id = definition.id;
  auto* known = message.source->templates.peek(id);
  if (known != nullptr && known->definition() == definition) {
    known->received = std::max(known->received, datagram.message.received);
    return;
  }
  auto compiled = FlowTemplate::compile(std::move(definition), tables_->elements);
  if (compiled == nullptr) {
    count(counters_.templates_refused);
    return;
  }
  if (known != nullptr) count(counters_.templates_changed);
  compiled->received = datagram.message.received;
  sources_.put_template(*message.source, std::move(compiled));
  if (!parking_.empty()) release_parked(datagram, message, id);
}

void FlowDecoder::withdraw(Templated& message, std::uint16_t set_id, std::uint16_t template_id,
                           bool options) {
  const auto before = message.source->templates.size();
  if (template_id == set_id) {
    sources_.remove_templates(*message.source, options);
  } else if (const auto* known = message.source->templates.peek(template_id);
             known != nullptr && known->definition().options == options) {
    sources_.remove_template(*message.source, template_id);
  }
  count(counters_.templates_withdrawn, before - message.source->templates.size());
}

void FlowDecoder::read_data(Datagram& datagram, Templated& message, const wire::FlowSet& set) {
  const FlowTemplate* format = message.source->templates.find(set.id);
  if (format == nullptr) {
    if (!add_waiting_set(*message.waiting, set)) count(counters_.parked_evicted);
    message.certain = false;
    return;
  }
  auto rest = set.body;
  const bool long_enough = format->min_record_bytes() >= min_bytes_to_be_padding;
  bool any = false;
  while (rest.size() >= format->min_record_bytes()) {
    if (long_enough && any && is_padding(rest)) break;
    std::span<const wire::FieldPlace> places;
    const auto length = format->locate(rest, places_, places);
    if (length == 0) {
      count(counters_.broken_records);
      message.broken = true;
      break;
    }
    const bool options = format->definition().options;
    const bool writes = !options || settings_.write_options;
    if (writes && !may_write(datagram)) {
      message.certain = false;
      break;
    }
    if (!any) sources_.prove(*message.source);
    if (options) take_options(datagram, message, *format, rest.data(), places);
    if (writes) write_templated(datagram, message, *format, rest.data(), places);
    ++datagram.data;
    any = true;
    rest = rest.subspan(length);
  }
}

void FlowDecoder::write_templated(Datagram& datagram, const Templated& message,
                                  const FlowTemplate& format, const std::uint8_t* record,
                                  std::span<const wire::FieldPlace> places) {
  if (!datagram.head_written) {
    datagram.head_written = true;
    constexpr std::string_view key = "\"observationDomainId\":";
    char common[key.size() + 10];
    char* const number = std::copy(key.begin(), key.end(), common);
    const auto* end = std::to_chars(number, std::end(common), message.header.domain).ptr;
    writer_.begin_datagram({.message = &datagram.message,
                            .device = datagram.device,
                            .version = message.header.is_ipfix() ? "10" : "9",
                            .sequence = message.header.sequence,
                            .has_uptime = !message.header.is_ipfix(),
                            .uptime_ms = message.header.uptime_ms,
                            .common_fields = {common, static_cast<std::size_t>(end - common)}});
  }
  columns_.clear();
  format.decode(record, places, message.clock, columns_);
  find_times(message);
  find_sampling(datagram, message.source);
  writer_.begin_record(datagram.out, columns_);
  write_interface_names(datagram);
  for (const auto& field : format.named_fields()) {
    const auto place = places[field.field];
    writer_.field(field, {record + place.offset, place.length}, columns_, message.clock.exported);
  }
  if (datagram.names != nullptr && columns_.has(NumberColumn::application) &&
      !format.names_application()) {
    const auto name = datagram.names->application(columns_.get(NumberColumn::application));
    if (!name.empty()) writer_.text("\"applicationName\":", name);
  }
  writer_.end_record(columns_, format.definition().options ? "options" : "");
  ++datagram.records;
}

// Start and end by the exporter's uptime, or each from the other and the duration.
void FlowDecoder::find_times(const Templated& message) noexcept {
  const bool by_uptime = !columns_.has_start || !columns_.has_end;
  if (!by_uptime) return;
  auto uptime = message.clock.uptime;
  if (columns_.has(NumberColumn::system_init_ms))
    uptime = wire::uptime_since(columns_.get(NumberColumn::system_init_ms), message.clock.exported);
  else if (!uptime.known && message.source->system_init_ms)
    uptime = wire::uptime_since(*message.source->system_init_ms, message.clock.exported);
  if (uptime.known) {
    if (!columns_.has_start && columns_.has(NumberColumn::first_switched))
      columns_.set_start(
          uptime.at(static_cast<std::uint32_t>(columns_.get(NumberColumn::first_switched))));
    if (!columns_.has_end && columns_.has(NumberColumn::last_switched))
      columns_.set_end(
          uptime.at(static_cast<std::uint32_t>(columns_.get(NumberColumn::last_switched))));
  }
  if (columns_.has_start == columns_.has_end || !columns_.has(NumberColumn::duration_us)) return;
  constexpr std::uint64_t longest_us = std::uint64_t{1} << 47;  // four years
  const auto duration_us = columns_.get(NumberColumn::duration_us);
  if (duration_us > longest_us) return;
  const auto duration = std::chrono::microseconds(duration_us);
  constexpr auto margin = std::chrono::hours(24 * 366 * 5);
  if (columns_.has_start && columns_.start < TimePoint::max() - margin)
    columns_.set_end(columns_.start + duration);
  else if (columns_.has_end && columns_.end > TimePoint::min() + margin)
    columns_.set_start(columns_.end - duration);
}

// Data that waited for this template, oldest first, each under its own datagram's head.
void FlowDecoder::release_parked(Datagram& datagram, Templated& message,
                                 std::uint16_t template_id) {
  auto released = parking_.take(message.key, template_id);
  if (released.empty()) return;
  for (auto& parked : released) {
    ParkedDatagram rest;
    Templated old;
    if (!wire::read_flow_message(parked.octets, old.header)) continue;  // never: it was read before
    // The header's own length no longer fits what is kept.
    old.header.sets =
        std::span<const std::uint8_t>(parked.octets).subspan(header_bytes(old.header));
    old.key = message.key;
    old.source = message.source;
    old.waiting = &rest;
    Datagram again{.message = parked.message,
                   .devices = datagram.devices,
                   .out = datagram.out,
                   .device = datagram.device,
                   .names = datagram.names};
    read_sets(again, old);
    count(counters_.parked_decoded, parked.sets - rest.sets);
    count(counters_.records, again.records);
    if (parked.owes && again.records > 0) {
      datagram.out.unpark_journaled(parked.listener);
      parked.owes = false;
    }
    if (rest.sets > 0) {
      const std::span<const std::uint8_t> octets(parked.octets);
      finish_waiting(rest, octets.first(header_bytes(old.header)));
      rest.key = parked.key;
      rest.message = parked.message;
      rest.listener = parked.listener;
      rest.owes = parked.owes;
      parking_.put_back(std::move(rest));
    } else if (parked.owes) {
      datagram.out.unpark_no_record(parked.listener);
    }
  }
  // The writer and the names are the current datagram's again.
  datagram.head_written = false;
  datagram.names = names_.find(datagram.message.source.address);
}

}  // namespace netlogd::parse
