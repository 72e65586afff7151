// A receiving loop on loopback with one listener, and sockets to talk to it.

#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "collecting_sink.hpp"
#include "listen/sockets.hpp"
#include "netlogd/core/unique_fd.hpp"
#include "netlogd/listen/receiving_loop.hpp"

namespace netlogd::listen {

class LoopFixture : public ::testing::Test {
 protected:
  CollectingSink sink;
  ListenerCounters counters;
  observe::Log log{observe::Level::debug, [](observe::Level, std::string_view) {}};
  std::vector<ListenerReply> replies;
  LoopLimits limits;
  std::unique_ptr<ReceivingLoop> loop;

  static ListenerSettings settings(Protocol protocol, Transport transport) {
    return {.protocol = protocol,
            .transport = transport,
            .address = {IpAddress::v4(0x7f000001), 0},
            .receive_buffer = 1 << 20};
  }

  void begin(const ListenerSettings& listener) {
    loop = std::make_unique<ReceivingLoop>(
        limits, sink, [this](ListenerReply& reply) { return take_reply(reply); }, log);
    const auto opened = loop->open(0, listener, counters, {});
    ASSERT_TRUE(opened) << opened.error().sentence;
    loop->start();
  }

  UniqueFd connect(int type, const char* from = "127.0.0.1") const {
    UniqueFd fd(::socket(AF_INET, type, 0));
    sockaddr_in own{};
    own.sin_family = AF_INET;
    inet_pton(AF_INET, from, &own.sin_addr);
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own), 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(counters.bound.port);
    to.sin_addr.s_addr = htonl(counters.bound.address.v4_host_order());
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    return fd;
  }

  static void send(const UniqueFd& fd, std::string_view text) {
    EXPECT_EQ(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }

  // How many such datagrams may be on their way at once: more than half of the socket's buffer,
  // which is when netlogd begins to choose, but never all of it, which is when the kernel would.
  // The kernel gives twice of what it says, and counts up to a quarter as used that no longer is.
  [[nodiscard]] std::uint64_t datagrams_that_fit(std::string_view message) const {
    return counters.receive_buffer_got * 2ULL * 62 / 100 / bytes_in_kernel(message);
  }

  [[nodiscard]] std::uint64_t dropped(DropReason reason) const {
    return read(counters.dropped[static_cast<std::size_t>(reason)]);
  }

 private:
  // What one such datagram takes of a receive buffer.
  static std::uint64_t bytes_in_kernel(std::string_view message) {
    const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM, 0));
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof own;
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), length), 0);
    EXPECT_EQ(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&own), &length), 0);
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&own), length), 0);
    send(fd, message);
    const std::uint64_t bytes = socket_memory(fd.get()).queued_bytes;
    EXPECT_GT(bytes, 0U);
    return bytes;
  }

  bool take_reply(ListenerReply& reply) {
    if (replies.empty()) return false;
    reply = std::move(replies.back());
    replies.pop_back();
    return true;
  }
};

}  // namespace netlogd::listen
