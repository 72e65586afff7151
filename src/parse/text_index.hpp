// Flat tables from text to a small number, filled once and read often: a hash table for whole
// texts, a sorted one for beginnings. Views must outlive the table. No allocation on look-up.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "netlogd/core/text_hash.hpp"

namespace netlogd::parse {

class TextIndex {
 public:
  static constexpr std::uint32_t none = 0xffffffff;

  // Replaces what was there under the same text.
  void set(std::string_view text, std::uint32_t value);
  [[nodiscard]] std::uint32_t find(std::string_view text) const noexcept {
    if (slots_.empty()) return none;
    const auto hash = text_hash(text);
    for (auto i = hash & mask_; slots_[i].value != none; i = (i + 1) & mask_)
      if (slots_[i].hash == hash && slots_[i].text == text) return slots_[i].value;
    return none;
  }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::string_view text;
    std::uint32_t value = none;
  };
  void grow();

  std::vector<Slot> slots_;
  std::size_t mask_ = 0;
  std::size_t count_ = 0;
};

class PrefixIndex {
 public:
  // Call finish() after the last set().
  void set(std::string_view prefix, std::uint32_t value);
  void finish();
  // The value of the longest prefix of `text`; TextIndex::none when there is no prefix of it.
  [[nodiscard]] std::uint32_t find(std::string_view text) const noexcept;

 private:
  struct Entry {
    std::string_view prefix;
    std::uint32_t value;
    std::uint32_t shorter;  // the longest other entry that begins this one; none when there is none
  };
  std::vector<Entry> entries_;  // sorted by prefix
};

}  // namespace netlogd::parse
