#include "netlogd/wire/flow_message.hpp"

namespace netlogd::wire {
namespace {

constexpr std::size_t set_header_bytes = 4;
constexpr std::uint16_t enterprise_bit = 0x8000;

}  // namespace

bool read_flow_message(std::span<const std::uint8_t> datagram, FlowMessage& message) noexcept {
  ByteReader reader(datagram);
  message = {};
  message.version = reader.u16();
  if (message.version == netflow9_version) {
    reader.skip(2);  // how many records: the sets say it themselves
    message.uptime_ms = reader.u32();
    message.exported_seconds = reader.u32();
    message.sequence = reader.u32();
    message.domain = reader.u32();
    message.sets = reader.rest();
    return reader.ok();
  }
  if (message.version != ipfix_version) return false;
  const std::size_t length = reader.u16();
  message.exported_seconds = reader.u32();
  message.sequence = reader.u32();
  message.domain = reader.u32();
  if (!reader.ok() || length < FlowMessage::ipfix_header_bytes) return false;
  message.cut = length > datagram.size();
  message.sets = reader.rest();
  if (!message.cut) message.sets = message.sets.first(length - FlowMessage::ipfix_header_bytes);
  return true;
}

bool FlowSetReader::next(FlowSet& set) noexcept {
  if (reader_.left() < set_header_bytes) {
    // Up to three octets behind the last set are padding.
    return false;
  }
  set.id = reader_.u16();
  const std::size_t length = reader_.u16();
  if (length < set_header_bytes || length - set_header_bytes > reader_.left()) {
    broken_ = true;
    return false;
  }
  set.body = reader_.take(length - set_header_bytes);
  return true;
}

SetKind kind_of_set(std::uint16_t version, std::uint16_t set_id) noexcept {
  if (set_id >= first_data_set) return SetKind::data;
  const unsigned first = version == ipfix_version ? 2 : 0;
  if (set_id == first) return SetKind::templates;
  if (set_id == first + 1) return SetKind::options_templates;
  return SetKind::unknown;
}

TemplateReader::Answer TemplateReader::next() {
  // Fewer octets than a header are padding; so are zeros, which no template id begins with.
  if (reader_.left() < 4) return Answer::end;
  definition_.fields.clear();
  definition_.options = options_;
  definition_.scope_fields = 0;
  definition_.id = reader_.u16();
  if (options_ && !ipfix_) return read_v9_options();
  const std::size_t count = reader_.u16();
  if (definition_.id == 0 && count == 0) return Answer::end;
  if (count == 0) {
    if (!ipfix_) return Answer::refused;
    return definition_.id == set_id_ || definition_.id >= first_data_set ? Answer::withdrawal
                                                                         : Answer::refused;
  }
  const std::size_t scopes = options_ ? reader_.u16() : 0;
  return read_fields(count, scopes);
}

TemplateReader::Answer TemplateReader::read_fields(std::size_t count, std::size_t scopes) {
  // Every field has at least four octets, so a count that lies is found before anything is kept.
  if (!reader_.ok() || count > reader_.left() / 4) return Answer::broken;
  const bool keep = count <= TemplateDefinition::max_fields;
  if (keep) definition_.fields.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    TemplateField field;
    field.number = reader_.u16();
    field.length = reader_.u16();
    if (ipfix_ && (field.number & enterprise_bit) != 0) {
      field.number = static_cast<std::uint16_t>(field.number & ~enterprise_bit);
      field.enterprise = reader_.u32();
    }
    if (!ipfix_ && i < scopes) field.enterprise = TemplateDefinition::v9_scope;
    if (!reader_.ok()) return Answer::broken;
    if (keep) definition_.fields.push_back(field);
  }
  definition_.scope_fields = static_cast<std::uint16_t>(scopes);
  // RFC 7011, 3.4.2.2: an options template has at least one scope field.
  const bool sane = definition_.id >= first_data_set && keep && scopes <= count &&
                    (!options_ || !ipfix_ || scopes > 0);
  return sane ? Answer::definition : Answer::refused;
}

// RFC 3954, 6.1: the lengths of both parts are in octets.
TemplateReader::Answer TemplateReader::read_v9_options() {
  const std::size_t scope_bytes = reader_.u16();
  if (reader_.left() < 2)
    return definition_.id == 0 && scope_bytes == 0 ? Answer::end : Answer::broken;
  const std::size_t option_bytes = reader_.u16();
  if (definition_.id == 0 && scope_bytes == 0 && option_bytes == 0) return Answer::end;
  if (scope_bytes + option_bytes > reader_.left()) return Answer::broken;
  if (scope_bytes % 4 != 0 || option_bytes % 4 != 0) {
    reader_.skip(scope_bytes + option_bytes);
    return Answer::refused;
  }
  if (scope_bytes + option_bytes == 0) return Answer::refused;
  return read_fields((scope_bytes + option_bytes) / 4, scope_bytes / 4);
}

}  // namespace netlogd::wire
