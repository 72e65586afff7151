// A connected socket for a sender.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/core/unique_fd.hpp"

namespace netlogd::gen {

struct ConnectedSocket {
  UniqueFd fd;
  std::string source;  // "127.0.0.1:41234"
};

// Connects within five seconds; the socket blocks.
[[nodiscard]] Result<ConnectedSocket> connect_socket(const Endpoint& to, bool stream,
                                                     const std::optional<IpAddress>& from);

// The address `offset` places after `first`, within its last four octets.
[[nodiscard]] IpAddress address_after(const IpAddress& first, std::uint32_t offset);

}  // namespace netlogd::gen
