#include "words.hpp"

#include <algorithm>
#include <array>

#include "netlogd/core/nearest_word.hpp"
#include "netlogd/core/text_cursor.hpp"
#include "netlogd/parse/knowledge.hpp"

namespace netlogd::cli {
namespace {

bool is_name_char(char c) { return is_alnum(c) || c == '_'; }

// The names in the section [event_types] of what is built in. To compile the whole of the knowledge
// would cost each command its start.
std::vector<std::string> read_event_types() {
  constexpr std::string_view heading = "\n[event_types]\n";
  std::vector<std::string> types;
  for (const auto& file : parse::builtin_knowledge()) {
    const auto at = file.text.find(heading);
    if (at == std::string::npos) continue;
    TextCursor cursor(std::string_view(file.text).substr(at + heading.size()));
    while (!cursor.at_end() && cursor.peek() != '[') {
      if (const auto name = cursor.take_while(is_name_char); !name.empty())
        types.emplace_back(name);
      cursor.take_while([](char c) { return c != '\n'; });
      cursor.skip();
    }
  }
  return types;
}

struct SeverityWord {
  std::string_view word;
  int severity;
};
constexpr std::array<SeverityWord, 21> severity_words = {
    {{"emerg", 0},    {"emergency", 0},     {"panic", 0},        {"alert", 1},
     {"crit", 2},     {"critical", 2},      {"err", 3},          {"error", 3},
     {"errors", 3},   {"warn", 4},          {"warning", 4},      {"warnings", 4},
     {"notice", 5},   {"notif", 5},         {"notification", 5}, {"notifications", 5},
     {"info", 6},     {"informational", 6}, {"information", 6},  {"debug", 7},
     {"debugging", 7}}};

bool is_word_char(char c) { return is_alnum(c) || (static_cast<unsigned char>(c) & 0x80) != 0; }

// The words of a text as they stand in it.
std::vector<std::string_view> pieces_of(std::string_view text) {
  std::vector<std::string_view> pieces;
  TextCursor cursor(text);
  while (!cursor.at_end()) {
    const auto word = cursor.take_while(is_word_char);
    if (word.empty())
      cursor.skip();
    else
      pieces.push_back(word);
  }
  return pieces;
}

// One character against "[a-z]", "[^0-9]" at the front of the pattern; moves behind it.
bool take_set(std::string_view& pattern, char c) {
  std::size_t at = 1;
  const bool inverted = at < pattern.size() && pattern[at] == '^';
  if (inverted) ++at;
  bool inside = false;
  const auto first = at;
  while (at < pattern.size() && (pattern[at] != ']' || at == first)) {
    if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
      inside |= pattern[at] <= c && c <= pattern[at + 2];
      at += 3;
    } else {
      inside |= pattern[at] == c;
      ++at;
    }
  }
  if (at >= pattern.size()) return false;  // not closed: matches nothing, as in SQLite
  pattern.remove_prefix(at + 1);
  return inside != inverted;
}

}  // namespace

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), to_lower);
  return out;
}

std::optional<int> parse_severity(std::string_view text) {
  if (text.size() == 1 && text[0] >= '0' && text[0] <= '7') return text[0] - '0';
  const auto word = lowered(text);
  for (const auto& known : severity_words)
    if (known.word == word) return known.severity;
  return {};
}

std::vector<std::string> event_types_of(std::string_view word) {
  const auto lower = lowered(word);
  const auto& types = all_event_types();
  if (std::find(types.begin(), types.end(), lower) != types.end()) return {lower};
  std::vector<std::string> found;
  for (const auto& type : types)
    if (("_" + type + "_").find("_" + lower + "_") != std::string::npos) found.push_back(type);
  if (found.empty()) found.emplace_back(word);
  return found;
}

bool is_glob(std::string_view pattern) {
  return pattern.find_first_of("*?[") != std::string_view::npos;
}

bool glob_matches(std::string_view pattern, std::string_view text) {
  // Where to go on when the part behind the last '*' does not fit: that star takes one character
  // more.
  std::string_view star_pattern;
  std::string_view star_text;
  bool has_star = false;
  for (;;) {
    if (!pattern.empty() && pattern[0] == '*') {
      pattern.remove_prefix(1);
      star_pattern = pattern;
      star_text = text;
      has_star = true;
      continue;
    }
    bool fits = false;
    if (text.empty()) {
      if (pattern.empty()) return true;
      return false;
    }
    if (!pattern.empty()) {
      if (pattern[0] == '[') {
        fits = take_set(pattern, text[0]);
      } else {
        fits = pattern[0] == '?' || pattern[0] == text[0];
        pattern.remove_prefix(1);
      }
    }
    if (fits) {
      text.remove_prefix(1);
      continue;
    }
    if (!has_star || star_text.empty()) return false;
    star_text.remove_prefix(1);
    pattern = star_pattern;
    text = star_text;
  }
}

const std::vector<std::string>& all_event_types() {
  static const auto types = read_event_types();
  return types;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const auto word : pieces_of(text)) words.push_back(lowered(word));
  return words;
}

bool holds_phrase(std::string_view text, std::string_view phrase) {
  const auto wanted = words_of(phrase);
  if (wanted.empty()) return true;
  const auto have = pieces_of(text);
  const auto same = [](std::string_view a, const std::string& lower) {
    return a.size() == lower.size() && std::equal(a.begin(), a.end(), lower.begin(),
                                                  [](char x, char y) { return to_lower(x) == y; });
  };
  return std::search(have.begin(), have.end(), wanted.begin(), wanted.end(), same) != have.end();
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const auto nearest = nearest_word(word, views);
  const auto far = std::max<std::size_t>(1, word.size() * 2 / 5);
  if (nearest.empty() || edit_distance(word, nearest) > far) return {};
  return "; did you mean " + std::string(nearest) + "?";
}

}  // namespace netlogd::cli
