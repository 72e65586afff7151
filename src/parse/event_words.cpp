#include "parse/event_words.hpp"

#include <algorithm>
#include <string>

#include "netlogd/core/text_cursor.hpp"
#include "parse/char_bits.hpp"

namespace netlogd::parse {
namespace {

constexpr std::uint8_t gap = 0;
constexpr std::size_t most_states = 60000;

constexpr std::array<std::uint8_t, 256> letter_classes() noexcept {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    const char lower = to_lower(static_cast<char>(c));
    if (is_lower(lower))
      classes[c] = static_cast<std::uint8_t>(1 + lower - 'a');
    else if (is_digit(lower))
      classes[c] = static_cast<std::uint8_t>(27 + lower - '0');
    else if (c >= 0x80)
      classes[c] = 37;
    else
      classes[c] = gap;
  }
  return classes;
}
constexpr auto classes = letter_classes();

constexpr std::uint8_t class_of(char c) noexcept { return classes[static_cast<unsigned char>(c)]; }

// " link down " in classes; an open end has no gap behind it.
std::string classes_of(std::string_view phrase) {
  const bool open = phrase.ends_with('*');
  if (open) phrase.remove_suffix(1);
  std::string out(1, '\0');
  for (const char c : phrase) {
    const auto letter = static_cast<char>(class_of(c));
    if (letter != '\0' || out.back() != '\0') out += letter;
  }
  if (out.back() != '\0' && !open) out += '\0';
  return out.size() > 1 ? out : std::string();
}

}  // namespace

std::uint32_t WordMatcher::state_of(std::string_view letters_of_phrase) {
  std::uint32_t state = 0;
  for (const char letter : letters_of_phrase) {
    const auto column = static_cast<std::uint8_t>(letter);
    if (next_[state][column] == 0) {
      if (next_.size() >= most_states) return none;
      next_[state][column] = static_cast<std::uint16_t>(next_.size());
      next_.emplace_back();
      ends_.push_back(0);
    }
    state = next_[state][column];
  }
  return state;
}

std::uint32_t WordMatcher::phrase_index(std::string_view phrase) {
  const auto spelled = classes_of(phrase);
  if (spelled.empty()) return none;
  if (next_.empty()) {
    next_.emplace_back();
    ends_.push_back(0);
  }
  const auto state = state_of(spelled);
  if (state == none) return none;
  if (ends_[state] == 0) {
    if (alone_.size() == most_phrases) return none;
    alone_.push_back(none);
    ends_[state] = static_cast<std::uint16_t>(alone_.size());
  }
  return ends_[state] - 1U;
}

bool WordMatcher::add_row(const std::vector<std::string_view>& phrases) {
  if (phrases.empty() || phrases.size() > most_phrases_of_row) return false;
  Row row{};
  for (const auto phrase : phrases) {
    const auto index = phrase_index(phrase);
    if (index == none) return false;
    row.phrases[row.count++] = static_cast<std::uint16_t>(index);
  }
  const auto number = static_cast<std::uint32_t>(rows_.size());
  rows_.push_back(row);
  if (row.count > 1)
    joint_rows_.push_back(number);
  else if (alone_[row.phrases[0]] == none)
    alone_[row.phrases[0]] = number;
  return true;
}

void WordMatcher::finish() {
  if (next_.empty()) {
    next_.emplace_back();
    ends_.push_back(0);
  }
  for (std::size_t first = 0; first < letters; ++first) {
    const auto state = next_[next_[0][gap]][first];
    if (state == 0) continue;
    // A phrase of one open letter goes on with anything.
    for (std::size_t second = 0; second < letters; ++second)
      if (ends_[state] != 0 || next_[state][second] != 0) begins_.set(first * letters + second);
  }
}

bool WordMatcher::may_begin(std::string_view text, std::size_t at) const noexcept {
  const auto second = at + 1 < text.size() ? class_of(text[at + 1]) : gap;
  return begins_[class_of(text[at]) * letters + second];
}

// The phrases that begin with the word at `at`. A run of gaps counts as one, and so does the end.
void WordMatcher::follow(std::string_view text, std::size_t at, Seen& seen) const noexcept {
  auto state = next_[0][gap];
  for (auto last = gap + 1;; ++at) {
    const auto letter = at < text.size() ? class_of(text[at]) : gap;
    if (letter != gap || last != gap) {
      state = next_[state][letter];
      if (state == 0) return;
      if (ends_[state] != 0) {
        const auto phrase = ends_[state] - 1U;
        seen.phrases[phrase / 64] |= std::uint64_t{1} << (phrase % 64);
        seen.some = true;
        seen.best = std::min(seen.best, alone_[phrase]);
      }
    }
    if (at >= text.size()) return;
    last = letter;
  }
}

void WordMatcher::walk(std::string_view text, Seen& seen) const noexcept {
  std::uint64_t carried = 0;  // 1: the character before is part of a word
  for (std::size_t at = 0; at < text.size(); at += window) {
    const auto words = word_bits(text, at);
    auto begins = words & ~(words << 1 | carried);
    carried = words >> 63;
    for (; begins != 0; begins &= begins - 1) {
      const auto word = at + lowest_bit(begins);
      if (may_begin(text, word)) follow(text, word, seen);
    }
  }
}

std::uint32_t WordMatcher::find(std::string_view first, std::string_view second,
                                Seen& seen) const noexcept {
  if (rows_.empty()) return none;
  if (seen.some) seen.phrases.fill(0);
  seen.best = none;
  seen.some = false;
  first = first.substr(0, most_text);
  second = second.substr(0, most_text);
  if (first.empty()) {
    walk(second, seen);
  } else {
    // As one text: a phrase may begin in the first and end in the second.
    auto* out = std::copy(first.begin(), first.end(), seen.joined.data());
    *out++ = ' ';
    out = std::copy(second.begin(), second.end(), out);
    walk({seen.joined.data(), static_cast<std::size_t>(out - seen.joined.data())}, seen);
  }
  if (!seen.some) return none;
  for (const auto number : joint_rows_) {
    if (number >= seen.best) break;
    const auto& row = rows_[number];
    const bool all = std::all_of(row.phrases.begin(), row.phrases.begin() + row.count,
                                 [&](std::uint16_t phrase) {
                                   return (seen.phrases[phrase / 64] >> (phrase % 64) & 1U) != 0;
                                 });
    if (all) return number;
  }
  return seen.best;
}

}  // namespace netlogd::parse
