// Object identifiers to numbers: exact, and by the longest prefix that is known. Built once, then
// read by any thread; a look-up hashes each arc once and allocates nothing.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace netlogd::parse {

class OidIndex {
 public:
  using Arcs = std::span<const std::uint32_t>;
  struct Match {
    std::uint32_t value = 0;
    std::size_t length = 0;  // arcs that matched
  };

  // A later value for the same arcs replaces the earlier one.
  void add(Arcs arcs, std::uint32_t value);
  // Call once, after the last add().
  void build();

  [[nodiscard]] std::optional<std::uint32_t> exact(Arcs arcs) const noexcept;
  [[nodiscard]] std::optional<Match> longest_prefix(Arcs arcs) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  static constexpr std::size_t max_length = 128;
  struct Entry {
    std::vector<std::uint32_t> arcs;
    std::uint32_t value;
  };
  struct Cell {
    std::uint64_t hash = 0;
    std::uint32_t entry = 0;  // 1 + place in entries_; 0: free
  };

  [[nodiscard]] const Entry* probe(std::uint64_t hash, Arcs arcs) const noexcept;

  std::vector<Entry> entries_;
  std::vector<Cell> cells_;
  std::vector<bool> lengths_;  // which lengths there are
};

}  // namespace netlogd::parse
