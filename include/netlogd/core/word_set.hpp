// A fixed set of words, laid out at compile time: whether a word is in it costs one look in most
// cases. The words must outlive the set (literals do). Any thread.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace netlogd {

template <std::size_t N>
class WordSet {
 public:
  static_assert(N < 128, "the slots would be crowded");

  explicit constexpr WordSet(const std::string_view (&words)[N]) noexcept {
    for (std::size_t i = 0; i < N; ++i) {
      words_[i] = words[i];
      auto slot = slot_of(words[i]);
      while (slots_[slot] != 0) slot = (slot + 1) % slots_.size();
      slots_[slot] = static_cast<std::uint8_t>(i + 1);
    }
  }
  [[nodiscard]] constexpr bool has(std::string_view word) const noexcept {
    for (auto slot = slot_of(word); slots_[slot] != 0; slot = (slot + 1) % slots_.size())
      if (words_[slots_[slot] - 1U] == word) return true;
    return false;
  }

 private:
  [[nodiscard]] static constexpr std::size_t slot_of(std::string_view word) noexcept {
    if (word.empty()) return 0;
    const auto octet = [word](std::size_t at) { return static_cast<unsigned char>(word[at]); };
    return (word.size() * 37U + octet(0) * 5U + octet(word.size() / 2) * 11U +
            octet(word.size() - 1) * 23U) %
           512;
  }

  std::array<std::string_view, N> words_{};
  std::array<std::uint8_t, 512> slots_{};
};

}  // namespace netlogd
