#include "cli/capture_file.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "cli/captured_datagrams.hpp"

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

std::string segment(const std::string& payload, std::uint16_t port) {
  return number(5000, 2, true) + number(port, 2, true) +
         number(static_cast<std::uint32_t>(8 + payload.size()), 2, true) + number(0, 2, true) +
         payload;
}

std::string ip4(const std::string& payload, std::uint16_t fragment = 0, std::uint16_t id = 0) {
  const auto length = static_cast<std::uint32_t>(20 + payload.size());
  return "\x45" + std::string(1, '\0') + number(length, 2, true) + number(id, 2, true) +
         number(fragment, 2, true) + "\x40\x11" + number(0, 2, true) + number(0x0a000001, 4, true) +
         number(0x0a000002, 4, true) + payload;
}

std::string udp4(const std::string& payload, std::uint16_t port, std::uint16_t fragment = 0) {
  return ip4(segment(payload, port), fragment);
}

// `next`: the protocol number of what `headers` and `payload` begin with.
std::string ip6(const std::string& payload, int next = 17) {
  return "\x60" + std::string(3, '\0') +
         number(static_cast<std::uint32_t>(payload.size()), 2, true) + static_cast<char>(next) +
         "\x40" + std::string(15, '\0') + "\x01" + std::string(15, '\0') + "\x02" + payload;
}

std::string ethernet(const std::string& packet_bytes, const std::string& tags = "") {
  return std::string(12, 'm') + tags + number(0x0800, 2, true) + packet_bytes;
}

struct Seen {
  Micros at;
  std::uint16_t port;
  std::string payload;
};

// The file in pieces of `step` octets, as a reader of a pipe gets them.
std::vector<Seen> datagrams(const std::string& file, std::string* fault = nullptr,
                            std::string* passed_over = nullptr, std::size_t step = 7) {
  std::vector<Seen> all;
  CapturedDatagrams packets([&](const CapturedDatagram& one) {
    all.push_back({one.at, one.port, std::string(one.payload)});
    return true;
  });
  std::size_t at = 0;
  const auto read = read_capture(
      [&](std::span<char> into) -> Result<std::size_t> {
        const auto size = std::min({into.size(), step, file.size() - at});
        std::memcpy(into.data(), file.data() + at, size);
        at += size;
        return size;
      },
      [&](const CapturedPacket& packet) { return packets.add(packet); });
  if (fault != nullptr) *fault = read ? "" : read.error().sentence;
  if (passed_over != nullptr) *passed_over = packets.passed_over();
  return all;
}

std::string payload_of(std::uint32_t kind, const std::string& frame) {
  const auto all = datagrams(header(false, kind) + packet(false, frame));
  return all.size() == 1 ? all[0].payload : "none";
}

TEST(CaptureFile, gives_the_payloads_in_either_byte_order) {
  for (const bool big : {false, true}) {
    const auto all = datagrams(header(big, 1) + packet(big, ethernet(udp4("hello", 514))));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].payload, "hello");
    EXPECT_EQ(all[0].port, 514);
    EXPECT_EQ(all[0].at, 100'000'005);
  }
}

TEST(CaptureFile, knows_nanoseconds) {
  const auto all =
      datagrams(header(false, 1, 0xa1b23c4d) + packet(false, ethernet(udp4("x", 1)), 1, 5000));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].at, 1'000'005);
}

