// What an exporter's options data say about sampling: one interval for everything, or one for each
// sampler or interface. Bounded; one owner.

#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "netlogd/wire/flow_columns.hpp"

namespace netlogd::parse {

// The interval that a record's own columns state (elements 34, 50, 305 and 306, 309 and 310, 311);
// 0: none.
[[nodiscard]] std::uint64_t stated_interval(const wire::FlowColumns& columns) noexcept;

class FlowSampling {
 public:
  static constexpr std::size_t max_entries = 1024;
  static constexpr std::size_t entry_bytes = 64;

  void set(std::uint64_t interval) noexcept { interval_ = interval; }
  void set_sampler(std::uint64_t sampler, std::uint64_t interval) {
    put(samplers_, sampler, interval);
  }
  void set_interface(std::uint64_t index, std::uint64_t interval) {
    put(interfaces_, index, interval);
  }

  // Of a record that does not state it itself; 0: not known.
  [[nodiscard]] std::uint64_t interval_of(const wire::FlowColumns& columns) const noexcept;

  // What the tables take, about.
  [[nodiscard]] std::size_t bytes() const noexcept {
    return (samplers_.size() + interfaces_.size()) * entry_bytes;
  }
  [[nodiscard]] std::uint64_t interval() const noexcept { return interval_; }
  [[nodiscard]] const auto& samplers() const noexcept { return samplers_; }
  [[nodiscard]] const auto& interfaces() const noexcept { return interfaces_; }

 private:
  using Intervals = std::unordered_map<std::uint64_t, std::uint64_t>;
  static void put(Intervals& intervals, std::uint64_t key, std::uint64_t interval) {
    if (intervals.size() < max_entries || intervals.contains(key)) intervals[key] = interval;
  }
  static std::uint64_t look_up(const Intervals& intervals, std::uint64_t key) noexcept {
    const auto at = intervals.find(key);
    return at == intervals.end() ? 0 : at->second;
  }

  std::uint64_t interval_ = 0;
  Intervals samplers_;
  Intervals interfaces_;
};

}  // namespace netlogd::parse
