// tests/golden/trap/*.golden: a note, the datagram in hex, ----, the record without its id. The
// sender is 192.0.2.1 unless a line "from ADDRESS" says otherwise. GOLDEN_UPDATE=1 rewrites.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/trap_support.hpp"

namespace netlogd {
namespace {

namespace fs = std::filesystem;

// Two devices: one at an address, with names for its interfaces; one behind another.
class SmallDirectory final : public DeviceDirectory {
 public:
  SmallDirectory() {
    edge_.hostname = "edge-1";
    edge_.vendor = "juniper";
    edge_.site = "west";
    inner_.hostname = "inner-1";
    inner_.vendor = "cisco";
  }
  [[nodiscard]] const Device* by_address(const IpAddress& address) const noexcept override {
    if (address == *IpAddress::parse("192.0.2.50")) return &edge_;
    if (address == *IpAddress::parse("198.51.100.77")) return &inner_;
    return nullptr;
  }
  [[nodiscard]] const Device* by_hostname(std::string_view) const noexcept override {
    return nullptr;
  }
  [[nodiscard]] std::string_view interface_name(const Device* device,
                                                std::uint32_t index) const noexcept override {
    return device == &edge_ && index == 531 ? "ge-0/0/3" : "";
  }

 private:
  Device edge_;
  Device inner_;
};

std::string from_hex(std::string_view hex) {
  std::string bytes;
  int high = -1;
  for (const char c : hex) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) continue;
    if (high < 0) {
      high = digit;
    } else {
      bytes += static_cast<char>(high << 4 | digit);
      high = -1;
    }
  }
  return bytes;
}

wire::SnmpAccess golden_users() {
  wire::SnmpAccess access;
  access.users.push_back(trap_support::user({.name = "noc",
                                             .auth = "SHA256",
                                             .auth_password = "correct horse",
                                             .priv = "AES",
                                             .priv_password = "battery staple"}));
  return access;
}

// One line of output for a case: the record, or why there is none.
std::string outcome_of(trap_support::Bench& bench, const std::string& bytes) {
  const std::string line = bench.give(bytes);
  if (!line.empty()) return "{" + line.substr(std::string_view("{\"id\":0,").size());
  for (std::size_t i = 0; i < drop_reason_count; ++i)
    if (bench.batch().dropped()[i] > 0) return "dropped: " + std::string(drop_reason_names[i]);
  return "no record";
}

std::string run(const std::string& text) {
  const SmallDirectory directory;
  trap_support::Bench bench(trap_support::tables(NETLOGD_SOURCE_DIR, golden_users()));
  bench.devices(directory);
  std::istringstream in(text);
  std::ostringstream out;
  std::string hex;
  bool expected = false;
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) expected = false;
    if (expected) continue;
    if (line.starts_with("from ")) {
      bench.source().address = *IpAddress::parse(line.substr(5));
    } else if (line == "----") {
      out << "----\n" << outcome_of(bench, from_hex(hex)) << '\n';
      bench.source().address = *IpAddress::parse("192.0.2.1");
      hex.clear();
      expected = true;
      continue;
    } else if (!line.starts_with('#')) {
      hex += line;
    }
    out << line << '\n';
  }
  return out.str();
}

TEST(TrapGolden, every_packet_gives_its_record) {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(NETLOGD_SOURCE_DIR "/tests/golden/trap")) {
    if (entry.path().extension() != ".golden") continue;
    ++files;
    const std::string text = trap_support::file_text(entry.path());
    const std::string got = run(text);
    if (std::getenv("GOLDEN_UPDATE") != nullptr)
      std::ofstream(entry.path(), std::ios::binary) << got;
    EXPECT_EQ(got, text) << entry.path();
  }
  EXPECT_GE(files, 5U);
}

}  // namespace
}  // namespace netlogd
