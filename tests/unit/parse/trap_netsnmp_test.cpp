// The real clients: net-snmp's snmptrap and snmpinform with every protocol that they have, against
// a maker behind a loopback socket. Skipped where they are not installed.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "netlogd/core/unique_fd.hpp"
#include "support/trap_support.hpp"

extern char** environ;

namespace netlogd {
namespace {

using trap_support::Bench;

struct Protocols {
  const char* auth;  // net-snmp's word; nullptr: none
  const char* our_auth;
  const char* priv;
  const char* our_priv;
};

constexpr std::array<Protocols, 18> all = {{{nullptr, "", nullptr, ""},
                                            {"MD5", "MD5", nullptr, ""},
                                            {"SHA", "SHA", nullptr, ""},
                                            {"SHA-224", "SHA224", nullptr, ""},
                                            {"SHA-256", "SHA256", nullptr, ""},
                                            {"SHA-384", "SHA384", nullptr, ""},
                                            {"SHA-512", "SHA512", nullptr, ""},
                                            {"MD5", "MD5", "DES", "DES"},
                                            {"SHA", "SHA", "DES", "DES"},
                                            {"SHA", "SHA", "AES", "AES"},
                                            {"SHA", "SHA", "AES-192", "AES192"},
                                            {"MD5", "MD5", "AES-256", "AES256"},
                                            {"SHA-224", "SHA224", "AES-256", "AES256"},
                                            {"SHA-384", "SHA384", "AES-192", "AES192"},
                                            {"SHA-512", "SHA512", "AES-256", "AES256"},
                                            {"SHA", "SHA", "AES-256-C", "AES256C"},
                                            {"MD5", "MD5", "AES-192-C", "AES192C"},
                                            {"SHA-224", "SHA224", "AES-256-C", "AES256C"}}};

wire::SnmpAccess access_of(const Protocols& protocols) {
  wire::SnmpAccess access;
  const bool auth = protocols.auth != nullptr;
  const bool priv = protocols.priv != nullptr;
  access.users.push_back(trap_support::user({.name = "noc",
                                             .auth = protocols.our_auth,
                                             .auth_password = auth ? "correct horse" : "",
                                             .priv = protocols.our_priv,
                                             .priv_password = priv ? "battery staple" : ""}));
  return access;
}

class NetSnmp : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("command -v snmptrap >/dev/null && command -v snmpinform >/dev/null") != 0)
      GTEST_SKIP() << "snmptrap and snmpinform are not installed";
    folder_ =
        std::filesystem::temp_directory_path() / ("netlogd-netsnmp-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    socket_ = UniqueFd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    socklen_t size = sizeof address;
    ASSERT_EQ(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  // Runs a client to its end and answers it meanwhile. Returns its exit status; lines_ has the
  // records.
  int run(Bench& bench, std::vector<std::string> words) {
    lines_.clear();
    words.push_back("127.0.0.1:" + std::to_string(port_));
    for (const char* word : {"1234", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.7", "i", "7",
                             "1.3.6.1.2.1.2.2.1.2.7", "s", "ge-0/0/7"})
      words.emplace_back(word);
    std::vector<std::string> environment = {
        "PATH=/usr/bin:/bin:/usr/sbin", "MIBS=", "HOME=" + folder_.string(),
        "SNMP_PERSISTENT_DIR=" + folder_.string(), "SNMPCONFPATH=" + folder_.string()};
    const auto pointers = [](std::vector<std::string>& strings) {
      std::vector<char*> all_;
      for (std::string& text : strings) all_.push_back(text.data());
      all_.push_back(nullptr);
      return all_;
    };
    pid_t child = 0;
    auto arguments = pointers(words);
    auto variables = pointers(environment);
    if (::posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(),
                       variables.data()) != 0)
      return -1;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(240);
    int status = 0;
    bool gone = false;
    while (std::chrono::steady_clock::now() < end) {
      pollfd waiting{socket_.get(), POLLIN, 0};
      if (::poll(&waiting, 1, 20) > 0) {
        serve(bench);
      } else if (gone) {
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
      }
      if (!gone && ::waitpid(child, &status, WNOHANG) == child) gone = true;
    }
    return -1;
  }

  void serve(Bench& bench) {
    std::array<char, 65536> buffer;
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const auto got = ::recvfrom(socket_.get(), buffer.data(), buffer.size(), 0,
                                reinterpret_cast<sockaddr*>(&from), &size);
    ASSERT_GE(got, 0);
    bench.source().port = ntohs(from.sin_port);
    const std::string line = bench.give({buffer.data(), static_cast<std::size_t>(got)});
    if (!line.empty()) lines_.push_back(line);
    for (const Reply& reply : bench.batch().replies())
      ::sendto(socket_.get(), reply.bytes.data(), reply.bytes.size(), 0,
               reinterpret_cast<sockaddr*>(&from), size);
  }

  static std::vector<std::string> v3_words(const char* client, const Protocols& protocols) {
    std::vector<std::string> words = {client, "-v3", "-u", "noc", "-r", "1", "-t", "3", "-l"};
    words.emplace_back(protocols.priv != nullptr   ? "authPriv"
                       : protocols.auth != nullptr ? "authNoPriv"
                                                   : "noAuthNoPriv");
    if (protocols.auth != nullptr)
      words.insert(words.end(), {"-a", protocols.auth, "-A", "correct horse"});
    if (protocols.priv != nullptr)
      words.insert(words.end(), {"-x", protocols.priv, "-X", "battery staple"});
    return words;
  }

  void expect_the_trap(const char* version) {
    ASSERT_EQ(lines_.size(), 1U);
    EXPECT_NE(lines_[0].find(std::string("\"version\":\"") + version), std::string::npos)
        << lines_[0];
    EXPECT_NE(lines_[0].find("\"trap_name\":\"linkDown\""), std::string::npos) << lines_[0];
    EXPECT_NE(lines_[0].find("\"uptime_ms\":12340,"), std::string::npos) << lines_[0];
    EXPECT_NE(lines_[0].find("\"interfaces\":[\"ge-0/0/7\"]"), std::string::npos) << lines_[0];
  }

  std::filesystem::path folder_;
  UniqueFd socket_;
  std::uint16_t port_ = 0;
  std::vector<std::string> lines_;
};

TEST_F(NetSnmp, v2c_traps_and_informs_are_read_and_informs_answered) {
  Bench bench(trap_support::tables(NETLOGD_SOURCE_DIR));
  EXPECT_EQ(run(bench, {"snmptrap", "-v2c", "-c", "public"}), 0);
  expect_the_trap("v2c");
  EXPECT_EQ(run(bench, {"snmpinform", "-v2c", "-c", "public", "-r", "1", "-t", "3"}), 0);
  expect_the_trap("v2c");
}

TEST_F(NetSnmp, v3_traps_with_every_protocol_are_read) {
  for (const Protocols& protocols : all) {
    SCOPED_TRACE(std::string(protocols.our_auth) + " " + protocols.our_priv);
    Bench bench(trap_support::tables(NETLOGD_SOURCE_DIR, access_of(protocols)));
    auto words = v3_words("snmptrap", protocols);
    words.insert(words.end(), {"-e", "0x80001f8804747261707065"});
    EXPECT_EQ(run(bench, words), 0);
    expect_the_trap("v3");
  }
}

TEST_F(NetSnmp, v3_informs_find_our_engine_and_are_answered_with_every_protocol) {
  for (const Protocols& protocols : all) {
    SCOPED_TRACE(std::string(protocols.our_auth) + " " + protocols.our_priv);
    Bench bench(trap_support::tables(NETLOGD_SOURCE_DIR, access_of(protocols)));
    EXPECT_EQ(run(bench, v3_words("snmpinform", protocols)), 0);
    expect_the_trap("v3");
    EXPECT_EQ(read(bench.maker().counters().responses_sent), 1U);
    EXPECT_GE(read(bench.maker().counters().reports_sent), 1U);
  }
}

TEST_F(NetSnmp, a_wrong_password_gives_no_record_and_no_acknowledgement) {
  const Protocols protocols{"SHA", "SHA", "AES", "AES"};
  Bench bench(trap_support::tables(NETLOGD_SOURCE_DIR, access_of(protocols)));
  auto words = v3_words("snmpinform", protocols);
  for (std::string& word : words)
    if (word == "correct horse") word = "incorrect horse";
  EXPECT_NE(run(bench, words), 0);
  EXPECT_TRUE(lines_.empty());
  EXPECT_GE(read(bench.maker().usm_counters().wrong_digests), 1U);
}

}  // namespace
}  // namespace netlogd
