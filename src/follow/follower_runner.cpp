#include "netlogd/follow/follower_runner.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "netlogd/journal/reader.hpp"
#include "netlogd/journal/thread_priority.hpp"

namespace netlogd::follow {
namespace {

enum Trouble : std::size_t { open_trouble, read_trouble, take_trouble, maintain_trouble };

constexpr std::chrono::milliseconds first_pause{50};
constexpr std::chrono::milliseconds longest_pause{5000};

}  // namespace

// What belongs to the thread, and the bell that ends its pauses.
struct FollowerRunner::Run {
  std::mutex mutex;
  std::condition_variable bell;
  bool ended = false;  // under mutex: no pause any more

  std::unique_ptr<journal::Seat> seat;
  std::array<std::optional<journal::Reader>, stream_count> readers;
  std::array<bool, stream_count> takes{};
  std::chrono::milliseconds pause = first_pause;
  bool opened = false;

  // False: the stop was asked for while waiting.
  bool wait_for(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex);
    return !bell.wait_for(lock, time, [&] { return ended; });
  }
  void end_pauses() {
    {
      const std::lock_guard lock(mutex);
      ended = true;
    }
    bell.notify_all();
  }
};

FollowerRunner::FollowerRunner(Follower& follower, journal::Journal& journal,
                               FollowerCounters& counters, Clock& clock, journal::Report report)
    : follower_(follower),
      journal_(journal),
      counters_(counters),
      clock_(clock),
      report_(std::move(report), clock),
      run_(std::make_unique<Run>()) {}

FollowerRunner::~FollowerRunner() {
  if (thread_.joinable()) stop(std::chrono::milliseconds{0});
}

bool FollowerRunner::prepare() {
  if (!run_->opened) {
    auto cursors = follower_.open();
    if (!cursors) {
      report_.say(open_trouble, journal::ReportLevel::error, cursors.error().sentence);
      return false;
    }
    for (std::size_t i = 0; i < stream_count; ++i) {
      const auto stream = static_cast<Stream>(i);
      run_->takes[i] = follower_.takes(stream);
      if (!run_->takes[i]) continue;
      const auto resume = journal_.resume(stream, (*cursors)[i]);
      if (resume.drop_through > resume.keep_through) {
        report_.once(journal::ReportLevel::warn,
                     std::string(follower_.name()) + ": ahead of the " +
                         std::string(name_of(stream)) +
                         " journal, which lost its last records; going back to id " +
                         std::to_string(resume.keep_through));
        auto back =
            follower_.roll_back(stream, resume.keep_through, resume.drop_through, resume.cursor);
        if (!back) {
          report_.say(open_trouble, journal::ReportLevel::error, back.error().sentence);
          return false;
        }
      }
      (*cursors)[i] = resume.cursor;
      run_->readers[i].emplace(journal_, stream, resume.cursor);
    }
    run_->seat.reset();
    run_->seat = journal_.seat(counters_, *cursors, run_->takes);
    run_->opened = true;
  }
  return true;
}

void FollowerRunner::start() {
  // The first attempt is made here, so that the seat is taken before anything is appended.
  if (!prepare() && !run_->seat) {
    // Whatever is in the journal now is for this follower, wherever it turns out to stand.
    std::array<journal::Cursor, stream_count> oldest;
    std::array<bool, stream_count> takes{};
    for (std::size_t i = 0; i < stream_count; ++i) {
      takes[i] = follower_.takes(static_cast<Stream>(i));
      oldest[i] = journal_.resume(static_cast<Stream>(i), {}).cursor;
    }
    run_->seat = journal_.seat(counters_, oldest, takes);
  }
  thread_ = std::thread([this] { run(); });
}

