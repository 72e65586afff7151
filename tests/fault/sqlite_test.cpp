// The database's own file operations, each failing once and each being the last before a crash:
// afterwards every record of the journal is in it once, and its cursors are right. By default every
// few operations; NETLOGD_LONG=1 takes each.

#include <gtest/gtest.h>

#include <cstdlib>

#include "fault/faulty_files.hpp"
#include "fault/faulty_vfs.hpp"
#include "fault/follower_checks.hpp"

namespace netlogd::follow {
namespace {

using namespace netlogd::testing;

bool is_long() {
  const char* set = std::getenv("NETLOGD_LONG");
  return set != nullptr && std::string_view(set) != "" && std::string_view(set) != "0";
}

SqliteSettings sqlite_settings(const std::string& folder) {
  return {.file = folder + "/netlogd.db",
          .keep_age = {},
          .batch_records = 25,
          .gather = std::chrono::milliseconds{1}};
}

std::unique_ptr<journal::Journal> open_journal(const std::string& folder, Clock& clock) {
  auto settings = journal_settings(folder);
  settings.background = false;
  auto opened = journal::Journal::open(settings, system_files(), clock, {});
  EXPECT_TRUE(opened);
  return std::move(*opened);
}

void append(journal::Journal& journal, std::size_t logs) {
  auto batch = batch_of(journal, Stream::syslog, std::vector<std::string>(logs, log_body()));
  ASSERT_TRUE(journal.append(batch));
  auto traps = batch_of(journal, Stream::trap, {trap_body(), trap_body()});
  ASSERT_TRUE(journal.append(traps));
  auto flows = batch_of(journal, Stream::flow, {flow_body()});
  ASSERT_TRUE(journal.append(flows));
}

// A database is made, filled, closed, opened again and filled further.
void live(const std::string& folder, FaultyVfs& vfs, bool goes_on) {
  SystemClock clock;
  for (int life = 0; life < 2; ++life) {
    auto journal = open_journal(folder, clock);
    append(*journal, 40);
    SqliteFollower follower(sqlite_settings(folder), system_files(), clock, {});
    FollowerCounters counters;
    FollowerRunner runner(follower, *journal, counters, clock, {});
    runner.start();
    while (!(runner.is_caught_up() && counters.pending() == 0) && (goes_on || !vfs.has_broken()))
      ::usleep(200);
    EXPECT_EQ(runner.stop(std::chrono::hours{goes_on ? 1 : 0}) || !goes_on, true);
    if (!goes_on && vfs.has_broken()) return;
  }
}

void expect_whole(const std::string& folder, const std::string& where) {
  const ::testing::ScopedTrace trace(__FILE__, __LINE__, where);
  FollowerCounters counters;
  catch_up(folder, counters);
  expect_equal_to_journal(folder);
  const auto file = folder + "/netlogd.db";
  ASSERT_EQ(ask(file, "PRAGMA integrity_check"), "ok");
  ASSERT_EQ(ask(file,
                "SELECT last_id = (SELECT max(id) FROM logs) FROM netlogd_state "
                "WHERE stream = 0"),
            "1");
  const std::string rows_counted = "id <= (SELECT counted_id FROM netlogd_state WHERE stream = 0)";
  ASSERT_EQ(query(file, "SELECT * FROM hour_counts"),
            query(file,
                  "SELECT received_us/3600000000, source_id, kind_id, count(*), min(id), max(id) "
                  "FROM log_rows WHERE " +
                      rows_counted + " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"));
}

// Breaks at one operation after the other until one is never reached; gives how many there were.
void break_each(FaultyVfs::Break how, int code, std::uint64_t first) {
  FaultyVfs& vfs = FaultyVfs::installed();
  const std::uint64_t stride = is_long() ? 1 : 23;
  for (std::uint64_t n = is_long() ? 1 : first;; n += stride) {
    TemporaryFolder folder(true);
    vfs.break_at(n, how, code);
    live(folder.path(), vfs, how == FaultyVfs::Break::fail_once);
    const bool broke = vfs.has_broken();
    vfs.heal();
    expect_whole(folder.path(), "operation " + std::to_string(n));
    if (::testing::Test::HasFatalFailure() || ::testing::Test::HasFailure()) return;
    if (!broke) {
      EXPECT_GT(n, 50U) << "hardly any operation was seen";
      return;
    }
    ASSERT_LT(n, 5000U);
  }
}

TEST(SqliteFault, survives_one_failure_at_every_operation) {
  break_each(FaultyVfs::Break::fail_once, SQLITE_IOERR, 1);
}

TEST(SqliteFault, survives_a_full_disk_at_every_operation) {
  break_each(FaultyVfs::Break::fail_once, SQLITE_FULL, 4);
}

TEST(SqliteFault, survives_a_crash_at_every_operation) {
  break_each(FaultyVfs::Break::stop, SQLITE_IOERR, 7);
}

// The journal goes on by itself; the database catches up as soon as its disk works again.
TEST(SqliteFault, a_disk_that_stays_broken_for_the_database_alone_costs_nothing) {
  for (const int code : {SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY}) {
    TemporaryFolder folder(true);
    FaultyVfs& vfs = FaultyVfs::installed();
    SystemClock clock;
    auto journal = open_journal(folder.path(), clock);
    SqliteFollower follower(sqlite_settings(folder.path()), system_files(), clock, {});
    FollowerCounters counters;
    std::atomic<int> said{0};
    FollowerRunner runner(follower, *journal, counters, clock,
                          [&](journal::ReportLevel, std::string_view) { ++said; });
    runner.start();
    append(*journal, 10);
    while (counters.pending() > 0 || !std::filesystem::exists(folder.path() + "/netlogd.db"))
      ::usleep(200);
    vfs.break_at(1, FaultyVfs::Break::fail_from_there_on, code);
    for (int i = 0; i < 10; ++i) append(*journal, 10);
    while (vfs.seen() < 4) ::usleep(200);  // it keeps trying
    EXPECT_GE(counters.pending(), 100U);
    EXPECT_GE(said.load(), 1);
    EXPECT_LE(said.load(), 3) << "once a minute, not for each try";
    vfs.heal();
    EXPECT_TRUE(runner.stop(std::chrono::hours{1}));
    expect_equal_to_journal(folder.path());
  }
}

}  // namespace
}  // namespace netlogd::follow
