// What must be true of the SQLite follower whatever has happened: opened with a machine that works
// it reaches the end, and its rows are the journal's records, each once.

#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include "netlogd/follow/follower_runner.hpp"
#include "netlogd/follow/sqlite_follower.hpp"
#include "unit/follow/follow_testing.hpp"

namespace netlogd::testing {

inline journal::JournalSettings journal_settings(const std::string& folder) {
  journal::JournalSettings settings;
  settings.data_dir = folder;
  settings.min_free_bytes = 0;
  settings.sync_every = std::chrono::milliseconds{20};
  settings.streams[0].rotate_bytes = 200'000;
  return settings;
}

inline void expect_equal_to_journal(const std::string& folder) {
  const char* tables[] = {"logs", "traps", "flows"};
  for (std::size_t i = 0; i < stream_count; ++i) {
    const auto lines = stored_lines(folder, static_cast<Stream>(i));
    const auto rows =
        query(folder + "/netlogd.db", "SELECT id FROM " + std::string(tables[i]) + " ORDER BY id");
    ASSERT_EQ(rows.size(), lines.size()) << tables[i] << " " << (rows.empty() ? "" : rows[0][0]);
    auto row = rows.begin();
    for (const auto& [id, line] : lines) ASSERT_EQ((*row++)[0], std::to_string(id));
  }
}

// Opens both with a machine that works and lets the follower reach the end.
inline void catch_up(const std::string& folder, FollowerCounters& counters) {
  SystemClock clock;
  auto opened = journal::Journal::open(journal_settings(folder), system_files(), clock, {});
  ASSERT_TRUE(opened) << opened.error().sentence;
  follow::SqliteFollower follower({.file = folder + "/netlogd.db", .keep_age = {}}, system_files(),
                                  clock, {});
  follow::FollowerRunner runner(follower, **opened, counters, clock, {});
  runner.start();
  for (int i = 0; i < 20'000 && !(runner.is_caught_up() && counters.pending() == 0 &&
                                  std::filesystem::exists(folder + "/netlogd.db"));
       ++i) {
    ::usleep(10'000);
  }
  ASSERT_TRUE(runner.stop(std::chrono::hours{1}));
  EXPECT_EQ(read(counters.journaled), read(counters.written) + read(counters.expired));
}

}  // namespace netlogd::testing
