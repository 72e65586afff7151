#include "line_shape.hpp"

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::cli {
namespace {

constexpr std::size_t max_shape = 200;

bool is_word(char c) {
  return is_alnum(c) || c == '_' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

// Digits alone, digits and letters, letters.
char class_of(std::string_view word) {
  bool digits = false;
  bool letters = false;
  bool hex = true;
  for (const char c : word) {
    if (is_digit(c))
      digits = true;
    else
      letters = true;
    hex = hex && is_hex(c);
  }
  if (!letters) return '9';
  return digits && hex && word.size() > 3 ? 'h' : 'a';
}

}  // namespace

std::string line_shape(std::string_view line) {
  std::string shape;
  TextCursor cursor(line);
  while (!cursor.at_end() && shape.size() < max_shape) {
    const auto word = cursor.take_while(is_word);
    if (word.empty()) {
      const char c = cursor.peek();
      cursor.skip();
      // A day of one digit is filled up with a blank.
      if (is_blank(c)) {
        if (!shape.empty() && shape.back() != ' ') shape += ' ';
      } else {
        shape += c;
      }
      continue;
    }
    const char kind = class_of(word);
    if (kind == 'a' && shape.ends_with("a a "))
      shape.replace(shape.size() - 2, 2, "… ");
    else if (kind == 'a' && shape.ends_with("a … "))
      continue;
    else
      shape += kind;
    if (shape.ends_with("a … ") && !cursor.at_end() && is_blank(cursor.peek()))
      cursor.skip_blanks();
  }
  while (!shape.empty() && (shape.back() == ' ' || shape.back() == '\r' || shape.back() == '\n'))
    shape.pop_back();
  return shape;
}

}  // namespace netlogd::cli
