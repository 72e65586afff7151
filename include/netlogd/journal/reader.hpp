// Reads the records of one stream from a cursor on: through the segment that is being written (up
// to its published end), rotation and compression. Memory is bounded by what read() is asked for,
// plus one line. Nothing in a file is trusted: what is no record is skipped and counted. One thread
// at a time; many readers beside each other are fine. Must not outlive its journal.

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "netlogd/core/names.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/journal/cursor.hpp"

namespace netlogd::journal {

class Journal;

class Reader {
 public:
  // From Journal::resume(), or {} for the oldest record that is there.
  Reader(Journal& journal, Stream stream, const Cursor& from);
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;

  // Up to `max_records` records in about `max_bytes` of text (at least one record when there is
  // one). An empty batch: the end is reached for now. An error: a file cannot be read just now; the
  // cursor has not moved, try again later.
  Result<ReadBatch> read(std::size_t max_records, std::size_t max_bytes);

  // True when a record is waiting behind the cursor; waits for one up to `limit`.
  bool wait(std::chrono::milliseconds limit);

  // Behind the last record that read() gave.
  [[nodiscard]] const Cursor& cursor() const noexcept;
  // Goes on from there: back to a cursor that was safe, say. Forgets what was read ahead.
  void seek(const Cursor& cursor);

 private:
  struct Internals;
  std::unique_ptr<Internals> internals_;
};

}  // namespace netlogd::journal
