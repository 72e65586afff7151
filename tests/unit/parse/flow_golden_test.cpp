// tests/golden/flow/*.golden: datagrams in hex, one a line, `----`, and the records they give
// together (the id is left out). '#' begins a note. GOLDEN_UPDATE=1 rewrites what is expected.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "unit/parse/flow_maker_test.hpp"

namespace netlogd::tests {
namespace {

struct GoldenCase {
  std::string note;
  std::vector<std::vector<std::uint8_t>> datagrams;
  std::string expected;
};

std::vector<std::uint8_t> from_hex(std::string_view text) {
  std::vector<std::uint8_t> out;
  std::string digits;
  for (const char c : text)
    if (c != ' ') digits += c;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(std::stoul(digits.substr(i, 2), nullptr, 16)));
  return out;
}

std::string to_hex(const std::vector<std::uint8_t>& octets) {
  TextBuffer text;
  JsonWriter(text).hex(octets);
  return std::string(text.view());
}

std::vector<GoldenCase> read_cases(const std::string& path) {
  std::vector<GoldenCase> cases;
  std::istringstream in(file_text(path));
  bool expecting = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) {
      if (expecting || cases.empty()) cases.emplace_back();
      expecting = false;
      cases.back().note += line + "\n";
    } else if (line == "----") {
      expecting = true;
    } else if (!line.empty() && !cases.empty()) {
      if (expecting)
        cases.back().expected += line + "\n";
      else
        cases.back().datagrams.push_back(from_hex(line));
    }
  }
  return cases;
}

std::string records_of(const GoldenCase& one) {
  FlowBench bench;
  std::string lines;
  for (const auto& datagram : one.datagrams) bench.send(datagram);
  for (const auto& record : bench.records()) {
    auto line = record;
    line.erase("id");
    lines += line.dump() + "\n";
  }
  return lines;
}

TEST(FlowGolden, every_case_gives_what_its_file_says) {
  std::vector<std::string> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(NETLOGD_SOURCE_DIR "/tests/golden/flow"))
    if (entry.path().extension() == ".golden") paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  ASSERT_FALSE(paths.empty());
  const bool update = std::getenv("GOLDEN_UPDATE") != nullptr;
  for (const auto& path : paths) {
    std::string rewritten;
    for (const auto& one : read_cases(path)) {
      const auto lines = records_of(one);
      if (!update) {
        EXPECT_EQ(lines, one.expected) << path << "\n" << one.note;
      }
      rewritten += (rewritten.empty() ? "" : "\n") + one.note;
      for (const auto& datagram : one.datagrams) rewritten += to_hex(datagram) + "\n";
      rewritten += "----\n" + lines;
    }
    if (update) std::ofstream(path, std::ios::binary) << rewritten;
  }
}

}  // namespace
}  // namespace netlogd::tests
