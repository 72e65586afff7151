// The state of a Journal, and its work split by subject: recover_stream (journal.cpp), append.cpp,
// keep.cpp, compress.cpp.

#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "journal/catalogue.hpp"
#include "journal/recover.hpp"
#include "netlogd/journal/credible_clock.hpp"
#include "netlogd/journal/journal.hpp"

namespace netlogd::journal {

// Kinds of trouble, for HeldReport.
enum Trouble : std::size_t {
  append_trouble,
  rotate_trouble,
  sync_trouble,
  compress_trouble,
  retention_trouble,
  space_trouble,
  replaced_trouble,
  mark_trouble,
  clock_trouble,
  reader_trouble,
};

// So much of a file may lie in the page cache before the keeper looks whether anybody needs it
// there.
constexpr std::uint64_t cached_bytes = 16 << 20;

// The file that a stream is being written to. Under `mutex`: the appender's, except when the keeper
// rotates an idle stream.
struct StreamState {
  Stream stream = Stream::syslog;
  std::string folder;
  std::string active_path;
  std::string mark_path;

  std::mutex mutex;
  std::shared_ptr<OpenSegment> file;  // nullptr: to be created by the next append
  std::uint64_t end = 0;          // published bytes; what lies behind is cut before the next write
  bool has_foreign_tail = false;  // a failed write could not be cut off yet
  std::uint64_t first_id = 0;     // of the file; 0: no record in it
  std::uint64_t last_id = 0;
  std::chrono::nanoseconds begun{};         // monotonic, when the first record came (or would have)
  std::chrono::nanoseconds rotate_again{};  // monotonic, after a failed rotation
  std::string scratch;

  std::mutex mark_mutex;  // taken after `mutex`, if both: whoever writes the mark
  std::uint64_t reserve_step = 4096;
  std::chrono::nanoseconds reserved_at{};

  std::atomic<std::uint64_t> next_id{1};  // written under `mutex`, read by anyone
  std::atomic<bool> rotate_requested{false};
};

struct Journal::Internals {
  Internals(JournalSettings given, FileOps& file_ops, Clock& a_clock, Report a_report)
      : settings(std::move(given)),
        files(file_ops),
        clock(a_clock),
        report(std::move(a_report), a_clock) {}

  JournalSettings settings;
  mutable std::mutex settings_mutex;
  FileOps& files;
  Clock& clock;
  HeldReport report;
  JournalCounters* counters = nullptr;
  Catalogue catalogue;
  std::array<StreamState, stream_count> streams;

  StreamState& of(Stream stream) { return streams[static_cast<std::size_t>(stream)]; }
  StreamSettings settings_of(Stream stream) const {
    const std::lock_guard lock(settings_mutex);
    return settings.streams[static_cast<std::size_t>(stream)];
  }

  // journal.cpp
  Result<void> recover_stream(StreamState& state);
  Result<std::optional<Segment>> recover_closed(StreamState& state, const std::string& name,
                                                const SegmentName& parsed);
  Result<void> recover_active(StreamState& state, bool at_start);
  void report_torn(const std::string& path, const PlainContent& content, bool kept);

  // append.cpp; with state.mutex held
  Result<Appended> append(StreamState& state, TextBatch& batch);
  Result<void> open_active(StreamState& state);
  Result<void> check_active(StreamState& state);
  Result<void> reserve_ids(StreamState& state, std::uint64_t through);  // state.mutex not needed
  Result<void> rotate(StreamState& state);
  [[nodiscard]] bool is_rotation_due(const StreamState& state) const;
  void forget_active(StreamState& state);

  // keep.cpp
  void keep_once(bool everything);
  void sync_stream(StreamState& state);
  void drop_cached(StreamState& state);
  void extend_ids(StreamState& state);
  void retain(StreamState& state, std::int64_t now_seconds);
  void free_space();
  bool remove_segment(Stream stream, const Segment& segment, bool emergency);
  std::optional<std::int64_t> credible_now();
  std::int64_t newest_closed();
  void keeper_main();

  // compress.cpp
  bool compress_one();
  Result<void> compress(Stream stream, const Segment& segment, int level);
  void compressor_main();

  std::mutex thread_mutex;
  std::condition_variable wake_keeper;
  std::condition_variable wake_compressor;
  bool space_is_short = false;  // under thread_mutex: an append met a full disk
  bool cache_is_full = false;   // under thread_mutex: much was written that nobody reads again
  bool work_for_compressor = false;
  std::atomic<bool> closing{false};
  bool closed = false;
  std::thread keeper;
  std::thread compressor;

  // keeper only
  std::chrono::nanoseconds last_retention{};
  bool retained_once = false;
  CredibleClock credible_clock{clock};
  bool clock_was_asked = false;
  std::chrono::nanoseconds belief_saved{};  // monotonic

  // compressor only
  std::chrono::nanoseconds compress_again{};
};

}  // namespace netlogd::journal
