#include "netlogd/wire/snmp.hpp"

#include <array>
#include <limits>

namespace netlogd::wire {
namespace {

constexpr std::int64_t max_int32 = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t min_int64 = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t max_int64 = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t max_short_string = 32;  // SnmpEngineID, user name

constexpr std::uint8_t tag_ip_address = 0x40;
constexpr std::uint8_t tag_time_ticks = 0x43;

bool type_of(std::uint8_t tag, ValueType& type) noexcept {
  switch (tag) {
    case ber::integer:
      type = ValueType::integer32;
      return true;
    case ber::bit_string:
      type = ValueType::bit_string;
      return true;
    case ber::octet_string:
      type = ValueType::octet_string;
      return true;
    case ber::null:
      type = ValueType::null;
      return true;
    case ber::object_identifier:
      type = ValueType::object_identifier;
      return true;
    case tag_ip_address:
      type = ValueType::ip_address;
      return true;
    case 0x41:
      type = ValueType::counter32;
      return true;
    case 0x42:
      type = ValueType::gauge32;
      return true;
    case tag_time_ticks:
      type = ValueType::time_ticks;
      return true;
    case 0x44:
      type = ValueType::opaque;
      return true;
    case 0x45:
      type = ValueType::nsap_address;
      return true;
    case 0x46:
      type = ValueType::counter64;
      return true;
    case 0x47:
      type = ValueType::uinteger32;
      return true;
    case 0x80:
      type = ValueType::no_such_object;
      return true;
    case 0x81:
      type = ValueType::no_such_instance;
      return true;
    case 0x82:
      type = ValueType::end_of_mib_view;
      return true;
    default:
      return false;
  }
}

// A number has at least one octet and an OID ends with an arc; without that the structure is broken
// and not only odd.
bool is_whole(const VarBind& varbind) noexcept {
  switch (varbind.type) {
    case ValueType::integer32:
    case ValueType::counter32:
    case ValueType::gauge32:
    case ValueType::time_ticks:
    case ValueType::counter64:
    case ValueType::uinteger32:
      return !varbind.content.empty();
    case ValueType::object_identifier:
      return is_whole_oid(varbind.content);
    default:
      return true;
  }
}

// net-snmp's Opaque-wrapped numbers: 9f 78 04 and a float, 9f 79 08 and a double.
void unpack_opaque(VarBind& varbind) noexcept {
  const Octets content = varbind.content;
  if (content.size() == 7 && content[0] == 0x9f && content[1] == 0x78 && content[2] == 4) {
    varbind.type = ValueType::opaque_float;
    varbind.content = content.subspan(3);
  } else if (content.size() == 11 && content[0] == 0x9f && content[1] == 0x79 && content[2] == 8) {
    varbind.type = ValueType::opaque_double;
    varbind.content = content.subspan(3);
  }
}

bool read_varbinds(Octets list, std::vector<VarBind>& varbinds) {
  varbinds.clear();
  BerReader items(list);
  BerElement item;
  while (items.next(item)) {
    if (item.tag != ber::sequence) return false;
    BerReader pair(item.content);
    BerElement name;
    BerElement value;
    if (!pair.next(name) || !pair.next(value) || !pair.at_end()) return false;
    VarBind varbind{.name = name.content, .content = value.content};
    if (name.tag != ber::object_identifier || !is_whole_oid(name.content)) return false;
    if (!type_of(value.tag, varbind.type) || !is_whole(varbind)) return false;
    if (varbind.type == ValueType::opaque) unpack_opaque(varbind);
    varbinds.push_back(varbind);
  }
  return items.ok();
}

bool read_varbind_list(BerReader& pdu, SnmpMessage& message) {
  BerElement list;
  if (!pdu.next(list) || list.tag != ber::sequence || !pdu.at_end()) return false;
  message.varbinds_element = list.whole;
  return read_varbinds(list.content, message.varbinds);
}

// RFC 1157, 4.1.6.
bool read_trap_v1(Octets content, SnmpMessage& message) {
  BerReader pdu(content);
  message.enterprise = pdu.take(ber::object_identifier);
  message.agent_address = pdu.take(tag_ip_address);
  message.generic_trap = pdu.integer(min_int64, max_int64);
  message.specific_trap = pdu.integer(min_int64, max_int64);
  message.timestamp = pdu.take(tag_time_ticks);
  if (!pdu.ok() || !is_whole_oid(message.enterprise) || message.timestamp.empty()) return false;
  return read_varbind_list(pdu, message);
}

// RFC 3416, 3: the PDU that SNMPv2-Trap and Inform share with all others but GetBulk.
bool read_pdu_v2(Octets content, SnmpMessage& message) {
  BerReader pdu(content);
  BerElement id;
  if (!pdu.next(id) || id.tag != ber::integer) return false;
  const auto request_id = ber_integer(id.content);
  if (!request_id) return false;
  message.request_id = *request_id;
  message.request_id_element = id.whole;
  message.error_status = pdu.integer(min_int64, max_int64);
  (void)pdu.integer(min_int64, max_int64);  // error-index
  return pdu.ok() && read_varbind_list(pdu, message);
}

DecodeStatus read_pdu(const BerElement& element, SnmpMessage& message) {
  if (element.tag < 0xa0 || element.tag > 0xa8) return DecodeStatus::malformed;
  message.pdu = static_cast<PduType>(element.tag);
  const bool v1 = message.version == SnmpVersion::v1;
  switch (message.pdu) {
    case PduType::trap_v1:
      return v1 && read_trap_v1(element.content, message) ? DecodeStatus::ok
                                                          : DecodeStatus::malformed;
    case PduType::inform:
    case PduType::trap_v2:
      return !v1 && read_pdu_v2(element.content, message) ? DecodeStatus::ok
                                                          : DecodeStatus::malformed;
    default:
      return DecodeStatus::not_a_trap;
  }
}

// RFC 3412, 6 and RFC 3414, 2.4.
DecodeStatus read_v3(BerReader& reader, SnmpMessage& message) {
  UsmHeader& usm = message.usm;
  BerReader global(reader.take(ber::sequence));
  usm.message_id = static_cast<std::int32_t>(global.integer(0, max_int32));
  usm.max_size = global.integer(0, max_int32);
  const Octets flags = global.take(ber::octet_string);
  const std::int64_t model = global.integer(0, max_int32);
  if (!reader.ok() || !global.ok() || !global.at_end() || flags.size() != 1)
    return DecodeStatus::malformed;
  if (model != 3) return DecodeStatus::unsupported;
  usm.flags = flags[0];
  if (usm.encrypted() && !usm.authenticated()) return DecodeStatus::malformed;

  BerReader wrapped(reader.take(ber::octet_string));
  BerReader parameters(wrapped.take(ber::sequence));
  usm.engine_id = parameters.take(ber::octet_string);
  usm.boots = static_cast<std::uint32_t>(parameters.integer(0, max_int32));
  usm.time = static_cast<std::uint32_t>(parameters.integer(0, max_int32));
  usm.user = parameters.take(ber::octet_string);
  usm.auth = parameters.take(ber::octet_string);
  usm.priv = parameters.take(ber::octet_string);
  if (!reader.ok() || !wrapped.ok() || !wrapped.at_end() || !parameters.ok() ||
      !parameters.at_end())
    return DecodeStatus::malformed;
  if (usm.engine_id.size() > max_short_string || usm.user.size() > max_short_string)
    return DecodeStatus::malformed;

  BerElement data;
  if (!reader.next(data) || !reader.at_end()) return DecodeStatus::malformed;
  if (data.tag != (usm.encrypted() ? ber::octet_string : ber::sequence))
    return DecodeStatus::malformed;
  usm.data = usm.encrypted() ? data.content : data.whole;
  return DecodeStatus::ok;
}

}  // namespace

std::string_view name_of(ValueType type) noexcept {
  static constexpr std::array<std::string_view, 18> names = {
      "Integer32",    "OctetString", "Null",        "ObjectIdentifier", "IpAddress",
      "Counter32",    "Gauge32",     "TimeTicks",   "Opaque",           "NsapAddress",
      "Counter64",    "UInteger32",  "BitString",   "noSuchObject",     "noSuchInstance",
      "endOfMibView", "OpaqueFloat", "OpaqueDouble"};
  return names[static_cast<std::size_t>(type)];
}

DecodeStatus decode_snmp(Octets datagram, SnmpMessage& message) {
  message.varbinds.clear();
  BerReader outer(datagram);
  BerElement whole;
  if (!outer.next(whole) || whole.tag != ber::sequence) return DecodeStatus::malformed;
  message.whole = whole.whole;
  message.trailing = !outer.at_end();

  BerReader reader(whole.content);
  const std::int64_t version = reader.integer(min_int64, max_int64);
  if (!reader.ok()) return DecodeStatus::malformed;
  switch (version) {
    case 0:
      message.version = SnmpVersion::v1;
      break;
    case 1:
      message.version = SnmpVersion::v2c;
      break;
    case 3:
      message.version = SnmpVersion::v3;
      return read_v3(reader, message);
    default:
      return DecodeStatus::unsupported;
  }
  message.community = reader.take(ber::octet_string);
  BerElement pdu;
  if (!reader.ok() || !reader.next(pdu) || !reader.at_end()) return DecodeStatus::malformed;
  return read_pdu(pdu, message);
}

DecodeStatus decode_scoped_pdu(Octets scoped_pdu, SnmpMessage& message) {
  message.varbinds.clear();
  // DES pads what it encrypts: octets behind the element are no fault.
  BerReader outer(scoped_pdu);
  BerReader scoped(outer.take(ber::sequence));
  message.context_engine_id = scoped.take(ber::octet_string);
  message.context_name = scoped.take(ber::octet_string);
  BerElement pdu;
  if (!outer.ok() || !scoped.ok() || !scoped.next(pdu) || !scoped.at_end())
    return DecodeStatus::malformed;
  return read_pdu(pdu, message);
}

void write_response_pdu(const SnmpMessage& inform, BerWriter& writer) {
  const std::size_t mark = writer.mark();
  writer.raw(inform.varbinds_element);
  writer.integer(0);  // error-index
  writer.integer(0);  // error-status
  writer.raw(inform.request_id_element);
  writer.wrap(static_cast<std::uint8_t>(PduType::response), mark);
}

Octets encode_response(const SnmpMessage& inform, BerWriter& writer) {
  writer.clear();
  write_response_pdu(inform, writer);
  writer.octets(inform.community);
  writer.integer(1);
  writer.wrap(ber::sequence, 0);
  return writer.ok() ? Octets(writer.bytes()) : Octets{};
}

}  // namespace netlogd::wire
