// Sockets as the listeners need them: bound, with their options, their addresses as our types.

#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>

#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/core/unique_fd.hpp"
#include "netlogd/listen/receiving_loop.hpp"

namespace netlogd::listen {

// Bound and non-blocking, a stream socket also listening. `inherited` is used as it is when it is
// one.
Result<UniqueFd> bind_socket(const ListenerSettings& settings, UniqueFd inherited);

struct ReceiveBuffer {
  std::uint32_t asked = 0;
  std::uint32_t got = 0;  // without the kernel's own doubling
};
ReceiveBuffer set_receive_buffer(int fd, std::uint32_t bytes) noexcept;

[[nodiscard]] Endpoint to_endpoint(const sockaddr_storage& address) noexcept;
// For an IPv6 socket an IPv4 address becomes its mapped form. Returns the length.
socklen_t to_sockaddr(const Endpoint& endpoint, int family, sockaddr_storage& out) noexcept;
[[nodiscard]] int family_of(int fd) noexcept;

// What the kernel keeps for the socket (SO_MEMINFO, sock_diag(7)).
struct SocketMemory {
  std::uint32_t queued_bytes = 0;
  std::uint32_t buffer_bytes = 0;
  std::uint32_t drops = 0;  // since the socket was made; wraps
};
[[nodiscard]] SocketMemory socket_memory(int fd) noexcept;

}  // namespace netlogd::listen
