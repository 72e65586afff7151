// The questions of docs/queries.md: each must use an index, in plain SQL over the views.

#include <gtest/gtest.h>

#include "follow_testing.hpp"
#include "netlogd/follow/sqlite_follower.hpp"
#include "netlogd/journal/reader.hpp"

namespace netlogd::follow {
namespace {

using namespace netlogd::testing;

class QueriesTest : public ::testing::Test {
 protected:
  QueriesTest() {
    journal::JournalSettings journal_settings;
    journal_settings.data_dir = folder_.path();
    journal_settings.background = false;
    auto journal = journal::Journal::open(journal_settings, system_files(), clock_, {});
    file_ = folder_.path() + "/netlogd.db";
    SqliteFollower follower({.file = file_, .keep_age = {}}, system_files(), clock_, {});
    auto cursors = follower.open();
    const char* events[] = {"routing_protocol_bgp", "interface_down", "configuration_change",
                            "other"};
    std::vector<std::string> bodies;
    for (std::uint64_t i = 0; i < 5000; ++i) {
      bodies.push_back(
          log_body({.received_us = 1'705'500'000'000'000 + i * 1'000'000,
                    .device = "device-" + std::to_string(i % 50),
                    .severity = static_cast<int>(i % 8),
                    .event = events[i % 4],
                    .message = "neighbor 192.168.1." + std::to_string(i % 250) + " Down"}));
    }
    auto logs = batch_of(**journal, Stream::syslog, bodies);
    EXPECT_TRUE((*journal)->append(logs));
    auto traps = batch_of(**journal, Stream::trap, {trap_body()});
    EXPECT_TRUE((*journal)->append(traps));
    auto flows = batch_of(**journal, Stream::flow, {flow_body()});
    EXPECT_TRUE((*journal)->append(flows));
    for (std::size_t i = 0; i < stream_count; ++i) {
      const auto stream = static_cast<Stream>(i);
      journal::Reader reader(**journal, stream, (*journal)->resume(stream, (*cursors)[i]).cursor);
      auto read = reader.read(10'000, 64 << 20);
      EXPECT_TRUE(follower.take(stream, *read));
    }
    for (int i = 0; i < 100; ++i) {
      clock_.pass(std::chrono::seconds{1});
      if (const auto more = follower.maintain(true); more && !*more) break;
    }
  }
  std::string plan(const std::string& sql) {
    std::string text;
    for (const auto& row : query(file_, "EXPLAIN QUERY PLAN " + sql)) text += row.back() + "\n";
    return text;
  }
  // The plan names `index` and reads no table from end to end without one.
  void expect_plan(const std::string& sql, const std::string& index, bool sorted = true) {
    const auto text = plan(sql);
    EXPECT_NE(text.find(index), std::string::npos) << sql << "\n" << text;
    for (const std::string_view scan : {"SCAN l\n", "SCAN log_rows\n", "SCAN e\n"})
      EXPECT_EQ(text.find(scan), std::string::npos) << sql << "\n" << text;
    if (sorted) {
      EXPECT_EQ(text.find("TEMP B-TREE"), std::string::npos) << sql << "\n" << text;
    }
  }

  TemporaryFolder folder_;
  TurnedClock clock_;
  std::string file_;
};

TEST_F(QueriesTest, last_hour_of_a_device_uses_an_index) {
  expect_plan(
      "SELECT id, message FROM logs WHERE device_hostname = 'device-7' AND received_at >= "
      "'2024-01-17T15:00:00Z'",
      "log_rows_by_host");
  expect_plan(
      "SELECT id, message FROM logs WHERE device_hostname = 'device-7' AND received_us >= "
      "1705503600000000",
      "log_rows_by_host");
  EXPECT_EQ(ask(file_,
                "SELECT count(*) FROM logs WHERE device_hostname = 'device-7' AND "
                "received_at >= '2024-01-17T15:00:00Z'"),
            "28");
}

TEST_F(QueriesTest, newest_of_a_device_comes_without_sorting) {
  expect_plan("SELECT * FROM logs WHERE device_hostname = 'device-7' ORDER BY id DESC LIMIT 100",
              "log_rows_by_host");
}

TEST_F(QueriesTest, newest_of_all_come_without_sorting) {
  // By the table itself, whose key is the id.
  for (const char* table : {"logs", "traps", "flows"}) {
    const auto text = plan("SELECT * FROM " + std::string(table) + " ORDER BY id DESC LIMIT 20");
    EXPECT_EQ(text.find("TEMP B-TREE"), std::string::npos) << text;
  }
}

TEST_F(QueriesTest, a_count_of_all_needs_no_row) {
  expect_plan("SELECT count(*) FROM logs", "USING COVERING INDEX log_rows_by_event", false);
  expect_plan("SELECT event_type, count(*) FROM logs GROUP BY event_type",
              "COVERING INDEX log_rows_by_event");
  expect_plan("SELECT count(*) FROM logs WHERE event_type = 'interface_down'",
              "COVERING INDEX log_rows_by_event");
}

TEST_F(QueriesTest, newest_severe_messages_come_without_sorting) {
  expect_plan("SELECT * FROM logs WHERE severity <= 3 ORDER BY id DESC LIMIT 100",
              "log_rows_severe");
  expect_plan("SELECT * FROM traps WHERE severity <= 3 ORDER BY id DESC LIMIT 100",
              "trap_rows_severe");
}

TEST_F(QueriesTest, newest_by_time_come_without_sorting) {
  expect_plan("SELECT * FROM logs ORDER BY received_at DESC LIMIT 100", "log_rows_by_received_at");
  expect_plan("SELECT * FROM logs ORDER BY received_us DESC LIMIT 100", "log_rows_by_received_us");
}

TEST_F(QueriesTest, counts_by_event_type_go_by_time) {
  expect_plan(
      "SELECT event_type, count(*) FROM logs WHERE received_at >= '2024-01-17T15:00:00Z' GROUP BY "
      "event_type",
      "log_rows_by_received_at", false);
  expect_plan(
      "SELECT event_type, count(*) FROM logs WHERE received_us >= 1705503600000000 GROUP BY "
      "event_type ORDER BY 2 DESC",
      "log_rows_by_received_us", false);
}

TEST_F(QueriesTest, an_event_type_is_found_by_index) {
  expect_plan("SELECT * FROM logs WHERE event_type = 'interface_down' ORDER BY id DESC LIMIT 50",
              "log_rows_by_event");
  expect_plan("SELECT * FROM traps WHERE event_type = 'interface_down' ORDER BY id DESC LIMIT 50",
              "trap_rows_by_event");
}

TEST_F(QueriesTest, one_record_is_found_by_its_id) {
  expect_plan("SELECT raw_json FROM logs WHERE id = 17", "INTEGER PRIMARY KEY");
}

TEST_F(QueriesTest, flows_are_found_by_time_and_exporter) {
  expect_plan(
      "SELECT src_ip, sum(bytes) FROM flows WHERE received_at >= '2024-01-17T15:00:00Z' GROUP BY "
      "src_ip",
      "flow_rows_by_received_at", false);
  expect_plan("SELECT * FROM flows WHERE device_hostname = 'edge' ORDER BY id DESC LIMIT 10",
              "flow_rows_by_host");
}

TEST_F(QueriesTest, text_is_found_by_the_text_index) {
  EXPECT_EQ(ask(file_,
                "SELECT count(*) FROM logs WHERE id IN "
                "(SELECT rowid FROM log_text WHERE log_text MATCH '\"192.168.1.17\"')"),
            "20");
  EXPECT_EQ(ask(file_,
                "SELECT count(*) FROM logs WHERE id IN "
                "(SELECT rowid FROM log_text WHERE log_text MATCH 'adjchange AND down')"),
            "5000");
  expect_plan(
      "SELECT * FROM logs WHERE id IN (SELECT rowid FROM log_text WHERE log_text MATCH 'flap')",
      "VIRTUAL TABLE");
}

}  // namespace
}  // namespace netlogd::follow
