#include "netlogd/wire/framing.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace netlogd::wire {
namespace {

using namespace std::string_literals;

using Frames = std::vector<std::string>;

// A frame that was cut is written as "text…length".
Frames frames_of(const std::string& stream, std::size_t piece = 0, std::size_t limit = 100) {
  SyslogFramer framer(limit);
  Frames frames;
  const auto sink = [&](std::span<const std::uint8_t> bytes, std::uint32_t original) {
    frames.emplace_back(bytes.begin(), bytes.end());
    if (original > 0) frames.back() += "…" + std::to_string(original);
    return true;
  };
  if (piece == 0) piece = stream.size() + 1;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    // A copy of exactly this size, so that the address sanitizer sees a read past the end.
    const std::string part = stream.substr(at, piece);
    const std::vector<std::uint8_t> bytes(part.begin(), part.end());
    EXPECT_EQ(framer.feed(bytes, sink), bytes.size());
  }
  EXPECT_TRUE(framer.finish(sink));
  EXPECT_EQ(framer.held_bytes(), 0U);
  return frames;
}

struct Case {
  const char* name;
  std::string stream;
  Frames frames;
};

std::string line(std::size_t size) { return "<13>" + std::string(size - 4, 'x'); }

const Case cases[] = {
    {"lines", "<13>a\n<14>b\r\n<15>c", {"<13>a", "<14>b", "<15>c"}},
    {"counts", "5 <13>a6 <14>bc", {"<13>a", "<14>bc"}},
    {"a line feed behind a counted frame", "5 <13>a\n6 <14>bc\n", {"<13>a", "<14>bc"}},
    {"both kinds mixed",
     "5 <13>a<14>b\n5 <15>c5 <16>d<17>e\n",
     {"<13>a", "<14>b", "<15>c", "<16>d", "<17>e"}},
    {"a line feed inside a counted frame", "9 <13>a\nb\nc5 <14>d", {"<13>a\nb\nc", "<14>d"}},
    {"empty lines", "\n\r\n<13>a\n\n\0\n\n"s, {"<13>a"}},
    {"no octets", "", {}},
    {"a line that begins with a number and '<'",
     "54 <1 minute elapsed\n<134>next one is whole\n",
     {"54 <1 minute elapsed", "<134>next one is whole"}},
    {"a year in front",
     "2018 Apr 20 13:15:07 sw %A-5-B: up\n2018 Apr 20 13:15:08 sw %A-5-B: down\n",
     {"2018 Apr 20 13:15:07 sw %A-5-B: up", "2018 Apr 20 13:15:08 sw %A-5-B: down"}},
    {"a number in front that fits by chance",
     "12 monkeys are here\n<13>a\n",
     {"12 monkeys are here", "<13>a"}},
    {"counted messages without a priority",
     "11 hello there7 <14>a b9 and\nlines5 <14>d",
     {"hello there", "<14>a b", "and\nlines", "<14>d"}},
    {"counted broken priorities",
     "5 <13>a6 <x2>bc8 <999999>5 <14>d",
     {"<13>a", "<x2>bc", "<999999>", "<14>d"}},
    {"a count over 16 MiB",
     "214000000000 <120>a\n<13>b\n5 <14>c",
     {"214000000000 <120>a", "<13>b", "<14>c"}},
    {"another", "4000000000 <120>a\n5 <14>c", {"4000000000 <120>a", "<14>c"}},
    {"one just over 16 MiB", "16777217 <120>a\n5 <14>c", {"16777217 <120>a", "<14>c"}},
    {"a count of zero", "0 <120>a\n5 <14>c", {"0 <120>a", "<14>c"}},
    {"a negative count", "-1 <120>a\n5 <14>c", {"-1 <120>a", "<14>c"}},
    {"leading zeros", "00000012 <120>a\n5 <14>c", {"00000012 <120>a", "<14>c"}},
    {"a bad count without a line end",
     "0 <120>abc 5 <14>c5 <14>d",
     {"0 <120>abc ", "<14>c", "<14>d"}},
    {"digits without end", std::string(220, '0'), {std::string(100, '0') + "…220"}},
    {"a count that is one too small", "5 <13>ab5 <14>c5 <15>d", {"<13>a", "b", "<14>c", "<15>d"}},
    {"a count that is too large at the end", "50 <13>a", {"<13>a"}},
    {"a digit line behind a text line",
     "<13>a\n9876543210 cdefgh\n<14>b\n",
     {"<13>a", "9876543210 cdefgh", "<14>b"}},
    {"nul as the end", "<13>a\0<14>b\0<15>c\0"s, {"<13>a", "<14>b", "<15>c"}},
    {"nul and line feed", "<13>a\0\n<14>b\r\n\0"s, {"<13>a", "<14>b"}},
    {"nul inside", "<13>a\0b\n<14>c\n"s, {"<13>a\0b"s, "<14>c"}},
    {"a line at the limit", line(100) + "\n<14>b\n", {line(100), "<14>b"}},
    {"a line at the limit with a trailer", line(100) + "\r\0\r\n<14>b\n"s, {line(100), "<14>b"}},
    {"a line with a trailer that is longer than the limit",
     line(100) + std::string(150, '\r') + "\n<14>b\n",
     {line(100), "<14>b"}},
    {"a line over the limit", line(101) + "\r\n<14>b\n", {line(100) + "…101", "<14>b"}},
    {"a line far over the limit", line(9000) + "\n<14>b\n", {line(100) + "…9000", "<14>b"}},
    {"a line over the limit without an end", line(900), {line(100) + "…900"}},
    {"a counted frame over the limit",
     "150 " + line(150) + "5 <14>b",
     {line(100) + "…150", "<14>b"}},
    {"a counted frame at the limit", "100 " + line(100) + "5 <14>b", {line(100), "<14>b"}},
    {"a counted frame without a priority over the limit",
     "150 " + std::string(149, 'x') + "\n<14>b\n",
     {("150 " + std::string(149, 'x')).substr(0, 100) + "…153", "<14>b"}},
    {"only digits", "123", {"123"}},
    {"a count and nothing", "123 ", {"123 "}},
    {"a hello of another protocol", "\x16\x03\x01\x02\n<14>b\n", {"\x16\x03\x01\x02", "<14>b"}},
};

