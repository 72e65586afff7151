// JSON at a bare pointer, for a writer that has asked once for room for all it will write (see
// TextBuffer::room): a line of a record costs a copy a piece and no question. Each function returns
// the place behind what it wrote and may leave up to `slack` characters without meaning behind
// that; the caller's room has as many more. Pure, any thread.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/time.hpp"

namespace netlogd::json_text {

constexpr std::size_t slack = 16;
// Room for a string of that many octets, quoted, in the worst case (an escape for each).
[[nodiscard]] constexpr std::size_t string_room(std::size_t octets) noexcept {
  return 6 * octets + 2 + slack;
}
constexpr std::size_t number_room = 20;

template <std::size_t N>
char* put(char* out, const char (&literal)[N]) noexcept {
  std::memcpy(out, literal, N - 1);
  return out + N - 1;
}
inline char* put(char* out, char c) noexcept {
  *out = c;
  return out + 1;
}
// Finished JSON; most of it is short, so no call is made for it.
inline char* put(char* out, std::string_view text) noexcept {
  const char* const from = text.data();
  const auto size = text.size();
  const auto copy = [&](std::size_t at, auto piece) {
    std::memcpy(&piece, from + at, sizeof piece);
    std::memcpy(out + at, &piece, sizeof piece);
  };
  if (size > 2 * slack) {
    std::memcpy(out, from, size);
  } else if (size >= 16) {  // the pieces overlap
    copy(0, std::array<std::uint64_t, 2>{});
    copy(size - 16, std::array<std::uint64_t, 2>{});
  } else if (size >= 8) {
    copy(0, std::uint64_t{});
    copy(size - 8, std::uint64_t{});
  } else if (size >= 4) {
    copy(0, std::uint32_t{});
    copy(size - 4, std::uint32_t{});
  } else if (size > 0) {
    copy(0, char{});
    copy(size / 2, char{});
    copy(size - 1, char{});
  }
  return out + size;
}
// Quoted; nothing in it needs an escape.
inline char* put_plain(char* out, std::string_view text) noexcept {
  *out = '"';
  out = put(out + 1, text);
  *out = '"';
  return out + 1;
}
// The same in whole steps, where `text` has `slack` characters behind it that may be read.
inline char* put_padded(char* out, const char* text, std::size_t size) noexcept {
  std::memcpy(out, text, slack);
  for (auto i = slack; i < size; i += slack) std::memcpy(out + i, text + i, slack);
  return out + size;
}

// Finished JSON of up to N characters in a table: all N are copied, without a question.
template <std::size_t N>
struct Word {
  std::array<char, N> text{};
  std::uint8_t size = 0;

  constexpr Word() = default;
  constexpr explicit Word(std::string_view word) noexcept { *this += word; }
  constexpr Word& operator+=(std::string_view word) noexcept {
    for (const char c : word) text[size++] = c;
    return *this;
  }
};
template <std::size_t N>
char* put(char* out, const Word<N>& word) noexcept {
  std::memcpy(out, word.text.data(), N);
  return out + word.size;
}

// How many octets at the front are plain ASCII and need no escape.
[[nodiscard]] std::size_t plain_length(std::string_view text) noexcept;
// Quoted, with escapes; `whole` becomes false when octets had to be replaced (see JsonWriter).
char* put_string(char* out, std::string_view text, bool& whole) noexcept;
inline char* put_string(char* out, std::string_view text) noexcept {
  bool ignored = true;
  return put_string(out, text, ignored);
}
// The same of a text of which plain_length() is known.
char* put_string(char* out, std::string_view text, std::size_t plain, bool& whole) noexcept;
char* put_number(char* out, std::uint64_t value) noexcept;
char* put_signed(char* out, std::int64_t value) noexcept;
// Quoted.
inline char* put_address(char* out, const IpAddress& address) noexcept {
  *out = '"';
  const auto length = address.format(out + 1);
  out[length + 1] = '"';
  return out + length + 2;
}

// Writes instants of which most lie in the second of the one before: that part is copied. One
// owner.
class UtcText {
 public:
  // Quoted; as format_utc().
  char* put(char* out, TimePoint instant, int digits) noexcept;
  // The same of an instant that is known as a date.
  static char* put(char* out, const CivilTime& utc, std::uint32_t nanoseconds, int digits) noexcept;

 private:
  static constexpr std::size_t second_length = 20;  // "2024-01-17T14:32:15 with the quote

  std::int64_t second_ = INT64_MIN;
  char text_[32] = {};
};

// Strings of a line that are pieces of a text which stands in the line already: where that text
// needed no escape, neither do they, and they are copied from there. Of one line.
class PiecesOf {
 public:
  PiecesOf() = default;
  // `written`: the text in the line, with room behind it, of which the first `plain` octets are as
  // they were.
  PiecesOf(std::string_view text, std::size_t plain, const char* written) noexcept
      : begin_(text.data()), plain_(plain), written_(written) {}

  // The piece in the line, with `slack` behind it; nullptr when it is not there as it is.
  [[nodiscard]] const char* written(std::string_view piece) const noexcept {
    const auto at = static_cast<std::size_t>(piece.data() - begin_);
    return at > plain_ || piece.size() > plain_ - at ? nullptr : written_ + at;
  }
  // Quoted.
  char* put(char* out, std::string_view piece) const noexcept {
    const char* const text = written(piece);
    if (text == nullptr) return put_string(out, piece);
    *out = '"';
    out = put_padded(out + 1, text, piece.size());
    *out = '"';
    return out + 1;
  }
  char* put_or_null(char* out, std::string_view piece) const noexcept {
    return piece.empty() ? json_text::put(out, "null") : put(out, piece);
  }

 private:
  const char* begin_ = nullptr;
  std::size_t plain_ = 0;
  const char* written_ = nullptr;
};

}  // namespace netlogd::json_text
