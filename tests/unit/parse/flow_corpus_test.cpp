// The shared packet corpus, scored by its own script. Skipped where it is not there.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "unit/parse/flow_maker_test.hpp"

namespace netlogd::tests {
namespace {

std::string shared_folder() {
  const char* set = std::getenv("NETLOGD_SHARED");
  return set != nullptr ? set : NETLOGD_SOURCE_DIR "/../shared";
}

std::vector<std::uint8_t> from_base64(std::string_view text) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<std::uint8_t> out;
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) break;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if ((have += 6) < 8) continue;
    have -= 8;
    out.push_back(static_cast<std::uint8_t>(bits >> have));
  }
  return out;
}

Bytes sentinel(std::uint32_t n) {
  return Bytes()
      .u16(5)
      .u16(1)
      .u32(5000)
      .u32(1'700'000'000)
      .u32(0)
      .u32(n)
      .u8(0)
      .u8(99)
      .u16(0)
      .u32(0xc6120000U | n)
      .u32(0xc612fffeU)
      .u32(0)
      .u16(1)
      .u16(2)
      .u32(1)
      .u32(64)
      .u32(4000)
      .u32(4000)
      .u16(9)
      .u16(9)
      .u8(0)
      .u8(0)
      .u8(17)
      .u8(0)
      .u16(0)
      .u16(0)
      .u8(0)
      .u8(0)
      .u16(0);
}

int score(const std::string& what, bool sentinels) {
  const auto folder = shared_folder() + "/corpus/" + what;
  FlowBench bench;
  bench.message.source.address = IpAddress::v4(0x7f000001);
  std::string lines;
  std::istringstream packets(file_text(folder + "/packets.jsonl"));
  std::uint32_t n = 0;
  for (std::string line; std::getline(packets, line); ++n) {
    const auto packet = nlohmann::json::parse(line);
    const bool ours = packet["proto"].get<std::string>().starts_with("netflow");
    bench.begin();
    if (ours) bench.send(from_base64(packet["b64"].get<std::string>()));
    if (ours && sentinels) bench.send(sentinel(n));
    lines += bench.out.text().view();
    // The traps of this set are not our matter: their sentinels stand for them.
    if (!ours && sentinels)
      lines += R"({"record_type":"trap","varbinds":[{"oid":"1.3.6.1.4.1.32473.99.1.0","value":)" +
               std::to_string(n) + "}]}\n";
  }
  bench.close();
  const auto path = (std::filesystem::temp_directory_path() /
                     ("netlogd_flow_corpus_" + what + "-" + std::to_string(::getpid()) + ".jsonl"))
                        .string();
  std::ofstream(path) << lines;
  const auto command = "python3 " + shared_folder() + "/corpus/tools/score_packets.py " + what +
                       " " + folder + " " + path;
  const int status = std::system(command.c_str());
  std::remove(path.c_str());
  return status;
}

bool is_there() {
  return std::filesystem::exists(shared_folder() + "/corpus/tools/score_packets.py");
}

TEST(FlowCorpus, every_visible_netflow_record_is_exact) {
  if (!is_there()) GTEST_SKIP() << "no corpus at " << shared_folder();
  EXPECT_EQ(score("netflow", false), 0);
}

TEST(FlowCorpus, bad_packets_give_no_extra_record_and_the_next_good_one_is_decoded) {
  if (!is_there()) GTEST_SKIP() << "no corpus at " << shared_folder();
  EXPECT_EQ(score("bad", true), 0);
}

}  // namespace
}  // namespace netlogd::tests