bool FollowerRunner::stop(std::chrono::milliseconds limit) {
  if (!thread_.joinable()) return reached_.load();
  stop_by_.store((clock_.monotonic() + limit).count(), std::memory_order_release);
  stopping_.store(true, std::memory_order_release);
  run_->end_pauses();
  thread_.join();
  for (auto& reader : run_->readers) reader.reset();
  run_->seat.reset();
  return reached_.load();
}

void FollowerRunner::run() {
  journal::name_this_thread(("follow-" + std::string(follower_.name())).substr(0, 15).c_str());
  journal::lower_this_thread(journal::LowPriority::follower);
  const auto appetite = follower_.appetite();
  for (;;) {
    const bool stopping = stopping_.load(std::memory_order_acquire);
    if (stopping && clock_.monotonic().count() >= stop_by_.load(std::memory_order_acquire)) return;
    const auto begun = clock_.monotonic();
    const Pass pass = prepare() ? take_once(appetite) : Pass::failed;
    if (pass == Pass::failed) {
      caught_up_.store(false, std::memory_order_release);
      // A stop waits for nobody who does not answer, but it does give a busy one a few more
      // chances.
      if (!run_->wait_for(run_->pause)) std::this_thread::sleep_for(first_pause);
      run_->pause = std::min(run_->pause * 2, longest_pause);
      continue;
    }
    run_->pause = first_pause;
    if (pass == Pass::more) continue;
    caught_up_.store(true, std::memory_order_release);
    // Also before the end: a database that was built anew takes its name here.
    const bool more = upkeep_wants_more(true);
    if (stopping) {
      reached_.store(true);
      return;
    }
    if (more) continue;
    const auto spent =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_.monotonic() - begun);
    if (spent < appetite.gather) run_->wait_for(appetite.gather - spent);
  }
}

bool FollowerRunner::upkeep_wants_more(bool caught_up) {
  auto more = follower_.maintain(caught_up);
  if (more) return *more;
  count(counters_.failures);
  report_.say(maintain_trouble, journal::ReportLevel::warn, more.error().sentence);
  if (more.error().code != Errc::busy) run_->opened = false;
  return false;
}

// One batch of every stream.
FollowerRunner::Pass FollowerRunner::take_once(const Follower::Appetite& appetite) {
  bool any = false;
  for (std::size_t i = 0; i < stream_count; ++i) {
    if (!run_->readers[i]) continue;
    journal::Reader& reader = *run_->readers[i];
    const auto before = reader.cursor();
    const auto batch = reader.read(appetite.records, appetite.bytes);
    if (!batch) {
      count(counters_.failures);
      report_.say(read_trouble, journal::ReportLevel::warn, batch.error().sentence);
      return Pass::failed;
    }
    if (batch->records.empty()) continue;
    const auto stream = static_cast<Stream>(i);
    if (auto taken = follower_.take(stream, *batch); !taken) {
      count(counters_.failures);
      report_.say(take_trouble,
                  taken.error().code == Errc::busy ? journal::ReportLevel::warn
                                                   : journal::ReportLevel::error,
                  taken.error().sentence);
      reader.seek(before);
      // Anything but a busy store may need to be opened anew; it says itself where it stands then.
      if (taken.error().code != Errc::busy) run_->opened = false;
      return Pass::failed;
    }
    if (batch->expired > 0) {
      report_.once(journal::ReportLevel::error,
                   std::string(follower_.name()) + ": " + std::to_string(batch->expired) +
                       " records of the " + std::string(name_of(stream)) +
                       " journal were gone before they were read");
    }
    count(counters_.expired, batch->expired);
    count(counters_.written, batch->records.size());
    run_->seat->safe(stream, batch->end);
    any = true;
  }
  // A stop takes all there is; else a few records may gather.
  if (any &&
      (stopping_.load(std::memory_order_acquire) || counters_.pending() > appetite.records / 2)) {
    caught_up_.store(false, std::memory_order_release);
    upkeep_wants_more(false);
    return Pass::more;
  }
  return Pass::caught_up;
}

}  // namespace netlogd::follow
