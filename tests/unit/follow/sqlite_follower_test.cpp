#include "netlogd/follow/sqlite_follower.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "follow_testing.hpp"
#include "netlogd/journal/reader.hpp"

namespace netlogd::follow {
namespace {

using namespace netlogd::testing;
namespace fs = std::filesystem;

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// The order of keys counts too.
std::string normal(const std::string& json) { return nlohmann::ordered_json::parse(json).dump(); }

class SqliteFollowerTest : public ::testing::Test {
 protected:
  SqliteFollowerTest() {
    journal_settings_.data_dir = folder_.path();
    journal_settings_.background = false;
    journal_settings_.min_free_bytes = 0;
    settings_.file = folder_.path() + "/netlogd.db";
    settings_.keep_age = {};
    auto opened = journal::Journal::open(journal_settings_, system_files(), clock_, {});
    EXPECT_TRUE(opened);
    journal_ = std::move(*opened);
    open_follower();
  }
  void open_follower() {
    follower_.reset();
    follower_ =
        std::make_unique<SqliteFollower>(settings_, system_files(), clock_, journal::Report{});
  }
  void append(Stream stream, const std::vector<std::string>& bodies) {
    auto batch = batch_of(*journal_, stream, bodies);
    auto appended = journal_->append(batch);
    ASSERT_TRUE(appended) << appended.error().sentence;
  }
  // What the runner does, without its thread: opens, takes everything, maintains. After an error of
  // the store it starts over.
  void follow() {
    for (int tries = 0; tries < 4; ++tries) {
      if (take_everything()) return maintain();
    }
    FAIL() << "does not recover";
  }
  bool take_everything() {
    auto cursors = follower_->open();
    EXPECT_TRUE(cursors) << cursors.error().sentence;
    for (std::size_t i = 0; i < stream_count; ++i) {
      const auto stream = static_cast<Stream>(i);
      const auto resume = journal_->resume(stream, (*cursors)[i]);
      if (resume.drop_through > resume.keep_through) {
        EXPECT_TRUE(
            follower_->roll_back(stream, resume.keep_through, resume.drop_through, resume.cursor));
      }
      journal::Reader reader(*journal_, stream, resume.cursor);
      for (;;) {
        auto batch = reader.read(1000, 1 << 20);
        EXPECT_TRUE(batch);
        if (batch->records.empty()) break;
        if (!follower_->take(stream, *batch)) return false;
      }
    }
    return true;
  }
  void maintain() {
    for (int i = 0; i < 1000; ++i) {
      clock_.pass(std::chrono::milliseconds{200});
      auto more = follower_->maintain(true);
      ASSERT_TRUE(more) << more.error().sentence;
      if (!*more) return;
    }
  }
  // Every record of the journal is there once, and its line comes back.
  void expect_equal_to_journal() {
    const char* tables[] = {"logs", "traps", "flows"};
    for (std::size_t i = 0; i < stream_count; ++i) {
      const auto lines = stored_lines(folder_.path(), static_cast<Stream>(i));
      const auto rows = query(
          settings_.file, "SELECT id, raw_json FROM " + std::string(tables[i]) + " ORDER BY id");
      ASSERT_EQ(rows.size(), lines.size()) << tables[i] << (rows.empty() ? "" : rows[0][0]);
      auto row = rows.begin();
      for (const auto& [id, line] : lines) {
        ASSERT_EQ((*row)[0], std::to_string(id));
        ASSERT_EQ(normal((*row)[1]), normal(line));
        ++row;
      }
    }
  }
  std::string one(const std::string& sql) { return ask(settings_.file, sql); }

