// The journal: per stream one append-only file of JSON lines, rotated, compressed in the background
// and removed by age, size and count. DATA/syslog/syslog.jsonl is being written;
// DATA/syslog/syslog-20240117T143215Z-FIRSTID.jsonl[.gz] is closed (the time is when it was
// closed). Once append() has returned a value, the records survive the process, and after
// `sync_every` the machine.
//
// Threads: append() is called by one thread, the appender. Everything else may be called from any
// thread. Two threads of its own: the keeper (sync, ids, retention, rotation of idle streams) and
// the compressor (lowest priority).

#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "netlogd/core/counters.hpp"
#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/names.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/core/text_batch.hpp"
#include "netlogd/core/time.hpp"
#include "netlogd/journal/cursor.hpp"
#include "netlogd/journal/report.hpp"
#include "netlogd/journal/settings.hpp"

namespace netlogd::journal {

class Catalogue;
class Reader;
struct StreamState;

// Ids first_id .. first_id + records - 1; first_id is 0 when the batch had no record.
struct Appended {
  std::uint64_t first_id = 0;
  std::uint64_t records = 0;
};

// Written by the journal's threads, read by anyone.
struct JournalCounters {
  Counter records{0};          // appended since the start
  Counter bytes{0};            // … and their bytes
  Counter append_failures{0};  // append() calls that returned an error
  Counter rotations{0};
  Counter rotate_failures{0};
  Counter syncs{0};
  Counter sync_failures{0};
  Counter compressed_segments{0};
  Counter compressed_bytes_in{0};
  Counter compressed_bytes_out{0};
  Counter compress_failures{0};
  Counter removed_segments{0};    // by age, size or count
  Counter emergency_segments{0};  // … and because less than min_free was left
  Counter torn_tails{0};          // unfinished ends that were set aside when a file was opened
  Counter torn_bytes{0};
  Counter replaced_files{0};  // the file being written was deleted, moved or cut by somebody else
  Counter cleaned_files{0};   // twins and temporary files of an interrupted compression
  Counter missing_ids{0};     // given once, and now in no segment that was found at the start
};

struct StreamStatus {
  std::uint64_t next_id = 0;
  std::uint64_t segments = 0;   // closed
  std::uint64_t waiting = 0;    // … of these, not compressed yet
  std::uint64_t bytes = 0;      // on disk, all segments
  std::uint64_t oldest_id = 0;  // 0: no record
};

// A follower's place at the table: retention spares what it has not read, and its counters hear of
// each append. Destroying it gives up the place. One per follower; safe() by the follower's thread.
class Seat {
 public:
  virtual ~Seat() = default;
  // Everything up to `cursor` is safe with the follower.
  virtual void safe(Stream stream, const Cursor& cursor) = 0;
};

// What a follower that says it stands at a cursor must do before it goes on.
struct Resume {
  Cursor cursor;
  // The follower is ahead of a journal that lost its last records with the power: records with ids
  // in (keep_through, drop_through] are to be removed from the follower. Equal: nothing to do.
  std::uint64_t keep_through = 0;
  std::uint64_t drop_through = 0;
};

class Journal {
 public:
  // Recovers what an earlier run left: a torn last line is set aside in
  // DATA/STREAM/STREAM-TIME.torn, twins of an interrupted compression are cleaned, ids go on.
  // `files`, `clock` and what `report` refers to must outlive the journal. Errors: a folder that
  // cannot be made, read or written.
  static Result<std::unique_ptr<Journal>> open(JournalSettings settings, FileOps& files,
                                               Clock& clock, Report report);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Gives each record of the batch its id and writes all of them with one write. On an error
  // nothing of the batch counts and no part of it is left in the file; the caller keeps the batch
  // and calls again with the same one (ENOSPC, EIO: later). The journal needs no other help to
  // recover. The batch's text is changed (ids). A batch without records succeeds and touches
  // nothing.
  Result<Appended> append(TextBatch& batch);

  // For TextBatch::reset: the digits that the next ids will have. Only a hint; append() copes with
  // any other number.
  [[nodiscard]] unsigned id_digits(Stream stream) const noexcept;

  // SIGUSR1: every stream that has records begins a new segment, at its next append or within a
  // second.
  void request_rotate() noexcept;
  // New limits from a reload; takes effect at the next pass. data_dir and background stay as they
  // are.
  void use(const JournalSettings& settings);

  // Syncs, stops the threads, writes the exact next ids. append() must not be called again.
  // Compression that is under way is given up and done again by the next start.
  void close();

  // One pass of everything the threads do (sync, ids, rotation by time, retention, compression).
  // For owners without background threads.
  void maintain();

  [[nodiscard]] const JournalCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] StreamStatus status(Stream stream) const;

  // For followers; see follow/follower_runner.hpp for the one that does all this.
  [[nodiscard]] Resume resume(Stream stream, const Cursor& cursor);
  // `counters.journaled` becomes what lies behind the cursors and grows with every append to a
  // stream that `takes`. `counters` must outlive the seat, the seat must not outlive the journal.
  [[nodiscard]] std::unique_ptr<Seat> seat(FollowerCounters& counters,
                                           const std::array<Cursor, stream_count>& cursors,
                                           const std::array<bool, stream_count>& takes);
  // Waits until the stream has a record behind `last_id`, or for `limit`. False: nothing came.
  bool wait(Stream stream, std::uint64_t last_id, std::chrono::milliseconds limit);
  // Ends every wait() at once, now and later (a stop).
  void end_waits();

 private:
  friend class Reader;
  struct Internals;
  explicit Journal(std::unique_ptr<Internals> internals);

  JournalCounters counters_;
  std::unique_ptr<Internals> internals_;
};

}  // namespace netlogd::journal
