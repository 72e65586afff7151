#include "netlogd/parse/flow_counters.hpp"

#include <algorithm>
#include <cstring>

namespace netlogd::parse {

void LossTable::add(const IpAddress& exporter, std::uint64_t lost, std::uint64_t late,
                    std::uint64_t restarts) noexcept {
  std::size_t index = 0;
  while (index < used_ && mine_[index].exporter != exporter) ++index;
  if (index == used_) {
    if (used_ < size) {
      ++used_;
    } else {
      const auto smallest = std::min_element(
          mine_.begin(), mine_.end(),
          [](const ExporterLoss& a, const ExporterLoss& b) { return a.lost < b.lost; });
      index = static_cast<std::size_t>(smallest - mine_.begin());
    }
    mine_[index] = {.exporter = exporter};
  }
  mine_[index].lost += lost;
  mine_[index].late += late;
  mine_[index].restarts += restarts;
  publish(index);
}

void LossTable::publish(std::size_t index) noexcept {
  const ExporterLoss& loss = mine_[index];
  Place& place = places_[index];
  std::uint64_t halves[2];
  std::memcpy(halves, loss.exporter.bytes().data(), 16);
  const auto turn = place.turn.load(std::memory_order_relaxed);
  place.turn.store(turn + 1, std::memory_order_relaxed);
  // Who sees a new value sees the odd turn too: each store is a release, each load an acquire.
  place.address[0].store(halves[0], std::memory_order_release);
  place.address[1].store(halves[1], std::memory_order_release);
  place.lost.store(loss.lost, std::memory_order_release);
  place.late.store(loss.late, std::memory_order_release);
  place.restarts.store(loss.restarts, std::memory_order_release);
  place.turn.store(turn + 2, std::memory_order_release);
}

std::vector<ExporterLoss> LossTable::snapshot() const {
  std::vector<ExporterLoss> losses;
  for (const Place& place : places_) {
    ExporterLoss loss;
    std::uint64_t halves[2];
    std::uint32_t before = 0;
    std::uint32_t after = 1;
    while (before != after || (before & 1U) != 0) {
      before = place.turn.load(std::memory_order_acquire);
      halves[0] = place.address[0].load(std::memory_order_acquire);
      halves[1] = place.address[1].load(std::memory_order_acquire);
      loss.lost = place.lost.load(std::memory_order_acquire);
      loss.late = place.late.load(std::memory_order_acquire);
      loss.restarts = place.restarts.load(std::memory_order_acquire);
      after = place.turn.load(std::memory_order_relaxed);
    }
    if (before == 0) continue;
    std::uint8_t octets[16];
    std::memcpy(octets, halves, 16);
    loss.exporter = IpAddress::v6_bytes(octets);
    losses.push_back(loss);
  }
  std::sort(losses.begin(), losses.end(),
            [](const ExporterLoss& a, const ExporterLoss& b) { return a.lost > b.lost; });
  return losses;
}

}  // namespace netlogd::parse
