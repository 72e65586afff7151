// Lines per second from raw message to finished record, with classification and extraction, on one
// core; and that no line allocates once the maker is warm.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>
#include <random>
#include <string>
#include <vector>

#include "netlogd/parse/syslog_record.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace netlogd;

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::shared_ptr<const parse::SyslogTables> shipped_tables() {
  const auto root = std::filesystem::path(NETLOGD_SOURCE_DIR) / "config/knowledge";
  auto tables = std::make_shared<parse::SyslogTables>();
  const std::vector<NamedText> zones = {{"zones", read_text(root / "zone_abbreviations.csv")}};
  tables->zones = parse::ZoneTable::load(zones).value();
  std::vector<NamedText> events;
  if (std::filesystem::exists(root / "events"))
    for (const auto& entry : std::filesystem::directory_iterator(root / "events"))
      events.push_back({entry.path().filename().string(), read_text(entry.path())});
  if (!events.empty())
    tables->events =
        std::make_shared<const parse::EventCatalogue>(parse::EventCatalogue::load(events).value());
  return tables;
}

// The inputs of the golden files: every shape that devices send.
std::vector<std::string> golden_lines(std::initializer_list<std::string_view> names) {
  std::vector<std::string> lines;
  for (const auto name : names) {
    std::ifstream in(std::filesystem::path(NETLOGD_SOURCE_DIR) / "tests/golden/syslog" /
                     (std::string(name) + ".golden"));
    bool expected = false;
    for (std::string line; std::getline(in, line);) {
      if (line == "----")
        expected = true;
      else if (line.empty())
        expected = false;
      else if (!expected && line[0] != '#')
        lines.push_back(line);
    }
  }
  return lines;
}

constexpr std::size_t lines_of_batch = 500;

void run(benchmark::State& state, const std::vector<std::string>& lines) {
  parse::SyslogRecordMaker maker(shipped_tables());
  const EmptyDirectory devices;
  TextBatch batch;
  RawMessage raw;
  raw.received = TimePoint(std::chrono::seconds(1705501935));
  raw.source = {*IpAddress::parse("192.0.2.1"), 514};
  const auto pass = [&] {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto& line = lines[i];
      if (i % lines_of_batch == 0) batch.reset(10);
      raw.bytes = {reinterpret_cast<const std::uint8_t*>(line.data()), line.size()};
      maker.make(raw, devices, batch);
    }
    benchmark::DoNotOptimize(batch.text().data());
  };
  for (int i = 0; i < 3; ++i) pass();
  const auto before = allocations.load();
  std::int64_t count = 0;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    pass();
    count += static_cast<std::int64_t>(lines.size());
  }
  for (const auto& line : lines) bytes += static_cast<std::int64_t>(line.size());
  const auto allocated = allocations.load() - before;
  state.SetItemsProcessed(count);
  state.counters["allocations_per_line"] =
      static_cast<double>(allocated) / static_cast<double>(count);
  state.counters["bytes_per_line"] = static_cast<double>(bytes) / static_cast<double>(lines.size());
}

// What a network of several makers sends, by lines in a thousand. Every shape of a family comes up
// equally often, the odd ones too.
struct Share {
  const char* family;
  std::size_t lines;
};
constexpr Share shares[] = {{"cisco_ios", 300},  {"cisco_asa", 220},  {"juniper_junos", 130},
                            {"cisco_nxos", 100}, {"cisco_iosxr", 80}, {"arista_eos", 70},
                            {"rfc3164", 50},     {"rfc5424", 40},     {"fortinet_fortigate", 10}};

std::vector<std::string> mixed_lines() {
  std::vector<std::string> lines;
  for (const auto& [family, count] : shares) {
    const auto shapes = golden_lines({family});
    for (std::size_t i = 0; i < count; ++i) lines.push_back(shapes[i % shapes.size()]);
  }
  // Neighbours are of different families, as they come from a network.
  std::shuffle(lines.begin(), lines.end(), std::mt19937(1));
  return lines;
}

// The line with other numbers in its text (behind the tag or the process, and no letter beside
// them): what is remembered of shapes must not profit from lines that come again to the letter.
std::string with_other_numbers(std::string_view line, std::mt19937& random) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  const auto tag = line.find('%');
  std::string out(line.substr(0, line.find(": ", tag == std::string_view::npos ? 0 : tag)));
  for (auto at = out.size(); at < line.size();) {
    auto end = at;
    while (end < line.size() && is_digit(line[end])) ++end;
    const bool alone = end > at && (at == 0 || !is_letter(line[at - 1])) &&
                       (end == line.size() || !is_letter(line[end]));
    if (end == at) {
      out += line[at++];
      continue;
    }
    if (!alone || line[at] == '0')
      out += line.substr(at, end - at);
    else if (end - at <= 3 && std::stoi(std::string(line.substr(at, end - at))) < 256)
      out += std::to_string(random() % 256);
    else
      for (auto i = at; i < end; ++i)
        out += static_cast<char>('0' + (i == at ? 1 + random() % 9 : random() % 10));
    at = end;
  }
  return out;
}

void mixed(benchmark::State& state) {
  std::vector<std::string> lines;
  std::mt19937 random(1);
  for (int variant = 0; variant < 16; ++variant)
    for (const auto& line : mixed_lines()) lines.push_back(with_other_numbers(line, random));
  run(state, lines);
}
BENCHMARK(mixed);

// The same host, process, id and text in both formats.
void rfc3164(benchmark::State& state) {
  run(state, {"<165>Jan 17 14:32:15 gw7.example.net sshd[2449]: Failed password for carol from "
              "192.0.2.9 port 60002 ssh2"});
}
BENCHMARK(rfc3164);

void rfc5424(benchmark::State& state) {
  run(state, {"<165>1 2024-01-17T14:32:15Z gw7.example.net sshd 2449 - - Failed password for carol "
              "from 192.0.2.9 port 60002 ssh2"});
}
BENCHMARK(rfc5424);

void rfc5424_with_structured_data(benchmark::State& state) {
  run(state, {"<165>1 2024-01-17T14:32:15.003Z gw7.example.net sshd 2449 ID47 [meta@32473 "
              "seq=\"17\" user=\"carol\" address=\"192.0.2.9\"] Failed password for carol from "
              "192.0.2.9 port 60002 ssh2"});
}
BENCHMARK(rfc5424_with_structured_data);

void one_vendor(benchmark::State& state, const char* name) { run(state, golden_lines({name})); }
BENCHMARK_CAPTURE(one_vendor, cisco_ios, "cisco_ios");
BENCHMARK_CAPTURE(one_vendor, cisco_nxos, "cisco_nxos");
BENCHMARK_CAPTURE(one_vendor, cisco_iosxr, "cisco_iosxr");
BENCHMARK_CAPTURE(one_vendor, cisco_asa, "cisco_asa");
BENCHMARK_CAPTURE(one_vendor, juniper_junos, "juniper_junos");
BENCHMARK_CAPTURE(one_vendor, arista_eos, "arista_eos");

// The grammar alone.
void parse_only(benchmark::State& state) {
  const auto lines = mixed_lines();
  wire::SyslogMessage message;
  std::int64_t count = 0;
  for (auto _ : state)
    for (const auto& line : lines) {
      wire::parse_syslog(line, message);
      benchmark::DoNotOptimize(message.content);
      ++count;
    }
  state.SetItemsProcessed(count);
}
BENCHMARK(parse_only);

}  // namespace
