// Words in the text of a message that no id explains: a tree of all phrases, entered where a word
// begins, if its first two letters begin a phrase. A phrase is one or more whole words ("link
// down"), the last may be left open ("fail*"); a row asks for up to four phrases, and the first row
// whose phrases are all there wins.

#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace netlogd::parse {

class WordMatcher {
 public:
  static constexpr std::uint32_t none = 0xffffffff;
  static constexpr std::size_t most_phrases_of_row = 4;
  static constexpr std::size_t most_phrases = 2048;
  static constexpr std::size_t most_text = 1024;  // of each of the two texts

  // Rows are preferred in the order they are added. False when a phrase has no letter or the table
  // is full.
  bool add_row(const std::vector<std::string_view>& phrases);
  void finish();

  // What one walk has seen. Kept by the caller, so that nothing is allocated for it.
  struct Seen {
    std::array<std::uint64_t, most_phrases / 64> phrases{};
    std::uint32_t best = none;
    bool some = false;
    std::array<char, 2 * most_text + 1> joined;  // both texts, where there are two
  };
  // The first row whose phrases are all in the texts together; none when there is no such row.
  [[nodiscard]] std::uint32_t find(std::string_view first, std::string_view second,
                                   Seen& seen) const noexcept;

 private:
  static constexpr std::size_t letters = 38;  // a gap, 26 letters, 10 digits, all else

  struct Row {
    std::array<std::uint16_t, most_phrases_of_row> phrases;
    std::uint8_t count;
  };
  std::uint32_t phrase_index(std::string_view phrase);
  std::uint32_t state_of(std::string_view letters_of_phrase);
  void walk(std::string_view text, Seen& seen) const noexcept;
  void follow(std::string_view text, std::size_t at, Seen& seen) const noexcept;
  [[nodiscard]] bool may_begin(std::string_view text, std::size_t at) const noexcept;

  std::vector<std::array<std::uint16_t, letters>> next_;
  std::vector<std::uint16_t> ends_;        // by state: phrase + 1, 0 for none
  std::bitset<letters * letters> begins_;  // by the first two letters: some phrase begins so
  std::vector<std::uint32_t> alone_;       // by phrase: the first row that asks for nothing else
  std::vector<Row> rows_;
  std::vector<std::uint32_t> joint_rows_;  // rows with several phrases
};

}  // namespace netlogd::parse
