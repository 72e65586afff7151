#include "syslog_sender.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/text_cursor.hpp"

namespace netlogd::cli {
namespace {

constexpr std::size_t flush_bytes = 64 << 10;
constexpr std::uint64_t max_listeners_bytes = 1 << 20;

sockaddr_storage socket_address(const Endpoint& to, socklen_t& length) {
  sockaddr_storage storage{};
  if (to.address.is_v4()) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(to.port);
    address.sin_addr.s_addr = htonl(to.address.v4_host_order());
    std::memcpy(&storage, &address, sizeof address);
    length = sizeof address;
  } else {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(to.port);
    std::memcpy(&address.sin6_addr, to.address.bytes().data(), 16);
    std::memcpy(&storage, &address, sizeof address);
    length = sizeof address;
  }
  return storage;
}

// The enumerator of that name.
template <typename Enumerator, std::size_t size>
std::optional<Enumerator> named(const std::array<std::string_view, size>& names,
                                const nlohmann::json& object, const char* key) {
  const auto word = object.find(key);
  if (word == object.end() || !word->is_string()) return {};
  const auto found = std::find(names.begin(), names.end(), word->get<std::string>());
  if (found == names.end()) return {};
  return static_cast<Enumerator>(found - names.begin());
}

}  // namespace

Result<MessageSender> MessageSender::connect(const Endpoint& to, bool tcp) {
  socklen_t length = 0;
  const auto address = socket_address(to, length);
  UniqueFd fd(::socket(address.ss_family, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0));
  if (!fd) return errno_error("socket", errno);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0)
    return errno_error(to.text(), errno);
  return MessageSender(std::move(fd), to, tcp);
}

Result<void> MessageSender::send(std::string_view message) {
  if (tcp_) {
    waiting_ += std::to_string(message.size()) + " ";
    waiting_ += message;
    return waiting_.size() < flush_bytes ? Result<void>() : flush();
  }
  for (;;) {
    if (::send(fd_.get(), message.data(), message.size(), MSG_NOSIGNAL) >= 0) return {};
    if (errno == EINTR || errno == ENOBUFS) continue;
    // Nobody listens, says an earlier datagram's answer; the next may arrive.
    if (errno == ECONNREFUSED) return Error{Errc::io, to_.text() + ": nobody listens there"};
    return errno_error(to_.text(), errno);
  }
}

Result<void> MessageSender::flush() {
  std::string_view left = waiting_;
  while (!left.empty()) {
    const auto sent = ::send(fd_.get(), left.data(), left.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno_error(to_.text(), errno);
    left.remove_prefix(static_cast<std::size_t>(sent));
  }
  waiting_.clear();
  return {};
}

Result<void> MessageSender::finish() {
  if (!tcp_) return {};
  if (auto sent = flush(); !sent) return sent;
  ::shutdown(fd_.get(), SHUT_WR);
  char buffer[256];
  for (;;) {
    const auto got = ::read(fd_.get(), buffer, sizeof buffer);
    if (got > 0 || (got < 0 && errno == EINTR)) continue;
    return got == 0 ? Result<void>() : errno_error(to_.text(), errno);
  }
}

Result<Endpoint> parse_endpoint(const std::string& text) {
  const Error wrong{
      Errc::invalid,
      "\"" + text + "\" is no address with a port; write 192.0.2.1:514 or [2001:db8::1]:514"};
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return wrong;
  TextCursor port(std::string_view(text).substr(colon + 1));
  std::uint64_t number = 0;
  if (!port.take_number(number, 5) || !port.at_end() || number == 0 || number > 65535) return wrong;
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  if (const auto address = IpAddress::parse(host))
    return Endpoint{*address, static_cast<std::uint16_t>(number)};
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0 || found == nullptr) return wrong;
  Endpoint endpoint{{}, static_cast<std::uint16_t>(number)};
  if (found->ai_family == AF_INET) {
    sockaddr_in address{};
    std::memcpy(&address, found->ai_addr, sizeof address);
    endpoint.address = IpAddress::v4(ntohl(address.sin_addr.s_addr));
  } else {
    sockaddr_in6 address{};
    std::memcpy(&address, found->ai_addr, sizeof address);
    endpoint.address = IpAddress::v6_bytes(address.sin6_addr.s6_addr);
  }
  ::freeaddrinfo(found);
  return endpoint;
}

std::vector<BoundListener> read_listeners(const std::string& folder) {
  const auto text = read_file(system_files(), folder + "/run/listeners.json", max_listeners_bytes);
  if (!text) return {};
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_array()) return {};
  std::vector<BoundListener> all;
  for (const auto& one : json) {
    if (!one.is_object()) continue;
    const auto host = one.find("address");
    if (host == one.end() || !host->is_string()) continue;
    auto address = IpAddress::parse(host->get<std::string>());
    const auto protocol = named<Protocol>(protocol_names, one, "protocol");
    const auto transport = named<Transport>(transport_names, one, "transport");
    const auto port = one.find("port");
    if (!address || !protocol || !transport || port == one.end() || !port->is_number_unsigned())
      continue;
    if (*address == IpAddress()) address = IpAddress::parse("::1");
    if (*address == IpAddress::v4(0)) address = IpAddress::v4(0x7f000001);
    all.push_back({*protocol, *transport, {*address, port->get<std::uint16_t>()}});
  }
  return all;
}

std::optional<Endpoint> find_listener(const std::string& folder, Protocol protocol,
                                      Transport transport) {
  for (const auto& one : read_listeners(folder))
    if (one.protocol == protocol && one.transport == transport) return one.endpoint;
  return {};
}

}  // namespace netlogd::cli
