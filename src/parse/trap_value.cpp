#include "netlogd/parse/trap_value.hpp"

#include <bit>
#include <charconv>
#include <cstring>

namespace netlogd::parse {
namespace {

using wire::Octets;
using wire::ValueType;
using wire::VarBind;

// One character of at least two octets; 0 when it is no UTF-8 (RFC 3629).
std::uint32_t take_character(const unsigned char*& at, const unsigned char* end) noexcept {
  const unsigned char first = *at;
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (size == 0 || first > 0xf4 || static_cast<std::size_t>(end - at) < size) return 0;
  std::uint32_t code = first & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((at[i] & 0xc0) != 0x80) return 0;
    code = code << 6 | (at[i] & 0x3fU);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < least[size] || code > 0x10ffff) return 0;
  at += size;
  return code;
}

bool is_visible(std::uint32_t code) noexcept {
  if (code <= 0xa0 || code == 0xad) return false;      // C1, no-break space, soft hyphen
  if (code >= 0x2000 && code <= 0x200f) return false;  // odd spaces, joiners, marks
  if (code >= 0x2028 && code <= 0x202f) return false;  // separators, direction
  if (code >= 0x205f && code <= 0x206f) return false;
  if (code == 0x061c || code == 0x1680 || code == 0x180e || code == 0x3000 || code == 0xfeff)
    return false;
  if (code >= 0xd800 && code <= 0xf8ff) return false;  // surrogates, private use
  if (code >= 0xfff0 && code <= 0xfffb) return false;
  if ((code & 0xfffe) == 0xfffe || (code >= 0xfdd0 && code <= 0xfdef)) return false;
  return code < 0xe0000;  // tags and private planes
}

void write_hex(JsonWriter& json, Octets octets) {
  json.raw("\"0x");
  json.hex(octets);
  json.raw('"');
}

template <typename Number>
void write_number(JsonWriter& json, Number number) {
  json.raw('"');
  json.number(number);
  json.raw('"');
}

void two_digits(char*& out, std::uint64_t number) noexcept {
  *out++ = static_cast<char>('0' + number / 10);
  *out++ = static_cast<char>('0' + number % 10);
}

// "(8654321) 1 day, 0:02:23.21"
void write_time_ticks(JsonWriter& json, std::uint64_t ticks) {
  char text[64];
  char* out = text;
  const auto put = [&out](std::string_view words) {
    std::memcpy(out, words.data(), words.size());
    out += words.size();
  };
  const auto number = [&out](std::uint64_t value) {
    out = std::to_chars(out, out + 20, value).ptr;
  };
  put("\"(");
  number(ticks);
  put(") ");
  const std::uint64_t seconds = ticks / 100;
  if (const std::uint64_t days = seconds / 86400; days > 0) {
    number(days);
    put(days == 1 ? " day, " : " days, ");
  }
  number(seconds / 3600 % 24);
  *out++ = ':';
  two_digits(out, seconds / 60 % 60);
  *out++ = ':';
  two_digits(out, seconds % 60);
  *out++ = '.';
  two_digits(out, ticks % 100);
  *out++ = '"';
  json.raw({text, static_cast<std::size_t>(out - text)});
}

template <typename Real, typename Bits>
bool write_real(JsonWriter& json, Octets content) {
  Bits bits = 0;
  for (const std::uint8_t octet : content) bits = static_cast<Bits>(bits << 8 | octet);
  char text[40];
  char* end = text;
  *end++ = '"';
  end = std::to_chars(end, text + sizeof text - 1, std::bit_cast<Real>(bits)).ptr;
  *end++ = '"';
  json.raw({text, static_cast<std::size_t>(end - text)});
  return true;
}

bool write_oid(JsonWriter& json, Octets content) {
  wire::Oid oid;
  if (oid.decode(content) != wire::Oid::Status::ok) {
    write_hex(json, content);
    return false;
  }
  TextBuffer& out = json.buffer();
  char* const room = out.room(wire::Oid::max_text + 2);
  room[0] = '"';
  const std::size_t size = oid.format(room + 1);
  room[size + 1] = '"';
  out.commit(size + 2);
  return true;
}

void write_octets(JsonWriter& json, Octets content, OctetSyntax syntax) {
  const bool shown = syntax == OctetSyntax::unknown || syntax == OctetSyntax::text;
  if (content.empty() || (shown && is_printable(text_of(content)))) {
    json.string(text_of(content));
  } else {
    write_hex(json, content);
  }
}

// The words of the bits that are set: bit 0 is the high bit of the first octet (RFC 2578, 7.1.4).
void write_bit_words(JsonWriter& json, Octets content, const OidObject& object) {
  bool first = true;
  for (const EnumWord& entry : object.words) {
    const auto bit = static_cast<std::uint64_t>(entry.value);
    if (bit / 8 >= content.size() || !(content[bit / 8] & 0x80 >> bit % 8)) continue;
    json.raw(first ? ",\"label\":\"" : ",");
    json.escaped(entry.word);
    first = false;
  }
  if (!first) json.raw('"');
}

bool write_integer(JsonWriter& json, const VarBind& varbind, const OidObject* object) {
  const auto number = wire::ber_integer(varbind.content);
  if (!number) {
    write_hex(json, varbind.content);
    return false;
  }
  write_number(json, *number);
  if (object != nullptr && !object->words.empty()) {
    if (const std::string_view word = object->word_of(*number); !word.empty()) {
      json.raw(",\"label\":");
      json.string(word);
    }
  }
  return *number == static_cast<std::int32_t>(*number);
}

bool write_unsigned(JsonWriter& json, const VarBind& varbind, const OidObject* object) {
  const auto number = unsigned_of(varbind);
  if (!number) {
    write_hex(json, varbind.content);
    return false;
  }
  if (varbind.type == ValueType::time_ticks) {
    write_time_ticks(json, *number);
    return true;
  }
  write_number(json, *number);
  if (object != nullptr && !object->words.empty()) {
    if (const std::string_view word = object->word_of(static_cast<std::int64_t>(*number));
        !word.empty()) {
      json.raw(",\"label\":");
      json.string(word);
    }
  }
  return true;
}

bool write_address(JsonWriter& json, Octets content) {
  if (content.size() != 4) {
    write_hex(json, content);
    return false;
  }
  json.address(IpAddress::v4_bytes(content.data()));
  return true;
}

}  // namespace

