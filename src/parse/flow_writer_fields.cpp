// The part of FlowWriter that writes extracted_fields: one value of an information element by its
// type.

#include <cmath>
#include <cstring>

#include "netlogd/wire/flow_clock.hpp"
#include "parse/flow_writer.hpp"

namespace netlogd::parse {
namespace {

using wire::ElementType;
using wire::NamedField;
using wire::number_of;

bool says_the_same(const NamedField& field, std::span<const std::uint8_t> octets,
                   const wire::FlowColumns& columns) {
  bool zero = true;
  for (const auto octet : octets) zero = zero && octet == 0;
  if (zero) return true;
  if (field.type == ElementType::ipv4_address && octets.size() == 4)
    return columns.get(static_cast<wire::AddressColumn>(field.column)) ==
           IpAddress::v4_bytes(octets.data());
  if (field.type == ElementType::ipv6_address && octets.size() == 16)
    return columns.get(static_cast<wire::AddressColumn>(field.column)) ==
           IpAddress::v6_bytes(octets.data());
  return columns.get(static_cast<wire::NumberColumn>(field.column)) == number_of(octets);
}

void write_hex(JsonWriter& json, std::span<const std::uint8_t> octets) {
  json.raw("\"0x");
  json.hex(octets);
  json.raw('"');
}

void write_mac(JsonWriter& json, std::span<const std::uint8_t> octets) {
  json.raw('"');
  for (std::size_t i = 0; i < octets.size(); ++i) {
    if (i > 0) json.raw(':');
    json.hex(octets.subspan(i, 1));
  }
  json.raw('"');
}

// A text; octets that are none are kept as they are.
void write_text(JsonWriter& json, std::span<const std::uint8_t> octets) {
  std::string_view text(reinterpret_cast<const char*>(octets.data()), octets.size());
  while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
  if (is_utf8(text))
    json.string(text);
  else
    write_hex(json, octets);
}

void write_real(JsonWriter& json, std::span<const std::uint8_t> octets) {
  if (octets.size() == 8) {
    const auto bits = number_of(octets);
    double value = 0;
    std::memcpy(&value, &bits, 8);
    if (std::isfinite(value)) return json.real(value);
  } else if (octets.size() == 4) {
    const auto bits = static_cast<std::uint32_t>(number_of(octets));
    float value = 0;
    std::memcpy(&value, &bits, 4);
    if (std::isfinite(value)) return json.real(static_cast<double>(value));
  }
  write_hex(json, octets);
}

std::int64_t signed_of(std::span<const std::uint8_t> octets) noexcept {
  const unsigned unused = 64 - 8 * static_cast<unsigned>(octets.size());
  return static_cast<std::int64_t>(number_of(octets) << unused) >> unused;
}

std::optional<TimePoint> time_of(ElementType type, std::uint64_t value,
                                 TimePoint exported) noexcept {
  switch (type) {
    case ElementType::time_seconds:
      return wire::unix_seconds(value);
    case ElementType::time_milliseconds:
      return wire::unix_milliseconds(value);
    case ElementType::time_microseconds:
      return wire::ntp_microseconds(value, exported);
    default:
      return wire::ntp_nanoseconds(value, exported);
  }
}

int digits_of(ElementType type) noexcept {
  switch (type) {
    case ElementType::time_seconds:
      return 0;
    case ElementType::time_milliseconds:
      return 3;
    case ElementType::time_microseconds:
      return 6;
    default:
      return 9;
  }
}

}  // namespace

void FlowWriter::field(const NamedField& field, std::span<const std::uint8_t> octets,
                       const wire::FlowColumns& columns, TimePoint exported) {
  if (octets.empty()) return;
  switch (field.when) {
    case NamedField::When::always:
      break;
    case NamedField::When::no_start:
      if (columns.has_start) return;
      break;
    case NamedField::When::no_end:
      if (columns.has_end) return;
      break;
    case NamedField::When::differs:
      if (says_the_same(field, octets, columns)) return;
      break;
  }
  key(field.key);
  value(field.type, octets, exported);
}

void FlowWriter::value(ElementType type, std::span<const std::uint8_t> octets, TimePoint exported) {
  JsonWriter json(out_->text());
  const bool is_number = octets.size() <= 8;
  switch (type) {
    case ElementType::unsigned_number:
      if (is_number) return json.number(number_of(octets));
      break;
    case ElementType::signed_number:
      if (is_number) return json.number(signed_of(octets));
      break;
    case ElementType::real:
      return write_real(json, octets);
    case ElementType::boolean:  // RFC 7011, 6.1.5
      if (octets.size() == 1 && octets[0] == 1) return json.boolean(true);
      if (octets.size() == 1 && octets[0] == 2) return json.boolean(false);
      if (is_number) return json.number(number_of(octets));
      break;
    case ElementType::mac_address:
      if (octets.size() == 6) return write_mac(json, octets);
      break;
    case ElementType::string:
      return write_text(json, octets);
    case ElementType::ipv4_address:
      if (octets.size() == 4) return json.address(IpAddress::v4_bytes(octets.data()));
      break;
    case ElementType::ipv6_address:
      if (octets.size() == 16) return json.address(IpAddress::v6_bytes(octets.data()));
      break;
    case ElementType::time_seconds:
    case ElementType::time_milliseconds:
    case ElementType::time_microseconds:
    case ElementType::time_nanoseconds:
      if (!is_number) break;
      if (const auto instant = time_of(type, number_of(octets), exported))
        return json.utc(*instant, digits_of(type));
      return json.number(number_of(octets));
    case ElementType::basic_list:
    case ElementType::octet_array:
      break;
  }
  write_hex(json, octets);
}

void FlowWriter::key(std::string_view key) {
  JsonWriter json(out_->text());
  if (has_fields_) json.raw(',');
  has_fields_ = true;
  json.raw(key);
}

void FlowWriter::number(std::string_view key_text, std::uint64_t value) {
  key(key_text);
  JsonWriter(out_->text()).number(value);
}

void FlowWriter::text(std::string_view key_text, std::string_view value) {
  key(key_text);
  JsonWriter(out_->text()).string(value);
}

void FlowWriter::hex(std::string_view key_text, std::span<const std::uint8_t> octets) {
  key(key_text);
  JsonWriter json(out_->text());
  write_hex(json, octets);
}

void FlowWriter::mac(std::string_view key_text, std::span<const std::uint8_t, 6> octets) {
  key(key_text);
  JsonWriter json(out_->text());
  write_mac(json, octets);
}

void FlowWriter::address(std::string_view key_text, const IpAddress& value) {
  key(key_text);
  JsonWriter(out_->text()).address(value);
}

void FlowWriter::json(std::string_view key_text, std::string_view value) {
  key(key_text);
  JsonWriter(out_->text()).raw(value);
}

}  // namespace netlogd::parse
