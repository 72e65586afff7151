// Syslog over a stream: octets to frames (wire/framing.hpp), as a session reads them, 64 KiB at a
// time, so that most reads end inside a frame.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>

#include "netlogd/wire/framing.hpp"

namespace netlogd::wire {
namespace {

constexpr std::size_t read_bytes = 64 << 10;

std::string stream_of(bool counted, int messages) {
  std::string stream;
  for (int i = 0; i < messages; ++i) {
    const std::string message = "<189>" + std::to_string(i) +
                                ": Jan 17 14:32:15.123: %LINEPROTO-5-UPDOWN: Line protocol on " +
                                "Interface GigabitEthernet1/0/" + std::to_string(i % 48) +
                                ", changed state to " + (i % 2 == 0 ? "down" : "up") +
                                std::string(static_cast<std::size_t>(i % 60), '.');
    stream += counted ? std::to_string(message.size()) + " " + message : message + "\n";
  }
  return stream;
}

void frames(benchmark::State& state, bool counted) {
  constexpr int messages = 20'000;
  const std::string stream = stream_of(counted, messages);
  std::int64_t found = 0;
  for (auto _ : state) {
    SyslogFramer framer(64 << 10);
    for (std::size_t at = 0; at < stream.size(); at += read_bytes) {
      const auto* data = reinterpret_cast<const std::uint8_t*>(stream.data()) + at;
      framer.feed(std::span(data, std::min(read_bytes, stream.size() - at)),
                  [&](std::span<const std::uint8_t> frame, std::uint32_t) {
                    benchmark::DoNotOptimize(frame.data());
                    ++found;
                    return true;
                  });
    }
  }
  if (found != state.iterations() * messages) state.SkipWithError("frames are missing");
  state.SetItemsProcessed(found);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * stream.size()));
}
BENCHMARK_CAPTURE(frames, lines, false);
BENCHMARK_CAPTURE(frames, octet_counted, true);

}  // namespace
}  // namespace netlogd::wire
