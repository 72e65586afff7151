#include "listen/source_limiter.hpp"

#include <gtest/gtest.h>

namespace netlogd::listen {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const IpAddress source = IpAddress::v4(0xc0000201);

TEST(SourceLimiter, allows_twice_the_rate_at_once_and_the_rate_from_then_on) {
  SourceLimiter limiter(10);
  int passed = 0;
  for (int i = 0; i < 100; ++i)
    if (limiter.may_send(source, seconds(5))) {
      limiter.charge(source, seconds(5), 1);
      ++passed;
    }
  EXPECT_EQ(passed, 20);
  EXPECT_FALSE(limiter.may_send(source, milliseconds(5050)));
  EXPECT_TRUE(limiter.may_send(source, milliseconds(5100)));
  EXPECT_TRUE(limiter.may_send(IpAddress::v4(0xc0000202), seconds(5)));
}

TEST(SourceLimiter, makes_a_debt_be_paid_off) {
  SourceLimiter limiter(10);
  limiter.charge(source, seconds(0), 70);
  EXPECT_FALSE(limiter.may_send(source, seconds(5)));
  EXPECT_TRUE(limiter.may_send(source, milliseconds(5200)));
}

TEST(SourceLimiter, stays_bounded_under_forged_addresses) {
  SourceLimiter limiter(10);
  for (std::uint32_t i = 0; i < 200000; ++i)
    static_cast<void>(limiter.may_send(IpAddress::v4(i), seconds(1)));
  EXPECT_GE(limiter.evictions(), 200000U - 2 * 65536U);
}

}  // namespace
}  // namespace netlogd::listen
