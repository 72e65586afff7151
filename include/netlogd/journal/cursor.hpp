// Where a follower is in a stream. Plain values, any thread.
//
// A segment is named by the id of its first record, whether it is being written, closed or
// compressed, so a cursor stays good through rotation, compression and restarts. Within one segment
// ids have no gaps: an append that cannot follow on the last id begins a new segment.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace netlogd::journal {

struct Cursor {
  std::uint64_t segment = 0;  // first id of the segment; 0: before everything that is there
  std::uint64_t offset = 0;  // uncompressed bytes of the segment that are behind us: a line's start
  std::uint64_t last_id = 0;  // the last record behind us; 0: none

  friend bool operator==(const Cursor&, const Cursor&) = default;
};

// One record as it stands in the journal. `text` is the line without its newline and points into
// the Reader that gave it, until that Reader's next call.
struct RecordLine {
  std::uint64_t id = 0;
  std::string_view text;
};

struct ReadBatch {
  std::span<const RecordLine> records;  // ids strictly increasing
  Cursor end;                           // behind the last record
  // Records between the cursor before and `end` that cannot be read any more: their segment was
  // removed, or their line is damaged. They count as `expired` for the follower.
  std::uint64_t expired = 0;
  std::uint64_t damaged_lines = 0;  // lines that were skipped because they are no record
};

}  // namespace netlogd::journal
