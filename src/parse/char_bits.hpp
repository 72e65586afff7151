// What kinds of characters stand where in a text, one bit for each of 64 characters: a scanner then
// steps from word to word or from number to number and never looks at the letters between. Pure,
// any thread.

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace netlogd::parse {

constexpr std::size_t window = 64;

// Bit i is the character at + i; those behind the end of the text are zero.
struct TokenBits {
  std::uint64_t tokens = 0;  // letters, digits and ".:/-_"
  std::uint64_t marks = 0;   // of these the digits, '.' and ':'
  std::uint64_t u_or_v = 0;  // in any case
};
[[nodiscard]] TokenBits token_bits(std::string_view text, std::size_t at) noexcept;
// Letters, digits and octets from 0x80.
[[nodiscard]] std::uint64_t word_bits(std::string_view text, std::size_t at) noexcept;
// What the shape of a text depends on. Reads whole blocks of sixteen.
struct ShapeBits {
  std::uint64_t digits = 0;
  std::uint64_t controls = 0;  // below the blank, and DEL
  std::uint64_t dots = 0;
};
[[nodiscard]] ShapeBits shape_bits(const char* text, std::size_t count) noexcept;
// One or the other character.
[[nodiscard]] std::uint64_t bits_of(char one, char other, std::string_view text,
                                    std::size_t at) noexcept;

// The bits below `bit`, which may be 64.
[[nodiscard]] constexpr std::uint64_t bits_below(std::size_t bit) noexcept {
  return bit >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bit) - 1;
}
[[nodiscard]] constexpr std::size_t lowest_bit(std::uint64_t bits) noexcept {
  return static_cast<std::size_t>(std::countr_zero(bits));
}
// Where the run of ones that holds bit `at` begins, and the bit behind its end.
[[nodiscard]] constexpr std::size_t run_begin(std::uint64_t bits, std::size_t at) noexcept {
  return 64 - static_cast<std::size_t>(std::countl_zero(~bits & bits_below(at)));
}
[[nodiscard]] constexpr std::size_t run_end(std::uint64_t bits, std::size_t at) noexcept {
  return lowest_bit(~bits & ~bits_below(at));
}

}  // namespace netlogd::parse