  TemporaryFolder folder_;
  TurnedClock clock_;
  journal::JournalSettings journal_settings_;
  SqliteSettings settings_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<SqliteFollower> follower_;
};

TEST_F(SqliteFollowerTest, gives_back_every_line_of_every_stream) {
  append(Stream::syslog,
         {log_body(), log_body({.device = "switch \"x\" \u00e9",
                                .severity = 2,
                                .message = "tab\tquote\" back\\ \u00e9 \U0001F600"})});
  append(Stream::trap, {trap_body()});
  append(Stream::flow, {flow_body()});
  follow();
  expect_equal_to_journal();
  EXPECT_EQ(read(follower_->counters().whole_lines), 0u) << "nothing of this is unusual";
}

TEST_F(SqliteFollowerTest, has_the_columns_of_the_contract) {
  append(Stream::syslog, {log_body()});
  append(Stream::trap, {trap_body()});
  append(Stream::flow, {flow_body()});
  follow();
  const auto log = query(settings_.file,
                         "SELECT id, received_at, source_ip, hostname, vendor, severity, "
                         "severity_text, message_id, message, event_type, "
                         "device_hostname, device_role, device_site, timestamp_normalized, "
                         "received_us, timestamp, clock_skew_ms, "
                         "time_quality, extracted_fields, raw_message, facility, process, pid, "
                         "sequence, node, structured_data, "
                         "parse_status, truncated, raw_base64, relay_ip, transport, record_type, "
                         "device_vendor, device_model, "
                         "device_location, device_criticality FROM logs");
  ASSERT_EQ(log.size(), 1u);
  ASSERT_EQ(log[0].size(), 36u) << log[0][0];
  const std::vector<std::string> expected = {"1",
                                             "2024-01-17T14:32:15.123456Z",
                                             "192.0.2.1",
                                             "NULL",
                                             "cisco_ios",
                                             "5",
                                             "NOTICE",
                                             "%BGP-5-ADJCHANGE",
                                             "neighbor 192.168.1.2 Down Interface flap",
                                             "routing_protocol_bgp",
                                             "router-core-01",
                                             "core",
                                             "ny",
                                             "2024-01-17T14:32:15.012Z",
                                             "1705501935123456",
                                             "Jan 17 14:32:15.234 PST",
                                             "111"};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(log[0][i], expected[i]) << i;
  const auto trap =
      query(settings_.file,
            "SELECT trap_name, trap_type, version, inform, uptime_ms, event_type, severity, "
            "device_hostname, varbinds, extracted_fields, parse_status, received_us FROM traps");
  ASSERT_EQ(trap.size(), 1u);
  ASSERT_EQ(trap[0].size(), 12u) << trap[0][0];
  EXPECT_EQ(trap[0][0], "linkDown");
  EXPECT_EQ(trap[0][4], "123450");
  EXPECT_EQ(trap[0][9], R"({"interfaces":["Ethernet3"]})");
  const auto flow =
      query(settings_.file,
            "SELECT exporter_ip, flow_version, src_ip, bytes, start_time, end_time, duration_ms, "
            "flow_sequence, device_hostname, extracted_fields, flow_type FROM flows");
  ASSERT_EQ(flow.size(), 1u);
  const std::vector<std::string> flow_expected = {"2001:db8::1",
                                                  "5",
                                                  "10.0.0.1",
                                                  "18446744073709",
                                                  "2024-01-17T14:31:15.100000Z",
                                                  "2024-01-17T14:32:14.900000Z",
                                                  "59800",
                                                  "77",
                                                  "edge",
                                                  "{}",
                                                  "NULL"};
  EXPECT_EQ(flow[0], flow_expected);
}

// Escapes are undone in memory that is used again: each column must still get its own word.
TEST_F(SqliteFollowerTest, names_with_escapes_come_to_their_columns) {
  const auto name = [](const std::string& what) {
    return what + " \"quoted\" back\\slash, longer than a short string";
  };
  auto log = log_body({.device = name("device")});
  auto trap = trap_body();
  auto flow = flow_body();
  for (const auto& [from, what] :
       {std::pair<std::string, std::string>{R"("vendor":"cisco")", "vendor"},
        {R"("model":"ASR-9006")", "model"},
        {R"("role":"core")", "role"},
        {R"("location":"DC1")", "location"},
        {R"("site":"ny")", "site"},
        {R"("criticality":"critical")", "criticality"},
        {R"("hostname":null)", "hostname"},
        {R"("process":null)", "process"},
        {R"("message_id":"%BGP-5-ADJCHANGE")", "message_id"}}) {
    log = replaced(log, from, "\"" + what + "\":" + json_string(name(what)));
  }
  log =
      replaced(log, R"(,"message":)", R"(,"node":)" + json_string(name("node")) + R"(,"message":)");
  trap = replaced(trap, R"("hostname":"sw1")", "\"hostname\":" + json_string(name("device")));
  trap = replaced(trap, R"("trap_name":"linkDown")", "\"trap_name\":" + json_string(name("trap")));
  trap = replaced(
      trap, R"("vendor":"arista","model":"unknown")",
      "\"vendor\":" + json_string(name("vendor")) + ",\"model\":" + json_string(name("model")));
  flow = replaced(flow, R"("hostname":"edge")", "\"hostname\":" + json_string(name("device")));
  flow = replaced(
      flow, R"("vendor":"unknown","model":"unknown")",
      "\"vendor\":" + json_string(name("vendor")) + ",\"model\":" + json_string(name("model")));
  append(Stream::syslog, std::vector<std::string>(40, log));
  append(Stream::trap, std::vector<std::string>(40, trap));
  append(Stream::flow, std::vector<std::string>(40, flow));
  follow();
  expect_equal_to_journal();
  const auto expect = [&](const std::string& view, const std::string& column,
                          const std::string& what) {
    EXPECT_EQ(query(settings_.file, "SELECT DISTINCT " + column + " FROM " + view),
              (std::vector<std::vector<std::string>>{{name(what)}}))
        << view << "." << column;
  };
  for (const std::string what : {"vendor", "model", "role", "location", "site", "criticality"})
    expect("logs", "device_" + what, what);
  for (const std::string what : {"hostname", "process", "message_id", "node"})
    expect("logs", what, what);
  for (const std::string view : {"logs", "traps", "flows"}) {
    expect(view, "device_hostname", "device");
    expect(view, "device_vendor", "vendor");
    expect(view, "device_model", "model");
  }
  expect("traps", "trap_name", "trap");
}

TEST_F(SqliteFollowerTest, finds_each_device_among_those_that_share_its_bucket) {
  constexpr std::size_t devices = 200;
  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < 3 * devices; ++i)
    bodies.push_back(log_body({.device = "device-" + std::to_string(i % devices)}));
  append(Stream::syslog, bodies);
  append(Stream::trap, {trap_body()});
  append(Stream::flow, {flow_body()});
  follow();
  for (std::size_t i = 0; i < devices; ++i) {
    const auto name = "'device-" + std::to_string(i) + "'";
    ASSERT_EQ(query(settings_.file,
                    "SELECT id FROM logs WHERE device_hostname = " + name + " ORDER BY id DESC"),
              (std::vector<std::vector<std::string>>{{std::to_string(i + 1 + 2 * devices)},
                                                     {std::to_string(i + 1 + devices)},
                                                     {std::to_string(i + 1)}}));
  }
  EXPECT_EQ(one("SELECT count(*) FROM logs"), std::to_string(3 * devices));
  EXPECT_EQ(one("SELECT count(*) FROM traps WHERE device_hostname = 'sw1'"), "1");
  EXPECT_EQ(one("SELECT count(*) FROM flows WHERE device_hostname = 'edge'"), "1");
}

TEST_F(SqliteFollowerTest, keeps_lines_of_an_unusual_shape_whole) {
  append(Stream::syslog,
         {replaced(log_body(), R"(,"vendor":"cisco_ios")",
                   R"(,"truncated":70000,"raw_base64":"/w==","vendor":"cisco_ios")"),
          replaced(log_body(), R"("facility":23,"severity":5)", R"("severity":5,"facility":23)"),
          replaced(log_body(), R"("pid":null)", R"("pid":"12x")"),
          replaced(log_body(), R"("pid":null)", R"("pid":18446744073709551615)"),
          replaced(log_body(), "flap", "f\\u0000lap"),
          replaced(log_body(), "2024-01-17T14:32:15.123456Z", "2024-01-17T14:32:15.123Z"),
          R"(,"record_type":"syslog")", R"(,"record_type":"syslog","x":{"y")",
          replaced(log_body(), R"("time_quality":{"year":"sent","zone":"sent","clock":"synced"})",
                   R"("time_quality":null)")});
  append(Stream::trap, {R"(,"record_type":"trap","x":1)"});
  append(Stream::flow,
         {R"(,"record_type":"flow","x":1)", replaced(flow_body(), R"("tos":0,)", "")});
  follow();
  for (const auto& [id, line] : stored_lines(folder_.path(), Stream::syslog)) {
    const auto where = " WHERE id = " + std::to_string(id);
    ASSERT_EQ(query(settings_.file, "SELECT * FROM logs" + where).size(), 1u);
    const auto back = one("SELECT raw_json FROM logs" + where);
    if (id == 8) {
      EXPECT_EQ(back, line) << "no JSON, but the line";
    } else {
      EXPECT_EQ(normal(back), normal(line));
    }
  }
  EXPECT_EQ(one("SELECT truncated FROM logs WHERE id = 1"), "70000");
  EXPECT_EQ(one("SELECT facility FROM logs WHERE id = 2"), "23");
  EXPECT_EQ(one("SELECT count(*) FROM logs"), "9");
  EXPECT_EQ(one("SELECT group_concat(id) FROM (SELECT id FROM logs WHERE device_hostname IS NULL "
                "ORDER BY id)"),
            "7,8");
  EXPECT_EQ(one("SELECT time_quality FROM logs WHERE id = 9"), "NULL");
  EXPECT_EQ(one("SELECT count(*) FROM flows"), "2");
  EXPECT_EQ(one("SELECT src_ip FROM flows WHERE id = 2"), "10.0.0.1");
  EXPECT_EQ(one("SELECT raw_json FROM traps"), R"({"id":1,"record_type":"trap","x":1})");
}

TEST_F(SqliteFollowerTest, takes_each_record_once_across_restarts) {
  append(Stream::syslog, {log_body(), log_body()});
  follow();
  open_follower();
  append(Stream::syslog, {log_body()});
  follow();
  follow();
  expect_equal_to_journal();
}

TEST_F(SqliteFollowerTest, a_rolled_back_transaction_leaves_no_row_and_no_word) {
  append(Stream::syslog, {log_body()});
  follow();
  const auto line = "{\"id\":2" + log_body({.device = "another"}) + "}";
  const std::vector<journal::RecordLine> records = {{.id = 2, .text = line},
                                                    {.id = 1, .text = line}};
  EXPECT_FALSE(follower_->take(
      Stream::syslog, {.records = records, .end = {.segment = 1, .offset = 9, .last_id = 9}}));
  append(Stream::syslog, {log_body({.device = "another"})});
  follow();
  expect_equal_to_journal();
  EXPECT_EQ(one("SELECT device_hostname FROM logs WHERE id = 2"), "another");
}

TEST_F(SqliteFollowerTest, counts_what_each_source_sent_in_five_minutes) {
  constexpr std::uint64_t begin = 1'705'501'800'000'000;  // of a period
  for (const auto& us : {begin, begin + 1, begin + 299'999'999, begin + 300'000'000})
    append(Stream::syslog, {log_body({.received_us = us})});
  append(Stream::syslog, {log_body({.received_us = begin + 2, .device = "other"})});
  append(Stream::trap, {trap_body(), trap_body()});
  follow();
  using Rows = std::vector<std::vector<std::string>>;
  const std::string counts =
      "SELECT stream, device_vendor, period, records, last_us FROM source_counts JOIN sources ON "
      "id "
      "= source_id ORDER BY source_id, period";
  const auto period = [](std::uint64_t us) { return std::to_string(us / 300'000'000); };
  EXPECT_EQ(
      query(settings_.file, counts),
      (Rows{{"0", "cisco", period(begin), "3", std::to_string(begin + 299'999'999)},
            {"0", "cisco", period(begin + 300'000'000), "1", std::to_string(begin + 300'000'000)},
            {"0", "cisco", period(begin), "1", std::to_string(begin + 2)},
            {"1", "arista", period(1'705'501'935'000'007), "2", "1705501935000007"}}));

  // More for the same period, and nothing twice after a new start.
  append(Stream::syslog, {log_body({.received_us = begin + 300'000'005})});
  open_follower();
  follow();
  EXPECT_EQ(one("SELECT records FROM source_counts WHERE last_us = " +
                std::to_string(begin + 300'000'005)),
            "2");
  EXPECT_EQ(one("SELECT sum(records) FROM source_counts"), "8");
}

TEST_F(SqliteFollowerTest, counts_by_hour_are_those_of_the_rows) {
  const std::string by_rows =
      "SELECT received_us/3600000000, device_hostname, severity, event_type, count(*), min(id), "
      "max(id) FROM logs GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4";
  const std::string by_hours =
      "SELECT hour, device_hostname, severity, event_type, sum(records), min(first_id), "
      "max(last_id) FROM log_hours GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4";
  const auto add = [&](std::uint64_t records, std::uint64_t begin) {
    std::vector<std::string> bodies;
    for (std::uint64_t i = 0; i < records; ++i)
      bodies.push_back(log_body({.received_us = begin + i * 60'000'000,
                                 .device = i % 3 == 0 ? "one" : "two",
                                 .severity = static_cast<int>(i % 4),
                                 .event = i % 5 == 0 ? "interface_down" : "other"}));
    bodies.push_back(R"(,"record_type":"syslog")");  // no time, no device
    append(Stream::syslog, bodies);
  };
  add(300, 1'705'501'800'000'000);
  follow();
  for (int i = 0; i < 100; ++i) maintain();  // few rows wait for more, ten seconds long
  EXPECT_EQ(query(settings_.file, by_hours), query(settings_.file, by_rows));

  // More of the same hours, of which a part was not counted when the process ended; and what the
  // journal has lost is counted no more.
  add(100, 1'705'501'800'000'000 + 500'000'000);
  ASSERT_TRUE(take_everything());
  open_follower();
  add(99, 1'705'501'800'000'000 + 500'000'000);
  follow();
  EXPECT_EQ(one("SELECT sum(records) FROM log_hours"), "402") << "what is new waits for more";
  for (int i = 0; i < 100; ++i) maintain();
  EXPECT_EQ(query(settings_.file, by_hours), query(settings_.file, by_rows));
  ASSERT_TRUE(follower_->roll_back(Stream::syslog, 250, 502, {}));
  for (int i = 0; i < 100; ++i) maintain();
  EXPECT_EQ(one("SELECT sum(records) FROM log_hours"), "250");
  EXPECT_EQ(query(settings_.file, by_hours), query(settings_.file, by_rows));
}

TEST_F(SqliteFollowerTest, forgets_the_hours_before_its_oldest_row) {
  constexpr std::uint64_t hour_us = 3'600'000'000;
  for (std::uint64_t hour = 0; hour < 10; ++hour)
    append(Stream::syslog, {log_body({.received_us = 1'705'501'800'000'000 + hour * hour_us})});
  follow();
  for (int i = 0; i < 100; ++i) maintain();
  ASSERT_EQ(one("SELECT count(*) FROM hour_counts"), "10");
  ASSERT_TRUE(follower_->roll_back(Stream::syslog, 0, 4, {}));  // the oldest are gone
  for (int i = 0; i < 100; ++i) maintain();
  clock_.pass(std::chrono::minutes{11});
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(follower_->maintain(true));
  EXPECT_EQ(one("SELECT count(*) FROM hour_counts"), "6");
}

TEST_F(SqliteFollowerTest, keeps_the_counts_of_two_days) {
  constexpr std::uint64_t day_us = 86'400'000'000;
  for (const std::uint64_t day : {0, 1, 2, 5, 6})
    append(Stream::syslog, {log_body({.received_us = 1'705'501'800'000'000 + day * day_us})});
  follow();
  clock_.pass(std::chrono::minutes{11});
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(follower_->maintain(true));
  EXPECT_EQ(one("SELECT count(*) FROM source_counts"), "2");
  EXPECT_EQ(one("SELECT count(*) FROM logs"), "5");
}

TEST_F(SqliteFollowerTest, builds_the_file_again_when_it_is_gone) {
  append(Stream::syslog, {log_body(), log_body()});
  follow();
  fs::remove(settings_.file);
  append(Stream::syslog, {log_body()});
  clock_.pass(std::chrono::seconds{2});
  EXPECT_FALSE(follower_->maintain(true)) << "it is noticed while running";
  follow();
  expect_equal_to_journal();
  EXPECT_FALSE(fs::exists(settings_.file + ".rebuild"));
  EXPECT_EQ(read(follower_->counters().rebuilds), 2u);
}

TEST_F(SqliteFollowerTest, sets_a_damaged_file_aside_and_builds_it_again) {
  append(Stream::syslog, {log_body(), log_body()});
  follow();
  follower_.reset();
  for (const auto* suffix : {"-wal", "-shm"}) fs::remove(settings_.file + suffix);
  std::ofstream(settings_.file, std::ios::binary) << std::string(200, 'x');
  open_follower();
  follow();
  expect_equal_to_journal();
  EXPECT_EQ(names_in(folder_.path(), "netlogd.db.damaged-").size(), 1u);
  EXPECT_EQ(read(follower_->counters().damaged_files), 1u);
}

TEST_F(SqliteFollowerTest, damage_inside_the_file_is_noticed_and_repaired) {
  append(Stream::syslog, std::vector<std::string>(2000, log_body()));
  follow();
  open_follower();
  const auto size = fs::file_size(settings_.file);
  {
    std::fstream file(settings_.file, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(8192);
    const std::string garbage(size - 8192, '\xa5');
    file.write(garbage.data(), static_cast<std::streamsize>(garbage.size()));
  }
  append(Stream::syslog, {log_body()});
  follow();
  expect_equal_to_journal();
  EXPECT_EQ(names_in(folder_.path(), "netlogd.db.damaged-").size(), 1u);
}

TEST_F(SqliteFollowerTest, goes_on_with_a_rebuild_that_was_interrupted) {
  append(Stream::syslog, {log_body(), log_body()});
  ASSERT_TRUE(follower_->open());
  journal::Reader reader(*journal_, Stream::syslog, journal_->resume(Stream::syslog, {}).cursor);
  auto batch = reader.read(1, 1 << 16);
  ASSERT_TRUE(follower_->take(Stream::syslog, *batch));
  EXPECT_FALSE(fs::exists(settings_.file)) << "not before it is complete";
  open_follower();
  follow();
  expect_equal_to_journal();
}

TEST_F(SqliteFollowerTest, rolls_back_what_the_journal_has_lost) {
  append(Stream::syslog, {log_body(), log_body(), log_body({.message = "wobbly"})});
  follow();
  ASSERT_EQ(one("SELECT count(*) FROM log_text WHERE log_text MATCH 'wobbly'"), "1");
  ASSERT_TRUE(
      follower_->roll_back(Stream::syslog, 1, 3, {.segment = 1, .offset = 10, .last_id = 1}));
  EXPECT_EQ(one("SELECT count(*) FROM logs"), "1");
  EXPECT_EQ(one("SELECT count(*) FROM log_text WHERE log_text MATCH 'wobbly'"), "0");
  EXPECT_EQ(read(follower_->counters().rolled_back_rows), 2u);
}

TEST_F(SqliteFollowerTest, removes_what_is_too_old_and_its_text) {
  settings_.keep_age = {std::chrono::hours{1}, std::chrono::hours{1}, std::chrono::hours{1}};
  open_follower();
  const auto now = static_cast<std::uint64_t>(clock_.now().time_since_epoch().count() / 1000);
  std::vector<std::string> bodies;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    bodies.push_back(
        log_body({.received_us = now - 5'400'000'000 + i * 1'000'000, .message = "old wobbly"}));
  }
  bodies.push_back(log_body({.received_us = now, .message = "new wobbly"}));
  append(Stream::syslog, bodies);
  follow();
  clock_.pass(std::chrono::minutes{5});
  maintain();
  const auto cutoff = clock_.now().time_since_epoch().count() / 1000 - 3'600'000'000;
  EXPECT_EQ(one("SELECT min(received_us) >= " + std::to_string(cutoff - 2'000'000) + " FROM logs"),
            "1");
  EXPECT_EQ(one("SELECT count(*) FROM logs"),
            one("SELECT count(*) FROM log_text WHERE log_text MATCH 'wobbly'"));
  EXPECT_GT(read(follower_->counters().removed_rows), 0u);
  EXPECT_GT(std::stoi(one("SELECT count(*) FROM logs")), 900);
}

TEST_F(SqliteFollowerTest, a_clock_that_jumps_ahead_removes_nothing) {
  settings_.keep_age = {std::chrono::hours{1}, std::chrono::hours{1}, std::chrono::hours{1}};
  open_follower();
  const auto now = static_cast<std::uint64_t>(clock_.now().time_since_epoch().count() / 1000);
  append(Stream::syslog, {log_body({.received_us = now})});
  follow();
  clock_.step(std::chrono::hours{24 * 365});
  maintain();
  EXPECT_EQ(one("SELECT count(*) FROM logs"), "1");
}

TEST_F(SqliteFollowerTest, a_writer_that_holds_the_database_makes_it_busy_and_nothing_else) {
  append(Stream::syslog, {log_body()});
  follow();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(settings_.file.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto line = stored_lines(folder_.path(), Stream::syslog).at(1);
  const std::vector<journal::RecordLine> records = {{.id = 2, .text = line}};
  const journal::ReadBatch batch{.records = records,
                                 .end = {.segment = 1, .offset = 9, .last_id = 2}};
  const auto taken = follower_->take(Stream::syslog, batch);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::busy);
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  EXPECT_TRUE(follower_->take(Stream::syslog, batch));
  EXPECT_GE(read(follower_->counters().busy), 1u);
}

TEST_F(SqliteFollowerTest,
       a_reader_that_keeps_its_snapshot_bounds_the_log_and_everything_comes_later) {
  settings_.max_wal_bytes = 40 << 20;
  settings_.text_index = false;
  open_follower();
  append(Stream::syslog, {log_body()});
  follow();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open_v2(settings_.file.c_str(), &other, SQLITE_OPEN_READONLY, nullptr),
            SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN; SELECT count(*) FROM logs", nullptr, nullptr, nullptr),
            SQLITE_OK);
  const auto cursors = follower_->open();
  ASSERT_TRUE(cursors);
  journal::Reader reader(*journal_, Stream::syslog,
                         journal_->resume(Stream::syslog, (*cursors)[0]).cursor);
  std::uint64_t taken = 1;
  bool refused = false;
  const std::vector<std::string> bodies(20'000, log_body({.message = std::string(400, 'x')}));
  for (int i = 0; i < 12 && !refused; ++i) {
    append(Stream::syslog, bodies);
    auto batch = reader.read(bodies.size(), 64 << 20);
    ASSERT_TRUE(batch);
    const auto done = follower_->take(Stream::syslog, *batch);
    if (done) taken += batch->records.size();
    refused = !done && done.error().code == Errc::busy;
  }
  EXPECT_TRUE(refused);
  EXPECT_LT(fs::file_size(settings_.file + "-wal"), std::uintmax_t{120} << 20);
  EXPECT_GE(read(follower_->counters().wal_waits), 1u);
  EXPECT_EQ(one("SELECT count(*) FROM logs"), std::to_string(taken));
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  follow();
  EXPECT_EQ(one("SELECT count(*) FROM logs"),
            std::to_string(journal_->status(Stream::syslog).next_id - 1));
}

TEST_F(SqliteFollowerTest, files_are_for_the_owner_and_the_group) {
  append(Stream::syslog, {log_body()});
  follow();
  for (const auto* suffix : {"", "-wal", "-shm"}) {
    if (!fs::exists(settings_.file + suffix)) continue;
    EXPECT_EQ(static_cast<unsigned>(fs::status(settings_.file + suffix).permissions()) & ~0640u, 0u)
        << suffix;
  }
}

}  // namespace
}  // namespace netlogd::follow
