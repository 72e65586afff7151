#include "netlogd/core/refused_sources.hpp"

#include <cstring>

namespace netlogd {

void RefusedSources::add(const IpAddress& source) noexcept {
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), source.bytes().data(), sizeof halves);
  const std::size_t start = std::hash<IpAddress>{}(source) % places;
  for (std::size_t i = 0; i < 8; ++i) {
    Place& place = places_[(start + i) % places];
    if (read(place.refused) == 0) {
      place.address[0].store(halves[0], std::memory_order_relaxed);
      place.address[1].store(halves[1], std::memory_order_relaxed);
    } else if (read(place.address[0]) != halves[0] || read(place.address[1]) != halves[1]) {
      continue;
    }
    place.refused.fetch_add(1, std::memory_order_release);
    return;
  }
  count(others_);
}

std::optional<RefusedSources::Entry> RefusedSources::at(std::size_t place) const noexcept {
  const Place& entry = places_[place];
  const std::uint64_t refused = entry.refused.load(std::memory_order_acquire);
  if (refused == 0) return std::nullopt;
  const std::array<std::uint64_t, 2> halves = {read(entry.address[0]), read(entry.address[1])};
  std::array<std::uint8_t, 16> octets;
  std::memcpy(octets.data(), halves.data(), sizeof octets);
  return Entry{IpAddress::v6_bytes(octets.data()), refused};
}

}  // namespace netlogd
