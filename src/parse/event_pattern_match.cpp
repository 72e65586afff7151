#include <algorithm>
#include <bit>
#include <cstring>

#include "netlogd/core/text_cursor.hpp"
#include "parse/char_bits.hpp"
#include "parse/event_pattern.hpp"
#include "parse/interface_names.hpp"
#include "parse/scan_text.hpp"
#include "parse/scan_user.hpp"

namespace netlogd::parse {
namespace {

using Op = PatternStep::Op;

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
// What rules look at: a hostile message must not cost more than its bytes are worth.
constexpr std::size_t most_text = 8192;
constexpr std::size_t longest_word = 256;

constexpr char char_at(std::string_view text, std::size_t at) noexcept {
  return at < text.size() ? text[at] : '\0';
}

constexpr bool is_space(char c) noexcept { return is_blank(c) || c == '\r' || c == '\n'; }

// Small letters for the capitals among eight characters.
constexpr std::uint64_t fold(std::uint64_t characters) noexcept {
  constexpr std::uint64_t each = 0x0101010101010101;
  const auto low = characters & 0x7f * each;
  // The high bit of an octet is set where it lies above 'Z', or not below 'A'.
  const auto above = low + (0x7f - 'Z') * each;
  const auto from = low + (0x80 - 'A') * each;
  const auto capital = ~characters & (above ^ from) & 0x80 * each;
  return characters | capital >> 2;
}

std::uint64_t load(std::string_view text, std::size_t at) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, text.data() + at, sizeof value);
  return value;
}

// Steps over what is the same in the text and the (padded) literal, but for capitals.
void skip_same(std::string_view text, std::string_view literal, std::size_t& pos,
               std::size_t& done) noexcept {
  while (done < literal.size()) {
    const auto left = std::min(literal.size() - done, sizeof(std::uint64_t));
    if (text.size() < pos + sizeof(std::uint64_t)) {
      while (done < literal.size() && pos < text.size() && to_lower(text[pos]) == literal[done])
        ++pos, ++done;
      return;
    }
    const auto different = fold(load(text, pos)) ^ load(literal, done);
    const auto same = std::min(left, static_cast<std::size_t>(std::countr_zero(different)) / 8);
    pos += same;
    done += same;
    if (same < sizeof(std::uint64_t)) return;
  }
}

// Where a literal that begins at `pos` ends.
std::size_t literal_end(std::string_view text, std::size_t pos, std::string_view literal) noexcept {
  for (std::size_t done = 0;;) {
    skip_same(text, literal, pos, done);
    // One blank of the rule is any number of them.
    const bool behind_blank = done > 0 && literal[done - 1] == ' ';
    if (behind_blank)
      while (is_space(char_at(text, pos))) ++pos;
    if (done == literal.size()) return pos;
    if (literal[done] == any_blanks) {
      while (is_space(char_at(text, pos))) ++pos;
      ++done;
    } else if (literal[done] == ' ' && is_space(char_at(text, pos))) {
      ++pos, ++done;
    } else if (!behind_blank || pos >= text.size() || to_lower(text[pos]) != literal[done]) {
      return nowhere;
    }
  }
}

std::uint64_t blanks_of(std::string_view text, std::size_t at) noexcept {
  return bits_of(' ', '\t', text, at) | bits_of('\r', '\n', text, at);
}

struct Place {
  std::size_t begin = nowhere;
  std::size_t end = nowhere;
};

// The next place of a literal; one that begins with a letter begins with the word.
Place find_literal(std::string_view text, std::size_t pos, std::string_view literal) noexcept {
  const char first = literal.front();
  if (first == any_blanks) {
    for (; pos <= text.size(); ++pos)
      if (const auto end = literal_end(text, pos, literal); end != nowhere) return {pos, end};
    return {};
  }
  const bool word = is_alnum(first);
  const char capital = is_lower(first) ? static_cast<char>(first - 32) : first;
  for (; pos < text.size(); pos += window)
    for (auto places = first == ' ' ? blanks_of(text, pos) : bits_of(first, capital, text, pos);
         places != 0; places &= places - 1) {
      const auto begin = pos + lowest_bit(places);
      if (word && begin > 0 && is_alnum(text[begin - 1])) continue;
      const auto end = literal_end(text, begin, literal);
      if (end != nowhere) return {begin, end};
    }
  return {};
}

