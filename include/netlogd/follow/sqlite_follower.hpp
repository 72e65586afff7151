// The SQLite follower: DATA/netlogd.db with the views `logs`, `traps` and `flows`
// (docs/queries.md). Its cursors are written in the transaction of the rows, so each record is
// there exactly once, also after kill -9. A file that is gone is built again from the journal; one
// that is damaged is set aside as FILE.damaged-TIME first. A rebuild goes into FILE.rebuild, which
// is renamed when it has caught up. One thread: its FollowerRunner's.

#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "netlogd/core/counters.hpp"
#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/time.hpp"
#include "netlogd/follow/follower.hpp"
#include "netlogd/journal/report.hpp"

namespace netlogd::follow {

struct SqliteSettings {
  std::string file;
  std::array<std::chrono::seconds, stream_count> keep_age{
      std::chrono::hours{30 * 24}, std::chrono::hours{30 * 24},
      std::chrono::hours{3 * 24}};  // 0: for ever
  std::size_t batch_records = 20'000;
  std::chrono::milliseconds gather{250};
  bool text_index = true;  // full-text search over messages, built when there is time
  // Beyond this the follower waits with writing until readers let the write-ahead log be emptied.
  std::uint64_t max_wal_bytes = 512ULL << 20;
  std::string clock_file;  // where the journal keeps the time it last believed; empty: nowhere
};

// Written by the follower's thread, read by anyone.
struct SqliteCounters {
  Counter commits{0};
  Counter longest_commit_us{0};
  Counter busy{0};       // somebody else held the database
  Counter wal_waits{0};  // pauses because a reader kept the write-ahead log from being emptied
  Counter rebuilds{0};
  Counter damaged_files{0};
  Counter removed_rows{0};  // by retention
  Counter rolled_back_rows{0};
  Counter indexed_texts{0};
  Counter whole_lines{0};  // records kept as their whole line because they have an unusual shape
};

class SqliteFollower final : public Follower {
 public:
  SqliteFollower(SqliteSettings settings, FileOps& files, Clock& clock, journal::Report report);
  ~SqliteFollower() override;

  [[nodiscard]] std::string_view name() const noexcept override { return "sqlite"; }
  [[nodiscard]] bool takes(Stream) const noexcept override { return true; }
  Result<std::array<journal::Cursor, stream_count>> open() override;
  Result<void> roll_back(Stream stream, std::uint64_t keep_through, std::uint64_t drop_through,
                         const journal::Cursor& cursor) override;
  Result<void> take(Stream stream, const journal::ReadBatch& batch) override;
  Result<bool> maintain(bool caught_up) override;
  [[nodiscard]] Appetite appetite() const noexcept override;

  // New retention from a reload. Any thread; takes effect at the next upkeep.
  void use_keep_age(const std::array<std::chrono::seconds, stream_count>& keep_age) noexcept;

  [[nodiscard]] const SqliteCounters& counters() const noexcept;

 private:
  struct Internals;
  std::unique_ptr<Internals> internals_;
};

}  // namespace netlogd::follow
