// The known word that somebody who mistyped probably meant. Pure, any thread; for error sentences,
// not for hot paths.

#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace netlogd {

// Insertions, deletions, replacements and swaps of neighbours; letter case does not count. Only the
// first 64 characters of each are looked at.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b) noexcept;

// The known word at the smallest distance, the first of equals; empty when nothing is known.
[[nodiscard]] std::string_view nearest_word(std::string_view word,
                                            std::span<const std::string_view> known) noexcept;

}  // namespace netlogd
