// The journal through a failure, a crash and a loss of power at every single file operation:
// opened, written, rotated, compressed, removed, closed. Whatever was acknowledged is there, once,
// in order. NETLOGD_LONG=1 gives each journal a longer life, and each operation each kind of
// failure.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

#include "fault/faulty_files.hpp"
#include "unit/journal/journal_testing.hpp"

namespace netlogd::journal {
namespace {

using namespace netlogd::testing;

bool is_long() {
  const char* set = std::getenv("NETLOGD_LONG");
  return set != nullptr && std::string_view(set) != "" && std::string_view(set) != "0";
}

// One life of a journal. `acknowledged` gets the serials of every batch that append() took.
struct Life {
  JournalSettings settings;
  TurnedClock clock;
  std::set<std::uint64_t> acknowledged;
  std::uint64_t serial = 0;
  int tries = 3;  // how often a batch is offered again

  explicit Life(const std::string& folder) {
    settings.data_dir = folder;
    settings.background = false;
    settings.min_free_bytes = 0;
    settings.streams[0].rotate_bytes = 1200;
    settings.sync_every = std::chrono::milliseconds{1000};
  }

  void append(Journal& journal, std::size_t count) {
    auto batch = make_batch(journal, Stream::syslog, serial, count);
    serial += count;
    for (int i = 0; i < tries; ++i) {
      const auto appended = journal.append(batch);
      clock.pass(std::chrono::seconds{2});
      if (!appended) continue;
      for (std::uint64_t s = serial - count; s < serial; ++s) acknowledged.insert(s);
      return;
    }
  }

