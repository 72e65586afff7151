// SNMP messages as far as a receiver of notifications needs them: v1 Trap-PDU (RFC 1157), v2c
// SNMPv2-Trap and Inform (RFC 1901, 3416), v3 with the USM header (RFC 3412, 3414). Everything else
// is told apart and not read. Spans point into the datagram (or into the decrypted text). Pure, any
// thread; a message object is reused, so that a steady state allocates nothing.

#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "netlogd/wire/ber.hpp"

namespace netlogd::wire {

enum class SnmpVersion : std::uint8_t { v1, v2c, v3 };

enum class PduType : std::uint8_t {
  get = 0xa0,
  get_next = 0xa1,
  response = 0xa2,
  set = 0xa3,
  trap_v1 = 0xa4,
  get_bulk = 0xa5,
  inform = 0xa6,
  trap_v2 = 0xa7,
  report = 0xa8,
};

enum class ValueType : std::uint8_t {
  integer32,
  octet_string,
  null,
  object_identifier,
  ip_address,
  counter32,
  gauge32,
  time_ticks,
  opaque,
  nsap_address,
  counter64,
  uinteger32,
  bit_string,
  no_such_object,
  no_such_instance,
  end_of_mib_view,
  opaque_float,   // content: the four octets of the number
  opaque_double,  // content: the eight octets
};
// The word of the record contract: "Integer32", "OctetString", …
[[nodiscard]] std::string_view name_of(ValueType type) noexcept;

struct VarBind {
  Octets name;  // the content of an OBJECT IDENTIFIER, whole by is_whole_oid
  ValueType type = ValueType::null;
  Octets content;  // at least one octet where the type needs one
};

struct UsmHeader {
  std::int32_t message_id = 0;
  std::uint8_t flags = 0;
  std::int64_t max_size = 0;
  Octets engine_id;  // 0..32 octets
  std::uint32_t boots = 0;
  std::uint32_t time = 0;
  Octets user;  // 0..32 octets
  Octets auth;  // msgAuthenticationParameters, inside the datagram
  Octets priv;  // msgPrivacyParameters
  Octets data;  // scopedPDU: its whole element when plain, the encrypted octets when not

  static constexpr std::uint8_t auth_flag = 1;
  static constexpr std::uint8_t priv_flag = 2;
  static constexpr std::uint8_t reportable_flag = 4;
  [[nodiscard]] bool authenticated() const noexcept { return flags & auth_flag; }
  [[nodiscard]] bool encrypted() const noexcept { return flags & priv_flag; }
  [[nodiscard]] bool reportable() const noexcept { return flags & reportable_flag; }
};

struct SnmpMessage {
  SnmpVersion version = SnmpVersion::v1;
  Octets whole;           // the message without what may trail it
  bool trailing = false;  // octets behind the message
  Octets community;       // v1, v2c
  UsmHeader usm;          // v3
  Octets context_engine_id;
  Octets context_name;

  PduType pdu = PduType::get;
  std::int64_t request_id = 0;  // v2c, v3
  std::int64_t error_status = 0;
  Octets request_id_element;  // as sent, for the answer
  Octets varbinds_element;
  // v1
  Octets enterprise;     // OID content
  Octets agent_address;  // four octets, or odd
  std::int64_t generic_trap = 0;
  std::int64_t specific_trap = 0;
  Octets timestamp;  // TimeTicks content

  std::vector<VarBind> varbinds;  // in wire order; only for notifications
};

enum class DecodeStatus : std::uint8_t {
  ok,           // a notification, or for v3 a header whose scoped PDU is to be read next
  not_a_trap,   // whole as far as looked, but a Get, Set, Response, Report …
  unsupported,  // a version or security model that nobody here speaks
  malformed,
};

// Reads v1 and v2c whole; of v3 the header only.
[[nodiscard]] DecodeStatus decode_snmp(Octets datagram, SnmpMessage& message);
// Reads the scoped PDU of a v3 message (plain, or decrypted and perhaps padded).
[[nodiscard]] DecodeStatus decode_scoped_pdu(Octets scoped_pdu, SnmpMessage& message);

// The Response to a v2c inform: the same octets but for the PDU's type. Valid until the writer's
// next use; empty when it does not fit.
[[nodiscard]] Octets encode_response(const SnmpMessage& inform, BerWriter& writer);
// Puts the Response PDU of an inform in front of what `writer` holds.
void write_response_pdu(const SnmpMessage& inform, BerWriter& writer);

}  // namespace netlogd::wire
