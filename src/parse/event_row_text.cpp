#include "parse/event_row_text.hpp"

#include <algorithm>

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::parse {

RowWords split_words(std::string_view line) noexcept {
  RowWords out;
  TextCursor cursor(line);
  while (out.count < RowWords::most) {
    cursor.skip_blanks();
    const auto word = cursor.take_while([](char c) { return !is_blank(c); });
    if (word.empty()) break;
    out.words[out.count++] = word;
  }
  return out;
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view without_comment(std::string_view line) noexcept {
  for (std::size_t i = 1; i < line.size(); ++i)
    if (line[i] == '#' && is_blank(line[i - 1])) return trimmed(line.substr(0, i));
  return line;
}

std::string lower_text(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), to_lower);
  return out;
}

std::string upper_text(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (is_lower(c)) c = static_cast<char>(c - 32);
  return out;
}

bool is_field_name(std::string_view word) noexcept {
  return std::all_of(word.begin(), word.end(),
                     [](char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.'; });
}

}  // namespace netlogd::parse
