#include "netlogd/core/printable.hpp"

#include <array>
#include <cstdint>

namespace netlogd {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

// The UTF-8 sequence at the front (Unicode 15, table 3-7); length 0 when there is none.
struct Sequence {
  std::size_t length = 0;
  std::uint32_t code = 0;
};

Sequence sequence_at(std::string_view text) noexcept {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = octet(0);
  if (first < 0x80) return {1, first};
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return {};
  std::uint32_t code = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (octet(i) & 0x3fU);
  }
  constexpr std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return {};
  return {length, code};
}

bool must_be_escaped(std::uint32_t code) noexcept {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) ||  // C0, DEL, C1
         code == 0x2028 || code == 0x2029 ||               // line and paragraph separator
         code == 0x200e || code == 0x200f || code == 0x061c || (code >= 0x202a && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

void append_hex(std::string& out, char letter, std::uint32_t value, int shift) {
  out += '\\';
  out += letter;
  for (; shift >= 0; shift -= 4) out += digits[value >> shift & 15];
}

}  // namespace

void append_printable(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const Sequence sequence = sequence_at(text);
    if (sequence.length == 0) {
      append_hex(out, 'x', static_cast<unsigned char>(text[0]), 4);
      text.remove_prefix(1);
      continue;
    }
    if (!must_be_escaped(sequence.code)) {
      out += text.substr(0, sequence.length);
    } else if (sequence.code == '\n' || sequence.code == '\t' || sequence.code == '\r') {
      out += sequence.code == '\n' ? "\\n" : sequence.code == '\t' ? "\\t" : "\\r";
    } else if (sequence.code < 0x80) {
      append_hex(out, 'x', sequence.code, 4);
    } else {
      append_hex(out, 'u', sequence.code, 12);
    }
    text.remove_prefix(sequence.length);
  }
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_printable(out, text);
  return out;
}

}  // namespace netlogd
