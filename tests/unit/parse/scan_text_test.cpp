#include "parse/scan_text.hpp"

#include <gtest/gtest.h>

#include <string>

#include "event_support.hpp"

namespace netlogd::parse {
namespace {

using List = ExtractedFields::List;

// What a text names without any rule, one list, joined with '|'.
std::string found(std::string_view text, List list) {
  EventExtractor extractor(builtin_events());
  ExtractedFields fields;
  extractor.extract(
      {.vendor = {}, .message_id = {}, .process = {}, .message = text, .parameters = {}}, fields);
  std::string joined;
  for (const auto value : fields.list(list))
    joined += (joined.empty() ? "" : "|") + std::string(value);
  return joined;
}

struct Case {
  const char* text;
  const char* expected;
};

TEST(ScanText, finds_ipv4_addresses_and_nothing_like_them) {
  const Case cases[] = {
      {"neighbor 192.0.2.1 down", "192.0.2.1"},
      {"192.0.2.1", "192.0.2.1"},
      {"(192.0.2.1)", "192.0.2.1"},
      {"[192.0.2.1]:514", "192.0.2.1"},
      {"<192.0.2.1>", "192.0.2.1"},
      {"'192.0.2.1'", "192.0.2.1"},
      {"src=192.0.2.1,dst=198.51.100.7;", "192.0.2.1|198.51.100.7"},
      {"the end is 192.0.2.1.", "192.0.2.1"},
      {"192.0.2.1: no answer", "192.0.2.1"},
      {"192.0.2.1:443 closed", "192.0.2.1"},
      {"192.0.2.1/443 closed", "192.0.2.1"},
      {"route 192.0.2.0/24 gone", "192.0.2.0"},
      {"192.0.2.1(443) -> 198.51.100.7(80)", "192.0.2.1|198.51.100.7"},
      {"192.0.2.1/443->198.51.100.7/80", "192.0.2.1|198.51.100.7"},
      {"192.0.2.1-192.0.2.9", "192.0.2.1|192.0.2.9"},
      {"outside:192.0.2.1/22", "192.0.2.1"},
      {"WLC-LAN_inside:192.0.2.1/22", "192.0.2.1"},
      {"inside/192.0.2.1(53)", "192.0.2.1"},
      {"ftp://192.0.2.1/x", "192.0.2.1"},
      {"a@192.0.2.1", "192.0.2.1"},
      {"192.0.2.1@pts/0", "192.0.2.1"},
      {"client 192.0.2.1#1036", "192.0.2.1"},
      {"192.0.2.1%eth0", "192.0.2.1"},
      {"192.0.2.1, 192.0.2.1, 192.0.2.2", "192.0.2.1|192.0.2.2"},
      {"0.0.0.0 255.255.255.255", "0.0.0.0|255.255.255.255"},
      {"165874883373.1.15599155266856607338.91", ""},
      {"1.2.3.4.5", ""},
      {"1.3.6.1.4.1.9", ""},
      {"256.1.1.1", ""},
      {"1.1.1.256", ""},
      {"1.1.1.1234", ""},
      {"01.2.3.4", ""},
      {"192.0.2", ""},
      {"192.0.2.", ""},
      {"x192.0.2.1", ""},
      {"192.0.2.1x", ""},
      {"192.0.2.1_a", ""},
      {"a_192.0.2.1", ""},
      {"192.0.2.1.example.net", ""},
      {"192.0.2.1-rc1", ""},
      {"15.2(4)M", ""},
      {"17.03.04", ""},
      {"Version 16.12.4.1 of", ""},
      {"version: 16.12.4.1", ""},
      {"release 9.14.1.10", ""},
      {"adsl196-97-91-206.net", ""},
      {"..192.0.2.1", ""},
  };
  for (const auto& one : cases)
    EXPECT_EQ(found(one.text, List::ip_addresses), one.expected) << one.text;
}

TEST(ScanText, finds_ipv6_addresses_in_all_their_forms) {
  const Case cases[] = {
      {"2001:db8::1", "2001:db8::1"},
      {"neighbor 2001:db8::1: down", "2001:db8::1"},
      {"2001:DB8:0:0:8:800:200C:417A up", "2001:DB8:0:0:8:800:200C:417A"},
      {":: -> 2001:db8::2, 6 packets", "::|2001:db8::2"},
      {"fe80::1%GigabitEthernet0/1", "fe80::1"},
      {"[2001:db8::1]:514", "2001:db8::1"},
      {"2001:db8::/32", "2001:db8::"},
      {"inside:2001:db8::1/443", "2001:db8::1"},
      {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
      {"2001:db8::1+51528 (proto)", "2001:db8::1"},
      {"2001:db8:1::a502:764:1:61664 wrong", "2001:db8:1::a502:764:1"},
      {"2001:db8::(38370)", "2001:db8::"},
      {"2001:db8::1.", "2001:db8::1"},
      {"12:34:56", ""},
      {"at 00:00:01.123", ""},
      {"Foo::bar", ""},
      {"std::string", ""},
      {"2001:xyz::1", ""},
      {"2001:db8::1::2", ""},
      {"2001:db8:0:0:8:800:200c:417a:8080", "2001:db8:0:0:8:800:200c:417a"},
      {"1:2:3:4:5:6:7:8:9:a", ""},
      {"50:06:01:60:3b:20:1f:3e", ""},
      {"x2001:db8::1", ""},
      {"2001:db8::1x", ""},
      {"2001:db8::12345", ""},
      {"a:b:c", ""},
  };
  for (const auto& one : cases)
    EXPECT_EQ(found(one.text, List::ip_addresses), one.expected) << one.text;
}

TEST(ScanText, finds_hardware_addresses_in_every_vendors_spelling) {
  const Case cases[] = {
      {"00:1c:73:00:00:01", "00:1c:73:00:00:01"},
      {"(00-1C-73-00-00-01)", "00-1C-73-00-00-01"},
      {"0200.0000.00aa.", "0200.0000.00aa"},
      {"aaaa.bbbb.cccc", "aaaa.bbbb.cccc"},
      {"00e0-fc12-3456", "00e0-fc12-3456"},
      {"MAC=0200.0000.0001,", "0200.0000.0001"},
      {"192.0.2.1/0200.0000.0001", "0200.0000.0001"},
      {"#0 3c.61.4.6a.22.7", "3c.61.4.6a.22.7"},
      {"SN123-70:7D:B9:00:BC:BF]", "70:7D:B9:00:BC:BF"},
      {"1.2.3.4.5.6", ""},
      {"00:1c:73:00:00:01:02", ""},
      {"00:1c:73:00:00", ""},
      {"b4:fb:e4:00:00:01:00:1c:73:00:00:01:08:00", ""},
      {"0200.0000.0001.0002", ""},
      {"x0200.0000.0001", ""},
      {"11111111-1111-1111-1111-111111111111", ""},
      {"12:34:56", ""},
      {"2001:db8:aaaa:bbbb::1", ""},
  };
  for (const auto& one : cases)
    EXPECT_EQ(found(one.text, List::mac_addresses), one.expected) << one.text;
}

TEST(ScanText, finds_interfaces_in_every_vendors_spelling) {
  for (const char* name : {"Gi1/0/1",
                           "GigabitEthernet0/0/0",
                           "GigabitEthernet1",
                           "Te1/1/1",
                           "TenGigE0/0/0/1",
                           "TenGigabitEthernet1/1",
                           "Hu0/0/1/0",
                           "HundredGigE0/0/0/1",
                           "FortyGigE0/0/0/1",
                           "FortyGigabitEthernet1/1",
                           "Fo1/1",
                           "Fa0/1",
                           "Eth1/1",
                           "eth1/1",
                           "Ethernet1/1",
                           "Ethernet49/1",
                           "Ethernet1/1/1",
                           "Et49/1",
                           "Et1",
                           "Po10",
                           "Port-channel10",
                           "Port-Channel10",
                           "port-channel10",
                           "Bundle-Ether1",
                           "Bundle-Ether10.100",
                           "BE1",
                           "BE1.100",
                           "Vlan100",
                           "vlan100",
                           "Vl100",
                           "Lo0",
                           "Loopback0",
                           "loopback0",
                           "Tu1",
                           "Tunnel1",
                           "tunnel-te12",
                           "mgmt0",
                           "MgmtEth0/RP0/CPU0/0",
                           "MgmtEth0/RSP0/CPU0/0",
                           "Mg0/RP0/CPU0/0",
                           "Management1",
                           "Management0/0",
                           "Ma1",
                           "xe-0/0/0",
                           "xe-0/0/0.100",
                           "xe-0/0/0:1",
                           "xe-0/0/0:1.100",
                           "ge-0/0/0",
                           "et-0/0/48",
                           "ae1",
                           "ae1.0",
                           "irb.100",
                           "lo0",
                           "lo0.0",
                           "fxp0",
                           "em0",
                           "st0.1",
                           "reth0",
                           "reth1.603",
                           "fab0",
                           "vme",
                           "vme.0",
                           "me0",
                           "BVI10",
                           "BDI100",
                           "nve1",
                           "Se0/0/0:1",
                           "Serial0/1/0",
                           "Serial0/0/0.100",
                           "Dialer1",
                           "Cellular0/1/0",
                           "Null0",
                           "Virtual-Access2.1",
                           "AppGigabitEthernet1/0/1",
                           "TwentyFiveGigE1/0/1",
                           "Twe1/0/1",
                           "FastEthernet0/2",
                           "GigabitEthernet0/0/0.100",
                           "Gi0/0/0/1.4094",
                           "Vxlan1",
                           "Vethernet100",
                           "fc1/1",
                           "vlan.192",
                           "vtep.32769",
                           "t1-0/0/0",
                           "so-1/0/0",
                           "gr-0/0/0.14",
                           "lsq-0/0/0",
                           "100GE1/0/1",
                           "10GE1/0/1",
                           "XGigabitEthernet0/0/1",
                           "Eth-Trunk10",
                           "Vlanif100",
                           "Ten-GigabitEthernet1/0/1",
                           "Bridge-Aggregation1",
                           "eth0",
                           "eth1.100",
                           "bond0",
                           "ens192",
                           "Optics0/0/0/1",
                           "POS0/1/0/0",
                           "ATM0/1/0.100",
                           "Multilink1",
                           "PW-Ether1",
                           "sup-eth0",
                           "ethernet 3/8",
                           "GigabitEthernet 1/0/1",
                           "Eth13/17-20",
                           "pp0.1"}) {
    for (const std::string& text :
         {std::string(name), "Interface " + std::string(name) + " is down",
          std::string(name) + ", changed", "(" + std::string(name) + ")", std::string(name) + ".",
          std::string(name) + ": x", "intf:" + std::string(name), "on=" + std::string(name) + "]"})
      EXPECT_EQ(found(text, List::interfaces), name) << text;
  }
}

TEST(ScanText, takes_no_interface_out_of_a_longer_word_or_number) {
  for (const char* text : {"xGi1/0/1",
                           "Gi1/0/1x",
                           "Gi1/0/1_a",
                           "myEthernet1/1",
                           "ae1.cr1.example.net",
                           "ge-0-0-0",
                           "xe-0/0/0.cr1",
                           "Po1st",
                           "po10x",
                           "lo0cal",
                           "em0tion",
                           "ae",
                           "Ethernet",
                           "GigabitEthernet",
                           "Vlan",
                           "VLAN0600",
                           "Class 4",
                           "MST0",
                           "vty0",
                           "tty1",
                           "con0",
                           "pts/0",
                           "slot 1/0",
                           "0/RP0/CPU0",
                           "0/FT0",
                           "CPU0",
                           "Module1",
                           "Lo0.1.2",
                           "ge-0",
                           "xe-",
                           "sha256",
                           "ssh2",
                           "ipv4",
                           "md5",
                           "rpd1",
                           "L2",
                           "ike2",
                           "as65000",
                           "gi-1",
                           "Te",
                           "Serial number 1"})
    EXPECT_EQ(found(text, List::interfaces), "") << text;
}

TEST(ScanText, finds_users_where_a_word_announces_them) {
  const Case cases[] = {
      {"User 'ada' logged in", "ada"},
      {"[user: ada] [Source: 192.0.2.1]", "ada"},
      {"User <EXAMPLE\\ada> IP <192.0.2.1>", "EXAMPLE\\ada"},
      {"user = ada : server", "ada"},
      {"username=ada;", "ada"},
      {"Uname: ada Priv: 15", "ada"},
      {"failed for user ada from x", "ada"},
      {"invalid user ada.b from x", "ada.b"},
      {"Configured by user \"ada lovelace\"", "ada lovelace"},
      {"User:ada  logged command:!exec", "ada"},
      {"user = *****", ""},
      {"user: N/A", ""},
      {"[user: ] [Source: 192.0.2.1]", ""},
      {"by username on vty0", ""},
      {"AAA user authentication Rejected", ""},
      {"user IP = 192.0.2.1", ""},
      {"superuser: root", ""},
      {"users: 5", ""},
  };
  for (const auto& one : cases) EXPECT_EQ(found(one.text, List::users), one.expected) << one.text;
}

TEST(ScanText, holds_the_lists_of_a_hostile_message_short) {
  std::string text;
  for (int i = 0; i < 60000; ++i)
    text += std::to_string(i / 256 % 256) + ".7." + std::to_string(i % 256) + ".1 ";
  EventExtractor extractor(builtin_events());
  ExtractedFields fields;
  extractor.extract(
      {.vendor = {}, .message_id = {}, .process = {}, .message = text, .parameters = {}}, fields);
  EXPECT_EQ(fields.list(List::ip_addresses).size(), Hits::limit);
}

TEST(ScanText, finds_values_at_any_distance_from_the_beginning) {
  for (std::size_t n = 0; n < 200; ++n) {
    const auto text = std::string(n, 'x') + " 192.0.2.1 GigabitEthernet1/0/24 user 'ada'";
    EXPECT_EQ(found(text, List::ip_addresses), "192.0.2.1") << n;
    EXPECT_EQ(found(text, List::interfaces), "GigabitEthernet1/0/24") << n;
    EXPECT_EQ(found(text, List::users), "ada") << n;
    // One token, however long, is no address.
    EXPECT_EQ(found(std::string(n + 1, 'x') + "192.0.2.1", List::ip_addresses), "") << n;
  }
}

}  // namespace
}  // namespace netlogd::parse
