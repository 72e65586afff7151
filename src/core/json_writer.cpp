#include "netlogd/core/json_writer.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "netlogd/core/json_text.hpp"

namespace netlogd {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

constexpr std::size_t block_size = 16;
constexpr std::size_t longest_escape = 6;  // of one octet: "\u001b"

#if defined(__SSE2__)

// The `count` (1 to 15) octets at `text` as one block with zeros behind them, without a look beyond
// them: two loads that overlap.
__m128i load_part(const char* text, std::size_t count) noexcept {
  const auto load = [text](std::size_t at, auto value) {
    std::memcpy(&value, text + at, sizeof value);
    return std::uint64_t{value};
  };
  if (count > 8) {
    const auto high = load(count - 8, std::uint64_t{}) >> 8 * (block_size - count);
    return _mm_set_epi64x(static_cast<long long>(high),
                          static_cast<long long>(load(0, std::uint64_t{})));
  }
  std::uint64_t low = 0;
  if (count >= 4) {
    low = load(0, std::uint32_t{}) | load(count - 4, std::uint32_t{}) << 8 * (count - 4);
  } else {
    low = load(0, std::uint8_t{}) | load(count / 2, std::uint8_t{}) << 8 * (count / 2) |
          load(count - 1, std::uint8_t{}) << 8 * (count - 1);
  }
  return _mm_cvtsi64_si128(static_cast<long long>(low));
}

// One bit for each octet that is no plain ASCII or needs an escape.
unsigned odd_octets(__m128i block) noexcept {
  // Signed, and one up: octets from 0x7f count as negative and so as below the blank.
  const auto bumped = _mm_add_epi8(block, _mm_set1_epi8(1));
  const auto odd = _mm_or_si128(_mm_cmplt_epi8(bumped, _mm_set1_epi8(' ' + 1)),
                                _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')),
                                             _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'))));
  return static_cast<unsigned>(_mm_movemask_epi8(odd));
}

std::size_t plain_front(std::string_view text) noexcept {
  const auto block_at = [text](std::size_t at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
  };
  const auto first_of = [](unsigned odd) { return static_cast<std::size_t>(__builtin_ctz(odd)); };
  std::size_t i = 0;
  for (; i + 2 * block_size <= text.size(); i += 2 * block_size) {
    const auto odd = odd_octets(block_at(i)) | odd_octets(block_at(i + block_size)) << block_size;
    if (odd != 0) return i + first_of(odd);
  }
  if (i + block_size <= text.size()) {
    if (const auto odd = odd_octets(block_at(i)); odd != 0) return i + first_of(odd);
    i += block_size;
  }
  if (i == text.size()) return i;
  if (text.size() >= block_size) {  // the last block again, of which what is known is plain
    const auto last = text.size() - block_size;
    const auto odd = odd_octets(block_at(last));
    return odd == 0 ? text.size() : last + first_of(odd);
  }
  const auto odd = odd_octets(load_part(text.data(), text.size()));
  return first_of(odd | 1U << text.size());
}

// Copies from the front what is plain ASCII and needs no escape, and returns its length. Whole
// blocks are written: `out` has room for the text and a block, and what lies behind means nothing.
inline std::size_t copy_plain(const char* text, std::size_t size, char* out) noexcept {
  std::size_t i = 0;
  for (; i + block_size <= size; i += block_size) {
    const auto block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + i));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), block);
    if (const auto odd = odd_octets(block); odd != 0)
      return i + static_cast<std::size_t>(__builtin_ctz(odd));
  }
  if (i == size) return size;
  if (size >= block_size) {  // the last block again, of which what is known is plain
    const auto last = size - block_size;
    const auto block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + last));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + last), block);
    const auto odd = odd_octets(block);
    return odd == 0 ? size : last + static_cast<std::size_t>(__builtin_ctz(odd));
  }
  const auto block = load_part(text + i, size - i);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), block);
  // The bit behind the last octet ends the count there.
  return i + static_cast<std::size_t>(__builtin_ctz(odd_octets(block) | 1U << (size - i)));
}

#else

std::size_t plain_front(std::string_view text) noexcept {
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') break;
  }
  return i;
}

std::size_t copy_plain(const char* text, std::size_t size, char* out) noexcept {
  const auto plain = plain_front({text, size});
  std::copy_n(text, plain, out);
  return plain;
}

#endif

// No plain ASCII: not copied as it is without a look.
constexpr bool is_odd(char c) noexcept {
  const auto octet = static_cast<unsigned char>(c);
  return octet < 0x20 || octet >= 0x7f;
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
    case '"':
      letter = '"';
      break;
    case '\\':
      letter = '\\';
      break;
    case '\n':
      letter = 'n';
      break;
    case '\r':
      letter = 'r';
      break;
    case '\t':
      letter = 't';
      break;
    case '\b':
      letter = 'b';
      break;
    case '\f':
      letter = 'f';
      break;
    default:
      return put_unicode_escape(out, c);
  }
  *out++ = '\\';
  *out++ = letter;
  return out;
}

