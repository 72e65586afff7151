#include "parse/char_bits.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::parse {
namespace {

template <typename Predicate>
std::uint64_t expected(std::string_view text, std::size_t at, Predicate&& predicate) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < window && at + i < text.size(); ++i)
    if (predicate(text[at + i])) bits |= std::uint64_t{1} << i;
  return bits;
}

bool is_mark(char c) { return is_digit(c) || c == '.' || c == ':'; }
bool is_token(char c) { return is_alpha(c) || is_mark(c) || c == '/' || c == '-' || c == '_'; }
bool is_u_or_v(char c) { return to_lower(c) == 'u' || to_lower(c) == 'v'; }
bool is_word(char c) { return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80; }

TEST(CharBits, tells_every_octet_at_every_place_of_a_text_of_any_length) {
  std::string all;
  for (unsigned c = 0; c < 256; ++c) all += static_cast<char>(c * 7);
  for (std::size_t size = 0; size <= all.size(); ++size) {
    // A copy of exactly this size, so that the sanitizer sees a look past the end.
    const std::vector<char> exact(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size));
    const std::string_view text(exact.data(), exact.size());
    for (std::size_t at = 0; at <= size; at += 1 + at / 3) {
      const auto bits = token_bits(text, at);
      EXPECT_EQ(bits.tokens, expected(text, at, is_token)) << size << ' ' << at;
      EXPECT_EQ(bits.marks, expected(text, at, is_mark)) << size << ' ' << at;
      EXPECT_EQ(bits.u_or_v, expected(text, at, is_u_or_v)) << size << ' ' << at;
      EXPECT_EQ(word_bits(text, at), expected(text, at, is_word)) << size << ' ' << at;
      EXPECT_EQ(bits_of('a', '\xff', text, at),
                expected(text, at, [](char c) { return c == 'a' || c == '\xff'; }))
          << size << ' ' << at;
    }
  }
}

TEST(CharBits, runs_of_ones_have_a_begin_and_an_end) {
  EXPECT_EQ(run_begin(0b0111'0110, 5), 4U);
  EXPECT_EQ(run_end(0b0111'0110, 5), 7U);
  EXPECT_EQ(run_begin(0b0111'0110, 1), 1U);
  EXPECT_EQ(run_end(0b0111'0110, 1), 3U);
  EXPECT_EQ(run_begin(~std::uint64_t{0}, 63), 0U);
  EXPECT_EQ(run_end(~std::uint64_t{0}, 0), 64U);
}

}  // namespace
}  // namespace netlogd::parse
