#include "netlogd/parse/trap_fields.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "netlogd/parse/trap_value.hpp"

namespace netlogd::parse {
namespace {

using wire::Octets;
using wire::ValueType;
using wire::VarBind;
using Arcs = std::span<const std::uint32_t>;

// InetAddress: four octets, sixteen, or these with a zone behind (RFC 4001).
std::optional<IpAddress> address_of(Octets octets) noexcept {
  if (octets.size() == 4 || octets.size() == 8) return IpAddress::v4_bytes(octets.data());
  if (octets.size() == 16 || octets.size() == 20) return IpAddress::v6_bytes(octets.data());
  return std::nullopt;
}

// The arcs of an index as octets; nothing when one is no octet.
template <std::size_t n>
bool octets_of(Arcs arcs, std::array<std::uint8_t, n>& octets) noexcept {
  if (arcs.size() > n) return false;
  for (std::size_t i = 0; i < arcs.size(); ++i) {
    if (arcs[i] > 255) return false;
    octets[i] = static_cast<std::uint8_t>(arcs[i]);
  }
  return true;
}

// An InetAddressType and an InetAddress in an index: type, length, octets (RFC 4001), or type and
// octets where the MIB implies the length (Juniper's BGP MIB is such a one).
std::optional<IpAddress> address_in_index(Arcs arcs) noexcept {
  if (arcs.empty()) return std::nullopt;
  const std::uint32_t type = arcs[0];
  const std::size_t size = type == 1 || type == 3 ? 4 : type == 2 || type == 4 ? 16 : 0;
  if (size == 0) return std::nullopt;
  arcs = arcs.subspan(1);
  if (!arcs.empty() && arcs[0] == size && arcs.size() > size) arcs = arcs.subspan(1);
  std::array<std::uint8_t, 16> octets{};
  if (arcs.size() < size || !octets_of(arcs.first(size), octets)) return std::nullopt;
  return address_of(Octets(octets).first(size));
}

std::size_t format_mac(Octets octets, char* out) noexcept {
  constexpr char digits[] = "0123456789abcdef";
  char* at = out;
  for (const std::uint8_t octet : octets) {
    if (at != out) *at++ = ':';
    *at++ = digits[octet >> 4];
    *at++ = digits[octet & 15];
  }
  return static_cast<std::size_t>(at - out);
}

bool is_address(FieldRule::Source source) noexcept {
  return source == FieldRule::Source::ip || source == FieldRule::Source::index_ip ||
         source == FieldRule::Source::index_inet;
}

// A text without the NULs and blanks that some agents pad with.
std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() &&
         (text.back() == '\0' || text.back() == ' ' || text.back() == '\n' || text.back() == '\r'))
    text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

}  // namespace

TrapFields::TrapFields(TrapInterfaces::Limits limits)
    : interfaces_(limits), memory_(new char[memory_octets]) {}

void TrapFields::begin(const IpAddress& sender) {
  fields_.clear();
  sender_ = sender;
  severity_ = -1;
  index_count_ = 0;
  used_ = 0;
}

void TrapFields::constants(const TrapFacts& trap) {
  for (const FieldRule& rule : trap.fields) store(rule, {.text = rule.constant}, {});
}

void TrapFields::add(const VarBind& varbind, const OidObject& object, Arcs instance) {
  for (const FieldRule& rule : object.fields) {
    const Found found = fetch(rule, varbind, object, instance);
    if (!found.empty()) store(rule, found, instance);
  }
}

void TrapFields::address(const VarBind& varbind) {
  if (varbind.type != ValueType::ip_address || varbind.content.size() != 4) return;
  const auto address = IpAddress::v4_bytes(varbind.content.data());
  if (address.v4_host_order() != 0) fields_.add(ExtractedFields::List::ip_addresses, keep(address));
}

TrapFields::Found TrapFields::fetch(const FieldRule& rule, const VarBind& varbind,
                                    const OidObject& object, Arcs instance) {
  const Arcs from = rule.position < instance.size() ? instance.subspan(rule.position) : Arcs{};
  switch (rule.source) {
    case FieldRule::Source::value:
      return fetch_value(varbind);
    case FieldRule::Source::value_less_one: {
      Found found = fetch_value(varbind);
      --found.number;
      return found;
    }
    case FieldRule::Source::label:
      return fetch_label(rule, varbind, object);
    case FieldRule::Source::constant:
      return {.text = rule.constant};
    case FieldRule::Source::ip: {
      if (varbind.type != ValueType::ip_address && varbind.type != ValueType::octet_string)
        return {};
      const auto address = address_of(varbind.content);
      return {.text = address ? keep(*address) : std::string_view{}};
    }
    case FieldRule::Source::mac: {
      if (varbind.type != ValueType::octet_string || varbind.content.size() != 6) return {};
      char text[17];
      return {.text = keep({text, format_mac(varbind.content, text)})};
    }
    case FieldRule::Source::index:
      if (from.empty()) return {};
      return {.number = from[0], .is_number = true, .is_unsigned = true};
    case FieldRule::Source::index_ip: {
      std::array<std::uint8_t, 4> octets{};
      if (from.size() < 4 || !octets_of(from.first(4), octets)) return {};
      return {.text = keep(IpAddress::v4_bytes(octets.data()))};
    }
    case FieldRule::Source::index_id:
      return {.text = from.empty() ? std::string_view{} : keep(IpAddress::v4(from[0]))};
    case FieldRule::Source::index_inet: {
      const auto address = address_in_index(from);
      return {.text = address ? keep(*address) : std::string_view{}};
    }
    case FieldRule::Source::index_mac: {
      std::array<std::uint8_t, 6> octets{};
      if (from.size() < 6 || !octets_of(from.first(6), octets)) return {};
      char text[17];
      return {.text = keep({text, format_mac(octets, text)})};
    }
  }
  return {};
}