// Steps over the sequence at `at`, which is not plain. False when it is no UTF-8.
bool put_odd(const char*& at, std::size_t& left, char*& out) noexcept {
  const auto* s = reinterpret_cast<const unsigned char*>(at);
  const Sequence sequence = decode(s, left);
  at += sequence.length;
  left -= sequence.length;
  if (!sequence.valid) {
    std::memcpy(out, "\xef\xbf\xbd", 3);
    out += 3;
  } else if (sequence.code < 0x80 && sequence.code != 0x7f) {
    out = put_ascii_escape(out, s[0]);
  } else if (sequence.code <= 0x9f || sequence.code == 0x2028 || sequence.code == 0x2029) {
    out = put_unicode_escape(out, sequence.code);
  } else {
    std::memcpy(out, s, sequence.length);
    out += sequence.length;
  }
  return sequence.valid;
}

// `out` has room for the worst case, so that no character needs a look at the end of the buffer.
char* put_escaped(char* out, std::string_view text, bool& whole) noexcept {
  const char* at = text.data();
  std::size_t left = text.size();
  while (left > 0) {
    const auto plain = copy_plain(at, left, out);
    at += plain;
    left -= plain;
    out += plain;
    // Quotes come in dozens where structured data is.
    for (; left > 0 && (*at == '"' || *at == '\\'); ++at, --left) {
      *out++ = '\\';
      *out++ = *at;
    }
    if (left > 0 && is_odd(*at) && !put_odd(at, left, out)) whole = false;
  }
  return out;
}

}  // namespace

namespace json_text {

static_assert(slack >= block_size);

std::size_t plain_length(std::string_view text) noexcept { return plain_front(text); }

char* put_string(char* out, std::string_view text, std::size_t plain, bool& whole) noexcept {
  *out = '"';
  if (plain > 0) std::memcpy(out + 1, text.data(), plain);
  out = put_escaped(out + 1 + plain, text.substr(plain), whole);
  *out = '"';
  return out + 1;
}

char* put_string(char* out, std::string_view text, bool& whole) noexcept {
  *out = '"';
  out = put_escaped(out + 1, text, whole);
  *out = '"';
  return out + 1;
}

char* put_number(char* out, std::uint64_t value) noexcept {
  if (value < 10) return put(out, static_cast<char>('0' + value));
  return std::to_chars(out, out + number_room, value).ptr;
}

char* put_signed(char* out, std::int64_t value) noexcept {
  if (value >= 0) return put_number(out, static_cast<std::uint64_t>(value));
  return std::to_chars(out, out + number_room, value).ptr;
}

char* UtcText::put(char* out, TimePoint instant, int digits) noexcept {
  const auto second = std::chrono::floor<std::chrono::seconds>(instant);
  if (second.time_since_epoch().count() != second_) {
    second_ = second.time_since_epoch().count();
    text_[0] = '"';
    format_utc(second, 0, text_ + 1);
  }
  std::memcpy(out, text_, sizeof text_);
  out = put_fraction(out + second_length, static_cast<std::uint32_t>((instant - second).count()),
                     digits);
  return json_text::put(out, '"');
}

char* UtcText::put(char* out, const CivilTime& utc, std::uint32_t nanoseconds,
                   int digits) noexcept {
  *out = '"';
  out += 1 + format_utc(utc, nanoseconds, digits, out + 1);
  return json_text::put(out, '"');
}

}  // namespace json_text

bool JsonWriter::string(std::string_view text) {
  char* const out = out_.room(text.size() + block_size + 2);
  *out = '"';
  const auto plain = copy_plain(text.data(), text.size(), out + 1);
  if (plain == text.size()) {
    out[plain + 1] = '"';
    out_.commit(plain + 2);
    return true;
  }
  out_.commit(plain + 1);
  const bool whole = escaped(text.substr(plain));
  raw('"');
  return whole;
}

bool JsonWriter::escaped(std::string_view text) {
  char* const begin = out_.room(text.size() * longest_escape + block_size);
  bool whole = true;
  out_.commit(static_cast<std::size_t>(put_escaped(begin, text, whole) - begin));
  return whole;
}

void JsonWriter::number(std::uint64_t value) {
  char* const begin = out_.room(json_text::number_room);
  out_.commit(static_cast<std::size_t>(json_text::put_number(begin, value) - begin));
}

void JsonWriter::number(std::int64_t value) {
  char* const begin = out_.room(json_text::number_room);
  out_.commit(static_cast<std::size_t>(json_text::put_signed(begin, value) - begin));
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
    const unsigned v =
        static_cast<unsigned>(octets[i] << 16 | (rest == 2 ? octets[i + 1] << 8 : 0));
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
  for (std::size_t at = 0; at < text.size();) {
    const auto* octets = reinterpret_cast<const unsigned char*>(text.data() + at);
    const auto sequence = decode(octets, text.size() - at);
    if (!sequence.valid) return false;
    at += sequence.length;
  }
  return true;
}

}  // namespace netlogd