bool is_printable(std::string_view text) noexcept {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = at + text.size();
  while (at != end) {
    if (*at < 0x80) {
      if ((*at < 0x20 && *at != '\t' && *at != '\n' && *at != '\r') || *at == 0x7f) return false;
      ++at;
    } else if (!is_visible(take_character(at, end))) {
      return false;
    }
  }
  return true;
}

std::optional<std::int64_t> integer_of(const VarBind& varbind) noexcept {
  return varbind.type == ValueType::integer32 ? wire::ber_integer(varbind.content) : std::nullopt;
}

std::optional<std::uint64_t> unsigned_of(const VarBind& varbind) noexcept {
  switch (varbind.type) {
    case ValueType::counter32:
    case ValueType::gauge32:
    case ValueType::time_ticks:
    case ValueType::uinteger32:
      return wire::ber_unsigned(varbind.content, 4);
    case ValueType::counter64:
      return wire::ber_unsigned(varbind.content, 8);
    default:
      return std::nullopt;
  }
}

bool write_value(JsonWriter& json, const VarBind& varbind, const OidObject* object) {
  json.raw("\"type\":\"");
  json.raw(wire::name_of(varbind.type));
  json.raw("\",\"value\":");
  const OctetSyntax syntax = object != nullptr ? object->syntax : OctetSyntax::unknown;
  switch (varbind.type) {
    case ValueType::integer32:
      return write_integer(json, varbind, object);
    case ValueType::counter32:
    case ValueType::gauge32:
    case ValueType::time_ticks:
    case ValueType::uinteger32:
    case ValueType::counter64:
      return write_unsigned(json, varbind, object);
    case ValueType::octet_string:
      write_octets(json, varbind.content, syntax);
      if (syntax == OctetSyntax::bits) write_bit_words(json, varbind.content, *object);
      return true;
    case ValueType::object_identifier:
      return write_oid(json, varbind.content);
    case ValueType::ip_address:
      return write_address(json, varbind.content);
    case ValueType::null:
      json.raw("\"NULL\"");
      return varbind.content.empty();
    case ValueType::no_such_object:
    case ValueType::no_such_instance:
    case ValueType::end_of_mib_view:
      json.raw("null");
      return true;
    case ValueType::opaque_float:
      return write_real<float, std::uint32_t>(json, varbind.content);
    case ValueType::opaque_double:
      return write_real<double, std::uint64_t>(json, varbind.content);
    case ValueType::opaque:
    case ValueType::nsap_address:
    case ValueType::bit_string:
      break;
  }
  write_octets(json, varbind.content, OctetSyntax::octets);
  return true;
}

}  // namespace netlogd::parse
