#include "parse/char_bits.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace netlogd::parse {
namespace {

constexpr std::size_t block_size = 16;

// Sixteen characters, compared all at once; a comparison gives a mask of octets.
#if defined(__SSE2__)

using Mask = __m128i;

class Block {
 public:
  explicit Block(const char* text) noexcept
      : Block(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text))) {}
  // Capitals become small letters; what is no letter becomes no letter.
  [[nodiscard]] Block folded() const noexcept {
    return Block(_mm_or_si128(characters_, _mm_set1_epi8(0x20)));
  }
  [[nodiscard]] Mask is(char c) const noexcept {
    return _mm_cmpeq_epi8(characters_, _mm_set1_epi8(c));
  }
  [[nodiscard]] Mask in(char first, char last) const noexcept {
    const auto from_first = _mm_sub_epi8(characters_, _mm_set1_epi8(first));
    const auto most = _mm_set1_epi8(static_cast<char>(last - first));
    return _mm_cmpeq_epi8(_mm_min_epu8(from_first, most), from_first);
  }
  [[nodiscard]] Mask high() const noexcept { return characters_; }

 private:
  explicit Block(__m128i characters) noexcept : characters_(characters) {}
  __m128i characters_;
};

Mask either(Mask a, Mask b) noexcept { return _mm_or_si128(a, b); }
Mask without(Mask a, Mask b) noexcept { return _mm_andnot_si128(b, a); }
// One bit an octet: its highest.
std::uint64_t bits(Mask mask) noexcept {
  return static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(mask)));
}

#else

using Mask = std::uint64_t;

class Block {
 public:
  explicit Block(const char* text) noexcept { std::memcpy(characters_.data(), text, block_size); }
  [[nodiscard]] Block folded() const noexcept {
    auto copy = *this;
    for (auto& c : copy.characters_) c = static_cast<char>(c | 0x20);
    return copy;
  }
  [[nodiscard]] Mask is(char c) const noexcept { return in(c, c); }
  [[nodiscard]] Mask in(char first, char last) const noexcept {
    Mask mask = 0;
    for (std::size_t i = 0; i < block_size; ++i)
      if (characters_[i] >= first && characters_[i] <= last) mask |= Mask{1} << i;
    return mask;
  }
  [[nodiscard]] Mask high() const noexcept {
    Mask mask = 0;
    for (std::size_t i = 0; i < block_size; ++i)
      if (static_cast<unsigned char>(characters_[i]) >= 0x80) mask |= Mask{1} << i;
    return mask;
  }

 private:
  std::array<char, block_size> characters_;
};

Mask either(Mask a, Mask b) noexcept { return a | b; }
Mask without(Mask a, Mask b) noexcept { return a & ~b; }
std::uint64_t bits(Mask mask) noexcept { return mask; }

#endif

// Calls read(block, skipped, place) for the blocks of a window: what is behind the first `skipped`
// characters of the block belongs at bit `place`.
template <typename Read>
void for_blocks(std::string_view text, std::size_t at, Read&& read) noexcept {
  const auto count = std::min(text.size() - at, window);
  const char* const from = text.data() + at;
  std::size_t i = 0;
  for (; i + block_size <= count; i += block_size) read(Block(from + i), 0, i);
  const auto rest = count - i;
  if (rest == 0) return;
  // The rest is the end of a block that begins before it, if the text has that many characters.
  if (text.size() >= block_size)
    return read(Block(from + count - block_size), block_size - rest, i);
  std::array<char, block_size> padded{};
  std::memcpy(padded.data(), from + i, rest);
  read(Block(padded.data()), 0, i);
}

}  // namespace

TokenBits token_bits(std::string_view text, std::size_t at) noexcept {
  TokenBits found;
  for_blocks(text, at, [&found](Block block, std::size_t skipped, std::size_t place) {
    const auto letters = block.folded();
    const auto from_hyphen_to_colon = block.in('-', ':');  // also '.', '/' and the digits
    const auto tokens = either(either(letters.in('a', 'z'), block.is('_')), from_hyphen_to_colon);
    const auto marks = without(from_hyphen_to_colon, either(block.is('-'), block.is('/')));
    found.tokens |= bits(tokens) >> skipped << place;
    found.marks |= bits(marks) >> skipped << place;
    found.u_or_v |= bits(letters.in('u', 'v')) >> skipped << place;
  });
  return found;
}

std::uint64_t word_bits(std::string_view text, std::size_t at) noexcept {
  std::uint64_t found = 0;
  for_blocks(text, at, [&found](Block block, std::size_t skipped, std::size_t place) {
    const auto words =
        either(either(block.folded().in('a', 'z'), block.in('0', '9')), block.high());
    found |= bits(words) >> skipped << place;
  });
  return found;
}

ShapeBits shape_bits(const char* text, std::size_t count) noexcept {
  ShapeBits found;
  for (std::size_t i = 0; i < count; i += block_size) {
    const Block block(text + i);
    found.digits |= bits(block.in('0', '9')) << i;
    found.controls |= bits(either(block.in('\0', '\x1f'), block.is('\x7f'))) << i;
    found.dots |= bits(block.is('.')) << i;
  }
  return found;
}

std::uint64_t bits_of(char one, char other, std::string_view text, std::size_t at) noexcept {
  std::uint64_t found = 0;
  for_blocks(text, at, [&](Block block, std::size_t skipped, std::size_t place) {
    found |= bits(either(block.is(one), block.is(other))) >> skipped << place;
  });
  return found;
}

}  // namespace netlogd::parse
