#include "netlogd/core/text_cursor.hpp"
#include "netlogd/wire/syslog.hpp"

namespace netlogd::wire {
namespace {

constexpr bool is_tag_character(char c) noexcept {
  return is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '+';  // %TAC+-4-UNEXREP
}

// Small-business switches and CatOS write a letter: %STP-W-PORTSTATUS.
constexpr std::int8_t severity_of_letter(char c) noexcept {
  switch (c) {
    case 'F':
      return 0;
    case 'A':
      return 1;
    case 'C':
      return 2;
    case 'E':
      return 3;
    case 'W':
      return 4;
    case 'N':
      return 5;
    case 'I':
      return 6;
    case 'D':
      return 7;
    default:
      return -1;
  }
}

// Finds "-SEVERITY-" in the name: the first part of one digit, else the first of one letter.
bool find_severity(std::string_view name, VendorTag& tag) noexcept {
  std::size_t letter = 0;
  for (auto dash = name.find('-'); dash != std::string_view::npos && name.size() - dash > 3;
       dash = name.find('-', dash + 1)) {
    if (dash == 0) return false;
    if (name[dash + 2] != '-') continue;
    const char c = name[dash + 1];
    if (c >= '0' && c <= '7') {
      tag.severity = static_cast<std::int8_t>(c - '0');
      tag.mnemonic = name.substr(dash + 3);
      return true;
    }
    if (letter == 0 && severity_of_letter(c) >= 0) letter = dash;
  }
  if (letter == 0) return false;
  tag.severity = severity_of_letter(name[letter + 1]);
  tag.mnemonic = name.substr(letter + 3);
  return true;
}

bool is_node_end(std::string_view part) noexcept {
  std::size_t letters = 0;
  while (letters < part.size() && is_upper(part[letters])) ++letters;
  const auto word = part.substr(0, letters);
  return word == "CPU" || word == "ADMIN" || word == "SC" || word == "RP" || word == "RSP" ||
         word == "LC" || word == "FC";
}

}  // namespace

std::size_t scan_tag(std::string_view text, VendorTag& tag) noexcept {
  TextCursor at(text);
  if (!at.take('%') || !is_alnum(at.peek())) return 0;
  auto name = at.take_while(is_tag_character);
  VendorTag found;
  if (!find_severity(name, found)) return 0;
  const char next = at.peek();
  if (!at.at_end() && next != ':' && next != ' ' && next != '\t' && next != '[' && next != '\n')
    return 0;
  found.text = text.substr(0, at.position());
  found.facility = name.substr(0, name.find('-'));
  tag = found;
  if (at.take(':')) return at.position();
  auto behind = at;
  behind.skip_blanks();
  if (behind.take(':')) return behind.position();
  return at.position();
}

std::size_t scan_node(std::string_view text) noexcept {
  TextCursor at(text);
  if (at.take("CLC ") || at.take("SLOT ")) {
    const auto slot = at.take_while([](char c) { return is_digit(c) || c == '/'; });
    return !slot.empty() && at.take(':') ? at.position() : 0;
  }
  if (!is_upper(at.peek()) && !is_digit(at.peek())) return 0;
  const auto word = at.take_while([](char c) { return is_upper(c) || is_digit(c) || c == '/'; });
  const auto slash = word.rfind('/');
  if (slash == std::string_view::npos || slash == word.find('/') || !at.take(':')) return 0;
  return is_node_end(word.substr(slash + 1)) ? at.position() : 0;
}

}  // namespace netlogd::wire
