// What /healthz and /readyz mean. Healthy: the process does its work, a restart would not help it.
// Ready: nothing is being lost and nobody is far behind. Pure.

#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace netlogd::app {

struct HealthFacts {
  bool loop_turns = true;               // the receiving loop has moved within the last seconds
  bool disk_failing = false;            // the journal cannot be written at the moment
  std::uint64_t drops_last_minute = 0;  // messages dropped for want of room, kernel drops included
  std::uint64_t follower_pending = 0;   // records the slowest follower has still to take
  std::uint64_t free_bytes = 0;         // of the file system of data_dir
  std::uint64_t min_free_bytes = 0;     // what the config asks to be left
};

struct Health {
  bool healthy = true;
  bool ready = true;
  std::vector<std::string> reasons;  // a sentence for each thing that is wrong
};

constexpr std::uint64_t follower_far_behind = 1'000'000;

[[nodiscard]] Health judge(const HealthFacts& facts);

}  // namespace netlogd::app
