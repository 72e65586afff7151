// Reads a corpus of JSON lines ({"raw": …} or {"raw_b64": …}) and writes the record of each case as
// the daemon would, received at a fixed time over UDP: for tools/score_corpus.py.
//
//   corpus_records CORPUS.jsonl > RECORDS.jsonl

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "support/base64.hpp"
#include "syslog_fixture.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: corpus_records CORPUS.jsonl\n";
    return 2;
  }
  std::ifstream corpus(argv[1]);
  netlogd::test::SyslogFixture fixture;
  std::string line;
  while (std::getline(corpus, line)) {
    if (line.empty()) continue;
    const auto one = nlohmann::json::parse(line);
    const auto raw = one.contains("raw")
                         ? one["raw"].get<std::string>()
                         : netlogd::test::from_base64(one["raw_b64"].get<std::string>());
    std::cout << fixture.record(raw) << '\n';
  }
  return 0;
}
