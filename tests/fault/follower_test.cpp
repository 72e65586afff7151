// The SQLite follower: killed at any moment, its files failing at every operation, the journal
// behind it losing its tail. Afterwards its rows are the journal's records, each once.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include "fault/faulty_files.hpp"
#include "fault/follower_checks.hpp"

namespace netlogd::follow {
namespace {

using namespace netlogd::testing;
namespace fs = std::filesystem;

// Appends and follows until it is killed.
[[noreturn]] void live(const std::string& folder) {
  SystemClock clock;
  auto opened = journal::Journal::open(journal_settings(folder), system_files(), clock, {});
  if (!opened) ::_exit(1);
  SqliteFollower follower(
      {.file = folder + "/netlogd.db", .keep_age = {}, .gather = std::chrono::milliseconds{1}},
      system_files(), clock, {});
  FollowerCounters counters;
  FollowerRunner runner(follower, **opened, counters, clock, {});
  runner.start();
  const std::vector<std::string> logs(40, log_body());
  for (;;) {
    auto batch = batch_of(**opened, Stream::syslog, logs);
    static_cast<void>((*opened)->append(batch));
    auto traps = batch_of(**opened, Stream::trap, {trap_body()});
    static_cast<void>((*opened)->append(traps));
    ::usleep(300);
  }
}

TEST(FollowerFault, killed_at_any_moment_each_record_is_there_once) {
  TemporaryFolder folder(true);
  for (int life = 0; life < 12; ++life) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) live(folder.path());
    ::usleep(static_cast<useconds_t>(40'000 + life * 23'000));
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
  }
  FollowerCounters counters;
  catch_up(folder.path(), counters);
  expect_equal_to_journal(folder.path());
  EXPECT_EQ(ask(folder.path() + "/netlogd.db", "PRAGMA integrity_check"), "ok");
}

TEST(FollowerFault, a_journal_that_lost_its_tail_takes_the_follower_back_with_it) {
  TemporaryFolder folder(true);
  const auto path = folder.path() + "/syslog/syslog.jsonl";
  {
    SystemClock clock;
    auto opened =
        journal::Journal::open(journal_settings(folder.path()), system_files(), clock, {});
    ASSERT_TRUE(opened);
    SqliteFollower follower({.file = folder.path() + "/netlogd.db", .keep_age = {}}, system_files(),
                            clock, {});
    FollowerCounters counters;
    FollowerRunner runner(follower, **opened, counters, clock, {});
    runner.start();
    auto batch = batch_of(**opened, Stream::syslog, std::vector<std::string>(100, log_body()));
    ASSERT_TRUE((*opened)->append(batch));
    ASSERT_TRUE(runner.stop(std::chrono::hours{1}));
    const auto mark = read_whole(folder.path() + "/state/syslog.ids");
    (*opened)->close();
    std::ofstream(folder.path() + "/state/syslog.ids") << mark;  // as it was when the power went
  }
  fs::resize_file(path, fs::file_size(path) / 2);
  FollowerCounters counters;
  catch_up(folder.path(), counters);
  EXPECT_EQ(ask(folder.path() + "/netlogd.db", "SELECT max(id) < 60 FROM logs"), "1");
  expect_equal_to_journal(folder.path());
}

TEST(FollowerFault, survives_one_failure_at_every_file_operation_of_a_rebuild) {
  for (std::uint64_t n = 1;; ++n) {
    TemporaryFolder folder(true);
    FaultyFiles files;
    SystemClock clock;
    {
      auto settings = journal_settings(folder.path());
      settings.background = false;
      auto opened = journal::Journal::open(settings, system_files(), clock, {});
      ASSERT_TRUE(opened);
      auto batch = batch_of(**opened, Stream::syslog, {log_body(), log_body()});
      ASSERT_TRUE((*opened)->append(batch));
      std::ofstream(folder.path() + "/netlogd.db") << std::string(500, 'x');
      files.break_at(n, Break::fail_once);
      SqliteFollower follower({.file = folder.path() + "/netlogd.db", .keep_age = {}}, files, clock,
                              {});
      FollowerCounters counters;
      FollowerRunner runner(follower, **opened, counters, clock, {});
      runner.start();
      EXPECT_TRUE(runner.stop(std::chrono::hours{1})) << n;
    }
    FollowerCounters counters;
    catch_up(folder.path(), counters);
    expect_equal_to_journal(folder.path());
    EXPECT_EQ(names_in(folder.path(), ".damaged-").empty(), false) << n;
    if (HasFatalFailure() || !files.has_broken()) break;
    ASSERT_LT(n, 200u);
  }
}

}  // namespace
}  // namespace netlogd::follow
