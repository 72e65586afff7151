#include <gtest/gtest.h>

#include <map>

#include "loop_fixture.hpp"

namespace netlogd::listen {
namespace {

class UdpListener : public LoopFixture {};

TEST_F(UdpListener, keeps_arrival_order_and_the_sender) {
  begin(settings(Protocol::syslog, Transport::udp));
  const auto a = connect(SOCK_DGRAM);
  const auto b = connect(SOCK_DGRAM, "127.0.0.2");
  for (int i = 0; i < 300; ++i) send(i % 2 == 0 ? a : b, std::to_string(i));
  const auto got = sink.wait_for(300);
  ASSERT_EQ(got.size(), 300U);
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(got[static_cast<std::size_t>(i)].text, std::to_string(i));
    EXPECT_EQ(got[static_cast<std::size_t>(i)].source, i % 2 == 0 ? "127.0.0.1" : "127.0.0.2");
  }
  EXPECT_EQ(read(counters.received), 300U);
}

TEST_F(UdpListener, cuts_and_marks_what_is_over_the_limit) {
  limits.message = 1000;
  begin(settings(Protocol::syslog, Transport::udp));
  const auto fd = connect(SOCK_DGRAM);
  send(fd, std::string(5000, 'x'));
  const auto got = sink.wait_for(1);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].text, std::string(1000, 'x'));
  EXPECT_EQ(got[0].original_length, 5000U);
  EXPECT_EQ(read(counters.truncated), 1U);
}

TEST_F(UdpListener, counts_an_empty_datagram_as_no_record) {
  begin(settings(Protocol::syslog, Transport::udp));
  const auto fd = connect(SOCK_DGRAM);
  send(fd, "");
  send(fd, "x");
  EXPECT_EQ(sink.wait_for(1).size(), 1U);
  EXPECT_EQ(read(counters.received), 2U);
  EXPECT_EQ(read(counters.no_record), 1U);
}

TEST_F(UdpListener, refuses_who_may_not_send) {
  auto listener = settings(Protocol::syslog, Transport::udp);
  listener.allow = {*IpPrefix::parse("127.0.0.0/24")};
  listener.deny = {*IpPrefix::parse("127.0.0.2")};
  begin(listener);
  send(connect(SOCK_DGRAM, "127.0.0.2"), "denied");
  send(connect(SOCK_DGRAM, "127.0.1.1"), "not allowed");
  send(connect(SOCK_DGRAM, "127.0.0.3"), "fine");
  EXPECT_EQ(sink.wait_for(1).at(0).text, "fine");
  EXPECT_EQ(dropped(DropReason::not_allowed), 2U);
}

TEST_F(UdpListener, waits_for_room_and_loses_nothing_that_the_kernel_holds) {
  sink.set_full(true);
  begin(settings(Protocol::syslog, Transport::udp));
  const auto fd = connect(SOCK_DGRAM);
  for (int i = 0; i < 50; ++i) send(fd, "<191>debug");
  ASSERT_TRUE(eventually([&] { return sink.asked_for_room(); }));
  sink.set_full(false);
  loop->wake();
  EXPECT_EQ(sink.wait_for(50).size(), 50U);
  EXPECT_EQ(dropped(DropReason::queue_full), 0U);
}

TEST_F(UdpListener, drops_debug_and_keeps_errors_when_the_kernel_fills_too) {
  auto listener = settings(Protocol::syslog, Transport::udp);
  listener.receive_buffer = 256 << 10;
  sink.set_full(true);
  sink.set_reserve(64 << 10);
  begin(listener);
  const auto babbling = connect(SOCK_DGRAM);
  const auto quiet = connect(SOCK_DGRAM, "127.0.0.2");
  const std::string debug = "<191>" + std::string(900, 'x');
  // More than half of the buffer, all of it debug, with a few errors in between.
  const std::uint64_t window = datagrams_that_fit(debug);
  std::uint64_t sent = 0;
  std::size_t errors = 0;
  ASSERT_TRUE(eventually([&] {
    if (sent + 11 - read(counters.received) <= window) {
      for (int i = 0; i < 10; ++i) send(babbling, debug);
      send(quiet, "<187>" + std::to_string(errors++));
      sent += 11;
    }
    return dropped(DropReason::queue_full) > 100;
  }));
  loop->stop(std::chrono::milliseconds(0));
  std::size_t kept_errors = 0;
  std::size_t kept_debug = 0;
  for (const auto& message : sink.wait_for(1)) {
    if (message.source == "127.0.0.1")
      ++kept_debug;
    else
      EXPECT_EQ(message.text, "<187>" + std::to_string(kept_errors++));
  }
  EXPECT_GT(kept_errors, 0U);
  EXPECT_LT(kept_debug, 10U);  // its share
  EXPECT_EQ(read(counters.kernel_drops), 0U);
}

TEST_F(UdpListener, pins_the_flows_of_an_exporter_to_a_worker_without_breaking_order) {
  CollectingSink many(4);
  loop = std::make_unique<ReceivingLoop>(
      limits, many, [](ListenerReply&) { return false; }, log);
  ASSERT_TRUE(loop->open(0, settings(Protocol::flow, Transport::udp), counters, {}));
  loop->start();
  std::vector<UniqueFd> exporters;
  for (int i = 1; i <= 8; ++i)
    exporters.push_back(connect(SOCK_DGRAM, ("127.0.0." + std::to_string(i)).c_str()));
  for (int i = 0; i < 200; ++i) send(exporters[static_cast<std::size_t>(i % 8)], std::to_string(i));
  const auto got = many.wait_for(200);
  ASSERT_EQ(got.size(), 200U);
  std::map<std::string, unsigned> worker_of;
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].text, std::to_string(i));
    EXPECT_EQ(worker_of.emplace(got[i].source, got[i].worker).first->second, got[i].worker);
    EXPECT_LT(got[i].worker, 4U);
  }
  loop.reset();
}

TEST_F(UdpListener, answers_from_the_listeners_own_socket) {
  begin(settings(Protocol::snmp, Transport::udp));
  const auto fd = connect(SOCK_DGRAM);
  sockaddr_in own{};
  socklen_t length = sizeof own;
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&own), &length);
  replies.push_back({0, {{IpAddress::v4(0x7f000001), ntohs(own.sin_port)}, "answer"}});
  loop->wake();
  char answer[16] = {};
  EXPECT_EQ(::recv(fd.get(), answer, sizeof answer, 0), 6);
  EXPECT_STREQ(answer, "answer");
}

TEST_F(UdpListener, takes_in_what_the_kernel_holds_when_it_stops) {
  sink.set_full(true);
  begin(settings(Protocol::syslog, Transport::udp));
  const auto fd = connect(SOCK_DGRAM);
  for (int i = 0; i < 100; ++i) send(fd, std::to_string(i));
  ASSERT_TRUE(eventually([&] { return sink.asked_for_room(); }));
  sink.set_full(false);
  loop->stop(std::chrono::hours(1));
  EXPECT_EQ(sink.wait_for(100).size(), 100U);
}

}  // namespace
}  // namespace netlogd::listen
