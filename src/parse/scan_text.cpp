#include "parse/scan_text.hpp"

#include <algorithm>

#include "netlogd/core/text_cursor.hpp"
#include "parse/char_bits.hpp"
#include "parse/interface_names.hpp"
#include "parse/scan_user.hpp"

namespace netlogd::parse {
namespace {

using List = ExtractedFields::List;

// What a character can be part of. A token is a run of characters that are not zero here.
enum : std::uint8_t {
  letter = 1,
  digit = 2,
  dot = 4,
  colon = 8,
  joint = 16,  // '/', '-' and '_'
};

constexpr std::array<std::uint8_t, 256> char_classes() noexcept {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    const char ch = static_cast<char>(c);
    if (is_alpha(ch)) classes[c] = letter;
    if (is_digit(ch)) classes[c] = digit;
  }
  classes['.'] = dot;
  classes[':'] = colon;
  classes['/'] = classes['-'] = classes['_'] = joint;
  return classes;
}

constexpr auto classes = char_classes();

constexpr std::uint8_t class_at(std::string_view text, std::size_t at) noexcept {
  return classes[static_cast<unsigned char>(text[at])];
}

bool is_hex_word(std::string_view text) noexcept {
  return text.size() <= 4 && std::all_of(text.begin(), text.end(), is_hex);
}

// "Version 16.12.4.1" has four parts and is no address.
bool follows_version(std::string_view text, std::size_t at) noexcept {
  auto end = at;
  while (end > 0 && (is_blank(text[end - 1]) || text[end - 1] == ':' || text[end - 1] == '='))
    --end;
  auto begin = end;
  while (begin > 0 && is_alpha(text[begin - 1]) && end - begin < 10) --begin;
  char word[10];
  const auto size = end - begin;
  if (end == at || size == 0 || size >= sizeof word) return false;
  for (std::size_t i = 0; i < size; ++i) word[i] = to_lower(text[begin + i]);
  const std::string_view folded(word, size);
  for (const std::string_view candidate : {"version", "release", "ver", "rel", "v", "build",
                                           "software", "firmware", "image", "eos", "swversion"})
    if (folded == candidate) return true;
  return false;
}

// Reads one token: text[begin, end), whose characters have the classes of `seen`.
class TokenReader {
 public:
  TokenReader(std::string_view text, const InterfaceNames& interfaces, Hits& hits) noexcept
      : text_(text), interfaces_(interfaces), hits_(hits) {}

  void read(std::size_t begin, std::size_t end, std::uint8_t seen) noexcept {
    std::size_t pos = begin;
    std::size_t piece = begin;  // where the piece before `pos` began
    auto before = Before::start;
    while (pos < end) {
      const auto length = value_at(pos, piece, before, seen);
      auto next = pos + length;
      const bool address = length > 0 && was_ipv4_;
      while (next < end && text_[next] != ':' && text_[next] != '/' && text_[next] != '-') ++next;
      if (next >= end) return;
      before = text_[next] == ':'                ? Before::colon
               : text_[next] == '/'              ? Before::slash
               : address && next == pos + length ? Before::range
                                                 : Before::hyphen;
      piece = pos;
      pos = next + 1;
    }
  }

 private:
  enum class Before { start, colon, slash, hyphen, range };

  std::size_t take(std::size_t at, std::size_t length, List list) noexcept {
    if (length > 0) hits_.add(at, length, list);
    return length;
  }

