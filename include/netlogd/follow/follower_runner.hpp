// The thread of one follower: opens it, reads the journal from its cursors, hands it batches, tries
// again with a growing pause when it fails, and tells the journal what is safe. Low priority, so
// that receiving goes first.
//
// The ledger: `journaled = written + pending + expired` since the start, where `journaled` begins
// with the records that an earlier run had left for this follower (its backlog) and grows with
// every append.

#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "netlogd/core/counters.hpp"
#include "netlogd/core/time.hpp"
#include "netlogd/follow/follower.hpp"
#include "netlogd/journal/journal.hpp"
#include "netlogd/journal/report.hpp"

namespace netlogd::follow {

class FollowerRunner {
 public:
  // `follower`, `journal`, `counters` and `clock` must outlive the runner.
  FollowerRunner(Follower& follower, journal::Journal& journal, FollowerCounters& counters,
                 Clock& clock, journal::Report report);
  // Stops without reaching the end.
  ~FollowerRunner();
  FollowerRunner(const FollowerRunner&) = delete;
  FollowerRunner& operator=(const FollowerRunner&) = delete;

  // Call it before the first append: the backlog is counted from here, and retention spares it.
  void start();
  // Ends the thread once everything in the journal is taken, or after `limit`; the rest is there at
  // the next start. Call it when nothing is appended any more. True: the end was reached.
  bool stop(std::chrono::milliseconds limit);

  // Nothing pending and nothing failing at the moment. Any thread.
  [[nodiscard]] bool is_caught_up() const noexcept {
    return caught_up_.load(std::memory_order_acquire);
  }

 private:
  struct Run;
  enum class Pass { failed, more, caught_up };

  void run();
  bool prepare();
  Pass take_once(const Follower::Appetite& appetite);
  bool upkeep_wants_more(bool caught_up);

  Follower& follower_;
  journal::Journal& journal_;
  FollowerCounters& counters_;
  Clock& clock_;
  journal::HeldReport report_;
  std::atomic<bool> caught_up_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<std::int64_t> stop_by_{0};  // monotonic nanoseconds
  std::atomic<bool> reached_{false};
  std::unique_ptr<Run> run_;
  std::thread thread_;
};

}  // namespace netlogd::follow
