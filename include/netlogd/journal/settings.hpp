// What the journal is told when it is opened; filled by app from the config.

#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

#include "netlogd/core/names.hpp"

namespace netlogd::journal {

struct StreamSettings {
  std::uint64_t rotate_bytes = 500ULL << 20;  // a segment is closed when it is this large; 0: never
  std::chrono::seconds rotate_every{24 * 3600};  // … or this old; 0: never
  std::chrono::seconds keep_age{30 * 24 *
                                3600};     // closed segments older than this are removed; 0: never
  std::uint64_t keep_bytes = 50ULL << 30;  // all segments of the stream together; 0: no limit
  std::uint64_t keep_count = 0;            // closed segments; 0: no limit
};

struct JournalSettings {
  std::string data_dir;
  std::array<StreamSettings, stream_count> streams;
  bool compress = true;
  int compress_level = 6;                      // 1..9; a faster one takes over while segments wait
  std::chrono::milliseconds sync_every{1000};  // 0: before append() returns
  // When less is free, the oldest closed segments go, read or not. Held to a tenth of the disk.
  std::uint64_t min_free_bytes = 1ULL << 30;
  // False: no threads of its own; the owner calls maintain() (tests, tools).
  bool background = true;
};

}  // namespace netlogd::journal
