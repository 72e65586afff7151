#include "netlogd/follow/follower_runner.hpp"

#include <gtest/gtest.h>

#include <mutex>

#include "unit/journal/journal_testing.hpp"

namespace netlogd::follow {
namespace {

using namespace netlogd::testing;

// Keeps what it is given; fails when it is told to.
class KeepingFollower final : public Follower {
 public:
  std::string_view name() const noexcept override { return "keeping"; }
  bool takes(Stream stream) const noexcept override { return stream != Stream::flow; }
  Result<std::array<journal::Cursor, stream_count>> open() override {
    const std::lock_guard lock(mutex);
    ++opens;
    if (failing_opens > 0) {
      --failing_opens;
      return Error{Errc::io, "not yet"};
    }
    return cursors;
  }
  Result<void> roll_back(Stream stream, std::uint64_t, std::uint64_t,
                         const journal::Cursor& cursor) override {
    const std::lock_guard lock(mutex);
    cursors[static_cast<std::size_t>(stream)] = cursor;
    return {};
  }
  Result<void> take(Stream stream, const journal::ReadBatch& batch) override {
    const std::lock_guard lock(mutex);
    if (failing_takes > 0) {
      --failing_takes;
      return Error{code, "no"};
    }
    auto& kept = serials[static_cast<std::size_t>(stream)];
    for (const auto& record : batch.records) kept.push_back(serial_of(record.text));
    cursors[static_cast<std::size_t>(stream)] = batch.end;
    return {};
  }
  Result<bool> maintain(bool) override { return false; }
  Appetite appetite() const noexcept override {
    return {.records = 50, .bytes = 1 << 20, .gather = std::chrono::milliseconds{1}};
  }

  std::mutex mutex;
  std::array<journal::Cursor, stream_count> cursors{};
  std::array<std::vector<std::uint64_t>, stream_count> serials;
  int failing_opens = 0;
  int failing_takes = 0;
  int opens = 0;
  Errc code = Errc::io;
};

class FollowerRunnerTest : public ::testing::Test {
 protected:
  FollowerRunnerTest() {
    settings_.data_dir = folder_.path();
    settings_.background = false;
    settings_.min_free_bytes = 0;
    settings_.streams[0].rotate_bytes = 5000;
    auto opened = journal::Journal::open(settings_, system_files(), clock_, {});
    EXPECT_TRUE(opened);
    journal_ = std::move(*opened);
  }
  void append(std::size_t count, Stream stream = Stream::syslog) {
    auto& serial = serials_[static_cast<std::size_t>(stream)];
    auto batch = make_batch(*journal_, stream, serial, count);
    ASSERT_TRUE(journal_->append(batch));
    serial += count;
  }
  void expect_all_taken() {
    for (const auto stream : {Stream::syslog, Stream::trap}) {
      const auto& taken = follower_.serials[static_cast<std::size_t>(stream)];
      ASSERT_EQ(taken.size(), serials_[static_cast<std::size_t>(stream)]);
      for (std::size_t i = 0; i < taken.size(); ++i) EXPECT_EQ(taken[i], i);
    }
  }
  void expect_balance(const FollowerCounters& counters, std::uint64_t journaled,
                      std::uint64_t pending = 0) {
    EXPECT_EQ(read(counters.journaled), journaled);
    EXPECT_EQ(counters.pending(), pending);
    EXPECT_EQ(read(counters.journaled), read(counters.written) + read(counters.expired) + pending);
  }

  TemporaryFolder folder_{true};
  SystemClock clock_;
  journal::JournalSettings settings_;
  std::unique_ptr<journal::Journal> journal_;
  std::array<std::uint64_t, stream_count> serials_{};
  FollowerCounters counters_;
  KeepingFollower follower_;
};

TEST_F(FollowerRunnerTest, takes_everything_and_stops_at_the_end) {
  append(30);
  FollowerRunner runner(follower_, *journal_, counters_, clock_, {});
  runner.start();
  for (int i = 0; i < 50; ++i) {
    append(20);
    append(3, Stream::trap);
    append(3, Stream::flow);
  }
  EXPECT_TRUE(runner.stop(std::chrono::hours{1}));
  expect_all_taken();
  expect_balance(counters_, 1030 + 150);
}

TEST_F(FollowerRunnerTest, tries_again_until_it_can_be_opened_and_taken) {
  follower_.failing_opens = 2;
  follower_.failing_takes = 3;
  append(30);
  FollowerRunner runner(follower_, *journal_, counters_, clock_, {});
  runner.start();
  append(30);
  EXPECT_TRUE(runner.stop(std::chrono::hours{1}));
  expect_all_taken();
  expect_balance(counters_, 60);
  EXPECT_EQ(read(counters_.failures), 3u);
  EXPECT_GE(follower_.opens, 6) << "an error of the store has it opened anew";
}

TEST_F(FollowerRunnerTest, a_busy_store_is_not_opened_anew) {
  follower_.failing_takes = 2;
  follower_.code = Errc::busy;
  append(30);
  FollowerRunner runner(follower_, *journal_, counters_, clock_, {});
  runner.start();
  EXPECT_TRUE(runner.stop(std::chrono::hours{1}));
  expect_all_taken();
  EXPECT_EQ(follower_.opens, 1);
}

TEST_F(FollowerRunnerTest, a_stop_does_not_wait_longer_than_it_may) {
  follower_.failing_takes = 1'000'000;
  follower_.code = Errc::busy;
  append(30);
  FollowerRunner runner(follower_, *journal_, counters_, clock_, {});
  runner.start();
  EXPECT_FALSE(runner.stop(std::chrono::milliseconds{100}));
  expect_balance(counters_, 30, 30);
}

TEST_F(FollowerRunnerTest, goes_on_from_its_cursor_and_counts_the_backlog) {
  append(30);
  {
    FollowerRunner runner(follower_, *journal_, counters_, clock_, {});
    runner.start();
    EXPECT_TRUE(runner.stop(std::chrono::hours{1}));
  }
  append(20);
  FollowerCounters later;
  FollowerRunner runner(follower_, *journal_, later, clock_, {});
  runner.start();
  EXPECT_EQ(read(later.journaled), 20u);
  EXPECT_TRUE(runner.stop(std::chrono::hours{1}));
  expect_balance(later, 20);
  expect_all_taken();
}

TEST_F(FollowerRunnerTest, counts_what_was_gone_before_it_came) {
  append(30);
  {
    FollowerRunner runner(follower_, *journal_, counters_, clock_, {});
    runner.start();
    EXPECT_TRUE(runner.stop(std::chrono::hours{1}));
  }
  for (int i = 0; i < 20; ++i) append(20);
  settings_.streams[0].keep_count = 2;
  journal_->use(settings_);
  journal_->maintain();
  FollowerCounters later;
  FollowerRunner runner(follower_, *journal_, later, clock_, {});
  runner.start();
  EXPECT_EQ(read(later.journaled), 400u);
  EXPECT_TRUE(runner.stop(std::chrono::hours{1}));
  expect_balance(later, 400, later.pending());
  EXPECT_GT(read(later.expired), 0u);
}

}  // namespace
}  // namespace netlogd::follow
