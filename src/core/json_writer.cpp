#include "netlogd/core/json_writer.hpp"

#include <charconv>
#include <cmath>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace netlogd {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

// How many octets of the front need no escape and are plain ASCII.
std::size_t plain_prefix(const char* text, std::size_t size) noexcept {
  std::size_t i = 0;
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i space = _mm_set1_epi8(' ');
  const __m128i del = _mm_set1_epi8(0x7f);
  for (; i + 16 <= size; i += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + i));
    // Signed comparison: octets from 0x80 count as negative and so as below the blank.
    const __m128i odd = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)),
                                     _mm_or_si128(_mm_cmplt_epi8(block, space), _mm_cmpeq_epi8(block, del)));
    const int mask = _mm_movemask_epi8(odd);
    if (mask != 0) return i + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
  }
#endif
  for (; i < size; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') break;
  }
  return i;
}

struct Sequence {
  std::size_t length;  // octets to step over, at least 1
  bool valid;
  std::uint32_t code;
};

// The sequence at the front after Unicode 15, table 3-7; an invalid one is its maximal subpart.
Sequence decode(const unsigned char* s, std::size_t left) noexcept {
  const unsigned c = s[0];
  if (c < 0x80) return {1, true, c};
  unsigned need = 0;
  unsigned low = 0x80;
  unsigned high = 0xbf;
  std::uint32_t code = 0;
  if (c >= 0xc2 && c <= 0xdf) {
    need = 1;
    code = c & 0x1f;
  } else if (c >= 0xe0 && c <= 0xef) {
    need = 2;
    code = c & 0x0f;
    if (c == 0xe0) low = 0xa0;
    if (c == 0xed) high = 0x9f;
  } else if (c >= 0xf0 && c <= 0xf4) {
    need = 3;
    code = c & 0x07;
    if (c == 0xf0) low = 0x90;
    if (c == 0xf4) high = 0x8f;
  } else {
    return {1, false, 0};
  }
  for (unsigned i = 1; i <= need; ++i) {
    if (i >= left || s[i] < low || s[i] > high) return {i, false, 0};
    code = code << 6 | (s[i] & 0x3fU);
    low = 0x80;
    high = 0xbf;
  }
  return {need + 1, true, code};
}

char* put_unicode_escape(char* out, std::uint32_t code) noexcept {
  *out++ = '\\';
  *out++ = 'u';
  for (int shift = 12; shift >= 0; shift -= 4) *out++ = hex_digits[code >> shift & 15];
  return out;
}

char* put_ascii_escape(char* out, unsigned char c) noexcept {
  char letter = 0;
  switch (c) {
    case '"': letter = '"'; break;
    case '\\': letter = '\\'; break;
    case '\n': letter = 'n'; break;
    case '\r': letter = 'r'; break;
    case '\t': letter = 't'; break;
    case '\b': letter = 'b'; break;
    case '\f': letter = 'f'; break;
    default: return put_unicode_escape(out, c);
  }
  *out++ = '\\';
  *out++ = letter;
  return out;
}

}  // namespace

bool JsonWriter::string(std::string_view text) {
  raw('"');
  const bool whole = escaped(text);
  raw('"');
  return whole;
}

bool JsonWriter::escaped(std::string_view text) {
  bool whole = true;
  const char* at = text.data();
  std::size_t left = text.size();
  while (left > 0) {
    const std::size_t plain = plain_prefix(at, left);
    char* out = out_.room(plain + 6);
    std::memcpy(out, at, plain);
    out += plain;
    std::size_t step = 0;
    if (plain < left) {
      const auto* s = reinterpret_cast<const unsigned char*>(at + plain);
      const Sequence sequence = decode(s, left - plain);
      step = sequence.length;
      if (!sequence.valid) {
        whole = false;
        std::memcpy(out, "\xef\xbf\xbd", 3);
        out += 3;
      } else if (sequence.code < 0x80 && sequence.code != 0x7f) {
        out = put_ascii_escape(out, s[0]);
      } else if (sequence.code <= 0x9f || sequence.code == 0x2028 || sequence.code == 0x2029) {
        out = put_unicode_escape(out, sequence.code);
      } else {
        std::memcpy(out, s, step);
        out += step;
      }
    }
    out_.commit(static_cast<std::size_t>(out - (out_.data() + out_.size())));
    at += plain + step;
    left -= plain + step;
  }
  return whole;
}

void JsonWriter::number(std::uint64_t value) {
  char* out = out_.room(20);
  out_.commit(static_cast<std::size_t>(std::to_chars(out, out + 20, value).ptr - out));
}

void JsonWriter::number(std::int64_t value) {
  char* out = out_.room(20);
  out_.commit(static_cast<std::size_t>(std::to_chars(out, out + 20, value).ptr - out));
}

void JsonWriter::real(double value) {
  if (!std::isfinite(value)) return raw("null");
  char* out = out_.room(32);
  out_.commit(static_cast<std::size_t>(std::to_chars(out, out + 32, value).ptr - out));
}

void JsonWriter::address(const IpAddress& address) {
  char* out = out_.room(IpAddress::max_text + 2);
  *out = '"';
  const std::size_t length = address.format(out + 1);
  out[length + 1] = '"';
  out_.commit(length + 2);
}

void JsonWriter::utc(TimePoint instant, int digits) {
  char* out = out_.room(max_utc_text + 2);
  *out = '"';
  const std::size_t length = format_utc(instant, digits, out + 1);
  out[length + 1] = '"';
  out_.commit(length + 2);
}

void JsonWriter::base64(std::span<const std::uint8_t> octets) {
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  char* const begin = out_.room(octets.size() / 3 * 4 + 6);
  char* out = begin;
  *out++ = '"';
  std::size_t i = 0;
  for (; i + 3 <= octets.size(); i += 3) {
    const unsigned v = static_cast<unsigned>(octets[i] << 16 | octets[i + 1] << 8 | octets[i + 2]);
    *out++ = alphabet[v >> 18];
    *out++ = alphabet[v >> 12 & 63];
    *out++ = alphabet[v >> 6 & 63];
    *out++ = alphabet[v & 63];
  }
  if (const std::size_t rest = octets.size() - i; rest > 0) {
    const unsigned v = static_cast<unsigned>(octets[i] << 16 | (rest == 2 ? octets[i + 1] << 8 : 0));
    *out++ = alphabet[v >> 18];
    *out++ = alphabet[v >> 12 & 63];
    *out++ = rest == 2 ? alphabet[v >> 6 & 63] : '=';
    *out++ = '=';
  }
  *out++ = '"';
  out_.commit(static_cast<std::size_t>(out - begin));
}

void JsonWriter::hex(std::span<const std::uint8_t> octets) {
  char* out = out_.room(2 * octets.size());
  for (const std::uint8_t octet : octets) {
    *out++ = hex_digits[octet >> 4];
    *out++ = hex_digits[octet & 15];
  }
  out_.commit(2 * octets.size());
}

bool is_utf8(std::string_view text) noexcept {
  const char* at = text.data();
  std::size_t left = text.size();
  while (left > 0) {
    const std::size_t plain = plain_prefix(at, left);
    at += plain;
    left -= plain;
    if (left == 0) return true;
    const Sequence sequence = decode(reinterpret_cast<const unsigned char*>(at), left);
    if (!sequence.valid) return false;
    at += sequence.length;
    left -= sequence.length;
  }
  return true;
}

}  // namespace netlogd