  std::size_t value_at(std::size_t pos, std::size_t piece, Before before,
                       std::uint8_t seen) noexcept {
    was_ipv4_ = false;
    const char first = text_[pos];
    if (is_hex(first) && (seen & (colon | dot | joint)) != 0) {
      const bool fresh =
          before == Before::start || before == Before::hyphen || before == Before::slash ||
          (before == Before::colon && !is_hex_word(text_.substr(piece, pos - 1 - piece)));
      if (fresh)
        if (const auto length = mac_length(text_, pos); length > 0)
          return take(pos, length, List::mac_addresses);
    }
    if (is_digit(first) && (seen & dot) != 0 && before != Before::hyphen)
      if (const auto length = ipv4_length(text_, pos); length > 0) {
        if (before == Before::start && follows_version(text_, pos)) return 0;
        was_ipv4_ = true;
        return take(pos, length, List::ip_addresses);
      }
    if ((seen & colon) != 0 && (is_hex(first) || first == ':') &&
        ipv6_may_begin(pos, piece, before))
      if (const auto length = ipv6_length(text_, pos); length > 0)
        return take(pos, length, List::ip_addresses);
    if (before == Before::start || before == Before::colon)
      if (const auto length = interfaces_.match(text_, pos); length > 0)
        return take(pos, length, List::interfaces);
    return 0;
  }

  bool ipv6_may_begin(std::size_t pos, std::size_t piece, Before before) const noexcept {
    if (before == Before::start || before == Before::slash) return true;
    if (before != Before::colon) return false;
    const auto word = text_.substr(piece, pos - 1 - piece);
    if (word.empty() || is_hex_word(word)) return false;
    // "inside:2001:db8::1" has a name in front; in "x2001:db8::1" no group of an address stands
    // first.
    return text_[pos] == ':' || hex_run(text_, pos, 5) == 4;
  }

  std::string_view text_;
  const InterfaceNames& interfaces_;
  Hits& hits_;
  bool was_ipv4_ = false;
};

}  // namespace

void Hits::sort() noexcept {
  const auto earlier = [](const Hit& a, const Hit& b) { return a.at < b.at; };
  if (!std::is_sorted(begin(), end(), earlier))
    std::sort(hits_.begin(), hits_.begin() + static_cast<std::ptrdiff_t>(count_), earlier);
}

void scan_text(std::string_view text, const InterfaceNames& interfaces, Hits& hits) noexcept {
  TokenReader reader(text, interfaces, hits);
  const auto read_token = [&](std::size_t begin, std::size_t end) {
    if ((text[begin] | 0x20) == 'u')
      if (const auto user = user_after_keyword(text, begin); user.length > 0)
        hits.add(user.at, user.length, List::users);
    std::uint8_t seen = 0;
    for (auto i = begin; i < end; ++i) seen |= class_at(text, i);
    // A token without a digit is a word, unless its letters are hex digits between marks, or a
    // number follows that may be the interface's: "ethernet 3/8".
    const bool numbered = end + 1 < text.size() && text[end] == ' ' && is_digit(text[end + 1]);
    if ((seen & digit) != 0 || numbered || ((seen & (dot | colon)) != 0 && end - begin > 1) ||
        (end - begin == 3 && text[begin] == 'v'))
      reader.read(begin, end, seen);
  };
  // From the beginning of the text or behind a token, 64 characters at a time.
  for (std::size_t at = 0; at < text.size();) {
    auto [tokens, marks, u_or_v] = token_bits(text, at);
    auto next = at + window;
    if (tokens >> 63 != 0) {
      // The last token may go on: it is read from its beginning in the next step, unless it fills
      // this one.
      const auto last = run_begin(tokens, 63);
      if (last == 0) {
        while (next < text.size() && class_at(text, next) != 0) ++next;
        read_token(at, next);
        at = next;
        continue;
      }
      tokens &= bits_below(last);
      next = at + last;
    }
    // Only a token with a mark in it or one place behind it can be a value (what is behind the
    // window may be a mark), and only 'u' and 'v' begin a word that is looked at.
    const auto begins = tokens & ~(tokens << 1);
    const auto numbered = ((marks >> 1 | std::uint64_t{1} << 63) & ~tokens) >> 1;
    auto wanted = (marks | numbered | (begins & u_or_v)) & tokens;
    while (wanted != 0) {
      const auto found = lowest_bit(wanted);
      const auto begin = run_begin(tokens, found);
      const auto end = run_end(tokens, found);
      read_token(at + begin, at + end);
      wanted &= ~bits_below(end);
    }
    at = next;
  }
}

}  // namespace netlogd::parse
