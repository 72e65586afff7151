#include "parse/text_shape.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "netlogd/core/text_cursor.hpp"
#include "parse/char_bits.hpp"

namespace netlogd::parse {
namespace {

constexpr std::size_t longest_number = 9;
constexpr std::size_t copy_step = 16;

// What a number's neighbour is to it.
enum : std::uint8_t { apart, letter, dot, slash, colon, hyphen };

constexpr std::array<std::uint8_t, 256> neighbours = [] {
  std::array<std::uint8_t, 256> kinds{};
  for (unsigned c = 0; c < 256; ++c)
    if (c >= 0x80 || is_alpha(static_cast<char>(c))) kinds[c] = letter;
  kinds['_'] = letter;
  kinds['.'] = dot;
  kinds['/'] = slash;
  kinds[':'] = colon;
  kinds['-'] = hyphen;
  return kinds;
}();

constexpr std::uint8_t neighbour(char c) noexcept {
  return neighbours[static_cast<unsigned char>(c)];
}
bool is_alnum_at(const char* at) noexcept { return is_digit(*at) || neighbour(*at) == letter; }

// Marks are control characters, which no text with a shape has.
constexpr char free_mark = 1;          // any number by itself
constexpr char level_mark = 2;         // behind a slash: up to five digits
constexpr char long_level_mark = 3;    // more
constexpr char octet_mark = 4;         // beside a dot: 0 to 255
constexpr char octet_marks = 4;        // + length: where the length decides
constexpr char three_digits_mark = 8;  // 256 to 999
constexpr char zero_marks = 7;         // + length from 2: with a leading zero
constexpr char long_marks = 13;        // + length from 4
constexpr char over_16_bits_mark = 23;

int value_of(const char* digits, std::size_t count) noexcept {
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value * 10 + (digits[i] - '0');
  return value;
}

// A colon or hyphen may make a number part of a hardware address, of IPv6, of an interface's
// channel or of a tag, where its length decides: by what is on the other side of it.
bool binds_behind(const char* end, std::uint8_t right) noexcept {
  return (right == colon && (is_hex(end[1]) || end[1] == ':')) ||
         (right == hyphen && is_alnum_at(end + 1));
}
bool binds_before(const char* begin, std::uint8_t left) noexcept {
  if (left == hyphen) return is_alnum_at(begin - 2);
  if (left != colon) return false;
  // "inside:10.1.1.1" has a name in front.
  const char* word = begin - 1;
  while (begin - word <= 5 && is_hex(word[-1])) --word;
  return begin - word <= 5 && !is_alnum_at(word - 1);
}

// `left` and `right`: its neighbours.
inline char mark_of(const char* begin, const char* end, std::uint8_t left,
                    std::uint8_t right) noexcept {
  const auto count = static_cast<std::size_t>(end - begin);
  if (count > 1 && *begin == '0') return static_cast<char>(zero_marks + count);
  if ((left | right) == apart) return free_mark;
  const bool bound = (left != dot && binds_behind(end, right)) || binds_before(begin, left);
  if (!bound && left != dot && right != dot) {
    if (left != slash) return free_mark;
    return count <= 5 ? level_mark : long_level_mark;
  }
  if (count == 3 && std::memcmp(begin, "255", 3) > 0) return three_digits_mark;
  if (count <= 3) return bound ? static_cast<char>(octet_marks + count) : octet_mark;
  if (count == 5 && value_of(begin, 5) > 65535) return over_16_bits_mark;
  return static_cast<char>(long_marks + count);
}

// Whole steps: both sides have that much room behind them.
char* put(char* out, const char* text, std::size_t size) noexcept {
  std::memcpy(out, text, copy_step);
  for (auto i = copy_step; i < size; i += copy_step) std::memcpy(out + i, text + i, copy_step);
  return out + size;
}

// One or two hex digits that end in front of `end`, or begin at `begin`.
bool is_group_before(const char* end) noexcept {
  const bool two = is_hex(end[-1]) && is_hex(end[-2]);
  return is_hex(end[-1]) && !is_alnum_at(two ? end - 3 : end - 2);
}
bool is_group_from(const char* begin) noexcept {
  const bool two = is_hex(begin[0]) && is_hex(begin[1]);
  return is_hex(begin[0]) && !is_alnum_at(two ? begin + 2 : begin + 1);
}
// Whether the hex letter at `at`, near a dot, may be part of such an address: short groups on both
// sides of the dot.
bool is_in_short_groups(const char* at) noexcept {
  const auto parts = [](const char* dot) {
    return *dot == '.' && is_group_before(dot) && is_group_from(dot + 1);
  };
  return parts(at - 1) || parts(at + 1) || parts(at - 2) || parts(at + 2);
}

}  // namespace

void NamedNumbers::add_from(std::string_view text) {
  // A capital stands for any number of blanks, and so for anything.
  const auto beside = [text](std::size_t at) {
    return at < text.size() && !is_upper(text[at]) ? text[at] : '\0';
  };
  for (std::size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    auto end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    const char before = at > 0 ? beside(at - 1) : '\0';
    const char behind = beside(end);
    if (!is_alpha(before) && !is_alpha(behind)) {
      const auto length = std::min<std::size_t>(end - at, longest_number + 1);
      const bool open = end == text.size();
      const auto first = static_cast<std::size_t>(text[at] - '0');
      // An open one may go on with any digit.
      const bool one_digit = end - at == 1;
      const auto from = one_digit ? 10 * first : beginning(text.substr(at, end - at));
      const auto to = one_digit && open ? from + 10 : from + 1;
      for (auto i = from; i < to; ++i) {
        entries_[i].push_back({text.substr(at, end - at), before, behind, open});
        lengths_[i] |= open ? ~0U << length : 1U << length;
      }
    }
    at = end;
  }
}

bool NamedNumbers::find(std::string_view digits, char before, char behind) const noexcept {
  const auto fits = [](char named, char found) { return named == '\0' || named == found; };
  for (const auto& entry : entries_[beginning(digits)]) {
    if (!fits(entry.before, before)) continue;
    if (entry.open ? digits.starts_with(entry.digits)
                   : digits == entry.digits && fits(entry.behind, behind))
      return true;
  }
  return false;
}

bool TextShape::read(std::string_view id, std::string_view process, std::string_view text,
                     const NamedNumbers& named) noexcept {
  if (text.size() > longest_text || id.size() > longest_id || process.size() > longest_process)
    return false;
  char* const padded = text_.data() + padding;
  std::memset(text_.data() + padding - 8, ' ', 8);
  if (!text.empty()) std::memcpy(padded, text.data(), text.size());
  std::memset(padded + text.size(), ' ', padding);

  if (!read_characters(text.size())) return false;
  char* out = key_.data();
  *out++ = static_cast<char>(id.size());
  *out++ = static_cast<char>(process.size());
  if (!id.empty()) std::memcpy(out, id.data(), id.size());
  out += id.size();
  if (!process.empty()) std::memcpy(out, process.data(), process.size());
  out += process.size();
  read_numbers(text.size(), named, out);
  return true;
}

bool TextShape::read_characters(std::size_t size) noexcept {
  const char* const text = text_.data() + padding;
  const auto words = (size + window - 1) / window;
  std::array<std::uint64_t, std::tuple_size_v<decltype(digits_)> + 2> dots{};  // from the second on
  std::uint64_t any_dot = 0;
  for (std::size_t word = 0; word < words; ++word) {
    const auto at = word * window;
    const auto bits = shape_bits(text + at, std::min(size - at, window));
    if (bits.controls != 0) return false;
    digits_[word] = bits.digits;
    dots[word + 1] = bits.dots;
    any_dot |= bits.dots;
  }
  if (any_dot == 0) return true;
  for (std::size_t word = 0; word < words; ++word) {
    const auto [before, here, behind] = std::tuple(dots[word], dots[word + 1], dots[word + 2]);
    auto near = here << 1 | here << 2 | here >> 1 | here >> 2 | before >> 62 | before >> 63 |
                behind << 62 | behind << 63;
    for (near &= ~(digits_[word] | here); near != 0; near &= near - 1) {
      const char* const at = text + word * window + lowest_bit(near);
      if (is_hex(*at) && is_in_short_groups(at)) return false;
    }
  }
  return true;
}

// Whatever is written through `out` might be a member, so members are kept in locals meanwhile.
void TextShape::read_numbers(std::size_t size, const NamedNumbers& named, char* out) noexcept {
  const char* const text = text_.data() + padding;
  const char* copied = text;
  std::uint8_t* const ends_of = number_ends_.data() + 1;
  std::size_t numbers = 0;
  std::uint64_t carried = 0;  // the highest bit of the word before
  for (std::size_t word = 0; word * window < size; ++word) {
    const auto digits = digits_[word];
    const char* const from = text + word * window;
    auto begins = digits & ~(digits << 1 | carried);
    carried = digits >> 63;
    for (; begins != 0; begins &= begins - 1) {
      const auto bit = lowest_bit(begins);
      auto count = lowest_bit(~(digits >> bit));
      const char* const begin = from + bit;
      if (bit + count == window)  // it may go on in the next word
        while (is_digit(begin[count])) ++count;
      const char* const end = begin + count;
      const auto left = neighbour(begin[-1]);
      const auto right = neighbour(*end);
      if (left == letter || right == letter || count > longest_number ||
          named.has({begin, count}, begin[-1], *end))
        continue;
      out = put(out, copied, static_cast<std::size_t>(begin - copied));
      *out++ = mark_of(begin, end, left, right);
      copied = end;
      ends_of[numbers++] = static_cast<std::uint8_t>(end - text);
    }
  }
  out = put(out, copied, static_cast<std::size_t>(text + size - copied));
  number_ends_[0] = 0;
  numbers_ = numbers;
  key_size_ = static_cast<std::size_t>(out - key_.data());
}

// Of the numbers with a mark, from 0.
std::size_t TextShape::begin_of(std::size_t number) const noexcept {
  const char* const text = text_.data() + padding;
  std::size_t begin = number_ends_[number + 1];
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  return begin;
}

bool TextShape::place_of(std::size_t at, Place& place) const noexcept {
  std::size_t number = numbers_;
  while (number > 0 && number_ends_[number] > at) {
    if (begin_of(number - 1) < at) return false;
    --number;
  }
  place = {static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(at - number_ends_[number])};
  return true;
}

bool TextShape::has_number(std::size_t begin, std::size_t end) const noexcept {
  for (std::size_t i = 0; i < numbers_; ++i)
    if (begin_of(i) < end && number_ends_[i + 1] > begin) return true;
  return false;
}

}  // namespace netlogd::parse
