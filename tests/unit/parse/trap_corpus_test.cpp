// The shared packet corpus, decoded in process and scored by its own tool. Skipped where the corpus
// is not there.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "support/trap_support.hpp"

namespace netlogd {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

std::string corpus_dir() {
  const char* shared = std::getenv("NETLOGD_SHARED");
  return (shared != nullptr ? std::string(shared)
                            : std::string(NETLOGD_SOURCE_DIR) + "/../shared") +
         "/corpus";
}

std::string from_base64(const std::string& text) {
  std::string bytes;
  unsigned value = 0;
  int bits = 0;
  for (const char c : text) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto digit = alphabet.find(c);
    if (digit == std::string_view::npos) break;
    value = value << 6 | static_cast<unsigned>(digit);
    bits += 6;
    if (bits >= 8) bytes += static_cast<char>(value >> (bits -= 8));
  }
  return bytes;
}

wire::SnmpAccess users_of(const std::string& path) {
  wire::SnmpAccess access;
  for (const Json& entry : Json::parse(trap_support::file_text(path))) {
    const auto word = [&entry](const char* key) { return entry.value(key, std::string()); };
    const std::string name = word("user"), auth = word("auth"), auth_password = word("authpass"),
                      priv = word("priv"), priv_password = word("privpass");
    access.users.push_back(trap_support::user({.name = name,
                                               .auth = auth,
                                               .auth_password = auth_password,
                                               .priv = priv,
                                               .priv_password = priv_password}));
  }
  return access;
}

std::vector<Json> packets_of(const std::string& path) {
  std::vector<Json> packets;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) packets.push_back(Json::parse(line));
  return packets;
}

int score(const std::string& what, const std::string& set, const std::string& output) {
  const std::string report = output + ".report";
  const std::string command = "python3 '" + corpus_dir() + "/tools/score_packets.py' " + what +
                              " '" + set + "' '" + output + "' > '" + report + "' 2>&1";
  const int status = std::system(command.c_str());
  std::printf("%s\n", trap_support::file_text(report).c_str());
  return status;
}

class TrapCorpus : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(corpus_dir() + "/snmp/packets.jsonl"))
      GTEST_SKIP() << "no corpus at " << corpus_dir();
    output_ = fs::temp_directory_path() /
              ("netlogd-trap-corpus-" + std::to_string(::getpid()) + ".jsonl");
  }
  void TearDown() override {
    fs::remove(output_);
    fs::remove(output_.string() + ".report");
  }
  fs::path output_;
};

TEST_F(TrapCorpus, every_trap_of_the_good_set_is_exact) {
  auto settings = trap_support::Bench::own_settings();
  settings.write_community = true;
  trap_support::Bench bench(
      trap_support::tables(NETLOGD_SOURCE_DIR, users_of(corpus_dir() + "/snmp/users.json")),
      settings);
  std::ofstream out(output_);
  for (const Json& packet : packets_of(corpus_dir() + "/snmp/packets.jsonl")) {
    const std::string line = bench.give(from_base64(packet["b64"]));
    if (!line.empty()) out << line << '\n';
  }
  out.close();
  EXPECT_EQ(score("snmp", corpus_dir() + "/snmp", output_), 0);
  if (std::getenv("NETLOGD_SHOW") != nullptr)
    std::printf("%s", trap_support::file_text(output_).c_str());
}

TEST_F(TrapCorpus, nothing_bad_becomes_a_record_and_the_next_good_trap_is_decoded) {
  trap_support::Bench bench(
      trap_support::tables(NETLOGD_SOURCE_DIR, users_of(corpus_dir() + "/snmp/users.json")));
  std::ofstream out(output_);
  // The scorer numbers the packets of both protocols in one sequence; those that are not ours pass.
  std::int64_t number = 0;
  for (const Json& packet : packets_of(corpus_dir() + "/bad/packets.jsonl")) {
    const std::string proto = packet["proto"];
    if (proto.starts_with("snmp")) {
      const std::string line = bench.give(from_base64(packet["b64"]));
      if (!line.empty()) out << line << '\n';
      const std::string sentinel = trap_support::v2c(
          "public", trap_support::pdu(0xa7, number + 1,
                                      trap_support::notification(
                                          "1.3.6.1.4.1.32473.99.0.1",
                                          trap_support::varbind("1.3.6.1.4.1.32473.99.1.0",
                                                                trap_support::number(number)))));
      out << bench.give(sentinel) << '\n';
    } else {
      // The flow half's part: the sentinel that it would have given.
      out << R"({"record_type":"flow","src_ip":"198.18.)" << (number >> 8) << '.' << (number & 255)
          << R"(","dst_ip":"198.18.255.254"})" << '\n';
    }
    ++number;
  }
  out.close();
  EXPECT_EQ(score("bad", corpus_dir() + "/bad", output_), 0);
}

}  // namespace
}  // namespace netlogd
