#include <gtest/gtest.h>

#include <set>
#include <string>

#include "event_support.hpp"

namespace netlogd::parse {
namespace {

constexpr const char* base = "[event_types]\nother\nalpha\nbeta\n[fields]\nw word\n";

std::string error_of(const std::string& rows) {
  const NamedText files[] = {{"base.txt", base}, {"own.txt", rows}};
  const auto loaded = EventCatalogue::load(files);
  return loaded ? "" : loaded.error().sentence;
}

std::string type_in(std::vector<NamedText> files, std::string_view id,
                    std::string_view message = {}) {
  files.insert(files.begin(), NamedText{"base.txt", base});
  auto loaded = EventCatalogue::load(files);
  if (!loaded) return loaded.error().sentence;
  return read_event(
             *loaded,
             {.vendor = {}, .message_id = id, .process = {}, .message = message, .parameters = {}})
      .type;
}

TEST(EventLoader, names_file_line_and_fault) {
  EXPECT_EQ(error_of("[messages]\n%A-1-B\n"),
            "own.txt:2: a row needs an event type behind \"%A-1-B\"");
  EXPECT_EQ(error_of("[messages]\n\n# x\n%A-1-B alhpa\n"),
            "own.txt:4: there is no event type \"alhpa\", perhaps \"alpha\" is meant");
  EXPECT_EQ(error_of("[messages]\n%A-1-B wholly_different\n"),
            "own.txt:2: there is no event type \"wholly_different\"");
  EXPECT_EQ(error_of("[massages]\n"), "own.txt:1: there is no section \"massages\"");
  EXPECT_EQ(error_of("[messages\n"), "own.txt:1: a section is written [name]");
  EXPECT_EQ(error_of("%A-1-B alpha\n"), "own.txt:1: a row before the first [section]");
  EXPECT_EQ(error_of("[messages]\n    {w}\n"),
            "own.txt:2: an indented line is an extraction rule and needs a row above it");
  EXPECT_EQ(error_of("[messages]\n%A-1-B alpha @none\n"),
            "own.txt:2: there is no set of rules \"none\"");
  EXPECT_EQ(error_of("[messages]\n%A-1-B alpha none\n"),
            "own.txt:2: behind the event type stand sets of rules, written @NAME");
  EXPECT_EQ(error_of("[messages]\n%A*B-1-C alpha\n"),
            "own.txt:2: a \"*\" stands for the severity or at the end of an id");
  EXPECT_EQ(error_of("[messages]\nA alpha\n    {w} => gamma\n"),
            "own.txt:3: there is no event type \"gamma\"");
  EXPECT_EQ(error_of("[attributes]\na nope\n"), "own.txt:2: there is no field \"nope\"");
  EXPECT_EQ(error_of("[fields]\na nope\n"),
            "own.txt:2: a field is written NAME KIND, and the kind must be one of those in "
            "docs/event-types.md");
  EXPECT_EQ(error_of("[interfaces]\nGi nope\n"),
            "own.txt:2: an interface is written NAME number|slots|any|bare, and perhaps blank");
  EXPECT_EQ(error_of("[ports]\nssh 70000\n"), "own.txt:2: a port is written NAME NUMBER");
  EXPECT_EQ(error_of("[words]\nalpha\n"),
            "own.txt:2: a row of words is written EVENT_TYPE: phrase & phrase");
  EXPECT_EQ(error_of("[words]\nalpha: a & & b\n"),
            "own.txt:2: a row has one to four phrases with a letter or digit in each");
  EXPECT_EQ(error_of("[event_types]\nAlpha\n"),
            "own.txt:2: an event type is written in small letters, digits and \"_\"");
  EXPECT_EQ(error_of("[rules]\n"), "own.txt:1: a set of rules needs a name: [rules NAME]");
}

TEST(EventLoader, takes_comments_blank_lines_carriage_returns_and_a_byte_order_mark) {
  EXPECT_EQ(
      error_of("\xef\xbb\xbf# first\r\n[messages]\r\n%A-1-B alpha # why\r\n\r\n    {w} x\r\n"), "");
}

TEST(EventLoader, lets_users_add_event_types_and_ids) {
  EXPECT_EQ(type_in({{"own.txt", "[event_types]\nlunch\n[messages]\n%CANTEEN-5-OPEN lunch\n"}},
                    "%CANTEEN-5-OPEN"),
            "lunch");
}

TEST(EventLoader, lets_a_later_file_win_and_keeps_the_older_rules_behind_its_own) {
  const NamedText files[] = {{"base.txt", base},
                             {"one.txt", "[messages]\n%A-5-B alpha\n    old {w}\n"},
                             {"two.txt", "[messages]\n%A-3-B beta\n    new {w}\n"}};
  auto loaded = EventCatalogue::load(files);
  ASSERT_TRUE(loaded) << loaded.error().sentence;
  const auto read = [&](std::string_view message) {
    return read_event(*loaded, {.vendor = {},
                                .message_id = "%A-7-B",
                                .process = {},
                                .message = message,
                                .parameters = {}});
  };
  EXPECT_EQ(read("new x").type, "beta");
  EXPECT_EQ(read("new x").fields, R"({"w":"x"})");
  EXPECT_EQ(read("old x").fields, R"({"w":"x"})");
  EXPECT_EQ(read("old x").decision.file, "two.txt");
  EXPECT_EQ(read("old x").decision.line, 2U);
}

TEST(EventLoader, prefers_an_exact_id_to_a_wildcard_and_a_long_wildcard_to_a_short_one) {
  const std::string rows =
      "[messages]\n%A-* alpha\n%A-5-BC beta\nT_* alpha\nT_U_* beta\n%ASA-*-106* "
      "alpha\n%ASA-*-1061* beta\n";
  const auto type = [&](std::string_view id) { return type_in({{"own.txt", rows}}, id); };
  EXPECT_EQ(type("%A-5-BC"), "beta");
  EXPECT_EQ(type("%A-5-BCD"), "alpha");
  EXPECT_EQ(type("%AB-5-BC"), "other");
  EXPECT_EQ(type("T_X"), "alpha");
  EXPECT_EQ(type("T_U_X"), "beta");
  EXPECT_EQ(type("t_u_x"), "beta");
  EXPECT_EQ(type("%ASA-4-106023"), "alpha");
  EXPECT_EQ(type("%ASA-6-106100"), "beta");
}

TEST(EventLoader, finds_ids_with_extra_parts_letters_and_lower_case) {
  const std::string rows =
      "[messages]\n%BGP-5-ADJ alpha\n%SYSMGR-STANDBY-3-X beta\n%LINK-W-Down "
      "beta\n%INFRA-Process_Manager-3-R alpha\n"
      "[facilities]\nBGP XBGP\n";
  const auto type = [&](std::string_view id) { return type_in({{"own.txt", rows}}, id); };
  for (const char* id :
       {"%BGP-5-ADJ", "BGP-5-ADJ", "%BGP-3-ADJ", "%BGP-SW1-5-ADJ", "%ROUTING-BGP-5-ADJ",
        "%bgp-5-adj", "%XBGP-5-ADJ", "%BGP-SW2_SPSTBY-5-ADJ", "%INFRA-Process_Manager-3-R"})
    EXPECT_EQ(type(id), "alpha") << id;
  for (const char* id : {"%SYSMGR-STANDBY-3-X", "%LINK-W-Down", "%LINK-I-DOWN"})
    EXPECT_EQ(type(id), "beta") << id;
  for (const char* id :
       {"%BGP-5-ADJ2", "%SYSMGR-3-X", "", "%", "-", "--", "%-5-", "%BGP-", "%BGP-5-"})
    EXPECT_EQ(type(id), "other") << id;
}

TEST(EventLoader, decides_by_words_where_no_id_does) {
  const std::string rows =
      "[messages]\n%G-6-SYSTEM_MSG words\n"
      "[words]\nbeta: login & fail*\nalpha: login\nalpha: link down\n";
  const auto type = [&](std::string_view id, std::string_view message) {
    return type_in({{"own.txt", rows}}, id, message);
  };
  EXPECT_EQ(type("", "Login of x FAILED"), "beta");
  EXPECT_EQ(type("", "failure at login"), "beta");
  EXPECT_EQ(type("", "login of x"), "alpha");
  EXPECT_EQ(type("", "logins of x"), "other");
  EXPECT_EQ(type("", "link-down"), "alpha");
  EXPECT_EQ(type("", "link is down"), "other");
  EXPECT_EQ(type("%Z-5-LINK_DOWN", "now"), "alpha");
  EXPECT_EQ(type("%G-6-SYSTEM_MSG", "login"), "alpha");
  EXPECT_EQ(type("%G-6-SYSTEM_MSG", ""), "other");
}

TEST(EventLoader, asks_words_of_later_files_first) {
  EXPECT_EQ(type_in({{"one.txt", "[words]\nalpha: login\n"}, {"two.txt", "[words]\nbeta: user\n"}},
                    "", "user login"),
            "beta");
}

TEST(EventCatalogueFiles, classify_at_least_600_message_ids_each_with_a_source) {
  EXPECT_GE(builtin_events().message_ids(), 600U);
  // A row without a source would be a claim without a witness.
  for (const auto& file : builtin_event_files()) {
    bool source = false;
    bool in_messages = false;
    std::size_t line_number = 0;
    std::size_t at = 0;
    while (at < file.text.size()) {
      const auto end = std::min(file.text.find('\n', at), file.text.size());
      const std::string line = file.text.substr(at, end - at);
      at = end + 1;
      ++line_number;
      if (line.starts_with("source:")) {
        source = line.size() > 12;
      } else if (line.starts_with('[')) {
        in_messages = line == "[messages]" || line == "[processes]" || line == "[words]";
      } else if (in_messages && !line.empty() && line[0] != '#' && line[0] != ' ') {
        EXPECT_TRUE(source) << file.name << ":" << line_number << ": " << line;
      }
    }
  }
}

TEST(EventCatalogueFiles, know_every_event_type_of_the_record_contract) {
  for (const char* type : {"routing_protocol_bgp",
                           "routing_protocol_ospf",
                           "routing_protocol_isis",
                           "routing_protocol_eigrp",
                           "routing_protocol_other",
                           "bfd",
                           "mpls",
                           "interface_down",
                           "interface_up",
                           "interface_error",
                           "link_aggregation",
                           "spanning_tree",
                           "mac_move",
                           "vlan",
                           "first_hop_redundancy",
                           "configuration_change",
                           "authentication",
                           "authentication_failure",
                           "authorization",
                           "acl",
                           "firewall_session",
                           "nat",
                           "vpn",
                           "port_security",
                           "dhcp",
                           "dot1x",
                           "hardware_power",
                           "hardware_fan",
                           "hardware_temperature",
                           "hardware_module",
                           "optics",
                           "cpu",
                           "memory",
                           "process",
                           "reload",
                           "redundancy",
                           "time_sync",
                           "snmp",
                           "license",
                           "neighbor_discovery",
                           "multicast",
                           "qos",
                           "wireless",
                           "logging",
                           "other"})
    EXPECT_TRUE(builtin_events().has_event_type(type)) << type;
  EXPECT_EQ(builtin_events().event_types().size(), 45U);
}

}  // namespace
}  // namespace netlogd::parse
