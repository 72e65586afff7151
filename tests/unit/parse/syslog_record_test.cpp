#include "netlogd/parse/syslog_record.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "netlogd/parse/explain.hpp"
#include "syslog_fixture.hpp"

namespace netlogd::parse {
namespace {

using nlohmann::json;
using namespace std::string_literals;

json read(test::SyslogFixture& fixture, std::string_view text) {
  return json::parse(fixture.record(text));
}

TEST(SyslogRecordMaker, writes_the_head_and_the_device_of_an_unknown_sender) {
  test::SyslogFixture fixture;
  fixture.raw.transport = Transport::tcp;
  fixture.raw.has_relay = true;
  fixture.raw.relay = *IpAddress::parse("198.51.100.7");
  const std::string head =
      R"({"id":0,"record_type":"syslog","received_at":"2026-11-21T12:00:00.000000Z","source_ip":"192.0.2.1",)"
      R"("transport":"tcp","relay_ip":"198.51.100.7","device":{"hostname":"r1","vendor":"cisco","model":"unknown",)"
      R"("role":"unknown","location":"unknown","site":"unknown","criticality":"unknown"},)"
      R"("raw_message":"<189>7: r1: *Jan 17 14:32:15.234: %SYS-5-CONFIG_I: Configured",)";
  const auto line = fixture.record("<189>7: r1: *Jan 17 14:32:15.234: %SYS-5-CONFIG_I: Configured");
  EXPECT_EQ(line.substr(0, head.size()), head);
}

TEST(SyslogRecordMaker, keeps_exact_octets_beside_the_replaced_text) {
  test::SyslogFixture fixture;
  const auto record = read(fixture, "<13>Jan 17 14:32:15 h p: a\xff\0b"s);
  EXPECT_EQ(record["raw_message"].get<std::string>(), "<13>Jan 17 14:32:15 h p: a\xef\xbf\xbd\0b"s);
  EXPECT_EQ(record["raw_base64"], "PDEzPkphbiAxNyAxNDozMjoxNSBoIHA6IGH/AGI=");
  EXPECT_FALSE(read(fixture, "<13>Jan 17 14:32:15 h p: gr\xc3\xbc").contains("raw_base64"));
}

TEST(SyslogRecordMaker, marks_what_was_cut_and_takes_line_ends_off_the_message_only) {
  test::SyslogFixture fixture;
  fixture.raw.original_length = 70000;
  const auto record = read(fixture, "<13>Jan 17 14:32:15 h p: text\r\n");
  EXPECT_EQ(record["truncated"], 70000);
  EXPECT_EQ(record["raw_message"], "<13>Jan 17 14:32:15 h p: text\r\n");
  EXPECT_EQ(record["message"], "text");
}

TEST(SyslogRecordMaker, gives_no_record_for_an_empty_datagram) {
  test::SyslogFixture fixture;
  EXPECT_EQ(fixture.record(""), "");
  EXPECT_EQ(fixture.batch().no_record_count(), 1U);
}

TEST(SyslogRecordMaker, believes_the_name_in_the_message_behind_a_shared_address) {
  test::SyslogFixture fixture;
  Device gateway;
  gateway.hostname = "nat-1";
  gateway.vendor = "cisco";
  gateway.shared = true;
  Device leaf;
  leaf.hostname = "leaf9";
  leaf.vendor = "arista";
  leaf.site = "west";
  fixture.devices.device = &gateway;
  fixture.devices.named = {leaf};
  const auto known =
      read(fixture, "<165>Feb  6 09:42:36 leaf9 aaa: %AAA-5-LOGIN: user carol logged in");
  EXPECT_EQ(known["device"]["site"], "west");
  EXPECT_EQ(known["vendor"], "arista_eos");
  const auto unknown =
      read(fixture, "<189>7: r1: Jan 17 14:32:15.234: %SYS-5-CONFIG_I: Configured");
  EXPECT_EQ(unknown["device"]["hostname"], "nat-1");
  gateway.shared = false;
  EXPECT_EQ(read(fixture,
                 "<165>Feb  6 09:42:36 leaf9 Aaa: %AAA-5-LOGIN: user carol")["device"]["hostname"],
            "nat-1");
}

TEST(SyslogRecordMaker, measures_the_skew_only_where_the_zone_is_known) {
  test::SyslogFixture fixture;
  const auto sent = read(fixture, "<189>7: r1: Nov 21 2026 11:59:58.500 UTC: %SYS-5-CONFIG_I: x");
  EXPECT_EQ(sent["clock_skew_ms"], 1500);
  const auto ahead = read(fixture, "<189>7: r1: Nov 21 2026 12:00:00.500 UTC: %SYS-5-CONFIG_I: x");
  EXPECT_EQ(ahead["clock_skew_ms"], -500);
  const auto guessed = read(fixture, "<189>7: r1: Nov 21 2026 11:59:58.500: %SYS-5-CONFIG_I: x");
  EXPECT_TRUE(guessed["clock_skew_ms"].is_null());
}

TEST(SyslogRecordMaker, knows_no_instant_beyond_its_clock) {
  test::SyslogFixture fixture;
  for (const auto* stamp :
       {"0000-01-01T00:00:00Z", "1677-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"}) {
    const auto record = read(fixture, fmt::format("<14>1 {} host app - - - text", stamp));
    EXPECT_EQ(record["timestamp"], stamp);
    EXPECT_TRUE(record["timestamp_normalized"].is_null()) << stamp;
    EXPECT_TRUE(record["clock_skew_ms"].is_null()) << stamp;
  }
  const auto early = read(fixture, "<14>1 1678-01-01T00:00:00Z host app - - - text");
  EXPECT_EQ(early["timestamp_normalized"], "1678-01-01T00:00:00.000Z");
  EXPECT_EQ(early["clock_skew_ms"].get<std::int64_t>() / 86'400'000 / 365, 349);
}

TEST(SyslogRecordMaker, keeps_a_second_counter_as_a_field) {
  test::SyslogFixture fixture;
  const auto record =
      read(fixture, "<190>3352436: 0003352457: Aug 12 2023 12:14:24.412 mdt: %SYS-5-CONFIG_I: x");
  EXPECT_EQ(record["sequence"], 3352436);
  EXPECT_EQ(record["extracted_fields"]["sequence2"], 3352457);
}

TEST(SyslogRecordMaker, takes_the_default_zone_of_its_tables) {
  test::SyslogFixture fixture(test::shipped_tables(TimeZone::fixed("+2", 7200)));
  const auto record = read(fixture, "<13>Jan 17 14:32:15 h p: text");
  EXPECT_EQ(record["timestamp_normalized"], "2026-01-17T12:32:15.000Z");
  EXPECT_EQ(record["time_quality"]["zone"], "default");
}

TEST(Explain, shows_each_field_with_its_place_its_rule_and_its_doubt) {
  SyslogReader reader(test::shipped_tables());
  const std::string text = "<189>2024: r1: *Jan 17 14:32:15 CST: %SYS-5-CONFIG_I: Configured";
  RawMessage raw;
  raw.bytes = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  raw.received = test::at_utc(2024, 1, 18);
  const auto fields = explain(raw, reader.read(raw, EmptyDirectory()));
  const auto find = [&](std::string_view name) {
    for (const auto& field : fields)
      if (field.name == name) return field;
    ADD_FAILURE() << name << " is missing";
    return ExplainedField();
  };
  EXPECT_EQ(find("vendor").value, "cisco_ios");
  EXPECT_EQ(find("severity").value, "5");
  EXPECT_EQ(text.substr(find("severity").begin, find("severity").end), "<189>");
  const auto host = find("hostname");
  EXPECT_EQ(text.substr(host.begin, host.end - host.begin), "r1");
  EXPECT_EQ(host.rule, "the word in front of the device's time (origin-id)");
  EXPECT_EQ(find("timestamp").value, "Jan 17 14:32:15 CST");
  EXPECT_FALSE(find("time_quality.year").doubt.empty());
  EXPECT_EQ(find("time_quality.zone").value, "default");
  EXPECT_FALSE(find("time_quality.zone").doubt.empty());
  EXPECT_EQ(find("time_quality.clock").value, "never_set");
  EXPECT_EQ(find("message_id").value, "%SYS-5-CONFIG_I");
  EXPECT_EQ(find("message").end, text.size());
  EXPECT_EQ(find("parse_status").value, "parsed");
}

}  // namespace
}  // namespace netlogd::parse
