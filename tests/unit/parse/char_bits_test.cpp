#include "parse/char_bits.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::parse {
namespace {

// The definition, a character at a time.
CharBits expected(std::string_view text, std::size_t at) {
  CharBits bits;
  for (std::size_t i = 0; i < CharBits::width && at + i < text.size(); ++i) {
    const char c = text[at + i];
    const auto bit = std::uint64_t{1} << i;
    if (is_alpha(c)) bits.letters |= bit;
    if (is_digit(c)) bits.digits |= bit;
    if (is_digit(c) || c == '.' || c == ':') bits.marks |= bit;
    if (c == '/' || c == '-' || c == '_') bits.joints |= bit;
    if (to_lower(c) == 'u' || to_lower(c) == 'v') bits.u_or_v |= bit;
    if (static_cast<unsigned char>(c) >= 0x80) bits.high |= bit;
  }
  return bits;
}

TEST(CharBits, tells_every_octet_at_every_place_of_a_text_of_any_length) {
  std::string all;
  for (unsigned c = 0; c < 256; ++c) all += static_cast<char>(c * 7);
  for (std::size_t size = 0; size <= all.size(); ++size) {
    // A copy of exactly this size, so that the sanitizer sees a look past the end.
    const std::vector<char> exact(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size));
    const std::string_view text(exact.data(), exact.size());
    for (std::size_t at = 0; at <= size; at += 1 + at / 3) {
      const auto bits = char_bits(text, at);
      const auto wanted = expected(text, at);
      EXPECT_EQ(bits.letters, wanted.letters) << size << ' ' << at;
      EXPECT_EQ(bits.digits, wanted.digits) << size << ' ' << at;
      EXPECT_EQ(bits.marks, wanted.marks) << size << ' ' << at;
      EXPECT_EQ(bits.joints, wanted.joints) << size << ' ' << at;
      EXPECT_EQ(bits.u_or_v, wanted.u_or_v) << size << ' ' << at;
      EXPECT_EQ(bits.high, wanted.high) << size << ' ' << at;
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