TEST(SyslogFramer, tells_counts_and_lines_apart_however_the_stream_is_cut) {
  for (const auto& one : cases)
    for (std::size_t piece = 0; piece <= one.stream.size() && piece < 300; ++piece)
      EXPECT_EQ(frames_of(one.stream, piece), one.frames) << one.name << ", in pieces of " << piece;
}

TEST(SyslogFramer, stops_in_front_of_a_frame_that_is_not_taken_and_goes_on_there) {
  for (const auto& one : cases)
    for (std::size_t piece = 1; piece <= one.stream.size(); piece += 3) {
      SyslogFramer framer(100);
      Frames frames;
      bool ready = false;
      const auto sink = [&](std::span<const std::uint8_t> bytes, std::uint32_t original) {
        ready = !ready;
        if (ready) return false;
        frames.emplace_back(bytes.begin(), bytes.end());
        if (original > 0) frames.back() += "…" + std::to_string(original);
        return true;
      };
      for (std::size_t at = 0; at < one.stream.size(); at += piece) {
        const std::string part = one.stream.substr(at, piece);
        std::span<const std::uint8_t> data(reinterpret_cast<const std::uint8_t*>(part.data()),
                                           part.size());
        while (!data.empty()) data = data.subspan(framer.feed(data, sink));
      }
      while (!framer.finish(sink)) continue;
      EXPECT_EQ(frames, one.frames) << one.name << ", in pieces of " << piece;
    }
}

TEST(SyslogFramer, gives_frames_of_one_read_without_a_copy) {
  SyslogFramer framer(65536);
  const std::string stream = "<13>first\n20 <14>of twenty octets<15>third\n<16>begun";
  const std::span data(reinterpret_cast<const std::uint8_t*>(stream.data()), stream.size());
  int inside = 0;
  framer.feed(data, [&](std::span<const std::uint8_t> bytes, std::uint32_t) {
    inside += bytes.data() >= data.data() && bytes.data() < data.data() + data.size();
    return true;
  });
  EXPECT_EQ(inside, 3);
  EXPECT_EQ(framer.held_bytes(), 9U);
}

}  // namespace
}  // namespace netlogd::wire
