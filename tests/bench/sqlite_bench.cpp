// The SQLite follower by itself: rows per second and bytes per row at a given size, then how long
// the operators' questions take. The rows fill one day. NETLOGD_BENCH_ROWS says how many rows
// (1,000,000), NETLOGD_BENCH_DEVICES how many devices (1000), NETLOGD_BENCH_BATCH how many rows a
// transaction (20,000), NETLOGD_BENCH_FILE keeps the database there, NETLOGD_BENCH_TEXT=1 builds
// the text index, NETLOGD_BENCH_NOW=1 has the day end now, so that tools/bench/queries.py --data
// can ask it; with NETLOGD_BENCH_RETAIN=1 beside it the day's first two hours are removed at the
// end.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "netlogd/follow/sqlite_follower.hpp"
#include "unit/follow/follow_testing.hpp"

namespace netlogd::follow {
namespace {

using namespace netlogd::testing;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

constexpr std::uint64_t day_us = 86'400'000'000;

std::uint64_t first_of_day() {
  if (from_environment("NETLOGD_BENCH_NOW", 0) == 0) return 1'705'501'935'000'000;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
             std::chrono::duration_cast<std::chrono::microseconds>(now).count()) -
         day_us;
}
const std::uint64_t first_us = first_of_day();

// Realistic lines of about 180 bytes of message; what varies in life varies here.
class Lines {
 public:
  Lines(std::uint64_t devices, std::uint64_t rows) : devices_(devices), gap_us_(day_us / rows) {}
  std::string operator()(std::uint64_t id) {
    random_ = random_ * 6364136223846793005ULL + 1442695040888963407ULL;
    const auto r = random_ >> 33;
    const auto device = r % devices_;
    const auto kind = (r >> 8) % 40;
    const auto port = "GigabitEthernet" + std::to_string(r % 4) + "/" + std::to_string(r / 4 % 2) +
                      "/" + std::to_string(r % 48);
    const auto peer = "10." + std::to_string(r % 64) + "." + std::to_string(r / 64 % 250) + "." +
                      std::to_string(r / 7 % 250);
    static constexpr const char* events[] = {"interface_down", "interface_up",
                                             "routing_protocol_bgp", "authentication", "other"};
    const auto received = first_us + id * gap_us_;
    const std::string host = "router-" + std::to_string(device) + ".example.net";
    const auto severity = kind < 2 ? 2 : kind < 4 ? 3 : 4 + r % 3;
    const std::string tag =
        "%FACILITY-" + std::to_string(severity) + "-MNEMONIC" + std::to_string(kind);
    const std::string stamp = "Jan 17 14:32:15." + std::to_string(100 + r % 900);
    const std::string message = "Interface " + port + ", changed state to down, neighbor " + peer +
                                " silent " + std::to_string(r % 3600) + " s, reason flap";
    const std::string raw = "<189>" + std::to_string(id % 100000) + ": " + host + ": " + stamp +
                            ": " + tag + ": " + message;
    const auto normalized = received - r % 3'000'000;
    return "{\"id\":" + std::to_string(id) + R"(,"record_type":"syslog","received_at":")" +
           utc(received) + R"(","source_ip":"10.1.)" + std::to_string(device / 250) + "." +
           std::to_string(device % 250) + R"(","transport":"udp","device":{"hostname":")" + host +
           R"(","vendor":"cisco","model":"ASR-9006","role":"core","location":"DC1-Floor2-RackA12","site":"datacenter-ny","criticality":"critical"},"raw_message":")" +
           raw + R"(","vendor":"cisco_ios","facility":23,"severity":)" + std::to_string(severity) +
           R"(,"severity_text":"NOTICE","timestamp":")" + stamp + R"(","timestamp_normalized":")" +
           utc(normalized, 3) +
           R"(","time_quality":{"year":"inferred","zone":"inventory","clock":"synced"},"clock_skew_ms":)" +
           std::to_string((received - normalized / 1000 * 1000) / 1000) + R"(,"hostname":")" +
           host + R"(","process":null,"pid":null,"message_id":")" + tag + R"(","sequence":)" +
           std::to_string(id % 100000) + R"(,"message":")" + message +
           R"(","extracted_fields":{"ip_addresses":[")" + peer + R"("],"interfaces":[")" + port +
           R"("],"new_state":"down","reason":"flap"},"event_type":")" + events[kind % 5] +
           R"(","parse_status":"parsed"})";
  }

 private:
  std::uint64_t devices_;
  std::uint64_t gap_us_;
  std::uint64_t random_ = 88172645463325252ULL;
};

