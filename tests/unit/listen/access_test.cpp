#include <gtest/gtest.h>

#include "listen/loop_context.hpp"

namespace netlogd::listen {
namespace {

BatchSink::Importance importance(std::string_view text, Protocol protocol = Protocol::syslog) {
  return importance_of(protocol, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

TEST(Importance, reads_the_severity_from_the_first_octets) {
  using enum BatchSink::Importance;
  EXPECT_EQ(importance("<0>x"), high);
  EXPECT_EQ(importance("<188>x"), high);
  EXPECT_EQ(importance("<189>x"), normal);
  EXPECT_EQ(importance("<191>x"), normal);
  EXPECT_EQ(importance("<1888>x"), normal);
  EXPECT_EQ(importance("<>x"), normal);
  EXPECT_EQ(importance("<12"), normal);
  EXPECT_EQ(importance(""), normal);
  EXPECT_EQ(importance("x"), normal);
  EXPECT_EQ(importance("x", Protocol::snmp), high);
  EXPECT_EQ(importance("<0>", Protocol::flow), normal);
}

TEST(Pinning, follows_flows_and_version_3_only) {
  const std::uint8_t v2c[] = {0x30, 0x05, 0x02, 0x01, 0x01, 0x04, 0x00};
  const std::uint8_t v3[] = {0x30, 0x05, 0x02, 0x01, 0x03, 0x04, 0x00};
  const std::uint8_t long_v3[] = {0x30, 0x82, 0x00, 0x05, 0x02, 0x01, 0x03, 0x04, 0x00};
  EXPECT_FALSE(is_pinned(Protocol::snmp, v2c));
  EXPECT_TRUE(is_pinned(Protocol::snmp, v3));
  EXPECT_TRUE(is_pinned(Protocol::snmp, long_v3));
  EXPECT_FALSE(is_pinned(Protocol::snmp, {v3, 1}));
  EXPECT_TRUE(is_pinned(Protocol::flow, v2c));
  EXPECT_FALSE(is_pinned(Protocol::syslog, v3));
}

}  // namespace
}  // namespace netlogd::listen
