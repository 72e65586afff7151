#include "cli/flow_changes.hpp"

#include <gtest/gtest.h>

namespace netlogd::cli {
namespace {

std::map<std::int64_t, double> minutes_of(const std::vector<double>& values) {
  std::map<std::int64_t, double> minutes;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] > 0) minutes[static_cast<std::int64_t>(i)] = values[i];
  return minutes;
}

TEST(FlowChanges, an_even_stream_has_none) {
  EXPECT_TRUE(find_changes("r1", minutes_of(std::vector<double>(30, 1e6)), 0, 29).empty());
}

TEST(FlowChanges, a_stop_and_the_return_are_one_change_each) {
  std::vector<double> values(10, 1e6);
  values.insert(values.end(), 10, 0.0);
  values.insert(values.end(), 10, 1.1e6);
  const auto changes = find_changes("r1", minutes_of(values), 0, 29);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].at, 10 * 60 * second_us);
  EXPECT_EQ(changes[0].before, 1e6);
  EXPECT_EQ(changes[0].now, 0);
  EXPECT_EQ(changes[1].at, 20 * 60 * second_us);
  EXPECT_EQ(changes[1].device, "r1");
}

TEST(FlowChanges, little_traffic_is_no_news) {
  EXPECT_TRUE(find_changes("r1", minutes_of({100, 100, 100, 100, 900, 100}), 0, 5).empty());
}

}  // namespace
}  // namespace netlogd::cli
