#include "parse/interface_names.hpp"

#include <algorithm>

#include "netlogd/core/text_cursor.hpp"
#include "parse/text_index.hpp"

namespace netlogd::parse {
namespace {

using Shape = InterfaceNames::Shape;

constexpr std::size_t longest_name = 32;
constexpr std::ptrdiff_t exact_case_letters = 3;

constexpr char char_at(std::string_view text, std::size_t at) noexcept {
  return at < text.size() ? text[at] : '\0';
}
constexpr bool is_word(char c) noexcept { return is_alnum(c) || c == '_'; }

std::size_t digits_end(std::string_view text, std::size_t at, std::size_t most) noexcept {
  std::size_t n = 0;
  while (n <= most && is_digit(char_at(text, at + n))) ++n;
  return n == 0 || n > most ? 0 : at + n;
}

bool ends_before(std::string_view text, std::size_t pos, bool slotted) noexcept {
  const char next = char_at(text, pos);
  const char beyond = char_at(text, pos + 1);
  if (is_word(next)) return false;
  if (next == '.' || next == '/') return !is_word(beyond);
  if (next == '-') return !is_word(beyond) || (slotted && is_alpha(beyond));
  return true;
}

// "/1", "/RP0", "/CPU0": where one more level ends, 0 when there is none.
std::size_t level_end(std::string_view text, std::size_t slash) noexcept {
  if (char_at(text, slash) != '/') return 0;
  if (const auto end = digits_end(text, slash + 1, 5); end > 0) return end;
  std::size_t letters = 0;
  while (letters < 4 && is_upper(char_at(text, slash + 1 + letters))) ++letters;
  if (letters < 2) return 0;
  const auto end = digits_end(text, slash + 1 + letters, 3);
  return end > 0 ? end : 0;
}

// Where the number that begins at `at` ends, at the longest reading with a word boundary behind it.
std::size_t number_end(std::string_view text, std::size_t at, Shape shape) noexcept {
  auto end = digits_end(text, at, 10);
  if (end == 0) return 0;
  // VLAN0600 is an instance of the spanning tree.
  if (shape == Shape::number && text[at] == '0' && end > at + 1) return 0;
  bool slotted = false;
  if (shape != Shape::number)
    for (int levels = 0; levels < 5; ++levels) {
      const auto further = level_end(text, end);
      if (further == 0) break;
      end = further;
      slotted = true;
    }
  if (shape == Shape::slots && !slotted) return 0;

  std::size_t best = ends_before(text, end, slotted) ? end : 0;
  const auto unit_from = [&](std::size_t dot) {
    if (char_at(text, dot) != '.') return;
    const auto unit = digits_end(text, dot + 1, 10);
    if (unit > 0 && ends_before(text, unit, slotted)) best = unit;
  };
  unit_from(end);
  if (slotted && char_at(text, end) == ':') {  // a channel: Serial0/0/0:1, xe-0/0/0:1.100
    const auto channel = digits_end(text, end + 1, 3);
    const bool is_time = char_at(text, channel) == ':' && is_digit(char_at(text, channel + 1));
    if (channel > 0 && !is_time) {
      if (ends_before(text, channel, slotted)) best = channel;
      unit_from(channel);
    }
  }
  if (slotted && char_at(text, end) == '-') {  // a range of ports: Eth13/17-20
    const auto last = digits_end(text, end + 1, 5);
    if (last > 0 && ends_before(text, last, slotted)) best = last;
  }
  return best;
}

}  // namespace

bool InterfaceNames::add(std::string_view name, Shape shape, bool blank) {
  if (name.empty() || name.size() > longest_name) return false;
  for (auto& entry : entries_)
    if (entry.name == name) {
      entry.shape = shape;
      entry.blank = blank;
      return true;
    }
  if (entries_.size() >= 4096) return false;
  std::string folded(name);
  std::transform(folded.begin(), folded.end(), folded.begin(), to_lower);
  const auto letters = std::count_if(name.begin(), name.end(), is_alpha);
  entries_.push_back(
      {std::string(name), std::move(folded), letters <= exact_case_letters, shape, blank});
  rebuild();
  return true;
}

void InterfaceNames::rebuild() {
  std::size_t size = 16;
  while (size < entries_.size() * 4) size *= 2;
  slots_.assign(size, 0);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    auto slot = text_hash(entries_[i].folded) & (size - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (size - 1);
    slots_[slot] = static_cast<std::uint16_t>(i + 1);
  }
}

const InterfaceNames::Entry* InterfaceNames::find(std::string_view name) const noexcept {
  if (slots_.empty() || name.empty() || name.size() > longest_name) return nullptr;
  char buffer[longest_name];
  const std::string_view folded(
      buffer, static_cast<std::size_t>(std::transform(name.begin(), name.end(), buffer, to_lower) -
                                       buffer));
  const auto mask = slots_.size() - 1;
  for (auto slot = text_hash(folded) & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const Entry& entry = entries_[slots_[slot] - 1U];
    if (entry.folded == folded && (!entry.exact || entry.name == name)) return &entry;
  }
  return nullptr;
}

std::size_t InterfaceNames::match(std::string_view text, std::size_t at) const noexcept {
  return match(text, at, false);
}

std::size_t InterfaceNames::match_named(std::string_view text, std::size_t at) const noexcept {
  return match(text, at, true);
}

std::size_t InterfaceNames::match(std::string_view text, std::size_t at,
                                  bool named) const noexcept {
  std::size_t pos = at;
  while (pos - at < 3 && is_digit(char_at(text, pos))) ++pos;  // 100GE1/0/1
  const auto letters = pos;
  std::size_t hyphen = 0;
  while (pos - at <= longest_name) {
    const char c = char_at(text, pos);
    if (c == '-' && hyphen == 0) hyphen = pos + 1;
    if (!is_alpha(c) && c != '-') break;
    ++pos;
  }
  if (pos == letters) return 0;
  const char stop = char_at(text, pos);
  if (is_digit(stop)) {
    if (const auto* entry = find(text.substr(at, pos - at)); entry != nullptr)
      if (const auto end = number_end(text, pos, entry->shape); end > 0) return end - at;
    // Junos' names with a digit of their own: t1-0/0/0, coc12-1/0/0.
    const auto dash = text.substr(pos, 3).find('-');
    if (dash != std::string_view::npos)
      if (const auto* entry = find(text.substr(at, pos + dash + 1 - at)); entry != nullptr)
        if (const auto end = number_end(text, pos + dash + 1, entry->shape); end > 0)
          return end - at;
    return 0;
  }
  if (stop == '.' && is_digit(char_at(text, pos + 1))) {  // irb.100, vlan.192, vme.0
    if (const auto* entry = find(text.substr(at, pos + 1 - at)); entry != nullptr)
      if (const auto end = number_end(text, pos + 1, Shape::number); end > 0) return end - at;
    return 0;
  }
  if (stop == ' ' && is_digit(char_at(text, pos + 1))) {
    if (const auto* entry = find(text.substr(at, pos - at));
        entry != nullptr && (entry->blank || named))
      if (const auto end = number_end(text, pos + 1, entry->shape); end > 0) return end - at;
  }
  if (!is_word(stop) && stop != '/' && !(stop == '.' && is_word(char_at(text, pos + 1)))) {
    const auto* entry = find(text.substr(at, pos - at));
    if (entry != nullptr && entry->shape == Shape::bare) return pos - at;
  }
  return 0;
}

}  // namespace netlogd::parse
