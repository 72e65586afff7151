#include "terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>

namespace netlogd::cli {
namespace {

struct Character {
  std::size_t bytes = 1;
  std::size_t columns = 1;
};

// East Asian wide and emoji blocks, combining marks: close enough for alignment.
std::size_t columns_of(std::uint32_t code) {
  if ((code >= 0x300 && code <= 0x36f) || (code >= 0x200b && code <= 0x200d) ||
      (code >= 0xfe00 && code <= 0xfe0f))
    return 0;
  if ((code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0x1f300 && code <= 0x1faff) || (code >= 0x20000 && code <= 0x3fffd))
    return 2;
  return 1;
}

Character character_at(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {};
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc0 || text.size() - at < length) return {};
  std::uint32_t code = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i)
    code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3fU);
  return {length, columns_of(code)};
}

constexpr std::array<std::string_view, 10> codes = {"",   "2",  "1",  "31", "1;31",
                                                    "32", "33", "34", "35", "36"};

}  // namespace

Terminal Terminal::of_stdout() {
  Terminal terminal;
  terminal.is_terminal = ::isatty(STDOUT_FILENO) == 1;
  if (!terminal.is_terminal) return terminal;
  const char* no_colour = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  terminal.colours = (no_colour == nullptr || *no_colour == '\0') &&
                     (kind == nullptr || std::string_view(kind) != "dumb");
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    terminal.columns = size.ws_col;
  return terminal;
}

std::string Terminal::paint(Colour colour, std::string_view text) const {
  if (!colours || colour == Colour::none || text.empty()) return std::string(text);
  return "\x1b[" + std::string(codes[static_cast<std::size_t>(colour)]) + "m" + std::string(text) +
         "\x1b[0m";
}

Colour severity_colour(int severity) {
  switch (severity) {
    case 0:
    case 1:
    case 2:
      return Colour::bold_red;
    case 3:
      return Colour::red;
    case 4:
      return Colour::yellow;
    case 5:
      return Colour::cyan;
    case 7:
      return Colour::dim;
    default:
      return Colour::none;
  }
}

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto character = character_at(text, at);
    columns += character.columns;
    at += character.bytes;
  }
  return columns;
}

std::string cut_to(std::string_view text, std::size_t columns) {
  if (columns == 0 || text.size() <= columns || display_width(text) <= columns)
    return std::string(text);
  std::size_t used = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto character = character_at(text, at);
    if (used + character.columns > columns - 1) break;
    used += character.columns;
    at += character.bytes;
  }
  return std::string(text.substr(0, at)) + "…";
}

std::string padded(std::string_view text, std::size_t columns) {
  std::string out(text);
  const auto width = display_width(text);
  if (width < columns) out.append(columns - width, ' ');
  return out;
}

}  // namespace netlogd::cli
