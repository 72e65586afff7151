// What is known of OIDs: names, syntaxes and enumerations of objects, names and event types of
// notifications, and which field of a record an object's value or index is. Compiled from CSV
// files; a later file overrides an earlier one row by row, so users add their own. Immutable,
// shared between workers.
//
// Four kinds of file, told apart by their header line (docs: config/knowledge/oids*.csv):
//   oid,name,mib,kind,syntax,enum,members,v1_oid   objects and notifications; enum is 1=up;2=down
//   trap,event_type,severity,fields                a notification by name or OID
//   object,fields                                  an object by name or OID
//   words,from,to                                  our words for a device's ("bgp,idle,Idle")
//
// `fields` is a list, separated by blanks, of key=source. Sources: value, value-1 (a number less
// one), label, label:WORDS, ip, mac, index(N), index_ip(N), index_id(N) (one arc that
// is a router id), index_inet(N), index_mac(N), 'text';
// N counts the arcs of the instance from 0. Keys of their own: interface_name (a name, learned for
// the interface index in the instance's last arc), if_index (an interface, by its number),
// severity; interfaces, ip_addresses, mac_addresses and users are the record's lists.

#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/named_text.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/parse/oid_index.hpp"
#include "netlogd/wire/ber.hpp"

namespace netlogd::parse {

// How the octets of a value are to be shown.
enum class OctetSyntax : std::uint8_t {
  unknown,  // as text when it is printable
  text,     // DisplayString and its kind
  octets,   // PhysAddress, DateAndTime, InetAddress, …: always hex
  bits,     // BITS, numbered from the first octet's high bit
};

struct FieldRule {
  enum class Source : std::uint8_t {
    value,
    value_less_one,
    label,
    ip,
    mac,
    index,
    index_ip,
    index_id,
    index_inet,
    index_mac,
    constant
  };
  enum class Target : std::uint8_t {
    field,
    interfaces,
    ip_addresses,
    mac_addresses,
    users,
    interface_name,
    if_index,
    severity
  };
  Target target = Target::field;
  Source source = Source::value;
  std::uint8_t position = 0;  // the arc of an index
  std::string key;
  std::string constant;
  const std::map<std::string, std::string, std::less<>>* words = nullptr;  // owned by the table
};

struct EnumWord {
  std::int64_t value;
  std::string word;
};

struct OidObject {
  std::string name;
  OctetSyntax syntax = OctetSyntax::unknown;
  std::vector<EnumWord> words;  // sorted by value
  std::vector<FieldRule> fields;
  // Empty: the value has no word.
  [[nodiscard]] std::string_view word_of(std::int64_t value) const noexcept;
};

struct TrapFacts {
  std::string name;
  std::string event_type;         // empty: not stated
  std::int8_t severity = -1;      // -1: not stated
  std::vector<FieldRule> fields;  // constants only
};

class OidTable {
 public:
  // Refuses a file with a sentence "FILE:LINE: …"; a table is whole or not there.
  [[nodiscard]] static Result<OidTable> load(std::span<const NamedText> files);

  OidTable(OidTable&&) noexcept = default;
  OidTable& operator=(OidTable&&) noexcept = default;

  struct Found {
    const OidObject* object = nullptr;  // nullptr: not known
    std::size_t length = 0;             // the arcs behind these are the instance
  };
  [[nodiscard]] Found object(std::span<const std::uint32_t> arcs) const noexcept;
  // Also under the OID that RFC 3584 makes of it, and with or without the zero before its last arc.
  [[nodiscard]] const TrapFacts* trap(std::span<const std::uint32_t> arcs) const noexcept;

  [[nodiscard]] std::size_t object_count() const noexcept { return objects_.size(); }
  [[nodiscard]] std::size_t trap_count() const noexcept { return traps_.size(); }

 private:
  friend class OidTableLoader;
  OidTable() = default;

  using Words = std::map<std::string, std::string, std::less<>>;
  std::map<std::string, Words, std::less<>> words_;  // nodes do not move: rules point at them
  std::vector<OidObject> objects_;
  std::vector<TrapFacts> traps_;
  OidIndex object_index_;
  OidIndex trap_index_;
};

}  // namespace netlogd::parse
