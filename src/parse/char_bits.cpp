#include "parse/char_bits.hpp"

#include <algorithm>

#include "netlogd/core/text_cursor.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace netlogd::parse {
namespace {

constexpr std::size_t block_size = 16;

// The bits of up to 16 characters, put at bit `place`.
void add_characters(const char* text, std::size_t count, std::size_t place,
                    CharBits& bits) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    const char c = text[i];
    const auto bit = std::uint64_t{1} << (place + i);
    if (is_alpha(c)) bits.letters |= bit;
    if (is_digit(c)) bits.digits |= bit;
    if (to_lower(c) == 'u' || to_lower(c) == 'v') bits.u_or_v |= bit;
    if (is_digit(c) || c == '.' || c == ':') bits.marks |= bit;
    if (c == '/' || c == '-' || c == '_') bits.joints |= bit;
    if (static_cast<unsigned char>(c) >= 0x80) bits.high |= bit;
  }
}

#if defined(__SSE2__)

// The same of a whole block; its first `skipped` characters are left out.
void add_block(const char* text, std::size_t skipped, std::size_t place, CharBits& bits) noexcept {
  const auto block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  const auto in = [](__m128i characters, char first, char last) {
    return _mm_and_si128(_mm_cmpgt_epi8(characters, _mm_set1_epi8(static_cast<char>(first - 1))),
                         _mm_cmplt_epi8(characters, _mm_set1_epi8(static_cast<char>(last + 1))));
  };
  const auto is = [block](char c) { return _mm_cmpeq_epi8(block, _mm_set1_epi8(c)); };
  const auto put = [skipped, place](__m128i found, std::uint64_t& word) {
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(found));
    word |= std::uint64_t{mask >> skipped} << place;
  };
  const auto folded = _mm_or_si128(block, _mm_set1_epi8(0x20));
  const auto digits = in(block, '0', '9');
  put(in(folded, 'a', 'z'), bits.letters);
  put(digits, bits.digits);
  put(in(folded, 'u', 'v'), bits.u_or_v);
  put(_mm_or_si128(digits, _mm_or_si128(is('.'), is(':'))), bits.marks);
  put(_mm_or_si128(is('/'), _mm_or_si128(is('-'), is('_'))), bits.joints);
  put(block, bits.high);
}

#endif

}  // namespace

CharBits char_bits(std::string_view text, std::size_t at) noexcept {
  CharBits bits;
  const auto count = std::min(text.size() - at, CharBits::width);
  std::size_t i = 0;
#if defined(__SSE2__)
  for (; i + block_size <= count; i += block_size) add_block(text.data() + at + i, 0, i, bits);
  // The rest is the end of a block that begins before it, where the text has that many characters.
  if (const auto rest = count - i; rest > 0 && at + count >= block_size) {
    add_block(text.data() + at + count - block_size, block_size - rest, i, bits);
    i = count;
  }
#endif
  for (; i < count; i += block_size)
    add_characters(text.data() + at + i, std::min(count - i, block_size), i, bits);
  return bits;
}

}  // namespace netlogd::parse
