#include "cli/pcap_file.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace netlogd::cli {
namespace {

std::string number(std::uint32_t value, int octets, bool big) {
  std::string text;
  for (int i = 0; i < octets; ++i)
    text += static_cast<char>(value >> 8 * (big ? octets - 1 - i : i));
  return text;
}

std::string header(bool big, std::uint32_t kind, std::uint32_t magic = 0xa1b2c3d4) {
  return number(magic, 4, big) + number(2, 2, big) + number(4, 2, big) + std::string(8, '\0') +
         number(65535, 4, big) + number(kind, 4, big);
}

std::string packet(bool big, const std::string& bytes, std::uint32_t seconds = 100,
                   std::uint32_t fraction = 5) {
  return number(seconds, 4, big) + number(fraction, 4, big) +
         number(static_cast<std::uint32_t>(bytes.size()), 4, big) +
         number(static_cast<std::uint32_t>(bytes.size()), 4, big) + bytes;
}

std::string udp4(const std::string& payload, std::uint16_t port, std::uint16_t fragment = 0) {
  const auto length = static_cast<std::uint32_t>(28 + payload.size());
  return "\x45" + std::string(1, '\0') + number(length, 2, true) + number(0, 2, true) +
         number(fragment, 2, true) + "\x40\x11" + number(0, 2, true) + number(0x0a000001, 4, true) +
         number(0x0a000002, 4, true) + number(5000, 2, true) + number(port, 2, true) +
         number(static_cast<std::uint32_t>(8 + payload.size()), 2, true) + number(0, 2, true) +
         payload;
}

std::string ethernet(const std::string& packet_bytes, const std::string& tags = "") {
  return std::string(12, 'm') + tags + number(0x0800, 2, true) + packet_bytes;
}

struct Seen {
  Micros at;
  std::uint16_t port;
  std::string payload;
};

std::vector<Seen> datagrams(const std::string& file, bool* good = nullptr) {
  std::vector<Seen> all;
  const auto read = read_pcap(file, [&](const CapturedDatagram& one) {
    all.push_back({one.at, one.port, std::string(one.payload)});
    return true;
  });
  if (good != nullptr) *good = read.has_value();
  return all;
}

TEST(PcapFile, gives_the_payloads_in_either_byte_order) {
  for (const bool big : {false, true}) {
    const auto all = datagrams(header(big, 1) + packet(big, ethernet(udp4("hello", 514))));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].payload, "hello");
    EXPECT_EQ(all[0].port, 514);
    EXPECT_EQ(all[0].at, 100'000'005);
  }
}

TEST(PcapFile, knows_nanoseconds_vlan_tags_raw_ip_and_padding) {
  EXPECT_EQ(
      datagrams(header(false, 1, 0xa1b23c4d) + packet(false, ethernet(udp4("x", 1)), 1, 5000))[0]
          .at,
      1'000'005);
  EXPECT_EQ(datagrams(header(false, 1) +
                      packet(false, ethernet(udp4("x", 1), number(0x81000005, 4, true))))[0]
                .payload,
            "x");
  EXPECT_EQ(datagrams(header(false, 101) + packet(false, udp4("x", 1)))[0].payload, "x");
  EXPECT_EQ(
      datagrams(header(false, 1) + packet(false, ethernet(udp4("x", 1)) + std::string(10, '\0')))[0]
          .payload,
      "x");
}

TEST(PcapFile, passes_over_fragments_and_other_protocols) {
  EXPECT_TRUE(datagrams(header(false, 1) + packet(false, ethernet(udp4("x", 1, 0x2000)))).empty());
  EXPECT_TRUE(datagrams(header(false, 1) + packet(false, ethernet(udp4("x", 1, 0x0010)))).empty());
  auto tcp = udp4("x", 1);
  tcp[9] = 6;
  EXPECT_TRUE(datagrams(header(false, 1) + packet(false, ethernet(tcp))).empty());
}

TEST(PcapFile, every_prefix_of_a_file_is_read_without_harm) {
  const auto file = header(false, 1) + packet(false, ethernet(udp4("hello", 514))) +
                    packet(false, ethernet(udp4("world", 514)));
  for (std::size_t size = 0; size < file.size(); ++size) {
    bool good = true;
    EXPECT_LE(datagrams(file.substr(0, size), &good).size(), 1U);
  }
  for (std::size_t at = 0; at < file.size(); ++at) {
    auto changed = file;
    changed[at] = static_cast<char>(changed[at] ^ 0xff);
    (void)datagrams(changed);
  }
}

}  // namespace
}  // namespace netlogd::cli