// A value and where the matching goes on behind it.
struct Taken {
  std::string_view value;
  std::size_t end = nowhere;
};

Taken take_digits(std::string_view text, std::size_t pos) noexcept {
  auto end = pos;
  while (is_digit(char_at(text, end)) && end - pos < 20) ++end;
  if (end == pos || end - pos == 20) return {};
  return {text.substr(pos, end - pos), end};
}

Taken take_decimal(std::string_view text, std::size_t pos) noexcept {
  auto from = pos;
  if (char_at(text, from) == '-' || char_at(text, from) == '+') ++from;
  const auto whole = take_digits(text, from);
  if (whole.end == nowhere) return {};
  auto end = whole.end;
  if (char_at(text, end) == '.')
    if (const auto fraction = take_digits(text, end + 1); fraction.end != nowhere)
      end = fraction.end;
  if (text[pos] == '+') pos = from;
  return {text.substr(pos, end - pos), end};
}

Taken take_hex(std::string_view text, std::size_t pos) noexcept {
  auto end = pos;
  if (char_at(text, end) == '0' && to_lower(char_at(text, end + 1)) == 'x') end += 2;
  const auto digits = end;
  while (is_hex(char_at(text, end))) ++end;
  if (end == digits) return {};
  return {text.substr(pos, end - pos), end};
}

// A mark at the end of a word that belongs to the sentence around it.
bool ends_no_word(std::string_view word) noexcept {
  switch (word.back()) {
    case ',':
    case ';':
    case ':':
    case '.':
      return true;
    case ')':
      return word.find('(') == std::string_view::npos;
    case ']':
      return word.find('[') == std::string_view::npos;
    case '>':
      return word.find('<') == std::string_view::npos;
    case '"':
    case '\'':
      return true;
    default:
      return false;
  }
}

Taken take_word(std::string_view text, std::size_t pos, const Stops& stops) noexcept {
  const char quote = char_at(text, pos);
  if ((quote == '\'' || quote == '"') && !stops.has(quote)) {
    const auto close = text.substr(0, pos + longest_word).find(quote, pos + 1);
    if (close != std::string_view::npos) return {text.substr(pos + 1, close - pos - 1), close + 1};
  }
  auto end = pos;
  const auto most = std::min(text.size(), pos + longest_word);
  while (end < most && !stops.has(text[end])) ++end;
  while (end > pos && ends_no_word(text.substr(pos, end - pos))) --end;
  if (end == pos) return {};
  return {text.substr(pos, end - pos), end};
}

Taken take_host(std::string_view text, std::size_t pos, const Stops& stops) noexcept {
  if (const auto length = ip_length(text, pos); length > 0)
    return {text.substr(pos, length), pos + length};
  return take_word(text, pos, stops);
}

Taken take_user(std::string_view text, std::size_t pos, const Stops& stops) noexcept {
  auto taken = char_at(text, pos) == '<' && !stops.has('<') ? Taken{} : take_word(text, pos, stops);
  if (taken.end == nowhere)
    if (const auto user = user_at(text, pos); user.length > 0) {
      taken = {text.substr(user.at, user.length), user.at + user.length};
      if (user.at > pos) ++taken.end;  // the closing mark
    }
  if (names_nobody(taken.value)) taken.value = {};
  return taken;
}

Taken take_interface(std::string_view text, std::size_t pos, const InterfaceNames& interfaces,
                     const Stops& stops) noexcept {
  const auto word = take_word(text, pos, stops);
  if (!word.value.empty() && word.value.data() == text.data() + pos)
    if (const auto length = interfaces.match_named(text, pos); length > word.value.size())
      return {text.substr(pos, length), pos + length};
  // A mark that the rule does not know: "Gi1/0/1(uplink)".
  if (const auto length = interfaces.match_named(text, pos);
      length > 0 && length < word.value.size() && !is_alnum(char_at(text, pos + length)))
    return {text.substr(pos, length), pos + length};
  return word;
}

