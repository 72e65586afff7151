// The statistics line of the log, and the ledger's view over all counters. Main thread.

#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

#include "netlogd/core/counters.hpp"
#include "netlogd/pipeline/pipeline.hpp"

namespace netlogd::app {

// One line with totals since the start and rates since the line before it.
class StatisticsLine {
 public:
  [[nodiscard]] std::string next(std::span<const ListenerCounters* const> listeners,
                                 std::span<const FollowerCounters* const> followers,
                                 std::uint64_t batches_under_way, std::chrono::nanoseconds now);

 private:
  std::uint64_t last_received_ = 0;
  std::uint64_t last_records_ = 0;
  std::chrono::nanoseconds last_{};
};

}  // namespace netlogd::app
