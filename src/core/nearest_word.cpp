#include "netlogd/core/nearest_word.hpp"

#include <algorithm>
#include <array>

#include "netlogd/core/text_cursor.hpp"

namespace netlogd {
namespace {

constexpr std::size_t max_word = 64;

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) noexcept {
  a = a.substr(0, max_word);
  b = b.substr(0, max_word);
  // Rows of the usual table; the row two before is for swaps.
  std::array<std::size_t, max_word + 1> before{};
  std::array<std::size_t, max_word + 1> last{};
  std::array<std::size_t, max_word + 1> row{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = to_lower(a[i - 1]) == to_lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && to_lower(a[i - 1]) == to_lower(b[j - 2]) &&
          to_lower(a[i - 2]) == to_lower(b[j - 1]))
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[b.size()];
}

std::string_view nearest_word(std::string_view word,
                              std::span<const std::string_view> known) noexcept {
  std::string_view nearest;
  std::size_t least = static_cast<std::size_t>(-1);
  for (const auto candidate : known) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance >= least) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace netlogd