Taken take_one_of(std::string_view text, std::size_t pos, std::string_view words) noexcept {
  while (!words.empty()) {
    const auto word = words.substr(0, words.find('|'));
    words.remove_prefix(std::min(words.size(), word.size() + 1));
    const auto end = literal_end(text, pos, word);
    if (end != nowhere && !is_alnum(char_at(text, end))) return {text.substr(pos, end - pos), end};
  }
  return {};
}

Taken take_rest(std::string_view text, std::size_t pos) noexcept {
  auto end = text.size();
  while (end > pos && is_space(text[end - 1])) --end;
  while (pos < end && is_space(text[pos])) ++pos;
  if (pos >= end) return {{}, text.size()};
  return {text.substr(pos, end - pos), text.size()};
}

Taken take_value(const PatternStep& step, std::string_view text, std::size_t pos,
                 const InterfaceNames& interfaces) noexcept {
  const auto fixed = [&](std::size_t length) {
    return length == 0 ? Taken{} : Taken{text.substr(pos, length), pos + length};
  };
  switch (step.kind) {
    case CaptureKind::ip:
      return fixed(ip_length(text, pos));
    case CaptureKind::mac:
      return fixed(mac_length(text, pos));
    case CaptureKind::host:
      return take_host(text, pos, step.stops);
    case CaptureKind::interface:
      return take_interface(text, pos, interfaces, step.stops);
    case CaptureKind::number:
      return take_digits(text, pos);
    case CaptureKind::decimal:
    case CaptureKind::asn:
      return take_decimal(text, pos);
    case CaptureKind::hex:
      return take_hex(text, pos);
    case CaptureKind::user:
      return take_user(text, pos, step.stops);
    case CaptureKind::port:
    case CaptureKind::name:
    case CaptureKind::word:
      return take_word(text, pos, step.stops);
    case CaptureKind::text:
    case CaptureKind::rest:
      return take_rest(text, pos);
    case CaptureKind::one_of:
      return take_one_of(text, pos, step.text);
  }
  return {};
}

// Where a value was found.
struct Match {
  std::string_view value;
  std::size_t begin = nowhere;
  std::size_t end = nowhere;
};

class Matcher {
 public:
  Matcher(const Pattern& pattern, std::string_view text, const InterfaceNames& interfaces,
          Captures& captures, PairText& pairs) noexcept
      : pattern_(pattern),
        text_(text),
        interfaces_(interfaces),
        captures_(captures),
        pairs_(pairs) {}

  // Steps [from, to) beginning at `pos`: where they end, or nowhere.
  std::size_t run(std::size_t from, std::size_t to, std::size_t pos) noexcept {
    for (auto i = from; i < to; ++i) {
      const auto& step = pattern_[i];
      if (step.op == Op::optional) {
        const auto kept = captures_.size();
        const auto end = run(i + 1, step.end, pos);
        if (end == nowhere)
          captures_.shorten(kept);
        else
          pos = end;
        i = step.end - 1U;
        continue;
      }
      if (step.op == Op::capture && step.kind == CaptureKind::text && i + 1 < to) {
        pos = text_before(i, to, pos);
        if (pos == nowhere) return nowhere;
        continue;
      }
      if (step.op == Op::find_value) {
        const auto place = find_value(i, to, pos);
        if (place.end == nowhere) return nowhere;
        keep(step, place.value);
        pos = place.end;
        continue;
      }
      pos = one(step, pos);
      if (pos == nowhere) return nowhere;
    }
    return pos;
  }

 private:
  void keep(const PatternStep& step, std::string_view value) noexcept {
    if (step.op != Op::constant) last_ = value;
    if (step.field != no_field && !value.empty())
      captures_.add({step.field, step.kind, step.op == Op::constant, value});
  }

