// The words of a row of a data file.

#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace netlogd::parse {

struct RowWords {
  static constexpr std::size_t most = 24;
  std::array<std::string_view, most> words{};
  std::size_t count = 0;
  // Empty behind the last word.
  std::string_view operator[](std::size_t i) const noexcept {
    return i < count ? words[i] : std::string_view();
  }
};

// Split at blanks; what is too much stays unread.
[[nodiscard]] RowWords split_words(std::string_view line) noexcept;
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;
// Without what begins with a '#' behind a blank.
[[nodiscard]] std::string_view without_comment(std::string_view line) noexcept;
[[nodiscard]] std::string lower_text(std::string_view text);
[[nodiscard]] std::string upper_text(std::string_view text);
// Fields are written without a look at their names, so those are plain.
constexpr char field_name_rule[] = "it has letters, digits, \"_\", \"-\" and \".\" only";
[[nodiscard]] bool is_field_name(std::string_view word) noexcept;

}  // namespace netlogd::parse
