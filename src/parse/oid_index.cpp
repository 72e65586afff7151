#include "netlogd/parse/oid_index.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace netlogd::parse {
namespace {

constexpr std::uint64_t hash_start = 0x9e37'79b9'7f4a'7c15ULL;

constexpr std::uint64_t hash_step(std::uint64_t hash, std::uint32_t arc) noexcept {
  hash = (hash ^ arc) * 0xff51'afd7'ed55'8ccdULL;
  return hash ^ hash >> 29;
}

std::uint64_t hash_of(OidIndex::Arcs arcs) noexcept {
  std::uint64_t hash = hash_start;
  for (const std::uint32_t arc : arcs) hash = hash_step(hash, arc);
  return hash;
}

}  // namespace

void OidIndex::add(Arcs arcs, std::uint32_t value) {
  if (arcs.empty() || arcs.size() > max_length) return;
  entries_.push_back({std::vector<std::uint32_t>(arcs.begin(), arcs.end()), value});
}

void OidIndex::build() {
  cells_.assign(std::bit_ceil(entries_.size() * 2 + 2), Cell{});
  lengths_.assign(max_length + 1, false);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const auto& arcs = entries_[i].arcs;
    const std::uint64_t hash = hash_of(arcs);
    std::size_t at = hash & (cells_.size() - 1);
    while (cells_[at].entry != 0 &&
           (cells_[at].hash != hash || entries_[cells_[at].entry - 1].arcs != arcs))
      at = (at + 1) & (cells_.size() - 1);
    cells_[at] = {hash, static_cast<std::uint32_t>(i + 1)};
    lengths_[arcs.size()] = true;
  }
}

const OidIndex::Entry* OidIndex::probe(std::uint64_t hash, Arcs arcs) const noexcept {
  for (std::size_t at = hash & (cells_.size() - 1); cells_[at].entry != 0;
       at = (at + 1) & (cells_.size() - 1)) {
    const Entry& entry = entries_[cells_[at].entry - 1];
    if (cells_[at].hash == hash &&
        std::equal(arcs.begin(), arcs.end(), entry.arcs.begin(), entry.arcs.end()))
      return &entry;
  }
  return nullptr;
}

std::optional<std::uint32_t> OidIndex::exact(Arcs arcs) const noexcept {
  if (cells_.empty()) return std::nullopt;
  const Entry* entry = probe(hash_of(arcs), arcs);
  if (entry == nullptr) return std::nullopt;
  return entry->value;
}

std::optional<OidIndex::Match> OidIndex::longest_prefix(Arcs arcs) const noexcept {
  if (cells_.empty()) return std::nullopt;
  std::array<std::uint64_t, max_length + 1> hashes;
  hashes[0] = hash_start;
  const std::size_t most = std::min(arcs.size(), max_length);
  for (std::size_t i = 0; i < most; ++i) hashes[i + 1] = hash_step(hashes[i], arcs[i]);
  for (std::size_t length = most; length > 0; --length) {
    if (!lengths_[length]) continue;
    if (const Entry* entry = probe(hashes[length], arcs.first(length)))
      return Match{entry->value, length};
  }
  return std::nullopt;
}

}  // namespace netlogd::parse
