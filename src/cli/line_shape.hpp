// What lines have in common that differ in their words and numbers only. Pure.

#pragma once

#include <string>
#include <string_view>

namespace netlogd::cli {

// Runs of digits become 9, words a, hexadecimal words with digits h; blanks and punctuation stay.
// Three or more words in a row are one "a …", so that prose of any length is the same. At most 200
// characters.
[[nodiscard]] std::string line_shape(std::string_view line);

}  // namespace netlogd::cli