  // False: it could not even be opened.
  bool run(FileOps& files) {
    for (int life = 0; life < 2; ++life) {
      auto opened = Journal::open(settings, files, clock, {});
      for (int i = 0; !opened && i < tries; ++i) opened = Journal::open(settings, files, clock, {});
      if (!opened) return false;
      auto& journal = **opened;
      const int rounds = is_long() ? 4 : 2;
      for (int i = 0; i < rounds; ++i) {
        append(journal, 4);
        append(journal, 3);
        journal.maintain();
        clock.pass(std::chrono::minutes{1});
        if (i == 1) journal.request_rotate();
      }
      append(journal, 2);
    }
    return true;
  }
};

void expect_each_once(const std::string& folder, const std::set<std::uint64_t>& wanted,
                      std::uint64_t given, const std::string& where) {
  const auto records = stored_records(folder, Stream::syslog);
  std::set<std::uint64_t> seen;
  std::uint64_t last_id = 0;
  for (const auto& record : records) {
    ASSERT_GT(record.id, last_id) << where;
    last_id = record.id;
    ASSERT_LT(record.serial, given) << where;
    ASSERT_TRUE(seen.insert(record.serial).second)
        << where << ": record " << record.serial << " is there twice";
  }
  for (const auto serial : wanted)
    ASSERT_TRUE(seen.contains(serial)) << where << ": record " << serial << " is lost";
}

// The next start, with a machine that works: recovers, appends, and everything is as it should be.
void expect_recovery(Life& life, std::uint64_t given, const std::string& where) {
  {
    auto opened = Journal::open(life.settings, system_files(), life.clock, {});
    ASSERT_TRUE(opened) << where << ": " << opened.error().sentence;
    const auto before = stored_records(life.settings.data_dir, Stream::syslog);
    auto batch = make_batch(**opened, Stream::syslog, given, 1);
    const auto appended = (*opened)->append(batch);
    ASSERT_TRUE(appended) << where;
    ASSERT_GT(appended->first_id, before.empty() ? 0 : before.back().id) << where;
    life.acknowledged.insert(given);
    (*opened)->maintain();
    ASSERT_EQ(read((*opened)->counters().missing_ids), 0u) << where;
  }
  expect_each_once(life.settings.data_dir, life.acknowledged, given + 1, where);
  EXPECT_TRUE(names_in(life.settings.data_dir + "/syslog", ".tmp").empty()) << where;
}

TEST(JournalFault, survives_one_failure_at_every_operation) {
  constexpr std::array errors = {EIO, ENOSPC, EROFS, EDQUOT};
  for (std::size_t kind = 0; kind < (is_long() ? errors.size() : 1); ++kind) {
    for (std::uint64_t n = 1;; ++n) {
      const int error = errors[(kind + n) % errors.size()];
      TemporaryFolder folder(true);
      FaultyFiles files;
      Life life(folder.path());
      files.break_at(n, Break::fail_once, error);
      const std::string where =
          "operation " + std::to_string(n) + ", error " + std::to_string(error);
      ASSERT_TRUE(life.run(files)) << where;
      ASSERT_EQ(life.acknowledged.size(), life.serial) << where << ": a batch was given up";
      expect_recovery(life, life.serial, where);
      if (HasFatalFailure()) return;
      if (!files.has_broken()) break;
      ASSERT_LT(n, 5000u);
    }
  }
}

TEST(JournalFault, survives_a_crash_at_every_operation) {
  for (std::uint64_t n = 1;; ++n) {
    TemporaryFolder folder(true);
    FaultyFiles files;
    Life life(folder.path());
    life.tries = 1;
    files.break_at(n, Break::stop);
    const std::string where = "operation " + std::to_string(n);
    life.run(files);
    const bool untouched = !files.has_broken();
    expect_recovery(life, life.serial, where);
    if (HasFatalFailure()) return;
    if (untouched) break;
    ASSERT_LT(n, 5000u);
  }
}

TEST(JournalFault, with_a_sync_for_each_batch_a_loss_of_power_takes_nothing) {
  for (std::uint64_t n = 1;; ++n) {
    TemporaryFolder folder(true);
    FaultyFiles files;
    files.set_root(folder.path());
    Life life(folder.path());
    life.tries = 1;
    life.settings.sync_every = std::chrono::milliseconds{0};
    files.break_at(n, Break::stop);
    const std::string where = "operation " + std::to_string(n);
    life.run(files);
    const bool untouched = !files.has_broken();
    files.lose_power();
    expect_recovery(life, life.serial, where);
    if (HasFatalFailure()) return;
    if (untouched) break;
    ASSERT_LT(n, 5000u);
  }
}

// Removing by count goes on under it: what is left is the newest, without a gap and each once.
TEST(JournalFault, retention_survives_a_crash_and_a_failure_at_every_operation) {
  for (const Break how : {Break::stop, Break::fail_once}) {
    for (std::uint64_t n = 1;; ++n) {
      TemporaryFolder folder(true);
      FaultyFiles files;
      Life life(folder.path());
      life.settings.streams[0].rotate_bytes = 400;
      life.settings.streams[0].keep_count = 2;
      life.tries = how == Break::stop ? 1 : 3;
      files.break_at(n, how);
      const std::string where = "operation " + std::to_string(n);
      life.run(files);
      const bool untouched = !files.has_broken();
      auto opened = Journal::open(life.settings, system_files(), life.clock, {});
      ASSERT_TRUE(opened) << where << ": " << opened.error().sentence;
      (*opened)->maintain();
      EXPECT_LE((*opened)->status(Stream::syslog).segments, 2U) << where;
      EXPECT_EQ(read((*opened)->counters().missing_ids), 0U) << where;
      const auto records = stored_records(folder.path(), Stream::syslog);
      std::set<std::uint64_t> left;
      for (std::size_t i = 0; i < records.size(); ++i) {
        ASSERT_TRUE(i == 0 || records[i].id > records[i - 1].id) << where;
        ASSERT_TRUE(left.insert(records[i].serial).second) << where << ": twice";
      }
      for (const auto serial : life.acknowledged)
        ASSERT_TRUE(left.empty() || serial < *left.begin() || left.contains(serial))
            << where << ": record " << serial << " is lost";
      if (untouched) {
        EXPECT_LT(left.size(), life.acknowledged.size()) << "nothing was removed";
        break;
      }
      ASSERT_LT(n, 5000u);
    }
  }
}

TEST(JournalFault, a_disk_that_stays_broken_keeps_the_batch_until_it_works_again) {
  for (const int error : {ENOSPC, EIO, EDQUOT, EROFS}) {
    TemporaryFolder folder(true);
    FaultyFiles files;
    Life life(folder.path());
    auto opened = Journal::open(life.settings, files, life.clock, {});
    ASSERT_TRUE(opened);
    life.append(**opened, 3);
    files.break_at(1, Break::fail_from_there_on, error);
    auto batch = make_batch(**opened, Stream::syslog, 3, 5);
    for (int i = 0; i < 20; ++i) EXPECT_FALSE((*opened)->append(batch));
    EXPECT_EQ(read((*opened)->counters().append_failures), 20u);
    files.heal();
    const auto appended = (*opened)->append(batch);
    ASSERT_TRUE(appended) << appended.error().sentence;
    EXPECT_EQ(appended->first_id, 4u);
    std::uint64_t serial = 0;
    for (const auto& record : stored_records(folder.path(), Stream::syslog))
      EXPECT_EQ(record.serial, serial++);
    EXPECT_EQ(serial, 8u);
  }
}

TEST(JournalFault, a_disk_that_is_full_at_the_start_is_no_reason_not_to_start) {
  TemporaryFolder folder(true);
  Life life(folder.path());
  {
    auto opened = Journal::open(life.settings, system_files(), life.clock, {});
    ASSERT_TRUE(opened);
    life.append(**opened, 3);
  }
  const auto active = folder.path() + "/syslog/syslog.jsonl";
  std::ofstream(active, std::ios::app) << "{\"id\":4,\"torn";
  std::filesystem::remove(folder.path() + "/trap/trap.jsonl");
  FaultyFiles files;
  files.limit_space(0);
  files.break_new_files(ENOSPC);
  std::string said;
  auto opened = Journal::open(life.settings, files, life.clock,
                              [&](ReportLevel, std::string_view line) { said += line; });
  ASSERT_TRUE(opened) << opened.error().sentence;
  EXPECT_NE(said.find("too full to keep them"), std::string::npos) << said;
  auto batch = make_batch(**opened, Stream::syslog, 3, 2);
  EXPECT_FALSE((*opened)->append(batch));
  files.limit_space(1 << 20);
  files.break_new_files(0);
  ASSERT_TRUE((*opened)->append(batch));
  auto trap = make_batch(**opened, Stream::trap, 0, 1);
  ASSERT_TRUE((*opened)->append(trap));
  EXPECT_EQ(stored_records(folder.path(), Stream::syslog).size(), 5U);
  EXPECT_EQ(stored_records(folder.path(), Stream::trap).size(), 1U);
}

TEST(JournalFault, a_full_disk_leaves_no_torn_line_and_the_oldest_segments_make_room) {
  TemporaryFolder folder(true);
  FaultyFiles files;
  Life life(folder.path());
  life.settings.min_free_bytes = 4000;
  life.settings.compress = false;
  files.limit_space(20'000);
  auto opened = Journal::open(life.settings, files, life.clock, {});
  ASSERT_TRUE(opened);
  FollowerCounters counters;
  const auto seat = (*opened)->seat(counters, {}, {true, true, true});
  std::uint64_t appended = 0;
  for (int i = 0; i < 400; ++i) {
    auto batch = make_batch(**opened, Stream::syslog, appended, 5);
    while (!(*opened)->append(batch)) {
      (*opened)->maintain();
      life.clock.pass(std::chrono::seconds{1});
    }
    appended += 5;
  }
  EXPECT_GT(read((*opened)->counters().emergency_segments), 10u);
  const auto records = stored_records(folder.path(), Stream::syslog);
  ASSERT_FALSE(records.empty());
  for (std::size_t i = 1; i < records.size(); ++i)
    EXPECT_EQ(records[i].serial, records[i - 1].serial + 1);
  EXPECT_EQ(records.back().serial, appended - 1);
  // What went before the follower could read it is counted.
  Reader reader(
      **opened, Stream::syslog,
      (*opened)->resume(Stream::syslog, {.segment = 1, .offset = 0, .last_id = 1}).cursor);
  std::uint64_t expired = 0;
  std::uint64_t got = 0;
  for (;;) {
    const auto batch = reader.read(100, 1 << 16);
    ASSERT_TRUE(batch);
    if (batch->records.empty()) break;
    expired += batch->expired;
    got += batch->records.size();
  }
  EXPECT_EQ(got + expired, appended - 1);
}

}  // namespace
}  // namespace netlogd::journal
