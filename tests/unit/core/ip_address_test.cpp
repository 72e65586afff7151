#include "netlogd/core/ip_address.hpp"

#include <gtest/gtest.h>

namespace netlogd {
namespace {

TEST(IpAddress, prints_what_rfc_5952_prints) {
  const std::pair<const char*, const char*> cases[] = {
      {"192.0.2.1", "192.0.2.1"},         {"::ffff:192.0.2.1", "192.0.2.1"},
      {"0.0.0.0", "0.0.0.0"},             {"255.255.255.255", "255.255.255.255"},
      {"::", "::"},                       {"::1", "::1"},
      {"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"}, {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"fe80::", "fe80::"},               {"1:0:0:2::", "1:0:0:2::"},
      {"0:0:0:1::", "0:0:0:1::"},         {"2a02:cf40::", "2a02:cf40::"},
  };
  for (const auto& [in, out] : cases) {
    const auto address = IpAddress::parse(in);
    ASSERT_TRUE(address) << in;
    EXPECT_EQ(address->text(), out);
  }
}

TEST(IpAddress, refuses_what_is_no_address) {
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", ":", ":::", "g::1", "fe80::1%eth0",
                           "1.2.3.-4", "12345::", "1::2::3"})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  EXPECT_FALSE(IpAddress::parse(std::string_view("::1\0", 4)));
}

TEST(IpPrefix, contains_its_addresses_only) {
  const auto prefix = IpPrefix::parse("10.2.3.4/14");
  ASSERT_TRUE(prefix);
  EXPECT_EQ(prefix->text(), "10.0.0.0/14");
  EXPECT_TRUE(prefix->contains(*IpAddress::parse("10.3.255.255")));
  EXPECT_FALSE(prefix->contains(*IpAddress::parse("10.4.0.0")));
  EXPECT_FALSE(prefix->contains(*IpAddress::parse("::a00:1")));
  EXPECT_TRUE(IpPrefix::parse("0.0.0.0/0")->contains(*IpAddress::parse("203.0.113.9")));
  EXPECT_FALSE(IpPrefix::parse("0.0.0.0/0")->contains(*IpAddress::parse("2001:db8::1")));
  EXPECT_TRUE(IpPrefix::parse("::/0")->contains(*IpAddress::parse("203.0.113.9")));
  EXPECT_EQ(IpPrefix::parse("2001:db8::1/32")->text(), "2001:db8::/32");
  for (const char* text : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "/8", "10.0.0.0/8x"})
    EXPECT_FALSE(IpPrefix::parse(text)) << text;
}

}  // namespace
}  // namespace netlogd
