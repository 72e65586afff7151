#include "cli/record.hpp"

#include <gtest/gtest.h>

#include "cli/filter.hpp"
#include "cli/record_text.hpp"

namespace netlogd::cli {
namespace {

constexpr std::string_view log_line =
    R"({"id":7,"record_type":"syslog","received_at":"2026-01-17T14:32:15.123456Z","source_ip":"10.0.0.9","transport":"udp",)"
    R"("device":{"hostname":"core-01","vendor":"cisco","role":"core","site":"ny"},"raw_message":"x","vendor":"cisco_ios","severity":3,)"
    R"("hostname":"CORE01","message_id":"%BGP-3-NOTIFICATION","message":"sent to neighbor 10.0.0.1 \u001b[31m","extracted_fields":{"ip_addresses":["10.0.0.1"],"vlan":12,"a.b":"dotted"},)"
    R"("event_type":"routing_protocol_bgp","parse_status":"parsed"})";

constexpr std::string_view trap_line =
    R"({"id":3,"record_type":"trap","received_at":"2026-01-17T14:32:16.000000Z","source_ip":"10.0.0.9","device":{"hostname":"unknown","site":"unknown"},)"
    R"("trap_type":"1.3.6.1.6.3.1.1.5.3","trap_name":"linkDown","varbinds":[{"oid":"1.3.6.1.2.1.1.3.0","name":"sysUpTime.0","value":"5"},)"
    R"({"oid":"1.3.6.1.2.1.2.2.1.8.3","name":"ifOperStatus.3","value":"2","label":"down"}],"severity":4,"event_type":"interface_down"})";

TEST(Record, finds_values_by_dotted_paths) {
  RecordReader record;
  ASSERT_TRUE(record.read(log_line));
  EXPECT_EQ(record.id(), 7U);
  EXPECT_EQ(record.text("device.site"), "ny");
  EXPECT_EQ(record.cell("extracted_fields.vlan"), "12");
  EXPECT_EQ(record.cell("extracted_fields.ip_addresses"), "10.0.0.1");
  EXPECT_EQ(record.text("extracted_fields.a.b"), "dotted");
  EXPECT_EQ(record.cell("nothing.here"), "");
  EXPECT_EQ(record.stream(), Stream::syslog);
}

TEST(Record, refuses_what_is_no_object) {
  RecordReader record;
  for (const char* text : {"", "{", "[]", "7", "null", "{\"id\":1", "\xff"}) {
    EXPECT_FALSE(record.read(text)) << text;
    EXPECT_EQ(record.text("id"), "");
  }
}

TEST(RecordText, never_lets_a_control_character_through) {
  RecordReader record;
  record.read(log_line);
  const auto text = describe(Stream::syslog, record, 3, true);
  EXPECT_EQ(text.text, "sent to neighbor 10.0.0.1 \\x1b[31m");
  EXPECT_EQ(text.reference, "s7");
  EXPECT_EQ(text.time, "2026-01-17 14:32:15.123");
  LineWidths widths;
  EXPECT_EQ(one_line(text, {}, widths),
            "2026-01-17 14:32:15.123  core-01  ny  ERROR  %BGP-3-NOTIFICATION  sent to neighbor "
            "10.0.0.1 \\x1b[31m\n");
}

TEST(RecordText, shows_a_trap_by_its_varbinds_and_an_unknown_device_by_its_address) {
  RecordReader record;
  record.read(trap_line);
  LineWidths widths;
  EXPECT_EQ(one_line(describe(Stream::trap, record, 0, true), {}, widths),
            "2026-01-17 14:32:16  10.0.0.9  WARNING  linkDown  ifOperStatus.3=2(down)\n");
}

TEST(RecordText, lines_on_a_terminal_stand_in_columns) {
  LineWidths widths;
  const Terminal terminal{.is_terminal = true};
  const RecordText longer{.time = "T", .device = "router-1", .site = "ny", .severity = "ERROR"};
  const RecordText shorter{.time = "T", .device = "sw", .severity = "INFO", .kind = "%A-6-B"};
  EXPECT_EQ(one_line(longer, terminal, widths), "T  router-1  ny  ERROR     \n");
  EXPECT_EQ(one_line(shorter, terminal, widths), "T  sw            INFO      %A-6-B\n");
}

TEST(RecordText, is_cut_only_at_the_width_of_a_terminal) {
  RecordReader record;
  record.read(log_line);
  Terminal narrow;
  narrow.columns = 80;
  LineWidths widths;
  const auto line = one_line(describe(Stream::syslog, record, 0, true), narrow, widths);
  EXPECT_EQ(display_width(line.substr(0, line.size() - 1)), 80U) << line;
}

Result<Filter> filter_of(const FilterWords& words) {
  return make_filter(words, {Stream::syslog, Stream::trap}, Session{});
}

TEST(Filter, asks_for_all_of_what_is_named) {
  RecordReader record;
  record.read(log_line);
  const auto fits = [&](FilterWords words) {
    const auto filter = filter_of(words);
    EXPECT_TRUE(filter) << filter.error().sentence;
    return matches(*filter, Stream::syslog, record);
  };
  EXPECT_TRUE(fits({}));
  EXPECT_TRUE(fits({.severity = "err"}));
  EXPECT_TRUE(fits({.severity = "warning"})) << "this and worse";
  EXPECT_FALSE(fits({.severity = "crit"}));
  EXPECT_TRUE(fits({.devices = {"core-01"}}));
  EXPECT_TRUE(fits({.devices = {"core-*"}}));
  EXPECT_TRUE(fits({.devices = {"10.0.0.9"}}));
  EXPECT_TRUE(fits({.devices = {"CORE01"}})) << "as it calls itself";
  EXPECT_FALSE(fits({.devices = {"core-02"}}));
  EXPECT_TRUE(fits({.sites = {"ny"}, .roles = {"core"}, .vendors = {"cisco"}}));
  EXPECT_TRUE(fits({.events = {"bgp"}}));
  EXPECT_TRUE(fits({.message_ids = {"%BGP-*"}}));
  EXPECT_TRUE(fits({.texts = {"neighbor 10.0.0.1"}}));
  EXPECT_FALSE(fits({.message_ids = {"x"}}));
  EXPECT_FALSE(fits({.streams = {"trap"}}));
  EXPECT_TRUE(fits({.since = "2026-01-17T14:32:15Z", .until = "2026-01-17T14:32:16Z"}));
  EXPECT_FALSE(fits({.until = "2026-01-17T14:32:15Z"}));
}

TEST(Filter, says_what_is_wrong_with_a_word) {
  for (const FilterWords& words :
       {FilterWords{.severity = "loud"}, FilterWords{.streams = {"mail"}},
        FilterWords{.since = "soon"}, FilterWords{.sources = {"here"}},
        FilterWords{.since = "1h", .until = "2h"}, FilterWords{.statuses = {"odd"}}})
    EXPECT_FALSE(filter_of(words));
}

}  // namespace
}  // namespace netlogd::cli
