#include "netlogd/parse/trap_record_maker.hpp"

#include <algorithm>
#include <cstring>

#include "netlogd/parse/record_head.hpp"
#include "netlogd/parse/trap_value.hpp"

namespace netlogd::parse {
namespace {

using wire::DecodeStatus;
using wire::Octets;
using wire::Oid;
using wire::PduType;
using wire::SnmpVersion;
using wire::UsmVerdict;
using wire::ValueType;
using wire::VarBind;

constexpr std::size_t max_reply = 65507;
// Beyond so many varbinds nothing more is learned; they are all written.
constexpr std::size_t max_read_varbinds = 256;

// The encodings of the names that every notification has, and of a few that say who sent it.
constexpr std::uint8_t sys_up_time[] = {0x2b, 6, 1, 2, 1, 1, 3, 0};
constexpr std::uint8_t sys_name[] = {0x2b, 6, 1, 2, 1, 1, 5, 0};
constexpr std::uint8_t snmp_trap_oid[] = {0x2b, 6, 1, 6, 3, 1, 1, 4, 1, 0};
constexpr std::uint8_t snmp_trap_enterprise[] = {0x2b, 6, 1, 6, 3, 1, 1, 4, 3, 0};
constexpr std::uint8_t snmp_trap_address[] = {0x2b, 6, 1, 6, 3, 18, 1, 3, 0};
constexpr std::uint8_t enterprises[] = {0x2b, 6, 1, 4, 1};

template <std::size_t n>
bool is(Octets octets, const std::uint8_t (&wanted)[n]) noexcept {
  return octets.size() == n && std::memcmp(octets.data(), wanted, n) == 0;
}

// RECORD.md's words for makers, by the number of the enterprise.
std::string_view maker_of(std::uint32_t enterprise) noexcept {
  switch (enterprise) {
    case 9:
      return "cisco";
    case 2636:
      return "juniper";
    case 30065:
      return "arista";
    default:
      return {};
  }
}

// The enterprise of an encoded OID under 1.3.6.1.4.1; 0: it is under none.
std::uint32_t enterprise_of(Octets oid) noexcept {
  if (oid.size() <= sizeof enterprises ||
      std::memcmp(oid.data(), enterprises, sizeof enterprises) != 0)
    return 0;
  std::uint32_t number = 0;
  for (std::size_t i = sizeof enterprises; i < oid.size() && i < sizeof enterprises + 4; ++i) {
    number = number << 7 | (oid[i] & 0x7fU);
    if (!(oid[i] & 0x80)) return number;
  }
  return 0;
}

constexpr std::array<std::string_view, 3> version_words = {"v1", "v2c", "v3"};
constexpr std::array<std::string_view, 4> level_words = {"noAuthNoPriv", "authNoPriv",
                                                         "noAuthNoPriv", "authPriv"};

void write_oid(JsonWriter& json, const Oid& oid) {
  TextBuffer& out = json.buffer();
  char* const room = out.room(Oid::max_text + 2);
  room[0] = '"';
  const std::size_t size = oid.format(room + 1);
  room[size + 1] = '"';
  out.commit(size + 2);
}

}  // namespace

Result<std::shared_ptr<const TrapTables>> TrapTables::load(std::span<const NamedText> oid_files,
                                                           wire::SnmpAccess access) {
  auto oids = OidTable::load(oid_files);
  if (!oids) return oids.error();
  auto users = wire::UsmUsers::compile(access.users);
  if (!users) return users.error();
  access.users.clear();
  std::sort(access.communities.begin(), access.communities.end());
  return std::make_shared<const TrapTables>(
      TrapTables{std::move(*oids), std::move(access), std::move(*users)});
}

TrapRecordMaker::TrapRecordMaker(TrapSettings settings, std::shared_ptr<const TrapTables> tables)
    : settings_(std::move(settings)),
      tables_(std::move(tables)),
      usm_(settings_.usm, {tables_, &tables_->users}),
      budget_(settings_.replies),
      fields_(settings_.interfaces),
      writer_(max_reply) {}

void TrapRecordMaker::use(std::shared_ptr<const TrapTables> tables) {
  tables_ = std::move(tables);
  usm_.use({tables_, &tables_->users});
}

void TrapRecordMaker::make(const RawMessage& message, const DeviceDirectory& devices,
                           TextBatch& out) {
  if (message.bytes.empty()) return out.no_record();
  if (!may_send(message.source.address)) return refuse(message, out, DropReason::not_allowed);
  switch (wire::decode_snmp(message.bytes, message_)) {
    case DecodeStatus::malformed:
      return out.drop(DropReason::malformed);
    case DecodeStatus::unsupported:
    case DecodeStatus::not_a_trap:
      return out.drop(DropReason::unsupported);
    case DecodeStatus::ok:
      break;
  }
  if (message_.version == SnmpVersion::v3) return make_v3(message, devices, out);
  make_community(message, devices, out);
}

void TrapRecordMaker::refuse(const RawMessage& message, TextBatch& out, DropReason reason) {
  refused_.add(message.source.address);
  out.drop(reason);
}

bool TrapRecordMaker::may_send(const IpAddress& source) const noexcept {
  const auto& sources = tables_->access.sources;
  return sources.empty() ||
         std::any_of(sources.begin(), sources.end(),
                     [&source](const IpPrefix& prefix) { return prefix.contains(source); });
}

bool TrapRecordMaker::knows_community() const noexcept {
  const auto& communities = tables_->access.communities;
  return tables_->access.any_community ||
         std::binary_search(communities.begin(), communities.end(), text_of(message_.community));
}

void TrapRecordMaker::make_community(const RawMessage& message, const DeviceDirectory& devices,
                                     TextBatch& out) {
  if (!knows_community()) return refuse(message, out, DropReason::not_allowed);
  write_record(message, devices, nullptr, out);
  if (message_.pdu == PduType::inform)
    reply(ReplyBudget::Kind::response, message, wire::encode_response(message_, writer_), out);
}

void TrapRecordMaker::make_v3(const RawMessage& message, const DeviceDirectory& devices,
                              TextBatch& out) {
  const wire::UsmOutcome outcome = usm_.open(message_, message.received);
  if (outcome.verdict != UsmVerdict::accepted && outcome.verdict != UsmVerdict::repeated)
    return refuse_v3(message, outcome, out);

  switch (wire::decode_scoped_pdu(outcome.scoped_pdu, message_)) {
    case DecodeStatus::ok:
      break;
    case DecodeStatus::malformed:
      return refuse(message, out,
                    message_.usm.encrypted() ? DropReason::not_decrypted : DropReason::malformed);
    default:
      return out.drop(DropReason::unsupported);
  }
  const bool repeated = outcome.verdict == UsmVerdict::repeated;
  if (!repeated) {
    write_record(message, devices, &outcome, out);
  } else if (message_.pdu == PduType::inform) {
    out.no_record();  // its record is there; what was lost is our answer
  } else {
    return refuse(message, out, DropReason::not_authentic);
  }
  if (message_.pdu == PduType::inform)
    reply(ReplyBudget::Kind::response, message, usm_.response(message_, outcome, message.received),
          out);
}

void TrapRecordMaker::refuse_v3(const RawMessage& message, const wire::UsmOutcome& outcome,
                                TextBatch& out) {
  switch (outcome.verdict) {
    case UsmVerdict::discovery:
    case UsmVerdict::synchronising:
      out.no_record();
      break;
    case UsmVerdict::not_decrypted:
      refuse(message, out, DropReason::not_decrypted);
      break;
    default:
      refuse(message, out, DropReason::not_authentic);
      break;
  }
  if (outcome.report)
    reply(ReplyBudget::Kind::report, message, usm_.report(message_, outcome, message.received),
          out);
}

void TrapRecordMaker::reply(ReplyBudget::Kind kind, const RawMessage& message, Octets bytes,
                            TextBatch& out) {
  if (bytes.empty() || message.transport != Transport::udp || message.source.port == 0) return;
  if (!budget_.take(kind, message.source.address, message.received))
    return count(counters_.replies_limited);
  count(kind == ReplyBudget::Kind::report ? counters_.reports_sent : counters_.responses_sent);
  out.reply({message.source, std::string(text_of(bytes))});
}

TrapRecordMaker::Summary TrapRecordMaker::summarise(const RawMessage& message) {
  Summary summary;
  if (message_.version == SnmpVersion::v1) {
    summarise_v1(message, summary);
  } else {
    summarise_v2(summary);
  }
  for (const VarBind& varbind : message_.varbinds)
    if (varbind.type == ValueType::octet_string && is(varbind.name, sys_name) &&
        is_printable(text_of(varbind.content)))
      summary.hostname = text_of(varbind.content);
  if (summary.has_type) summary.facts = tables_->oids.trap(type_.arcs());
  find_maker(summary);
  return summary;
}

// RFC 3584, 3.1.
void TrapRecordMaker::summarise_v1(const RawMessage& message, Summary& summary) {
  summary.enterprise = message_.enterprise;
  summary.uptime_ticks = wire::ber_unsigned(message_.timestamp, 4);
  if (message_.agent_address.size() == 4) {
    summary.agent = IpAddress::v4_bytes(message_.agent_address.data());
    summary.forwarded =
        summary.agent->v4_host_order() != 0 && *summary.agent != message.source.address;
  } else {
    summary.odd = true;
  }
  constexpr std::int64_t enterprise_specific = 6;
  if (message_.generic_trap >= 0 && message_.generic_trap < enterprise_specific) {
    type_.clear();
    for (const std::uint32_t arc : {1U, 3U, 6U, 1U, 6U, 3U, 1U, 1U, 5U}) type_.push(arc);
    summary.has_type = type_.push(static_cast<std::uint32_t>(message_.generic_trap) + 1);
  } else if (message_.generic_trap == enterprise_specific && message_.specific_trap >= 0 &&
             message_.specific_trap <= 0xffff'ffffLL) {
    summary.has_type = type_.decode(message_.enterprise) == Oid::Status::ok && type_.push(0) &&
                       type_.push(static_cast<std::uint32_t>(message_.specific_trap));
  }
  if (!summary.has_type || !summary.uptime_ticks) summary.odd = true;
}

void TrapRecordMaker::summarise_v2(Summary& summary) {
  for (const VarBind& varbind : message_.varbinds) {
    switch (varbind.type) {
      case ValueType::time_ticks:
        if (!summary.uptime_ticks && is(varbind.name, sys_up_time))
          summary.uptime_ticks = wire::ber_unsigned(varbind.content, 4);
        break;
      case ValueType::object_identifier:
        if (!summary.has_type && is(varbind.name, snmp_trap_oid)) {
          summary.has_type = type_.decode(varbind.content) == Oid::Status::ok;
        } else if (is(varbind.name, snmp_trap_enterprise)) {
          summary.enterprise = varbind.content;
        }
        break;
      case ValueType::ip_address:
        if (is(varbind.name, snmp_trap_address) && varbind.content.size() == 4) {
          summary.agent = IpAddress::v4_bytes(varbind.content.data());
          summary.forwarded = summary.agent->v4_host_order() != 0;
        }
        break;
      default:
        break;
    }
  }
  if (!summary.has_type) summary.odd = true;
}

// The enterprise of the notification, else of what it carries, else of the v3 engine (RFC 3411).
void TrapRecordMaker::find_maker(Summary& summary) const {
  if (summary.has_type && type_.size() > 6 && type_[0] == 1 && type_[1] == 3 && type_[2] == 6 &&
      type_[3] == 1 && type_[4] == 4 && type_[5] == 1)
    summary.maker = maker_of(type_[6]);
  if (summary.maker.empty()) summary.maker = maker_of(enterprise_of(summary.enterprise));
  for (std::size_t i = 0; summary.maker.empty() && i < message_.varbinds.size() && i < 32; ++i)
    summary.maker = maker_of(enterprise_of(message_.varbinds[i].name));
  const Octets engine = message_.usm.engine_id;
  if (summary.maker.empty() && message_.version == SnmpVersion::v3 && engine.size() >= 5)
    summary.maker =
        maker_of(std::uint32_t{engine[0] & 0x7fU} << 24 | std::uint32_t{engine[1]} << 16 |
                 std::uint32_t{engine[2]} << 8 | engine[3]);
}

void TrapRecordMaker::write_record(const RawMessage& message, const DeviceDirectory& devices,
                                   const wire::UsmOutcome* outcome, TextBatch& out) {
  const Summary summary = summarise(message);
  // A proxy's address is not the device; a v1 agent may name another of its own addresses.
  const Device* device = summary.forwarded ? devices.by_address(*summary.agent)
                                           : devices.by_address(message.source.address);
  if (device == nullptr && summary.forwarded && message_.version == SnmpVersion::v1)
    device = devices.by_address(message.source.address);
  if (device == nullptr || device->shared) {
    if (const Device* named =
            summary.hostname.empty() ? nullptr : devices.by_hostname(summary.hostname))
      device = named;
  }
  fields_.begin(summary.forwarded ? *summary.agent : message.source.address);
  if (summary.facts != nullptr) fields_.constants(*summary.facts);

  JsonWriter json = out.begin_record();
  write_record_head(json, Stream::trap, message, device, summary.hostname, summary.maker);
  write_head(json, summary);
  bool whole =
      write_varbinds(json) && !summary.odd && !message_.trailing && message.original_length == 0;
  fields_.finish(device, devices);
  json.raw(",\"extracted_fields\":");
  fields_.fields().write(json);
  json.raw(",\"event_type\":\"");
  const bool known = summary.facts != nullptr && !summary.facts->event_type.empty();
  json.raw(known ? std::string_view(summary.facts->event_type) : std::string_view("other"));
  json.raw("\",\"severity\":");
  const int severity = fields_.severity() >= 0    ? fields_.severity()
                       : summary.facts != nullptr ? summary.facts->severity
                                                  : -1;
  if (severity >= 0) {
    json.number(severity);
  } else {
    json.raw("null");
  }
  if (!whole) {
    json.raw(",\"raw_base64\":");
    json.base64(undecoded(message, outcome));
  }
  json.raw(whole ? std::string_view(",\"parse_status\":\"parsed\"")
                 : std::string_view(",\"parse_status\":\"partial\""));
  write_tail(json, outcome);
  out.end_record();
  count(message_.pdu == PduType::inform ? counters_.informs : counters_.traps);
  counters_.interface_names.store(fields_.interfaces().size(), std::memory_order_relaxed);
  counters_.interface_names_evicted.store(fields_.interfaces().evicted(),
                                          std::memory_order_relaxed);
}

// What a partial record shows: the PDU, for a community is a secret and an encrypted PDU no help.
Octets TrapRecordMaker::undecoded(const RawMessage& message,
                                  const wire::UsmOutcome* outcome) const {
  if (outcome != nullptr) return outcome->scoped_pdu;
  if (settings_.write_community) return message.bytes;
  const auto* const behind = message_.community.data() + message_.community.size();
  return {behind, message.bytes.data() + message.bytes.size()};
}

void TrapRecordMaker::write_head(JsonWriter& json, const Summary& summary) const {
  json.raw(",\"version\":\"");
  json.raw(version_words[static_cast<std::size_t>(message_.version)]);
  json.raw(message_.pdu == PduType::inform
               ? std::string_view("\",\"inform\":true,\"trap_type\":")
               : std::string_view("\",\"inform\":false,\"trap_type\":"));
  if (summary.has_type) {
    write_oid(json, type_);
  } else {
    json.raw("null");
  }
  json.raw(",\"trap_name\":");
  json.string_or_null(summary.facts != nullptr ? std::string_view(summary.facts->name)
                                               : std::string_view{});
  if (!summary.enterprise.empty()) {
    Oid enterprise;
    if (enterprise.decode(summary.enterprise) == Oid::Status::ok) {
      json.raw(",\"enterprise\":");
      write_oid(json, enterprise);
    }
  }
  if (summary.agent) {
    json.raw(",\"agent_address\":");
    json.address(*summary.agent);
  }
  json.raw(",\"uptime_ms\":");
  if (summary.uptime_ticks) {
    json.number(*summary.uptime_ticks * 10);
  } else {
    json.raw("null");
  }
  if (message_.version != SnmpVersion::v3) return;
  json.raw(",\"security_name\":");
  json.string(text_of(message_.usm.user));
  json.raw(",\"security_level\":\"");
  json.raw(level_words[message_.usm.flags & 3]);
  json.raw('"');
}

bool TrapRecordMaker::write_varbinds(JsonWriter& json) {
  bool whole = true;
  std::size_t number = 0;
  json.raw(",\"varbinds\":[");
  for (const VarBind& varbind : message_.varbinds) {
    json.raw(number == 0 ? std::string_view("{\"oid\":") : std::string_view(",{\"oid\":"));
    OidTable::Found found;
    if (name_.decode(varbind.name) == Oid::Status::ok) {
      found = tables_->oids.object(name_.arcs());
      write_oid(json, name_);
    } else {
      json.raw("\"0x");
      json.hex(varbind.name);
      json.raw('"');
      whole = false;
    }
    json.raw(",\"name\":");
    json.string_or_null(found.object != nullptr ? std::string_view(found.object->name)
                                                : std::string_view{});
    json.raw(',');
    if (!write_value(json, varbind, found.object)) whole = false;
    json.raw('}');
    if (++number > max_read_varbinds) continue;
    fields_.address(varbind);
    if (found.object != nullptr && !found.object->fields.empty())
      fields_.add(varbind, *found.object, name_.arcs().subspan(found.length));
  }
  json.raw(']');
  return whole;
}

// Keys of the protocol itself, behind those of the contract; each is there only where it applies.
void TrapRecordMaker::write_tail(JsonWriter& json, const wire::UsmOutcome* outcome) const {
  if (message_.version == SnmpVersion::v1) {
    json.raw(",\"generic_trap\":");
    json.number(message_.generic_trap);
    json.raw(",\"specific_trap\":");
    json.number(message_.specific_trap);
  } else {
    json.raw(",\"request_id\":");
    json.number(message_.request_id);
  }
  if (outcome != nullptr) {
    json.raw(",\"engine_id\":\"");
    json.hex(message_.usm.engine_id);
    json.raw("\",\"context_name\":");
    json.string(text_of(message_.context_name));
    json.raw(",\"auth_ok\":");
    json.boolean(message_.usm.authenticated());
  } else if (settings_.write_community) {
    json.raw(",\"community\":");
    if (is_printable(text_of(message_.community))) {
      json.string(text_of(message_.community));
    } else {
      json.raw("\"0x");
      json.hex(message_.community);
      json.raw('"');
    }
  }
}

}  // namespace netlogd::parse
