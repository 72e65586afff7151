// The journal by itself: appending batches, compressing a segment, reading it back.

#include <benchmark/benchmark.h>

#include <filesystem>

#include "journal/gzip_member.hpp"
#include "unit/follow/follow_testing.hpp"

namespace netlogd::journal {
namespace {

using namespace netlogd::testing;

std::vector<std::string> bodies(std::size_t count) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back(log_body(
        {.received_us = 1'705'501'935'000'000 + i * 100,
         .device = "router-" + std::to_string(i % 1000),
         .severity = static_cast<int>(i % 8),
         .message = "neighbor 10." + std::to_string(i % 200) + "." + std::to_string(i * 7 % 250) +
                    ".2 Down Interface flap, " + "Ethernet" + std::to_string(i % 48) + "/" +
                    std::to_string(i % 7) + " session " + std::to_string(i * 2654435761u)}));
  }
  return all;
}

JournalSettings settings_in(const std::string& folder) {
  JournalSettings settings;
  settings.data_dir = folder;
  settings.min_free_bytes = 0;
  settings.compress = false;
  settings.streams[0].keep_count = 2;
  return settings;
}

void append(benchmark::State& state) {
  TemporaryFolder folder;
  SystemClock clock;
  auto journal = Journal::open(settings_in(folder.path()), system_files(), clock, {});
  const auto texts = bodies(static_cast<std::size_t>(state.range(0)));
  auto batch = batch_of(**journal, Stream::syslog, texts);
  std::uint64_t records = 0;
  for (auto _ : state) {
    const auto appended = (*journal)->append(batch);
    if (!appended) return state.SkipWithError("append failed");
    records += appended->records;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(records));
  state.SetBytesProcessed(static_cast<std::int64_t>(read((*journal)->counters().bytes)));
}
BENCHMARK(append)->Arg(1)->Arg(100)->Arg(1000)->UseRealTime();

void compress(benchmark::State& state) {
  std::string text;
  for (std::size_t i = 0; const auto& body : bodies(2000))
    text += "{\"id\":" + std::to_string(100'000 + i++) + body + "}\n";
  text.resize(std::min(text.size(), max_member_text));
  GzipWriter writer(static_cast<int>(state.range(0)));
  std::string out;
  for (auto _ : state) {
    out.clear();
    writer.write(text, {.offset = 0}, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
  state.counters["ratio"] = static_cast<double>(text.size()) / static_cast<double>(out.size());
}
BENCHMARK(compress)->Arg(1)->Arg(3)->Arg(6);

void read_back(benchmark::State& state) {
  TemporaryFolder folder;
  TurnedClock clock;
  auto settings = settings_in(folder.path());
  settings.background = false;
  settings.compress = state.range(0) != 0;
  auto journal = Journal::open(settings, system_files(), clock, {});
  const auto texts = bodies(2000);
  for (int i = 0; i < 100; ++i) {
    auto batch = batch_of(**journal, Stream::syslog, texts);
    if (!(*journal)->append(batch)) return state.SkipWithError("append failed");
  }
  (*journal)->request_rotate();
  (*journal)->maintain();
  std::int64_t records = 0;
  for (auto _ : state) {
    Reader reader(**journal, Stream::syslog, {});
    for (;;) {
      const auto batch = reader.read(20'000, 16 << 20);
      if (!batch || batch->records.empty()) break;
      records += static_cast<std::int64_t>(batch->records.size());
    }
  }
  state.SetItemsProcessed(records);
}
BENCHMARK(read_back)->Arg(0)->Arg(1);

}  // namespace
}  // namespace netlogd::journal