TEST(CaptureFile, knows_the_links_that_routers_and_collectors_have) {
  const auto one = udp4("x", 1);
  const auto two = std::string(1, '\0') + "\x21" + one;  // PPP
  EXPECT_EQ(payload_of(1, ethernet(one)), "x");
  EXPECT_EQ(payload_of(1, ethernet(one) + std::string(10, '\0')), "x") << "padding";
  EXPECT_EQ(payload_of(1, ethernet(one, number(0x81000005, 4, true))), "x") << "VLAN";
  EXPECT_EQ(payload_of(1, ethernet(one, number(0x88a80007, 4, true) + number(0x81000005, 4, true))),
            "x")
      << "QinQ";
  EXPECT_EQ(payload_of(1, std::string(12, 'm') + number(0x8847, 2, true) +
                              number(0x00010040, 4, true) + number(0x00020140, 4, true) + one),
            "x")
      << "MPLS";
  EXPECT_EQ(
      payload_of(1, std::string(12, 'm') + number(0x8864, 2, true) + std::string(6, 'p') + two),
      "x")
      << "PPPoE";
  EXPECT_EQ(payload_of(113, std::string(14, 'c') + number(0x0800, 2, true) + one), "x");
  EXPECT_EQ(payload_of(276, number(0x0800, 2, true) + std::string(18, 'c') + one), "x");
  EXPECT_EQ(payload_of(104, "\x0f" + std::string(1, '\0') + number(0x0800, 2, true) + one), "x");
  EXPECT_EQ(payload_of(9, "\xff\x03" + two), "x");
  EXPECT_EQ(payload_of(101, one), "x");
  EXPECT_EQ(payload_of(0, number(2, 4, false) + one), "x");
  std::string passed;
  EXPECT_TRUE(datagrams(header(false, 105) + packet(false, one), nullptr, &passed).empty());
  EXPECT_EQ(passed, "1 of a link that is not known (LINKTYPE 105)");
}

TEST(CaptureFile, reads_ipv6_behind_its_extension_headers) {
  const auto payload = segment("six", 514);
  const auto option = [](int next) { return static_cast<char>(next) + std::string(7, '\0'); };
  EXPECT_EQ(payload_of(101, ip6(payload)), "six");
  EXPECT_EQ(payload_of(101, ip6(option(60) + option(17) + payload, 0)), "six");
  const auto atomic = static_cast<char>(17) + std::string(7, '\0');
  EXPECT_EQ(payload_of(101, ip6(atomic + payload, 44)), "six") << "a fragment that is all";
  EXPECT_EQ(payload_of(101, ip6(option(6) + payload, 0)), "none") << "TCP";
}

TEST(CaptureFile, puts_fragments_together_in_any_order) {
  const std::string text(3000, 'f');
  const auto whole = segment(text, 514);
  const auto first = packet(false, ip4(whole.substr(0, 1480), 0x2000, 7));
  const auto second = packet(false, ip4(whole.substr(1480, 1480), 0x2000 | 185, 7));
  const auto last = packet(false, ip4(whole.substr(2960), 370, 7));
  const auto other = packet(false, ip4(whole.substr(0, 1480), 0x2000, 8));
  for (const auto& order : {first + second + last, last + first + second, second + last + first,
                            first + first + second + other + last}) {
    const auto all = datagrams(header(false, 101) + order, nullptr, nullptr, 1000);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].payload, text);
  }
  const auto fragment6 = [&](std::size_t from, std::size_t size, bool more) {
    return packet(false,
                  ip6(static_cast<char>(17) + std::string(1, '\0') +
                          number(static_cast<std::uint32_t>(from | (more ? 1 : 0)), 2, true) +
                          number(99, 4, true) + whole.substr(from, size),
                      44));
  };
  const auto six =
      datagrams(header(false, 101) + fragment6(1448, 1600, false) + fragment6(0, 1448, true));
  ASSERT_EQ(six.size(), 1U);
  EXPECT_EQ(six[0].payload, text);
}

TEST(CaptureFile, says_what_it_passes_over) {
  std::string passed;
  auto tcp = udp4("x", 1);
  tcp[9] = 6;
  const auto cut = number(100, 4, false) + number(5, 4, false) + number(30, 4, false) +
                   number(300, 4, false) + udp4(std::string(272, 'c'), 514).substr(0, 30);
  EXPECT_TRUE(datagrams(header(false, 101) + packet(false, tcp) +
                            packet(false, udp4("12345678", 1, 0x2000)) + cut +
                            packet(false, "\x45") + packet(false, ""),
                        nullptr, &passed)
                  .empty());
  EXPECT_EQ(passed,
            "1 that are no UDP, 1 captured in part (tcpdump -s 0), 1 without all their fragments, "
            "2 damaged");
}