// On a shared machine the processor's time says more than the clock's.
std::chrono::nanoseconds processor_time() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

void ask_questions(const std::string& file) {
  const auto last_hour = std::to_string(first_us + day_us - 3'600'000'000ULL);
  const auto last_hour_text = utc(std::stoull(last_hour));
  const std::vector<std::pair<std::string, std::string>> questions = {
      {"newest 100 of a device",
       "SELECT * FROM logs WHERE device_hostname = 'router-7.example.net' ORDER BY id DESC LIMIT "
       "100"},
      {"newest 100 with severity <= 3",
       "SELECT * FROM logs WHERE severity <= 3 ORDER BY id DESC LIMIT 100"},
      {"hour of a device, received_at",
       "SELECT id, message FROM logs WHERE device_hostname = 'router-7.example.net' AND "
       "received_at >= '" +
           last_hour_text + "'"},
      {"hour of a device, received_us",
       "SELECT id, message FROM logs WHERE device_hostname = 'router-7.example.net' AND "
       "received_us >= " +
           last_hour},
      {"events of an hour, received_at",
       "SELECT event_type, count(*) FROM logs WHERE received_at >= '" + last_hour_text +
           "' GROUP BY event_type"},
      {"events of an hour, received_us",
       "SELECT event_type, count(*) FROM logs WHERE received_us >= " + last_hour +
           " GROUP BY event_type"},
      {"devices of an hour, received_us",
       "SELECT device_hostname, count(*) FROM logs WHERE received_us >= " + last_hour +
           " GROUP BY device_hostname"},
      {"events of all time", "SELECT event_type, count(*) FROM logs GROUP BY event_type"},
      {"count of an event type", "SELECT count(*) FROM logs WHERE event_type = 'interface_down'"},
      {"newest 50 of an event type",
       "SELECT * FROM logs WHERE event_type = 'interface_down' ORDER BY id DESC LIMIT 50"},
      {"count", "SELECT count(*) FROM logs"},
      {"text, the last hour, by LIKE", "SELECT id, message FROM logs WHERE received_at >= '" +
                                           last_hour_text + "' AND message LIKE '%10.7.7.7%'"},
      {"text index",
       "SELECT id, message FROM logs WHERE id IN (SELECT rowid FROM log_text WHERE log_text MATCH "
       "'\"10.7.7.7\"' ORDER BY rowid DESC LIMIT 100)"},
  };
  for (const auto& [name, sql] : questions) {
    const auto start = std::chrono::steady_clock::now();
    const auto answer = query(file, sql);
    const auto ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    std::printf("  %-36s %9.1f ms  %zu rows\n", name.c_str(), ms, answer.size());
  }
}

// The first two hours of the day that has ended now are removed, as on any day.
void retain(SqliteFollower& follower) {
  constexpr std::chrono::seconds keep = std::chrono::hours{22};
  follower.use_keep_age({keep, keep, keep});
  std::chrono::nanoseconds longest{};
  const auto begun = std::chrono::steady_clock::now();
  for (bool more = true; more || read(follower.counters().removed_rows) == 0;) {
    const auto start = std::chrono::steady_clock::now();
    const auto done = follower.maintain(false);
    if (!done) return;
    more = *done;
    longest = std::max(longest, std::chrono::nanoseconds(std::chrono::steady_clock::now() - start));
  }
  std::printf("  retention: %llu rows in %.1f s, no piece of it over %.1f ms\n",
              static_cast<unsigned long long>(read(follower.counters().removed_rows)),
              std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count(),
              std::chrono::duration<double, std::milli>(longest).count());
}

void follow_sqlite(benchmark::State& state) {
  const auto rows = from_environment("NETLOGD_BENCH_ROWS", 1'000'000);
  const auto devices = from_environment("NETLOGD_BENCH_DEVICES", 1000);
  const bool text = from_environment("NETLOGD_BENCH_TEXT", 0) != 0;
  TemporaryFolder folder;
  const char* kept = std::getenv("NETLOGD_BENCH_FILE");
  const std::string file = kept != nullptr ? kept : folder.path() + "/netlogd.db";
  SystemClock clock;
  for (auto _ : state) {
    SqliteFollower follower({.file = file, .keep_age = {}, .text_index = text}, system_files(),
                            clock, {});
    if (!follower.open()) return state.SkipWithError("open failed");
    static_cast<void>(follower.maintain(true));
    Lines lines(devices, rows);
    std::chrono::nanoseconds spent{};
    std::chrono::nanoseconds slice{};
    std::chrono::nanoseconds busy{};
    std::chrono::nanoseconds busy_slice{};
    const auto at_once = static_cast<std::size_t>(from_environment("NETLOGD_BENCH_BATCH", 20'000));
    std::vector<std::string> texts(at_once);
    std::vector<journal::RecordLine> records(at_once);
    for (std::uint64_t id = 1; id <= rows; id += at_once) {
      for (std::size_t i = 0; i < at_once; ++i) {
        texts[i] = lines(id + i);
        records[i] = {.id = id + i, .text = texts[i]};
      }
      const auto start = std::chrono::steady_clock::now();
      const auto busy_start = processor_time();
      const auto taken = follower.take(
          Stream::syslog,
          {.records = records, .end = {.segment = 1, .offset = id, .last_id = id + at_once - 1}});
      if (!taken) return state.SkipWithError(taken.error().sentence.c_str());
      static_cast<void>(follower.maintain(false));
      const auto took = std::chrono::steady_clock::now() - start;
      spent += took;
      slice += took;
      busy += processor_time() - busy_start;
      busy_slice += processor_time() - busy_start;
      if ((id / at_once + 1) % (rows / at_once / 10 > 0 ? rows / at_once / 10 : 1) == 0) {
        std::printf("  %10llu rows: %8.0f rows/s in this tenth, %5.2f us of processor time each\n",
                    static_cast<unsigned long long>(id + at_once - 1),
                    static_cast<double>(rows) / 10 / std::chrono::duration<double>(slice).count(),
                    std::chrono::duration<double, std::micro>(busy_slice).count() * 10 /
                        static_cast<double>(rows));
        busy_slice = {};
        slice = {};
      }
    }
    state.SetIterationTime(std::chrono::duration<double>(spent).count());
    const auto start = std::chrono::steady_clock::now();
    if (text) {
      while (true) {
        const auto more = follower.maintain(true);
        if (!more || !*more) break;
      }
      std::printf("  text index: %.1f s\n",
                  std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    std::printf(
        "  rows/s %.0f, processor time %.2f us a row, longest commit %.1f ms, whole lines %llu\n",
        static_cast<double>(rows) / std::chrono::duration<double>(spent).count(),
        std::chrono::duration<double, std::micro>(busy).count() / static_cast<double>(rows),
        static_cast<double>(read(follower.counters().longest_commit_us)) / 1000,
        static_cast<unsigned long long>(read(follower.counters().whole_lines)));
    if (from_environment("NETLOGD_BENCH_RETAIN", 0) != 0) retain(follower);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(rows));
  static_cast<void>(query(file, "SELECT 1"));
  std::printf("  bytes per row by table and index:\n");
  for (const auto& row :
       query(file, "SELECT name, round(sum(pgsize) * 1.0 / " + std::to_string(rows) +
                       ", 1), sum(pgsize) FROM dbstat GROUP BY name HAVING sum(pgsize) > 100000 "
                       "ORDER BY 3 DESC")) {
    if (row.size() == 3) std::printf("    %-32s %s\n", row[0].c_str(), row[1].c_str());
  }
  std::printf(
      "  all: %s bytes a row; message of %s bytes\n",
      ask(file, "SELECT sum(pgsize) / " + std::to_string(rows) + " FROM dbstat").c_str(),
      ask(file, "SELECT avg(length(raw_message)) FROM (SELECT raw_message FROM logs LIMIT 1000)")
          .c_str());
  ask_questions(file);
}
BENCHMARK(follow_sqlite)->Iterations(1)->UseManualTime()->Unit(benchmark::kSecond);

}  // namespace
}  // namespace netlogd::follow
