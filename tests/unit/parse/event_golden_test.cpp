// The golden files of tests/golden/events: one message a case, by its parts.
//
//   # Why the case is there.
//   id %BGP-5-ADJCHANGE
//   process rpd
//   parameter NAME VALUE
//   message neighbor 192.0.2.1 Down
//   ----
//   routing_protocol_bgp {"bgp_neighbor":"192.0.2.1"}
//
// GOLDEN_UPDATE=1 writes what was read into the files; read the difference before it is committed.

#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>

#include "event_support.hpp"

namespace netlogd::parse {
namespace {

struct GoldenEvent {
  std::string text;  // notes and input as they stand in the file
  std::string id, process, message, expected;
  std::vector<std::pair<std::string, std::string>> parameters;
  std::size_t line = 0;
};

std::vector<GoldenEvent> read_cases(const std::filesystem::path& path) {
  std::vector<GoldenEvent> cases;
  std::ifstream file(path);
  GoldenEvent one;
  bool behind_rule = false;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line == "----") {
      behind_rule = true;
    } else if (behind_rule && !line.empty()) {
      one.expected = line;
    } else if (line.empty()) {
      if (behind_rule) cases.push_back(one);
      if (behind_rule) one = {};
      behind_rule = false;
    } else {
      if (one.line == 0) one.line = number;
      one.text += line + "\n";
      const auto blank = line.find(' ');
      const auto value = blank == std::string::npos ? "" : line.substr(blank + 1);
      if (line.starts_with("id ")) one.id = value;
      if (line.starts_with("process ")) one.process = value;
      if (line.starts_with("message ")) one.message = value;
      if (line.starts_with("parameter "))
        one.parameters.emplace_back(value.substr(0, value.find(' ')),
                                    value.substr(value.find(' ') + 1));
    }
  }
  if (behind_rule) cases.push_back(one);
  return cases;
}

std::string read_case(const GoldenEvent& one, const std::string& family) {
  std::vector<NameValue> parameters;
  for (const auto& [name, value] : one.parameters) parameters.push_back({name, value});
  const auto read = read_event(builtin_events(), {.vendor = family,
                                                  .message_id = one.id,
                                                  .process = one.process,
                                                  .message = one.message,
                                                  .parameters = parameters});
  return read.type + " " + read.fields;
}

TEST(EventGolden, reads_every_case_as_it_is_written_down) {
  const bool update = std::getenv("GOLDEN_UPDATE") != nullptr;
  std::set<std::string> types;
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(NETLOGD_SOURCE_DIR) / "tests/golden/events")) {
    const auto cases = read_cases(entry.path());
    std::string rewritten;
    for (const auto& one : cases) {
      const auto read = read_case(one, entry.path().stem().string());
      rewritten += one.text + "----\n" + read + "\n\n";
      types.insert(read.substr(0, read.find(' ')));
      ++count;
      if (!update) {
        EXPECT_EQ(read, one.expected) << entry.path().filename().string() << ":" << one.line;
      }
    }
    if (update) std::ofstream(entry.path()) << rewritten;
  }
  EXPECT_GE(count, 150U);
  // A case for every event type there is.
  for (const auto type : builtin_events().event_types())
    EXPECT_TRUE(types.contains(std::string(type))) << type << " has no golden case";
}

}  // namespace
}  // namespace netlogd::parse
