#include "netlogd/core/ip_address.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstring>

#include "netlogd/core/text_cursor.hpp"

namespace netlogd {
namespace {

std::optional<std::uint32_t> parse_v4(std::string_view text) noexcept {
  TextCursor cursor(text);
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    if (i > 0 && !cursor.take('.')) return std::nullopt;
    std::uint64_t octet = 0;
    if (cursor.peek() == '0' && is_digit(cursor.peek(1))) return std::nullopt;
    if (!cursor.take_number(octet, 3) || octet > 255) return std::nullopt;
    value = value << 8 | static_cast<std::uint32_t>(octet);
  }
  if (!cursor.at_end()) return std::nullopt;
  return value;
}

// The decimal text of every octet.
struct OctetText {
  char digits[3];
  std::uint8_t length;
};
constexpr std::array<OctetText, 256> octet_texts = [] {
  std::array<OctetText, 256> texts{};
  for (unsigned value = 0; value < texts.size(); ++value) {
    auto& [digits, length] = texts[value];
    if (value >= 100) digits[length++] = static_cast<char>('0' + value / 100);
    if (value >= 10) digits[length++] = static_cast<char>('0' + value / 10 % 10);
    digits[length++] = static_cast<char>('0' + value % 10);
  }
  return texts;
}();

// All of the entry is written, whatever the length: one copy, and what is behind it comes next.
char* put_octet(char* out, std::uint8_t value) noexcept {
  const auto& text = octet_texts[value];
  std::memcpy(out, &text, sizeof text);
  return out + text.length;
}

char* put_group(char* out, unsigned value) noexcept {
  constexpr char digits[] = "0123456789abcdef";
  bool started = false;
  for (int shift = 12; shift >= 0; shift -= 4) {
    const unsigned nibble = value >> shift & 15;
    if (nibble == 0 && !started && shift > 0) continue;
    started = true;
    *out++ = digits[nibble];
  }
  return out;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) noexcept {
  if (const auto four = parse_v4(text)) return v4(*four);
  if (text.size() > 45 || text.find(':') == std::string_view::npos) return std::nullopt;
  char copy[46];
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  if (std::memchr(copy, '\0', text.size()) != nullptr) return std::nullopt;
  std::uint8_t bytes[16];
  if (inet_pton(AF_INET6, copy, bytes) != 1) return std::nullopt;
  return v6_bytes(bytes);
}

std::size_t IpAddress::format(char* out) const noexcept {
  char* at = out;
  if (is_v4()) {
    at = put_octet(at, bytes_[12]);
    *at++ = '.';
    at = put_octet(at, bytes_[13]);
    *at++ = '.';
    at = put_octet(at, bytes_[14]);
    *at++ = '.';
    at = put_octet(at, bytes_[15]);
    return static_cast<std::size_t>(at - out);
  }
  // RFC 5952, 4.2: the longest run of two or more zero groups, the first of equals, becomes "::".
  unsigned groups[8];
  for (int i = 0; i < 8; ++i)
    groups[i] = static_cast<unsigned>(bytes_[2 * i] << 8 | bytes_[2 * i + 1]);
  int best = -1;
  int best_length = 1;
  for (int i = 0; i < 8;) {
    int end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > best_length) {
      best = i;
      best_length = end - i;
    }
    i = end > i ? end : i + 1;
  }
  for (int i = 0; i < 8; ++i) {
    if (i == best) {
      *at++ = ':';
      *at++ = ':';
      i += best_length - 1;
      continue;
    }
    if (i > 0 && at[-1] != ':') *at++ = ':';
    at = put_group(at, groups[i]);
  }
  return static_cast<std::size_t>(at - out);
}

std::string IpAddress::text() const {
  char out[max_text];
  return {out, format(out)};
}

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) noexcept {
  const auto slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const bool v4 = text.find(':') == std::string_view::npos;
  unsigned length = 128;
  if (slash != std::string_view::npos) {
    const auto digits = text.substr(slash + 1);
    unsigned stated = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), stated);
    if (error != std::errc() || end != digits.data() + digits.size() || stated > (v4 ? 32U : 128U))
      return std::nullopt;
    length = v4 ? stated + 96 : stated;
  }
  auto bytes = address->bytes();
  for (unsigned bit = length; bit < 128; ++bit)
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] & ~(0x80U >> bit % 8));
  return IpPrefix{IpAddress::v6_bytes(bytes.data()), static_cast<std::uint8_t>(length)};
}

bool IpPrefix::contains(const IpAddress& other) const noexcept {
  const auto& mine = address.bytes();
  const auto& theirs = other.bytes();
  const unsigned whole = length / 8;
  if (std::memcmp(mine.data(), theirs.data(), whole) != 0) return false;
  const unsigned rest = length % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff00U >> rest);
  return ((mine[whole] ^ theirs[whole]) & mask) == 0;
}

std::string IpPrefix::text() const {
  const bool v4 = address.is_v4() && length >= 96;
  return address.text() + "/" + std::to_string(v4 ? length - 96 : length);
}

std::string Endpoint::text() const {
  const std::string host = address.text();
  return (address.is_v4() ? host : "[" + host + "]") + ":" + std::to_string(port);
}

}  // namespace netlogd
