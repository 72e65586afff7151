// What standard output is: a terminal with colours and a width, or a file that gets everything
// whole.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace netlogd::cli {

enum class Colour { none, dim, bold, red, bold_red, green, yellow, blue, magenta, cyan };

struct Terminal {
  bool is_terminal = false;
  bool colours = false;
  std::size_t columns = 0;  // 0: no limit

  // Standard output as it is: colours on a terminal, not with NO_COLOR or TERM=dumb.
  [[nodiscard]] static Terminal of_stdout();
  [[nodiscard]] std::string paint(Colour colour, std::string_view text) const;
};

// 0 to 7, or -1 for none.
[[nodiscard]] Colour severity_colour(int severity);

// How many columns `text` takes: UTF-8 characters, wide ones twice, combining ones not at all.
[[nodiscard]] std::size_t display_width(std::string_view text);
// Cut to `columns`, with "…" where something is left out; 0: nothing is cut.
[[nodiscard]] std::string cut_to(std::string_view text, std::size_t columns);
// Filled up with blanks on the right.
[[nodiscard]] std::string padded(std::string_view text, std::size_t columns);

}  // namespace netlogd::cli
