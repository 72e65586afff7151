#include <gtest/gtest.h>

#include "loop_fixture.hpp"

namespace netlogd::listen {
namespace {

class TcpListener : public LoopFixture {
 protected:
  // The peer closed: end of file, or a reset.
  static bool is_closed_by_peer(const UniqueFd& fd) {
    timeval limit{.tv_sec = patience.count(), .tv_usec = 0};
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    char c = 0;
    const auto n = ::recv(fd.get(), &c, 1, 0);
    return n == 0 || (n < 0 && errno == ECONNRESET);
  }
};

TEST_F(TcpListener, takes_lines_and_counted_frames_from_many_connections_in_order) {
  begin(settings(Protocol::syslog, Transport::tcp));
  std::vector<UniqueFd> connections;
  for (int i = 0; i < 5; ++i) connections.push_back(connect(SOCK_STREAM));
  for (int n = 0; n < 40; ++n)
    for (std::size_t c = 0; c < connections.size(); ++c) {
      const std::string text = "<189>" + std::to_string(c) + "." + std::to_string(n);
      send(connections[c], n % 2 == 0 ? text + "\n" : std::to_string(text.size()) + " " + text);
    }
  const auto got = sink.wait_for(200);
  ASSERT_EQ(got.size(), 200U);
  std::vector<int> next(5, 0);
  for (const auto& message : got) {
    const auto c = static_cast<std::size_t>(message.text[5] - '0');
    EXPECT_EQ(message.text, "<189>" + std::to_string(c) + "." + std::to_string(next[c]++));
  }
  EXPECT_EQ(read(counters.connections), 5U);
}

TEST_F(TcpListener, keeps_the_last_line_without_its_end) {
  begin(settings(Protocol::syslog, Transport::tcp));
  {
    const auto fd = connect(SOCK_STREAM);
    send(fd, "<13>one\r\n<13>last");
  }
  const auto got = sink.wait_for(2);
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].text, "<13>one");
  EXPECT_EQ(got[1].text, "<13>last");
  EXPECT_TRUE(eventually([&] { return read(counters.connections_open) == 0; }));
}

TEST_F(TcpListener, stops_reading_when_full_and_goes_on_without_loss) {
  CollectingSink tight(1, 7);
  tight.set_full(true);
  loop = std::make_unique<ReceivingLoop>(
      limits, tight, [](ListenerReply&) { return false; }, log);
  ASSERT_TRUE(loop->open(0, settings(Protocol::syslog, Transport::tcp), counters, {}));
  loop->start();
  const auto fd = connect(SOCK_STREAM);
  std::string text;
  for (int i = 0; i < 500; ++i) text += "<13>" + std::to_string(i) + "\n";
  send(fd, text);
  ASSERT_TRUE(eventually([&] { return tight.asked_for_room(); }));
  EXPECT_EQ(read(counters.received), 0U);
  tight.set_full(false);
  loop->wake();
  const auto got = tight.wait_for(500);
  ASSERT_EQ(got.size(), 500U);
  for (std::size_t i = 0; i < 500; ++i) EXPECT_EQ(got[i].text, "<13>" + std::to_string(i));
  loop.reset();
}

TEST_F(TcpListener, cuts_an_oversize_frame_and_the_connection_lives_on) {
  limits.message = 500;
  begin(settings(Protocol::syslog, Transport::tcp));
  const auto fd = connect(SOCK_STREAM);
  send(fd, "<13>" + std::string(5000, 'x') + "\n<13>next\n");
  const auto got = sink.wait_for(2);
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].text.size(), 500U);
  EXPECT_EQ(got[0].original_length, 5004U);
  EXPECT_EQ(got[1].text, "<13>next");
}

