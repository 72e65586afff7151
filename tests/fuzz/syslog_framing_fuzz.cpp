// Framing: the frames of a stream are the same in one piece, octet by octet, and in two pieces; a
// frame that is refused once comes again.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "netlogd/wire/framing.hpp"

namespace {

std::vector<std::string> frames_of(std::span<const std::uint8_t> data, std::size_t first,
                                   std::size_t others, bool refuse) {
  netlogd::wire::SyslogFramer framer(64);
  std::vector<std::string> frames;
  bool taken = !refuse;
  const auto sink = [&](std::span<const std::uint8_t> bytes, std::uint32_t original) {
    if (refuse) taken = !taken;
    if (!taken) return false;
    frames.emplace_back(bytes.begin(), bytes.end());
    frames.back() += '/' + std::to_string(original);
    if (bytes.size() > 64 || bytes.empty()) std::abort();
    return true;
  };
  std::size_t piece = first;
  while (!data.empty()) {
    auto part = data.subspan(0, std::min(piece, data.size()));
    data = data.subspan(part.size());
    while (!part.empty()) part = part.subspan(framer.feed(part, sink));
    piece = others;
  }
  while (!framer.finish(sink)) continue;
  return frames;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> stream(data, size);
  const auto whole = frames_of(stream, size + 1, size + 1, false);
  if (frames_of(stream, 1, 1, false) != whole) std::abort();
  if (frames_of(stream, size / 2 + 1, size + 1, false) != whole) std::abort();
  if (frames_of(stream, 3, 5, true) != whole) std::abort();
  return 0;
}
