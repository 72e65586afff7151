#include <gtest/gtest.h>

#include "netlogd/wire/syslog.hpp"

namespace netlogd::wire {
namespace {

TEST(VendorTag, takes_every_part_as_sent) {
  struct Case {
    const char* text;
    const char* tag;
    const char* facility;
    int severity;
    const char* mnemonic;
  };
  constexpr Case cases[] = {
      {"%SYS-5-CONFIG_I: x", "%SYS-5-CONFIG_I", "SYS", 5, "CONFIG_I"},
      {"%ROUTING-BGP-5-ADJCHANGE : x", "%ROUTING-BGP-5-ADJCHANGE", "ROUTING", 5, "ADJCHANGE"},
      {"%ASA-session-6-106015: x", "%ASA-session-6-106015", "ASA", 6, "106015"},
      {"%ASA--4-733100: x", "%ASA--4-733100", "ASA", 4, "733100"},
      {"%ASA-6-302016 Teardown", "%ASA-6-302016", "ASA", 6, "302016"},
      {"%SYSMGR-STANDBY-3-SHUTDOWN_START: x", "%SYSMGR-STANDBY-3-SHUTDOWN_START", "SYSMGR", 3,
       "SHUTDOWN_START"},
      {"%ASCII-CFG-2-CONFIG_REPLAY: x", "%ASCII-CFG-2-CONFIG_REPLAY", "ASCII", 2, "CONFIG_REPLAY"},
      {"%STP-W-PORTSTATUS: x", "%STP-W-PORTSTATUS", "STP", 4, "PORTSTATUS"},
      {"%PLATFORM_ENV-1-FAN-FAULTY", "%PLATFORM_ENV-1-FAN-FAULTY", "PLATFORM_ENV", 1, "FAN-FAULTY"},
      {"%INFRA-Process_Manager-3-RESTART: x", "%INFRA-Process_Manager-3-RESTART", "INFRA", 3,
       "RESTART"},
  };
  for (const auto& one : cases) {
    VendorTag tag;
    EXPECT_GT(scan_tag(one.text, tag), 0U) << one.text;
    EXPECT_EQ(tag.text, one.tag);
    EXPECT_EQ(tag.facility, one.facility);
    EXPECT_EQ(tag.severity, one.severity);
    EXPECT_EQ(tag.mnemonic, one.mnemonic);
  }
}

TEST(VendorTag, takes_nothing_else_for_a_tag) {
  for (const char* text : {"%", "%%", "%% time", "%DAEMON-4: x", "%ADJCHANGE: x", "%-5-X: y",
                           "%A-9-B: c", "%A-5-: x", "%A-5", "%A-", "%d>%d", "% A-5-B"}) {
    VendorTag tag;
    EXPECT_EQ(scan_tag(text, tag), 0U) << text;
    EXPECT_FALSE(tag) << text;
  }
}

TEST(VendorTag, knows_nodes) {
  EXPECT_EQ(scan_node("RP/0/RSP0/CPU0:Nov"), 15U);
  EXPECT_EQ(scan_node("LC/0/2/CPU0:Nov"), 12U);
  EXPECT_EQ(scan_node("0/RP0/ADMIN0:Sep"), 13U);
  EXPECT_EQ(scan_node("CLC 6/0: Dec"), 8U);
  for (const char* text :
       {"", "RP", "RP/0", "a/b/c:", "10/0/0/0:", "192.0.2.0/24:", "GE/0/1:", "RP/0/RSP0/CPU0"})
    EXPECT_EQ(scan_node(text), 0U) << text;
}

}  // namespace
}  // namespace netlogd::wire
