// Compares the records of golden files with what they expect. GOLDEN_UPDATE=1 rewrites the expected
// values (of the keys that are there; all that say something where there is "{}").
//
//   syslog_golden FILE.golden…

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "golden_file.hpp"

namespace {

using Json = nlohmann::ordered_json;
using netlogd::test::GoldenCase;

// What a case of its own says nothing about.
bool is_telling(const std::string& key, const Json& value) {
  static const char* const silent[] = {
      "id",        "record_type",   "received_at",      "source_ip",
      "transport", "device",        "raw_message",      "clock_skew_ms",
      "facility",  "severity_text", "extracted_fields", "event_type"};
  for (const auto* word : silent)
    if (key == word) return false;
  return !value.is_null();
}

Json wanted_part(const Json& record, const Json& expected) {
  Json part = Json::object();
  for (const auto& [key, value] : record.items())
    if (expected.empty() ? is_telling(key, value) : expected.contains(key)) part[key] = value;
  for (const auto& [key, value] : expected.items())
    if (!record.contains(key)) part[key] = nullptr;
  return part;
}

// The keys of the expectation, each with the value of the record, are the expectation. Objects are
// compared by the keys that the expectation has.
bool agrees(const Json& record, const Json& expected) {
  for (const auto& [key, value] : expected.items()) {
    const Json found = record.contains(key) ? record[key] : Json();
    if (key == "extracted_fields" && found.is_object() ? !agrees(found, value) : found != value) {
      std::cout << "    " << key << ": expected " << value.dump() << ", found " << found.dump()
                << '\n';
      return false;
    }
  }
  return true;
}

void write_case(std::ostream& out, const GoldenCase& one, const std::string& expected) {
  for (const auto& note : one.notes) out << note << '\n';
  out << one.input << "\n----\n" << expected << "\n\n";
}

}  // namespace

int main(int argc, char** argv) {
  const bool update = std::getenv("GOLDEN_UPDATE") != nullptr;
  int cases = 0;
  int failures = 0;
  for (int i = 1; i < argc; ++i) {
    std::ostringstream updated;
    for (const auto& one : netlogd::test::read_golden(argv[i])) {
      ++cases;
      const auto record = Json::parse(netlogd::test::record_of(one));
      const auto expected = one.expected.empty() ? Json::object() : Json::parse(one.expected);
      if (update) {
        write_case(updated, one, wanted_part(record, expected).dump());
      } else if (expected.empty() || !agrees(record, expected)) {
        ++failures;
        std::cout << argv[i] << ':' << one.line << ": " << one.input << '\n';
      }
    }
    if (update) std::ofstream(argv[i]) << updated.str();
  }
  std::cout << cases << " cases, " << failures << " failures\n";
  return failures == 0 && cases > 0 ? 0 : 1;
}
