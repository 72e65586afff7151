// What the journal knows of its segments, shared between appender, keeper, compressor and readers.
// One mutex guards all of it; whoever holds it does no file operation.

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "journal/id_mark.hpp"
#include "netlogd/core/counters.hpp"
#include "netlogd/core/names.hpp"
#include "netlogd/journal/journal.hpp"
#include "netlogd/journal/segments.hpp"

namespace netlogd::journal {

// An open segment file. Shared by the appender and the keeper, which syncs it.
struct OpenSegment {
  UniqueFd fd;
  std::uint64_t inode = 0;
  std::uint64_t told = 0;  // the appender's: where the keeper was told last to empty the page cache
  // The keeper's: what has left the page cache, and what was on its way to the disk the last time.
  std::uint64_t dropped = 0;
  std::uint64_t written_back = 0;
};

struct Segment {
  SegmentForm form = SegmentForm::plain;
  std::string name;  // of the file in the stream's folder
  std::uint64_t first_id = 0;
  std::uint64_t last_id = 0;     // of a foreign gzip file: as far as the next segment lets it be
  std::uint64_t text_bytes = 0;  // published; unknown_bytes for a foreign gzip file
  std::uint64_t disk_bytes = 0;
  std::uint64_t inode = 0;  // of a plain or active one: a reader must have opened just this file
  std::int64_t closed_seconds = 0;
  bool busy = false;     // being compressed: retention leaves it alone
  bool refused = false;  // compression failed on it; not tried again before a restart
  std::shared_ptr<OpenSegment> unsynced;  // what the keeper still has to sync

  static constexpr std::uint64_t unknown_bytes = ~std::uint64_t{0};
};

class Catalogue {
 public:
  struct SeatEntry {
    FollowerCounters* counters = nullptr;
    std::array<std::uint64_t, stream_count> safe_id{};
    std::array<bool, stream_count> takes{};
  };
  struct StreamEntry {
    std::vector<Segment>
        segments;  // by first_id; only the last one may be active, and holds a record
    IdMark mark;   // mark.next is what the file says: ids below it are reserved
    std::uint64_t next_id = 1;
    std::shared_ptr<OpenSegment> unsynced_active;
  };

  mutable std::mutex mutex;
  std::condition_variable arrived;
  std::atomic<int> waiting{0};
  bool waits_ended = false;
  std::array<StreamEntry, stream_count> streams;
  std::vector<std::shared_ptr<SeatEntry>> seats;

  // All of these: with the mutex held.
  StreamEntry& of(Stream stream) { return streams[static_cast<std::size_t>(stream)]; }
  Segment* find(Stream stream, std::uint64_t first_id);
  // The first segment that has ids above `id`.
  Segment* above(Stream stream, std::uint64_t id);
  [[nodiscard]] bool is_spared(Stream stream, const Segment& segment) const;
  // Whether a follower takes the stream.
  [[nodiscard]] bool is_followed(Stream stream) const;
  // Takes a segment out whose file is gone.
  void erase(Stream stream, std::uint64_t first_id);
};

}  // namespace netlogd::journal
