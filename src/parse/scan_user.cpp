#include "parse/scan_user.hpp"

#include <algorithm>

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::parse {
namespace {

constexpr std::size_t longest_user = 256;

constexpr char char_at(std::string_view text, std::size_t at) noexcept {
  return at < text.size() ? text[at] : '\0';
}

// The length of a folded word at `at` when it is `word`, else 0.
std::size_t word_length(std::string_view text, std::size_t at, std::string_view word) noexcept {
  if (text.size() - at < word.size()) return 0;
  for (std::size_t i = 0; i < word.size(); ++i)
    if (to_lower(text[at + i]) != word[i]) return 0;
  const char next = char_at(text, at + word.size());
  return is_alnum(next) || next == '_' || next == '-' ? 0 : word.size();
}

bool is_word_before(std::string_view text, std::size_t end, std::string_view word) noexcept {
  return end >= word.size() && word_length(text, end - word.size(), word) > 0 &&
         (end == word.size() || !is_alnum(text[end - word.size() - 1]));
}

// "for user x", "by user x", "invalid user x": the bare word behind is a name.
bool announces_name(std::string_view text, std::size_t at) noexcept {
  if (at < 3 || !is_blank(text[at - 1])) return false;
  for (const std::string_view word : {"for", "by", "invalid", "illegal", "of", "unknown", "local"})
    if (is_word_before(text, at - 1, word)) return true;
  return false;
}

// Behind "by user" may stand the rest of the sentence in place of a name.
bool is_joining_word(std::string_view word) noexcept {
  for (const std::string_view joining :
       {"on",     "from", "is",  "has",   "was", "to", "in",  "at",    "with",    "and",
        "or",     "name", "via", "using", "for", "by", "not", "input", "request", "authentication",
        "session"})
    if (word == joining) return true;
  return false;
}

constexpr char closing(char opening) noexcept { return opening == '<' ? '>' : opening; }

bool ends_name(char c) noexcept {
  return is_blank(c) || c == '\r' || c == '\n' || c == ',' || c == ';' || c == ')' || c == ']' ||
         c == '>' || c == '"' || c == '\'' || c == '(' || c == '|';
}

}  // namespace

bool names_nobody(std::string_view name) noexcept {
  if (name == "N/A" || name == "n/a" || name == "-" || name == "--" || name == "none" ||
      name == "No" || name == "Not" || name == "Not Found" || name == "No Authentication Required")
    return true;
  return name.empty() || std::all_of(name.begin(), name.end(), [](char c) { return c == '*'; });
}

Found user_at(std::string_view text, std::size_t at) noexcept {
  const char first = char_at(text, at);
  if (first == '\'' || first == '"' || first == '<') {
    const auto close = text.substr(at + 1, longest_user).find(closing(first));
    if (close == std::string_view::npos) return {};
    const auto name = text.substr(at + 1, close);
    if (name.find('\n') != std::string_view::npos || names_nobody(name)) return {};
    return {at + 1, close};
  }
  std::size_t end = at;
  while (end < text.size() && !ends_name(text[end]) && end - at <= longest_user) ++end;
  while (end > at && (text[end - 1] == '.' || text[end - 1] == ':')) --end;
  if (end - at > longest_user || names_nobody(text.substr(at, end - at))) return {};
  return {at, end - at};
}

Found user_after_keyword(std::string_view text, std::size_t at) noexcept {
  auto length = word_length(text, at, "user");
  if (length == 0) length = word_length(text, at, "username");
  if (length == 0) length = word_length(text, at, "uname");
  if (length == 0) return {};
  auto pos = at + length;
  while (is_blank(char_at(text, pos))) ++pos;
  const char mark = char_at(text, pos);
  if (mark == ':' || mark == '=') {
    ++pos;
    while (is_blank(char_at(text, pos))) ++pos;
    return user_at(text, pos);
  }
  if (pos == at + length) return {};
  if (mark == '\'' || mark == '"' || mark == '<') return user_at(text, pos);
  if (!announces_name(text, at)) return {};
  const auto user = user_at(text, pos);
  return is_joining_word(text.substr(user.at, user.length)) ? Found{} : user;
}

}  // namespace netlogd::parse