TEST(CaptureFile, never_holds_more_than_some_unfinished_datagrams) {
  std::string file = header(false, 101);
  for (std::uint16_t id = 0; id < 2000; ++id)
    file += packet(false, ip4(std::string(16, 'f'), 0x2000, id));
  std::string passed;
  EXPECT_TRUE(datagrams(file, nullptr, &passed, 4096).empty());
  EXPECT_EQ(passed, "2000 without all their fragments");
}

std::string block(std::uint32_t type, const std::string& body, bool big) {
  const auto padded = body + std::string((4 - body.size() % 4) % 4, '\0');
  const auto length = number(static_cast<std::uint32_t>(12 + padded.size()), 4, big);
  return number(type, 4, big) + length + padded + length;
}

std::string section(bool big) {
  return block(
      0x0a0d0d0a,
      number(0x1a2b3c4d, 4, big) + number(1, 2, big) + number(0, 2, big) + std::string(8, '\xff'),
      big);
}

std::string interface(std::uint32_t kind, bool big, const std::string& options = "") {
  return block(1, number(kind, 2, big) + number(0, 2, big) + number(0, 4, big) + options, big);
}

std::string enhanced(std::uint32_t id, std::uint64_t stamp, const std::string& bytes, bool big) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  return block(6,
               number(id, 4, big) + number(static_cast<std::uint32_t>(stamp >> 32), 4, big) +
                   number(static_cast<std::uint32_t>(stamp), 4, big) + number(size, 4, big) +
                   number(size, 4, big) + bytes,
               big);
}

TEST(CaptureFile, reads_pcapng_with_several_interfaces_and_sections) {
  for (const bool big : {false, true}) {
    const auto nanoseconds = number(9, 2, big) + number(1, 2, big) + "\x09" + std::string(3, '\0');
    const auto later =
        number(14, 2, big) + number(8, 2, big) +
        (big ? number(0, 4, big) + number(50, 4, big) : number(50, 4, big) + number(0, 4, big));
    const auto file =
        section(big) + interface(1, big) + interface(101, big, nanoseconds + later) +
        block(5, "statistics", big) + enhanced(0, 100'000'005, ethernet(udp4("one", 514)), big) +
        enhanced(1, 100'000'005'000, udp4("two", 162), big) + section(!big) + interface(101, !big) +
        block(
            3,
            number(static_cast<std::uint32_t>(udp4("three", 1).size()), 4, !big) + udp4("three", 1),
            !big);
    std::string fault;
    const auto all = datagrams(file, &fault);
    EXPECT_EQ(fault, "");
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].payload, "one");
    EXPECT_EQ(all[0].at, 100'000'005);
    EXPECT_EQ(all[1].payload, "two");
    EXPECT_EQ(all[1].at, 150'000'005);
    EXPECT_EQ(all[2].payload, "three");
    EXPECT_EQ(all[2].at, 0);
  }
}

TEST(CaptureFile, every_prefix_of_a_file_is_read_without_harm) {
  const auto classic = header(false, 1) + packet(false, ethernet(udp4("hello", 514))) +
                       packet(false, ethernet(udp4("world", 514)));
  const auto ng = section(false) + interface(1, false) +
                  enhanced(0, 1, ethernet(udp4("hello", 514)), false) +
                  enhanced(0, 2, ethernet(udp4("world", 514)), false);
  for (const auto& file : {classic, ng}) {
    for (std::size_t size = 0; size < file.size(); ++size)
      EXPECT_LE(datagrams(file.substr(0, size)).size(), 1U);
    std::string fault;
    EXPECT_EQ(datagrams(file.substr(0, file.size() - 1), &fault).size(), 1U);
    EXPECT_EQ(fault, "the capture is cut off");
    for (std::size_t at = 0; at < file.size(); ++at) {
      for (const int bits : {0xff, 0x80, 0x01}) {
        auto changed = file;
        changed[at] = static_cast<char>(changed[at] ^ bits);
        (void)datagrams(changed);
      }
    }
  }
}

}  // namespace
}  // namespace netlogd::cli