TrapFields::Found TrapFields::fetch_value(const VarBind& varbind) {
  switch (varbind.type) {
    case ValueType::integer32: {
      const auto number = integer_of(varbind);
      return {.number = number.value_or(0), .is_number = number.has_value()};
    }
    case ValueType::counter32:
    case ValueType::gauge32:
    case ValueType::time_ticks:
    case ValueType::uinteger32:
    case ValueType::counter64: {
      const auto number = unsigned_of(varbind);
      return {.number = static_cast<std::int64_t>(number.value_or(0)),
              .is_number = number.has_value(),
              .is_unsigned = true};
    }
    case ValueType::octet_string: {
      const std::string_view text = trimmed(text_of(varbind.content));
      return {.text = is_printable(text) ? text : std::string_view{}};
    }
    case ValueType::ip_address: {
      const auto address = address_of(varbind.content);
      return {.text = address ? keep(*address) : std::string_view{}};
    }
    case ValueType::object_identifier: {
      wire::Oid oid;
      if (oid.decode(varbind.content) != wire::Oid::Status::ok) return {};
      char text[wire::Oid::max_text];
      return {.text = keep({text, oid.format(text)})};
    }
    default:
      return {};
  }
}

TrapFields::Found TrapFields::fetch_label(const FieldRule& rule, const VarBind& varbind,
                                          const OidObject& object) {
  const auto number = integer_of(varbind);
  if (!number) return {};
  const std::string_view word = object.word_of(*number);
  if (rule.words != nullptr) {
    const auto ours = rule.words->find(word);
    if (ours != rule.words->end()) return {.text = ours->second};
  }
  return {.text = word};
}

void TrapFields::store(const FieldRule& rule, const Found& found, Arcs instance) {
  switch (rule.target) {
    case FieldRule::Target::field:
      if (!found.is_number) {
        fields_.text(rule.key, found.text);
        // As in a syslog, where every address in the text is in the list.
        if (is_address(rule.source)) fields_.add(ExtractedFields::List::ip_addresses, found.text);
      } else if (found.is_unsigned) {
        fields_.number(rule.key, static_cast<std::uint64_t>(found.number));
      } else {
        fields_.signed_number(rule.key, found.number);
      }
      return;
    case FieldRule::Target::interfaces:
      fields_.add(ExtractedFields::List::interfaces, found.text);
      return;
    case FieldRule::Target::ip_addresses:
      fields_.add(ExtractedFields::List::ip_addresses, found.text);
      return;
    case FieldRule::Target::mac_addresses:
      fields_.add(ExtractedFields::List::mac_addresses, found.text);
      return;
    case FieldRule::Target::users:
      fields_.add(ExtractedFields::List::users, found.text);
      return;
    case FieldRule::Target::interface_name:
      fields_.add(ExtractedFields::List::interfaces, found.text);
      if (!instance.empty()) {
        note_index(instance.back());
        interfaces_.learn(sender_, instance.back(), found.text);
      }
      return;
    case FieldRule::Target::if_index:
      if (found.is_number) note_index(found.number);
      return;
    case FieldRule::Target::severity:
      if (found.is_number && found.number >= 0 && found.number <= 7)
        severity_ = static_cast<int>(found.number);
      return;
  }
}

void TrapFields::note_index(std::int64_t index) {
  if (index <= 0 || index > 0x7fff'ffff || index_count_ == max_indexes) return;
  const auto number = static_cast<std::uint32_t>(index);
  const auto end = indexes_.begin() + static_cast<std::ptrdiff_t>(index_count_);
  if (std::find(indexes_.begin(), end, number) == end) indexes_[index_count_++] = number;
}

void TrapFields::finish(const Device* device, const DeviceDirectory& devices) {
  if (fields_.list(ExtractedFields::List::interfaces).empty()) {
    for (std::size_t i = 0; i < index_count_; ++i) {
      std::string_view name = interfaces_.name(sender_, indexes_[i]);
      if (name.empty()) name = devices.interface_name(device, indexes_[i]);
      fields_.add(ExtractedFields::List::interfaces, name);
    }
  }
  if (index_count_ > 0) fields_.number("if_index", indexes_[0]);
}

std::string_view TrapFields::keep(std::string_view text) {
  if (memory_octets - used_ < text.size()) return fields_.own(std::string(text));
  char* const place = memory_.get() + used_;
  if (!text.empty()) std::memcpy(place, text.data(), text.size());
  used_ += text.size();
  return {place, text.size()};
}

std::string_view TrapFields::keep(const IpAddress& address) {
  char text[IpAddress::max_text];
  return keep({text, address.format(text)});
}

}  // namespace netlogd::parse
