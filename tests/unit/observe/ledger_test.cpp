#include "netlogd/observe/ledger.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "netlogd/observe/metrics_text.hpp"

namespace netlogd::observe {
namespace {

struct Ledger : testing::Test {
  void SetUp() override {
    listener.name = "syslog/udp/127.0.0.1:5140";
    listener.bound = {IpAddress::v4(0x7f000001), 5140};
    count(listener.received, 12);
    count(listener.journaled, 9);
    count(listener.no_record, 1);
    count(listener.dropped[static_cast<std::size_t>(DropReason::queue_full)], 2);
    count(listener.records, 9);
    follower.name = "sqlite";
    count(follower.journaled, 10);
    count(follower.written, 6);
    count(follower.expired, 1);
  }
  ListenerCounters listener;
  FollowerCounters follower;
  const ListenerCounters* listeners[1] = {&listener};
  const FollowerCounters* followers[1] = {&follower};
  LedgerView view{.started_at = TimePoint(std::chrono::seconds(1705501935)),
                  .written_at = TimePoint(std::chrono::seconds(1705501936)),
                  .listeners = listeners,
                  .followers = followers};
};

TEST_F(Ledger, balances_as_json) {
  const auto json = nlohmann::json::parse(ledger_json(view));
  EXPECT_EQ(json.at("started_at"), "2024-01-17T14:32:15.000000Z");
  const auto& entry = json.at("listeners").at("syslog/udp/127.0.0.1:5140");
  std::uint64_t dropped = 0;
  for (const auto& reason : entry.at("dropped")) dropped += reason.get<std::uint64_t>();
  EXPECT_EQ(entry.at("dropped").size(), drop_reason_count);
  EXPECT_EQ(entry.at("dropped").at("queue_full"), 2);
  EXPECT_EQ(entry.at("received"), entry.at("journaled").get<std::uint64_t>() +
                                      entry.at("no_record").get<std::uint64_t>() + dropped);
  const auto& sqlite = json.at("followers").at("sqlite");
  EXPECT_EQ(sqlite.at("pending"), 3);
  EXPECT_EQ(sqlite.at("expired"), 1);
}

TEST_F(Ledger, names_the_exporters_whose_numbering_has_gaps) {
  const ExporterGap gaps[] = {{.name = "192.0.2.1", .lost = 30, .late = 2, .restarts = 1}};
  view.exporters = gaps;
  const auto json = nlohmann::json::parse(ledger_json(view));
  EXPECT_EQ(json.at("exporters").at("192.0.2.1").at("lost"), 30);
  EXPECT_EQ(json.at("exporters").at("192.0.2.1").at("restarts"), 1);
}

TEST_F(Ledger, never_shows_more_written_than_journaled) {
  count(follower.written, 100);
  const auto sqlite = nlohmann::json::parse(ledger_json(view)).at("followers").at("sqlite");
  EXPECT_EQ(sqlite.at("pending"), 0);
  EXPECT_EQ(sqlite.at("journaled"), 107);
}

TEST_F(Ledger, is_whole_json_without_listeners_and_followers) {
  const auto json = nlohmann::json::parse(ledger_json({}));
  EXPECT_TRUE(json.at("listeners").empty());
  EXPECT_TRUE(json.at("followers").is_object());
  EXPECT_EQ(listeners_json({}), "[]\n");
}

TEST_F(Ledger, lists_the_listeners) {
  const auto json = nlohmann::json::parse(listeners_json(listeners));
  EXPECT_EQ(
      json,
      nlohmann::json::parse(
          R"([{"protocol": "syslog", "transport": "udp", "address": "127.0.0.1", "port": 5140}])"));
}

TEST_F(Ledger, speaks_prometheus) {
  MetricsText metrics;
  write_ledger_metrics(view, metrics);
  const std::string& text = metrics.text();
  EXPECT_NE(text.find("# TYPE netlogd_received_total counter\n"
                      "netlogd_received_total{listener=\"syslog/udp/127.0.0.1:5140\"} 12\n"),
            std::string::npos);
  EXPECT_NE(
      text.find(
          "netlogd_dropped_total{listener=\"syslog/udp/127.0.0.1:5140\",reason=\"disk_full\"} 0\n"),
      std::string::npos);
  EXPECT_NE(text.find("netlogd_follower_pending_records{follower=\"sqlite\"} 3\n"),
            std::string::npos);
  EXPECT_NE(text.find("netlogd_start_time_seconds 1705501935\n"), std::string::npos);
}

}  // namespace
}  // namespace netlogd::observe
