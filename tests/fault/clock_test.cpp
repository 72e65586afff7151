// A clock that is wrong: the machine starts in 1970, time is set a year ahead or back, a leap day.
// No record is lost, none is taken twice, ids rise, and for as long as the time is doubted nothing
// is removed for an age it has not.

#include <gtest/gtest.h>

#include "fault/follower_checks.hpp"

namespace netlogd::journal {
namespace {

using namespace netlogd::testing;
using namespace std::chrono_literals;

constexpr auto year = std::chrono::hours{24 * 365};

class WrongClock : public ::testing::Test {
 protected:
  WrongClock() {
    settings_.data_dir = folder_.path();
    settings_.background = false;
    settings_.min_free_bytes = 0;
    for (auto& stream : settings_.streams) {
      stream.rotate_bytes = 20'000;
      stream.rotate_every = 24h;
      stream.keep_age = 30 * 24h;
    }
    open();
  }
  void open() {
    journal_.reset();
    auto opened = Journal::open(settings_, system_files(), clock_, {});
    ASSERT_TRUE(opened) << opened.error().sentence;
    journal_ = std::move(*opened);
  }
  void set(std::chrono::sys_seconds time) {
    clock_.step(time.time_since_epoch() - clock_.now().time_since_epoch());
  }
  // Some minutes of work: records, a rotation, upkeep.
  void work() {
    for (int i = 0; i < 5; ++i) {
      auto batch = batch_of(*journal_, Stream::syslog, std::vector<std::string>(10, log_body()));
      ASSERT_TRUE(journal_->append(batch));
      clock_.pass(1min);
      journal_->maintain();
    }
    journal_->request_rotate();
    journal_->maintain();
    appended_ += 50;
  }
  // Ids rise without a gap in the order of the segments.
  void expect_all(const std::string& where) {
    std::uint64_t id = 0;
    for (const auto& record : stored_lines(folder_.path(), Stream::syslog))
      ASSERT_EQ(record.first, ++id) << where;
    ASSERT_EQ(id, appended_) << where;
  }

  TemporaryFolder folder_{true};
  TurnedClock clock_;
  JournalSettings settings_;
  std::unique_ptr<Journal> journal_;
  std::uint64_t appended_ = 0;
};

TEST_F(WrongClock, a_start_in_1970_and_the_right_time_some_minutes_later) {
  const auto right = std::chrono::floor<std::chrono::seconds>(clock_.now());
  set(std::chrono::sys_seconds(17s));
  work();
  expect_all("in 1970");
  set(right);
  work();
  expect_all("after the clock was set");
}

TEST_F(WrongClock, jumps_by_a_year_in_both_directions) {
  work();
  clock_.step(year);
  work();
  expect_all("a year ahead");
  clock_.step(-2 * year);
  work();
  expect_all("a year back");
  clock_.step(year);
  work();
  expect_all("right again");
}

TEST_F(WrongClock,
       restarts_while_it_is_wrong_remove_nothing_and_an_hour_of_steady_time_ends_the_doubt) {
  work();
  clock_.step(year);
  work();  // closes segments that say so
  for (int life = 0; life < 3; ++life) {
    open();
    work();
    expect_all("restart " + std::to_string(life) + " a year ahead");
  }
  clock_.step(-year);
  open();
  work();
  expect_all("right again");
  clock_.pass(31 * 24h);
  journal_->maintain();
  EXPECT_GT(read(journal_->counters().removed_segments), 0U);
}

TEST_F(WrongClock, a_restart_after_a_long_silence_doubts_for_an_hour_only) {
  work();
  journal_.reset();
  clock_.pass(60 * 24h);
  open();
  work();
  expect_all("at first");
  for (int minute = 0; minute < 61; ++minute) {
    clock_.pass(1min);
    journal_->maintain();
  }
  EXPECT_GT(read(journal_->counters().removed_segments), 0U);
}

TEST_F(WrongClock, a_leap_day_is_a_day) {
  using namespace std::chrono;
  set(sys_days(2024y / February / 28) + 23h + 58min);
  work();
  clock_.pass(24h);
  work();
  expect_all("over the leap day");
}

TEST_F(WrongClock, the_follower_takes_everything_whatever_the_time_says) {
  follow::SqliteFollower follower({.file = folder_.path() + "/netlogd.db"}, system_files(), clock_,
                                  {});
  FollowerCounters counters;
  follow::FollowerRunner runner(follower, *journal_, counters, clock_, {});
  runner.start();
  for (const auto step : {std::chrono::hours{0}, year, -2 * year, std::chrono::hours{-400'000},
                          std::chrono::hours{400'000} + year}) {
    clock_.step(step);
    work();
    while (counters.pending() > 0) ::usleep(200);
  }
  ASSERT_TRUE(runner.stop(std::chrono::hours{1}));
  EXPECT_EQ(ask(folder_.path() + "/netlogd.db", "SELECT count(*) FROM logs"),
            std::to_string(appended_));
}

}  // namespace
}  // namespace netlogd::journal
