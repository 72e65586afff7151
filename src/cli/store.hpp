// The store as its owner has it: only while no daemon is at work in the data directory. For import
// and rebuild. Retention is left to the daemon: nothing is removed here.

#pragma once

#include <memory>
#include <string>

#include "netlogd/core/counters.hpp"
#include "netlogd/core/text_batch.hpp"
#include "netlogd/core/unique_fd.hpp"
#include "netlogd/follow/follower_runner.hpp"
#include "netlogd/follow/sqlite_follower.hpp"
#include "netlogd/journal/journal.hpp"
#include "session.hpp"

namespace netlogd::cli {

// DATA/run/lock, which the daemon holds while it runs.
class DataLock {
 public:
  // Errc::busy: netlogd is running.
  static Result<DataLock> take(const std::string& folder);

 private:
  explicit DataLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};
[[nodiscard]] bool is_daemon_running(const std::string& folder);

class Store {
 public:
  static Result<std::unique_ptr<Store>> open(const Session::Data& data);
  ~Store();

  [[nodiscard]] journal::Journal& journal() { return *journal_; }
  // Everything is synced and in SQLite, too.
  Result<void> close();
  [[nodiscard]] std::uint64_t pending() const { return counters_.pending(); }

 private:
  void await_database() const;
  Store(DataLock lock, bool has_sqlite, const std::string& sqlite_file, bool text_index);

  DataLock lock_;
  std::string sqlite_file_;
  SystemClock clock_;
  std::unique_ptr<journal::Journal> journal_;
  FollowerCounters counters_;
  std::unique_ptr<follow::SqliteFollower> sqlite_;
  std::unique_ptr<follow::FollowerRunner> runner_;
};

}  // namespace netlogd::cli
