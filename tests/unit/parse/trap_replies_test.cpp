#include "netlogd/parse/trap_replies.hpp"

#include <gtest/gtest.h>

#include "netlogd/parse/trap_interfaces.hpp"

namespace netlogd::parse {
namespace {

using Kind = ReplyBudget::Kind;

constexpr TimePoint at(std::int64_t milliseconds) {
  return TimePoint{std::chrono::milliseconds{milliseconds}};
}
IpAddress address(std::string_view text) { return *IpAddress::parse(text); }

TEST(ReplyBudget, a_source_has_so_many_answers_a_second) {
  ReplyBudget budget({.reports_per_second = 3, .responses_per_second = 5, .all_per_second = 100});
  const auto source = address("192.0.2.1");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.take(Kind::report, source, at(1000)));
  EXPECT_FALSE(budget.take(Kind::report, source, at(1999)));
  EXPECT_TRUE(budget.take(Kind::response, source, at(1999)))
      << "informs have a budget of their own";
  EXPECT_TRUE(budget.take(Kind::report, address("192.0.2.2"), at(1999)));
  EXPECT_TRUE(budget.take(Kind::report, source, at(2000)));
}

TEST(ReplyBudget, no_number_of_forged_sources_passes_the_budget_of_all) {
  ReplyBudget budget(
      {.reports_per_second = 100, .responses_per_second = 100, .all_per_second = 50});
  int taken = 0;
  for (std::uint32_t i = 0; i < 10'000; ++i)
    taken += budget.take(Kind::report, IpAddress::v4(0x0a000000 + i), at(5));
  EXPECT_EQ(taken, 50);
}

TEST(ReplyBudget, an_ipv6_source_counts_as_its_prefix) {
  ReplyBudget budget({.reports_per_second = 1, .responses_per_second = 1, .all_per_second = 100});
  EXPECT_TRUE(budget.take(Kind::report, address("2001:db8::1"), at(5)));
  EXPECT_FALSE(budget.take(Kind::report, address("2001:db8::2"), at(5)));
  EXPECT_TRUE(budget.take(Kind::report, address("2001:db8:0:1::1"), at(5)));
}

TEST(TrapInterfaces, learns_names_and_renames) {
  TrapInterfaces names;
  names.learn(address("192.0.2.1"), 7, "Gi0/7");
  EXPECT_EQ(names.name(address("192.0.2.1"), 7), "Gi0/7");
  EXPECT_EQ(names.name(address("192.0.2.2"), 7), "");
  names.learn(address("192.0.2.1"), 7, "Gi1/0/7");
  EXPECT_EQ(names.name(address("192.0.2.1"), 7), "Gi1/0/7");
  EXPECT_EQ(names.size(), 1U);
}

TEST(TrapInterfaces, a_device_that_never_ends_only_loses_its_own_names) {
  TrapInterfaces names({.names = 1'000, .names_per_device = 10, .name_octets = 20});
  names.learn(address("192.0.2.1"), 1, "kept");
  for (std::uint32_t i = 0; i < 10'000; ++i) names.learn(address("192.0.2.2"), i, "x");
  EXPECT_EQ(names.size(), 11U);
  EXPECT_EQ(names.name(address("192.0.2.1"), 1), "kept");
  EXPECT_EQ(names.name(address("192.0.2.2"), 9'999), "x");
  EXPECT_EQ(names.name(address("192.0.2.2"), 0), "");
  EXPECT_EQ(names.evicted(), 9'990U);
  names.learn(address("192.0.2.3"), 1, std::string(21, 'x'));
  EXPECT_EQ(names.name(address("192.0.2.3"), 1), "") << "too long to be a name";
}

TEST(TrapInterfaces, the_oldest_device_gives_way_when_all_is_full) {
  TrapInterfaces names({.names = 100, .names_per_device = 10, .name_octets = 20});
  for (std::uint32_t device = 0; device < 10'000; ++device)
    names.learn(IpAddress::v4(0x0a000000 + device), 1, "x");
  EXPECT_EQ(names.size(), 100U);
  EXPECT_EQ(names.evicted(), 9'900U);
  EXPECT_EQ(names.name(IpAddress::v4(0x0a000000 + 9'999), 1), "x");
  EXPECT_EQ(names.name(IpAddress::v4(0x0a000000), 1), "");
}

}  // namespace
}  // namespace netlogd::parse
