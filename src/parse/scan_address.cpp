#include "netlogd/core/text_cursor.hpp"
#include "parse/scan_text.hpp"

namespace netlogd::parse {
namespace {

constexpr char char_at(std::string_view text, std::size_t at) noexcept {
  return at < text.size() ? text[at] : '\0';
}

constexpr bool is_word(char c) noexcept { return is_alnum(c) || c == '_'; }

// Four octets, whatever follows.
std::size_t dotted_quad(std::string_view text, std::size_t at) noexcept {
  auto rest = text.substr(at);
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (rest.empty() || rest.front() != '.') return 0;
      rest.remove_prefix(1);
    }
    unsigned value = 0;
    std::size_t digits = 0;
    for (; digits < rest.size() && is_digit(rest[digits]); ++digits) {
      if (digits == 3 || (digits == 1 && value == 0)) return 0;
      value = value * 10 + static_cast<unsigned>(rest[digits] - '0');
    }
    if (digits == 0 || value > 255) return 0;
    rest.remove_prefix(digits);
  }
  return text.size() - at - rest.size();
}

bool ends_before(std::string_view text, std::size_t pos) noexcept {
  const char next = char_at(text, pos);
  return !is_word(next) && !(next == '.' && is_word(char_at(text, pos + 1)));
}

// n groups of `width` hex digits with one separator throughout.
std::size_t hex_groups(std::string_view text, std::size_t at, std::size_t width,
                       int groups) noexcept {
  const char separator = char_at(text, at + width);
  std::size_t pos = at;
  for (int i = 0; i < groups; ++i) {
    if (i > 0 && char_at(text, pos++) != separator) return 0;
    if (hex_run(text, pos, width) != width) return 0;
    pos += width;
  }
  const char next = char_at(text, pos);
  if (is_word(next)) return 0;
  if (next == separator && is_word(char_at(text, pos + 1))) return 0;
  return pos - at;
}

// Junos prints a hardware address as 3c.61.4.6a.22.7; six decimal parts are no such thing.
std::size_t short_dotted_mac(std::string_view text, std::size_t at) noexcept {
  std::size_t pos = at;
  bool letter = false;
  for (int i = 0; i < 6; ++i) {
    if (i > 0 && char_at(text, pos++) != '.') return 0;
    const auto n = hex_run(text, pos, 3);
    if (n == 0 || n > 2) return 0;
    for (std::size_t k = 0; k < n; ++k) letter |= is_alpha(text[pos + k]);
    pos += n;
  }
  return letter && ends_before(text, pos) ? pos - at : 0;
}

// The state of an IPv6 address while it is read from left to right.
struct Ipv6Reader {
  std::string_view text;
  std::size_t pos;
  int groups = 0;
  bool compressed = false;
  bool two_digit_groups = true;

  // Reads one group and the colon behind it; false when the address ends here.
  bool group() noexcept;
  [[nodiscard]] bool valid() const noexcept {
    if (compressed) return groups <= 7;
    return groups == 8 && !two_digit_groups;  // eight octets are a world wide name
  }
};

bool Ipv6Reader::group() noexcept {
  const auto digits = hex_run(text, pos, 6);
  if (digits == 0) return false;
  if (char_at(text, pos + digits) == '.' && groups <= 6) {
    if (const auto quad = dotted_quad(text, pos); quad > 0) {
      pos += quad;
      groups += 2;
      two_digit_groups = false;
      return false;
    }
  }
  if (digits > 4) {  // a port behind the last colon, else no address at all
    if (digits == 6 || char_at(text, pos - 1) != ':') groups = 99;
    for (std::size_t i = 0; i < digits; ++i)
      if (!is_digit(text[pos + i])) groups = 99;
    if (groups < 99 && !(compressed && char_at(text, pos - 2) == ':')) --pos;
    return false;
  }
  two_digit_groups &= digits == 2;
  ++groups;
  pos += digits;
  if (groups == 8 || char_at(text, pos) != ':') return false;
  if (char_at(text, pos + 1) == ':') {
    if (compressed) return false;
    compressed = true;
    pos += 2;
    return true;
  }
  if (!is_hex(char_at(text, pos + 1))) return false;
  ++pos;
  return true;
}

}  // namespace

std::size_t hex_run(std::string_view text, std::size_t at, std::size_t most) noexcept {
  std::size_t n = 0;
  while (n < most && is_hex(char_at(text, at + n))) ++n;
  return n;
}

std::size_t ipv4_length(std::string_view text, std::size_t at) noexcept {
  const auto length = dotted_quad(text, at);
  if (length == 0 || !ends_before(text, at + length)) return 0;
  // A hyphen joins a range of addresses or a longer word.
  if (char_at(text, at + length) == '-' && is_word(char_at(text, at + length + 1)) &&
      dotted_quad(text, at + length + 1) == 0)
    return 0;
  return length;
}

std::size_t ipv6_length(std::string_view text, std::size_t at) noexcept {
  Ipv6Reader reader{text, at};
  if (char_at(text, at) == ':') {
    if (char_at(text, at + 1) != ':') return 0;
    reader.compressed = true;
    reader.two_digit_groups = false;
    reader.pos += 2;
  }
  while (reader.group()) {
  }
  if (!reader.valid()) return 0;
  const auto end = reader.pos;
  const char next = char_at(text, end);
  if (is_word(next)) return 0;
  // A dot may bring a port (BSD writes 2001:db8::1.179).
  if (next == '.' && is_alpha(char_at(text, end + 1))) return 0;
  if (next == ':' && char_at(text, end + 1) == ':') return 0;
  if (next == ':' && is_word(char_at(text, end + 1))) {  // a port, or one group too many
    const auto port = hex_run(text, end + 1, 5);
    if (!is_digit(char_at(text, end + 1)) || char_at(text, end + 1 + port) == ':') return 0;
  }
  if (next == '-' && is_word(char_at(text, end + 1))) return 0;
  return end - at;
}

std::size_t ip_length(std::string_view text, std::size_t at) noexcept {
  if (const auto length = ipv4_length(text, at); length > 0) return length;
  return ipv6_length(text, at);
}

std::size_t mac_length(std::string_view text, std::size_t at) noexcept {
  const auto run = hex_run(text, at, 5);
  const char separator = char_at(text, at + run);
  if (run == 4 && (separator == '.' || separator == '-' || separator == ':'))
    return hex_groups(text, at, 4, 3);
  if (run == 2 && (separator == ':' || separator == '-'))
    if (const auto length = hex_groups(text, at, 2, 6); length > 0) return length;
  if (run > 0 && run <= 2 && separator == '.') return short_dotted_mac(text, at);
  return 0;
}

}  // namespace netlogd::parse
