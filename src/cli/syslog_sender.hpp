// Messages to a collector: datagrams, or octet-counted frames over TCP (RFC 6587, 3.4.1).

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/names.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/core/unique_fd.hpp"

namespace netlogd::cli {

class MessageSender {
 public:
  // `tcp`: with frames.
  static Result<MessageSender> connect(const Endpoint& to, bool tcp);

  Result<void> send(std::string_view message);
  Result<void> flush();
  // Over TCP: until the other side has read all of it.
  Result<void> finish();

 private:
  MessageSender(UniqueFd fd, Endpoint to, bool tcp) : fd_(std::move(fd)), to_(to), tcp_(tcp) {}

  UniqueFd fd_;
  Endpoint to_;
  bool tcp_;
  std::string waiting_;
};

// "192.0.2.1:514", "[2001:db8::1]:514", "localhost:514".
Result<Endpoint> parse_endpoint(const std::string& text);

struct BoundListener {
  Protocol protocol = Protocol::syslog;
  Transport transport = Transport::udp;
  Endpoint endpoint;
};
// From DATA/run/listeners.json; an address that means any becomes loopback.
[[nodiscard]] std::vector<BoundListener> read_listeners(const std::string& folder);
[[nodiscard]] std::optional<Endpoint> find_listener(const std::string& folder, Protocol protocol,
                                                    Transport transport);

}  // namespace netlogd::cli
