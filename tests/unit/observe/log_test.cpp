#include "netlogd/observe/log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "netlogd/core/unique_fd.hpp"

namespace netlogd::observe {
namespace {

struct Lines {
  std::vector<std::pair<Level, std::string>> all;
  Log::Writer writer() {
    return [this](Level level, std::string_view line) { all.emplace_back(level, line); };
  }
};

// What is written to stderr while `action` runs.
template <typename Action>
std::string stderr_of(Action&& action) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const UniqueFd read_end(ends[0]);
  const int kept = ::dup(STDERR_FILENO);
  ::dup2(ends[1], STDERR_FILENO);
  ::close(ends[1]);
  action();
  ::dup2(kept, STDERR_FILENO);
  ::close(kept);
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(read_end.get(), buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(n));
  return text;
}

TEST(Log, writes_what_its_level_shows) {
  Lines lines;
  Log log(Level::info, lines.writer());
  log.debug("not shown");
  log.info("bound {}", 514);
  log.set_level(Level::error);
  log.warn("not shown");
  log.error("gone");
  ASSERT_EQ(lines.all.size(), 2U);
  EXPECT_EQ(lines.all[0].second, "bound 514");
  EXPECT_EQ(lines.all[1], std::pair(Level::error, std::string("gone")));
}

TEST(Log, escapes_hostile_arguments) {
  Lines lines;
  Log log(Level::info, lines.writer());
  log.info("user {} failed", "\x1b[31mroot\n<3>fake");
  EXPECT_EQ(lines.all.at(0).second, "user \\x1b[31mroot\\n<3>fake failed");
}

TEST(Log, cuts_a_line_that_is_too_long) {
  Lines lines;
  Log log(Level::info, lines.writer());
  log.info("{}", std::string(1'000'000, 'x'));
  EXPECT_EQ(lines.all.at(0).second.size(), 8192 + std::string("…").size());
}

TEST(Log, holds_a_trouble_to_one_line_and_says_how_many_more) {
  Held held(std::chrono::minutes(1));
  using std::chrono::seconds;
  EXPECT_EQ(held.due(seconds(1)), 0U);
  EXPECT_EQ(held.due(seconds(2)), std::nullopt);
  EXPECT_EQ(held.due(seconds(60)), std::nullopt);
  EXPECT_EQ(held.due(seconds(61)), 2U);
  EXPECT_EQ(held.due(seconds(62)), std::nullopt);
}

TEST(Log, adds_the_count_to_a_held_line) {
  Lines lines;
  Log log(Level::info, lines.writer());
  Held held(std::chrono::nanoseconds(1));
  (void)held.due(std::chrono::hours(24 * 365 * 200));  // nothing is due for a long time …
  log.warn_held(held, "disk {}", "full");
  EXPECT_TRUE(lines.all.empty());
  Held open(std::chrono::nanoseconds(0));
  log.warn_held(open, "disk {}", "full");
  EXPECT_EQ(lines.all.at(0).second, "disk full");
}

TEST(Log, writes_time_and_level_to_a_plain_stderr) {
  const std::string text = stderr_of([] {
    Log log(Level::info, Log::Form::plain);
    log.warn("object: trouble");
  });
  ASSERT_GT(text.size(), 24U);
  EXPECT_EQ(text.substr(4, 1), "-");
  EXPECT_EQ(text.substr(23), "Z warning object: trouble\n");
}

TEST(Log, writes_the_priority_and_no_time_under_systemd) {
  const std::string text = stderr_of([] {
    Log log(Level::debug, Log::Form::systemd);
    log.debug("a");
    log.info("b");
    log.warn("c");
    log.error("d");
    log.flush();
  });
  EXPECT_EQ(text, "<7>a\n<6>b\n<4>c\n<3>d\n");
}

TEST(Log, keeps_every_line_of_several_threads_whole) {
  const std::string text = stderr_of([] {
    Log log(Level::info, Log::Form::systemd);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&log] {
        for (int i = 0; i < 100; ++i) log.info("line");
      });
    for (auto& thread : threads) thread.join();
  });
  std::string wanted;
  for (int i = 0; i < 400; ++i) wanted += "<6>line\n";
  EXPECT_EQ(text, wanted);
}

}  // namespace
}  // namespace netlogd::observe
