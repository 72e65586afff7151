#include "app/http_server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "netlogd/core/unique_fd.hpp"

namespace netlogd::app {
namespace {

// A server that has had enough closes; what it did not read is then nobody's fault.
std::string ask(const HttpServer& server, const std::string& request, bool is_too_much = false) {
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(server.bound().port);
  to.sin_addr.s_addr = htonl(0x7f000001);
  EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  const ssize_t sent = ::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL);
  EXPECT_TRUE(is_too_much || sent == static_cast<ssize_t>(request.size()));
  ::shutdown(fd.get(), SHUT_WR);
  std::string answer;
  char block[4096];
  for (ssize_t n = 0; (n = ::recv(fd.get(), block, sizeof block, 0)) > 0;)
    answer.append(block, static_cast<std::size_t>(n));
  return answer;
}

TEST(HttpServer, answers_get_and_head_and_survives_the_rest) {
  auto server = HttpServer::start({IpAddress::v4(0x7f000001), 0}, [](const std::string& target) {
    return HttpAnswer{.status = target == "/ok" ? 200 : 404, .body = "body of " + target};
  });
  ASSERT_TRUE(server);
  const std::string good =
      ask(**server, "GET /ok?query HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(good.starts_with("HTTP/1.1 200")) << good;
  EXPECT_TRUE(good.ends_with("body of /ok")) << good;
  EXPECT_FALSE(
      ask(**server, "HEAD /ok HTTP/1.1\r\nConnection: close\r\n\r\n").ends_with("body of /ok"));
  EXPECT_TRUE(ask(**server, "GET /none HTTP/1.0\r\n\r\n").starts_with("HTTP/1.0 404"));
  EXPECT_TRUE(ask(**server, "DELETE /ok HTTP/1.1\r\nConnection: close\r\n\r\n")
                  .starts_with("HTTP/1.1 405"));
  ask(**server, "\x16\x03\x01 no http at all\r\n\r\n");
  ask(**server, "GET /" + std::string(100000, 'x') + " HTTP/1.1\r\n\r\n", true);
  EXPECT_TRUE(ask(**server, "GET /ok HTTP/1.0\r\n\r\n").starts_with("HTTP/1.0 200"));
}

TEST(HttpServer, says_which_address_is_taken) {
  auto first = HttpServer::start({IpAddress::v4(0x7f000001), 0},
                                 [](const std::string&) { return HttpAnswer{}; });
  ASSERT_TRUE(first);
  const auto second =
      HttpServer::start((*first)->bound(), [](const std::string&) { return HttpAnswer{}; });
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().sentence.find((*first)->bound().text()), std::string::npos);
}

}  // namespace
}  // namespace netlogd::app