  std::size_t one(const PatternStep& step, std::size_t pos) noexcept {
    switch (step.op) {
      case Op::literal:
        return literal_end(text_, pos, step.text);
      case Op::find:
        return find_literal(text_, pos, step.text).end;
      case Op::constant:
        keep(step, step.text);
        return pos;
      case Op::pairs:
        pairs_.equals = text_.substr(std::min(pos, text_.size()));
        return pos;
      case Op::colon_pairs:
        pairs_.colons = text_.substr(std::min(pos, text_.size()));
        return pos;
      case Op::find_value:
        return nowhere;
      case Op::again:
        keep(step, last_);
        return pos;
      case Op::capture:
        break;
      case Op::optional:
        return pos;
    }
    const auto taken = take_value(step, text_, pos, interfaces_);
    if (taken.end != nowhere) keep(step, taken.value);
    return taken.end;
  }

  // A text reaches to the literal, the value or the optional part behind it, and is taken up to
  // there. Where the optional part is missing, it reaches to the end.
  std::size_t text_before(std::size_t i, std::size_t to, std::size_t pos) noexcept {
    const auto& step = pattern_[i];
    const auto& next = pattern_[i + 1];
    auto begin = nowhere;
    if (next.op == Op::literal) {
      begin = find_literal(text_, pos, next.text).begin;
    } else if (next.op == Op::optional) {
      begin = find_literal(text_, pos, pattern_[i + 2].text).begin;
      if (begin == nowhere) begin = text_.size();
    } else {
      begin = find_value(i + 1, to, pos).begin;
    }
    if (begin == nowhere) return nowhere;
    keep(step, take_rest(text_.substr(0, begin), pos).value);
    return begin;
  }

  // The next place where the capture fits, and behind it the literal that follows it.
  Match find_value(std::size_t i, std::size_t to, std::size_t pos) const noexcept {
    const auto& step = pattern_[i];
    const bool followed = i + 1 < to && pattern_[i + 1].op == Op::literal;
    for (; pos < text_.size(); ++pos) {
      if (pos > 0 && !may_begin(step.kind, text_[pos - 1])) continue;
      if (!is_alnum(text_[pos]) && text_[pos] != ':' && text_[pos] != '-') continue;
      const auto taken = value_there(step, pos);
      if (taken.end == nowhere) continue;
      if (followed && literal_end(text_, taken.end, pattern_[i + 1].text) == nowhere) continue;
      return {taken.value, pos, taken.end};
    }
    return {};
  }

  // Words are looked for behind a blank or a bracket, addresses and numbers behind any mark.
  static bool may_begin(CaptureKind kind, char before) noexcept {
    if (is_alnum(before) || before == '.' || before == '_') return false;
    const bool wordy = kind == CaptureKind::word || kind == CaptureKind::name ||
                       kind == CaptureKind::host || kind == CaptureKind::user ||
                       kind == CaptureKind::port;
    return !wordy || is_space(before) || before == '(' || before == '[' || before == '"' ||
           before == '\'';
  }

  // While it is searched for, an interface is one whose name is known.
  Taken value_there(const PatternStep& step, std::size_t pos) const noexcept {
    if (step.kind != CaptureKind::interface) return take_value(step, text_, pos, interfaces_);
    const auto length = interfaces_.match(text_, pos);
    return length == 0 ? Taken{} : Taken{text_.substr(pos, length), pos + length};
  }

  const Pattern& pattern_;
  std::string_view text_;
  const InterfaceNames& interfaces_;
  Captures& captures_;
  PairText& pairs_;
  std::string_view last_;
};

}  // namespace

bool match_pattern(const Pattern& pattern, std::string_view text, const InterfaceNames& interfaces,
                   Captures& captures, PairText& pairs) noexcept {
  captures.clear();
  pairs = {};
  text = text.substr(0, most_text);
  return Matcher(pattern, text, interfaces, captures, pairs).run(0, pattern.size(), 0) != nowhere;
}

}  // namespace netlogd::parse
