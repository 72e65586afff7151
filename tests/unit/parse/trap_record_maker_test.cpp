#include "netlogd/parse/trap_record_maker.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/trap_support.hpp"

namespace netlogd::parse {
namespace {

using trap_support::Bench;
using trap_support::element;
using trap_support::notification;
using trap_support::number;
using trap_support::pdu;
using trap_support::scoped_pdu;
using trap_support::Sender;
using trap_support::v2c;
using trap_support::varbind;
using Json = nlohmann::json;

const std::string cold_start = notification("1.3.6.1.6.3.1.1.5.1", "");

std::shared_ptr<const TrapTables> tables(wire::SnmpAccess access = {}) {
  return trap_support::tables(NETLOGD_SOURCE_DIR, std::move(access));
}

wire::SnmpAccess only(std::vector<std::string> communities) {
  wire::SnmpAccess access;
  access.any_community = false;
  access.communities = std::move(communities);
  return access;
}

Sender noc() {
  Sender sender;
  sender.user = trap_support::user({.name = "noc",
                                    .auth = "SHA",
                                    .auth_password = "correct horse",
                                    .priv = "AES",
                                    .priv_password = "battery staple"});
  return sender;
}
wire::SnmpAccess noc_access() {
  wire::SnmpAccess access;
  access.users = {noc().user};
  return access;
}

TEST(TrapRecordMaker, writes_the_keys_in_the_order_of_the_contract) {
  Bench bench(tables());
  const std::string line =
      bench.give(trap_support::v1("1.3.6.1.4.1.9", "\x0a\x01\x02\x03", 0, 0, ""));
  std::size_t at = 0;
  for (const char* key :
       {"id",         "record_type",   "received_at",  "source_ip",    "transport",
        "device",     "version",       "inform",       "trap_type",    "trap_name",
        "enterprise", "agent_address", "uptime_ms",    "varbinds",     "extracted_fields",
        "event_type", "severity",      "parse_status", "generic_trap", "specific_trap"}) {
    const std::size_t found = line.find("\"" + std::string(key) + "\":", at);
    ASSERT_NE(found, std::string::npos) << key << " in " << line;
    at = found;
  }
  EXPECT_TRUE(Json::accept(line));
}

TEST(TrapRecordMaker, an_empty_datagram_is_no_record) {
  Bench bench(tables());
  EXPECT_EQ(bench.give(""), "");
  EXPECT_EQ(bench.batch().no_record_count(), 1U);
}

TEST(TrapRecordMaker, only_the_communities_that_are_known_may_send) {
  Bench bench(tables(only({"noc", "", std::string("\0\xff", 2)})));
  EXPECT_EQ(bench.give(v2c("public", pdu(0xa7, 1, cold_start))), "");
  EXPECT_EQ(bench.dropped(DropReason::not_allowed), 1U);
  EXPECT_EQ(bench.give(v2c("no", pdu(0xa7, 1, cold_start))), "");
  EXPECT_NE(bench.give(v2c("noc", pdu(0xa7, 1, cold_start))), "");
  EXPECT_NE(bench.give(v2c("", pdu(0xa7, 1, cold_start))), "");
  EXPECT_NE(bench.give(v2c(std::string("\0\xff", 2), pdu(0xa7, 1, cold_start))), "");
}

TEST(TrapRecordMaker, no_community_is_allowed_where_the_list_is_empty) {
  Bench bench(tables(only({})));
  EXPECT_EQ(bench.give(v2c("public", pdu(0xa7, 1, cold_start))), "");
}

TEST(TrapRecordMaker,
     only_the_prefixes_that_are_known_may_send_and_the_refused_are_counted_by_source) {
  wire::SnmpAccess access;
  access.sources = {*IpPrefix::parse("198.51.100.0/24")};
  Bench bench(tables(access));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bench.give(v2c("public", pdu(0xa7, 1, cold_start))), "");
  EXPECT_EQ(bench.dropped(DropReason::not_allowed), 1U);
  bench.source().address = *IpAddress::parse("198.51.100.9");
  EXPECT_NE(bench.give(v2c("public", pdu(0xa7, 1, cold_start))), "");
  std::uint64_t refused = 0;
  for (std::size_t i = 0; i < RefusedSources::places; ++i)
    if (const auto entry = bench.maker().refused().at(i)) {
      EXPECT_EQ(entry->source.text(), "192.0.2.1");
      refused += entry->refused;
    }
  EXPECT_EQ(refused, 3U);
}

TEST(TrapRecordMaker, a_flood_of_refused_sources_stays_bounded_and_counted) {
  Bench bench(tables(only({"noc"})));
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    bench.source().address = IpAddress::v4(0x0a000000 + i);
    bench.give(v2c("public", pdu(0xa7, 1, cold_start)));
  }
  std::uint64_t refused = bench.maker().refused().others();
  for (std::size_t i = 0; i < RefusedSources::places; ++i)
    if (const auto entry = bench.maker().refused().at(i)) refused += entry->refused;
  EXPECT_EQ(refused, 5'000U);
}

TEST(TrapRecordMaker, a_community_is_a_secret_unless_asked_for) {
  const std::string good = v2c("s3cret", pdu(0xa7, 1, cold_start));
  const std::string odd = v2c("s3cret", pdu(0xa7, 1, ""));
  Bench silent(tables());
  EXPECT_EQ(silent.give(good).find("s3cret"), std::string::npos);
  const std::string partial = Json::parse(silent.give(odd))["raw_base64"];
  EXPECT_TRUE(partial.starts_with("pw")) << "the PDU, from its tag a7 on";
  auto settings = Bench::own_settings();
  settings.write_community = true;
  Bench open(tables(), settings);
  EXPECT_EQ(Json::parse(open.give(good))["community"], "s3cret");
  EXPECT_TRUE(Json::parse(open.give(odd))["raw_base64"].get<std::string>().starts_with("MB"));
}

TEST(TrapRecordMaker, an_inform_is_answered_with_its_own_varbinds) {
  Bench bench(tables());
  const std::string line = bench.give(v2c("public", pdu(0xa6, 77, cold_start)));
  EXPECT_EQ(Json::parse(line)["inform"], true);
  ASSERT_EQ(bench.batch().replies().size(), 1U);
  EXPECT_EQ(bench.batch().replies()[0].bytes, v2c("public", pdu(0xa2, 77, cold_start)));
  EXPECT_EQ(bench.batch().replies()[0].to, bench.source());
  bench.give(v2c("public", pdu(0xa7, 77, cold_start)));
  EXPECT_TRUE(bench.batch().replies().empty()) << "a trap is not";
}

TEST(TrapRecordMaker, a_refused_inform_is_not_answered) {
  Bench bench(tables(only({"noc"})));
  bench.give(v2c("public", pdu(0xa6, 77, cold_start)));
  EXPECT_TRUE(bench.batch().replies().empty());
}

TEST(TrapRecordMaker, answers_end_where_the_budget_ends_and_records_do_not) {
  auto settings = Bench::own_settings();
  settings.replies.responses_per_second = 10;
  Bench bench(tables(), settings);
  std::size_t replies = 0;
  std::size_t records = 0;
  for (int i = 0; i < 100; ++i) {
    records += bench.give(v2c("public", pdu(0xa6, i, cold_start))).empty() ? 0 : 1;
    replies += bench.batch().replies().size();
  }
  EXPECT_EQ(records, 100U);
  EXPECT_EQ(replies, 10U);
  EXPECT_EQ(read(bench.maker().counters().replies_limited), 90U);
}

TEST(TrapRecordMaker, a_v3_record_says_who_and_how) {
  Bench bench(tables(noc_access()));
  const Sender from = noc();
  const Json record = Json::parse(
      bench.give(trap_support::v3(from, scoped_pdu(from, pdu(0xa7, 5, cold_start), "vrf-A"))));
  EXPECT_EQ(record["version"], "v3");
  EXPECT_EQ(record["security_name"], "noc");
  EXPECT_EQ(record["security_level"], "authPriv");
  EXPECT_EQ(record["context_name"], "vrf-A");
  EXPECT_EQ(record["engine_id"], "80001f8804726f75746572");
  EXPECT_EQ(record["auth_ok"], true);
  EXPECT_EQ(record["trap_name"], "coldStart");
}

TEST(TrapRecordMaker, v3_refusals_have_their_reasons) {
  Bench bench(tables(noc_access()));
  Sender from = noc();
  from.user.auth_password = "wrong password";
  bench.give(trap_support::v3(from, scoped_pdu(from, pdu(0xa7, 5, cold_start))));
  EXPECT_EQ(bench.dropped(DropReason::not_authentic), 1U);
  from = noc();
  from.user.priv_password = "wrong password";
  bench.give(trap_support::v3(from, scoped_pdu(from, pdu(0xa7, 5, cold_start))));
  EXPECT_EQ(bench.dropped(DropReason::not_decrypted), 1U);
  from = noc();
  ++from.salt;
  bench.give(trap_support::v3(from, scoped_pdu(from, pdu(0xa0, 5, ""))));
  EXPECT_EQ(bench.dropped(DropReason::unsupported), 1U);
  from.encrypt = false;
  bench.give(trap_support::v3(from, "rubbish"));
  EXPECT_EQ(bench.dropped(DropReason::malformed), 1U);
}

TEST(TrapRecordMaker, an_inform_sent_again_is_answered_again_and_recorded_once) {
  Bench bench(tables(noc_access()));
  const Sender from = noc();
  const std::string inform = trap_support::v3(from, scoped_pdu(from, pdu(0xa6, 5, cold_start)));
  EXPECT_NE(bench.give(inform), "");
  EXPECT_EQ(bench.batch().replies().size(), 1U);
  EXPECT_EQ(bench.give(inform), "");
  EXPECT_EQ(bench.batch().no_record_count(), 1U);
  EXPECT_EQ(bench.batch().replies().size(), 1U);
}

TEST(TrapRecordMaker, a_replayed_trap_is_refused) {
  Bench bench(tables(noc_access()));
  const Sender from = noc();
  const std::string trap = trap_support::v3(from, scoped_pdu(from, pdu(0xa7, 5, cold_start)));
  EXPECT_NE(bench.give(trap), "");
  EXPECT_EQ(bench.give(trap), "");
  EXPECT_EQ(bench.dropped(DropReason::not_authentic), 1U);
  EXPECT_EQ(read(bench.maker().usm_counters().repeated), 1U);
}

TEST(TrapRecordMaker, new_tables_take_effect_with_the_next_trap) {
  Bench bench(tables());
  EXPECT_NE(bench.give(v2c("public", pdu(0xa7, 1, cold_start))), "");
  bench.maker().use(tables(only({"noc"})));
  EXPECT_EQ(bench.give(v2c("public", pdu(0xa7, 1, cold_start))), "");
}

TEST(TrapRecordMaker, hostile_text_stays_inside_its_string) {
  Bench bench(tables());
  const std::string name = "\"},\n{\"id\":1}\x1b[2J\xff";
  const std::string line = bench.give(
      v2c("public",
          pdu(0xa7, 1,
              notification("1.3.6.1.6.3.1.1.5.3",
                           varbind("1.3.6.1.2.1.2.2.1.2.7", element(0x04, name)) +
                               varbind("1.3.6.1.2.1.31.1.1.1.18.7", element(0x04, "a\nb\"c"))))));
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const Json record = Json::parse(line);
  EXPECT_EQ(record["varbinds"][2]["value"].get<std::string>().substr(0, 2), "0x");
  EXPECT_EQ(record["varbinds"][3]["value"], "a\nb\"c");
}

TEST(TrapRecordMaker, four_thousand_varbinds_are_written_and_the_fields_stay_small) {
  Bench bench(tables());
  std::string many;
  for (int i = 0; i < 3'000; ++i)
    many += varbind(
        "1.3.6.1.2.1.4.20.1.1",
        element(0x40, std::string("\x0a\x01") + static_cast<char>(i >> 8) + static_cast<char>(i)));
  const Json record = Json::parse(
      bench.give(v2c("public", pdu(0xa7, 1, notification("1.3.6.1.6.3.1.1.5.1", many)))));
  EXPECT_EQ(record["varbinds"].size(), 3'002U);
  EXPECT_LE(record["extracted_fields"]["ip_addresses"].size(), 256U);
}

TEST(TrapRecordMaker, a_message_cut_at_the_limit_is_never_a_wrong_record) {
  Bench bench(tables());
  const std::string whole = v2c("public", pdu(0xa7, 1, cold_start));
  for (std::size_t size = 1; size < whole.size(); ++size) {
    EXPECT_EQ(bench.give(whole.substr(0, size)), "");
    EXPECT_EQ(bench.dropped(DropReason::malformed), 1U);
  }
}

}  // namespace
}  // namespace netlogd::parse
