#include <array>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/wire/syslog.hpp"

namespace netlogd::wire {
namespace {

constexpr std::array<bool, 256> tag_characters = [] {
  std::array<bool, 256> is_one{};
  for (unsigned c = 0; c < 256; ++c) is_one[c] = is_alnum(static_cast<char>(c));
  is_one['_'] = is_one['-'] = is_one['.'] = true;
  is_one['+'] = true;  // %TAC+-4-UNEXREP
  return is_one;
}();

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

// A name at the front of `text`: how long it is, and where its first dashes are.
struct Name {
  std::size_t length = 0;
  std::size_t dash = 0;      // the first; 0: none
  std::size_t severity = 0;  // of "-SEVERITY-" the first dash, where a digit is between; 0: none
  std::size_t letter = 0;    // the same with a letter
};

Name read_name(std::string_view text) noexcept {
  Name name;
  auto& at = name.length;
  for (; at < text.size() && tag_characters[static_cast<unsigned char>(text[at])]; ++at) {
    if (text[at] != '-') continue;
    if (name.dash == 0) name.dash = at;
    // Something follows the second dash.
    if (at + 3 >= text.size() || text[at + 2] != '-') continue;
    const char c = text[at + 1];
    if (c >= '0' && c <= '7' && name.severity == 0) name.severity = at;
    if (severity_of_letter(c) >= 0 && name.letter == 0) name.letter = at;
  }
  // A mnemonic is not empty.
  if (name.severity + 3 >= at) name.severity = 0;
  if (name.letter + 3 >= at) name.letter = 0;
  return name;
}

bool is_node_end(std::string_view part) noexcept {
  std::size_t letters = 0;
  while (letters < part.size() && is_upper(part[letters])) ++letters;
  const auto word = part.substr(0, letters);
  return word == "CPU" || word == "ADMIN" || word == "SC" || word == "RP" || word == "RSP" ||
         word == "LC" || word == "FC" || word == "SP" || word == "LCP" || word == "CB";
}

}  // namespace

std::size_t scan_tag(std::string_view text, VendorTag& tag) noexcept {
  if (text.size() < 2 || text.front() != '%' || !is_alnum(text[1])) return 0;
  TextCursor at(text);
  at.skip();
  const auto name = read_name(at.rest());
  const auto severity = name.severity > 0 ? name.severity : name.letter;
  if (severity == 0) return 0;
  const auto word = at.rest().substr(0, name.length);
  at.skip(name.length);
  const char next = at.peek();
  if (!at.at_end() && next != ':' && next != ' ' && next != '\t' && next != '[' && next != '\n')
    return 0;
  VendorTag found;
  found.text = text.substr(0, at.position());
  found.facility = word.substr(0, name.dash);
  found.mnemonic = word.substr(severity + 3);
  const char c = word[severity + 1];
  found.severity = is_digit(c) ? static_cast<std::int8_t>(c - '0') : severity_of_letter(c);
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