TEST_F(TcpListener, limits_the_connections_of_one_source) {
  limits.connections_per_source = 2;
  begin(settings(Protocol::syslog, Transport::tcp));
  const auto a = connect(SOCK_STREAM);
  const auto b = connect(SOCK_STREAM);
  ASSERT_TRUE(eventually([&] { return read(counters.connections_open) == 2; }));
  const auto c = connect(SOCK_STREAM);
  EXPECT_TRUE(is_closed_by_peer(c));
  EXPECT_EQ(read(counters.connections_refused), 1U);
  const auto other = connect(SOCK_STREAM, "127.0.0.2");
  send(other, "<13>x\n");
  EXPECT_EQ(sink.wait_for(1).size(), 1U);
}

TEST_F(TcpListener, closes_who_is_silent_for_too_long) {
  limits.idle = std::chrono::seconds(1);
  begin(settings(Protocol::syslog, Transport::tcp));
  const auto fd = connect(SOCK_STREAM);
  send(fd, "<13>x\n");
  EXPECT_TRUE(is_closed_by_peer(fd));
}

TEST_F(TcpListener, believes_the_proxy_header_of_a_balancer_only) {
  auto listener = settings(Protocol::syslog, Transport::tcp);
  listener.proxies = {*IpPrefix::parse("127.0.0.9")};
  begin(listener);
  const auto balancer = connect(SOCK_STREAM, "127.0.0.9");
  send(balancer, "PROXY TCP4 192.0.2.7 198.51.100.1 40000 514\r\n<13>behind\n");
  const auto got = sink.wait_for(1);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].source, "192.0.2.7");
  EXPECT_EQ(got[0].relay, "127.0.0.9");
  const auto liar = connect(SOCK_STREAM, "127.0.0.8");
  send(liar, "PROXY TCP4 192.0.2.7 198.51.100.1 40000 514\r\n");
  EXPECT_EQ(sink.wait_for(2).at(1).source, "127.0.0.8");
  const auto bare = connect(SOCK_STREAM, "127.0.0.9");
  send(bare, "<13>no header\n");
  EXPECT_TRUE(is_closed_by_peer(bare));
  EXPECT_EQ(sink.wait_for(2).size(), 2U);
}

TEST_F(TcpListener, judges_the_source_behind_a_balancer_by_its_prefix) {
  auto listener = settings(Protocol::syslog, Transport::tcp);
  listener.proxies = {*IpPrefix::parse("127.0.0.9")};
  listener.allow = {*IpPrefix::parse("192.0.2.0/24")};
  begin(listener);
  const auto good = connect(SOCK_STREAM, "127.0.0.9");
  send(good, "PROXY TCP4 192.0.2.7 198.51.100.1 40000 514\r\n<13>in\n");
  EXPECT_EQ(sink.wait_for(1).at(0).source, "192.0.2.7");
  const auto stranger = connect(SOCK_STREAM, "127.0.0.9");
  send(stranger, "PROXY TCP4 203.0.113.7 198.51.100.1 40000 514\r\n<13>out\n");
  EXPECT_TRUE(is_closed_by_peer(stranger));
  EXPECT_EQ(sink.wait_for(1).size(), 1U);
}

TEST_F(TcpListener, takes_in_what_was_sent_before_the_stop) {
  sink.set_full(true);
  begin(settings(Protocol::syslog, Transport::tcp));
  const auto fd = connect(SOCK_STREAM);
  send(fd, "<13>one\n<13>two\n");
  ASSERT_TRUE(eventually([&] { return sink.asked_for_room(); }));
  sink.set_full(false);
  loop->stop(std::chrono::hours(1));
  EXPECT_EQ(sink.wait_for(2).size(), 2U);
}

TEST_F(TcpListener, slows_an_unknown_sender_down_and_loses_nothing) {
  limits.unknown_rate = 200;
  begin(settings(Protocol::syslog, Transport::tcp));
  const auto fd = connect(SOCK_STREAM);
  for (int i = 0; i < 50; ++i) {
    std::string text;
    for (int n = 0; n < 10; ++n) text += "<13>" + std::to_string(i * 10 + n) + "\n";
    send(fd, text);
  }
  EXPECT_EQ(sink.wait_for(500).size(), 500U);
  EXPECT_EQ(dropped(DropReason::rate_limited), 0U);
}

}  // namespace
}  // namespace netlogd::listen
