#include "sockets.hpp"

#include <fcntl.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <cstring>

namespace netlogd::listen {
namespace {

constexpr int accept_backlog = 1024;

bool set_flag(int fd, int level, int option, int value = 1) noexcept {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

std::string describe(const ListenerSettings& settings) {
  return std::string(name_of(settings.transport)) + " " + settings.address.text();
}

Result<void> prepare(int fd, const ListenerSettings& settings) {
  const bool stream = settings.transport != Transport::udp;
  if (stream) set_flag(fd, SOL_SOCKET, SO_REUSEADDR);
  // "::" takes IPv4 as well; any other IPv6 address is itself.
  if (!settings.address.address.is_v4())
    set_flag(fd, IPPROTO_IPV6, IPV6_V6ONLY, settings.address.address == IpAddress() ? 0 : 1);
  if (!settings.device.empty() &&
      ::setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, settings.device.data(),
                   static_cast<socklen_t>(settings.device.size())) != 0)
    return errno_error(describe(settings) + ": device " + settings.device, errno);
  sockaddr_storage address{};
  const int family = settings.address.address.is_v4() ? AF_INET : AF_INET6;
  const socklen_t length = to_sockaddr(settings.address, family, address);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), length) != 0)
    return errno_error(describe(settings), errno);
  if (stream && ::listen(fd, accept_backlog) != 0) return errno_error(describe(settings), errno);
  return {};
}

}  // namespace

Result<UniqueFd> bind_socket(const ListenerSettings& settings, UniqueFd inherited) {
  if (inherited) {
    const int flags = ::fcntl(inherited.get(), F_GETFL);
    if (flags < 0 || ::fcntl(inherited.get(), F_SETFL, flags | O_NONBLOCK) != 0)
      return errno_error(describe(settings) + ": inherited socket", errno);
    return inherited;
  }
  const int family = settings.address.address.is_v4() ? AF_INET : AF_INET6;
  const int type = settings.transport == Transport::udp ? SOCK_DGRAM : SOCK_STREAM;
  UniqueFd fd(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return errno_error(describe(settings), errno);
  if (auto prepared = prepare(fd.get(), settings); !prepared) return prepared.error();
  return fd;
}

ReceiveBuffer set_receive_buffer(int fd, std::uint32_t bytes) noexcept {
  const int wanted = static_cast<int>(bytes > 0x3fffffffU ? 0x3fffffffU : bytes);
  // FORCE passes net.core.rmem_max where we have CAP_NET_ADMIN.
  if (!set_flag(fd, SOL_SOCKET, SO_RCVBUFFORCE, wanted))
    set_flag(fd, SOL_SOCKET, SO_RCVBUF, wanted);
  int got = 0;
  socklen_t length = sizeof got;
  ::getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &got, &length);
  return {.asked = bytes, .got = static_cast<std::uint32_t>(got / 2)};
}

Endpoint to_endpoint(const sockaddr_storage& address) noexcept {
  if (address.ss_family == AF_INET) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(address);
    return {IpAddress::v4(ntohl(in.sin_addr.s_addr)), ntohs(in.sin_port)};
  }
  if (address.ss_family == AF_INET6) {
    const auto& in = reinterpret_cast<const sockaddr_in6&>(address);
    return {IpAddress::v6_bytes(in.sin6_addr.s6_addr), ntohs(in.sin6_port)};
  }
  return {};
}

Endpoint bound_endpoint(int fd) noexcept {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return {};
  return to_endpoint(address);
}

socklen_t to_sockaddr(const Endpoint& endpoint, int family, sockaddr_storage& out) noexcept {
  out = {};
  if (family == AF_INET) {
    auto& in = reinterpret_cast<sockaddr_in&>(out);
    in.sin_family = AF_INET;
    in.sin_port = htons(endpoint.port);
    in.sin_addr.s_addr = htonl(endpoint.address.v4_host_order());
    return sizeof in;
  }
  auto& in = reinterpret_cast<sockaddr_in6&>(out);
  in.sin6_family = AF_INET6;
  in.sin6_port = htons(endpoint.port);
  std::memcpy(in.sin6_addr.s6_addr, endpoint.address.bytes().data(), 16);
  return sizeof in;
}

int family_of(int fd) noexcept {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  return ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0 ? address.ss_family
                                                                                : AF_UNSPEC;
}

SocketMemory socket_memory(int fd) noexcept {
  std::uint32_t values[SK_MEMINFO_VARS] = {};
  socklen_t length = sizeof values;
  if (::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, values, &length) != 0) return {};
  return {.queued_bytes = values[SK_MEMINFO_RMEM_ALLOC],
          .buffer_bytes = values[SK_MEMINFO_RCVBUF],
          .drops = values[SK_MEMINFO_DROPS]};
}

}  // namespace netlogd::listen
