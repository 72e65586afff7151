// The zone abbreviations that devices write, with their offsets. From data
// (config/knowledge/zone_abbreviations.csv), immutable after load, any thread.

#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "netlogd/core/named_text.hpp"
#include "netlogd/core/result.hpp"

namespace netlogd::parse {

class ZoneTable {
 public:
  static constexpr std::size_t max_readings = 4;

  struct Zone {
    std::array<std::int32_t, max_readings> offsets{};  // seconds east of UTC, the most usual first
    std::uint8_t count = 0;                            // more than one: the name is ambiguous
  };

  // Lines of `abbreviation,offset[ offset…],note`; '#' begins a comment. Later lines and files
  // override earlier ones. Errors read "FILE:LINE: sentence".
  [[nodiscard]] static Result<ZoneTable> load(std::span<const NamedText> files);

  // In any case; of "MSK/MSD" the first name counts. nullptr: not known.
  [[nodiscard]] const Zone* find(std::string_view name) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t key;
    Zone zone;
  };
  [[nodiscard]] static std::uint64_t key_of(std::string_view name) noexcept;

  std::vector<Entry> entries_;  // sorted by key
};

}  // namespace netlogd::parse
