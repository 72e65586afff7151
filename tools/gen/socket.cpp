#include "socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>

namespace netlogd::gen {
namespace {

socklen_t fill(sockaddr_storage& storage, const Endpoint& endpoint) {
  std::memset(&storage, 0, sizeof storage);
  if (endpoint.address.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    v4.sin_addr.s_addr = htonl(endpoint.address.v4_host_order());
    std::memcpy(&storage, &v4, sizeof v4);
    return sizeof v4;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(endpoint.port);
  std::memcpy(&v6.sin6_addr, endpoint.address.bytes().data(), 16);
  std::memcpy(&storage, &v6, sizeof v6);
  return sizeof v6;
}

Endpoint local_endpoint(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  Endpoint endpoint;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return endpoint;
  if (storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof v4);
    return {IpAddress::v4(ntohl(v4.sin_addr.s_addr)), ntohs(v4.sin_port)};
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &storage, sizeof v6);
  return {IpAddress::v6_bytes(v6.sin6_addr.s6_addr), ntohs(v6.sin6_port)};
}

}  // namespace

Result<ConnectedSocket> connect_socket(const Endpoint& to, bool stream,
                                       const std::optional<IpAddress>& from) {
  const int family = to.address.is_v4() ? AF_INET : AF_INET6;
  UniqueFd fd(::socket(family, (stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0));
  if (!fd) return errno_error(to.text(), errno);

  sockaddr_storage storage{};
  if (from) {
    const auto size = fill(storage, Endpoint{*from, 0});
    if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), size) != 0)
      return errno_error("source " + from->text(), errno);
  }
  const timeval patience{.tv_sec = 60, .tv_usec = 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const auto size = fill(storage, to);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&storage), size) != 0)
    return errno_error(to.text(), errno);
  const int buffer = 4 << 20;
  if (!stream) ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  auto source = local_endpoint(fd.get()).text();
  return ConnectedSocket{std::move(fd), std::move(source)};
}

IpAddress address_after(const IpAddress& first, std::uint32_t offset) {
  auto bytes = first.bytes();
  for (std::size_t i = 16; i-- > 12 && offset != 0;) {
    offset += bytes[i];
    bytes[i] = static_cast<std::uint8_t>(offset);
    offset >>= 8;
  }
  return IpAddress::v6_bytes(bytes.data());
}

}  // namespace netlogd::gen
