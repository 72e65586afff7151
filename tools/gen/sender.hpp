// Sends the messages of many sources to one endpoint, each source over a socket of its own. Blocks
// until the limits are reached or `stop` is set; one thread per call.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "message_source.hpp"
#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/result.hpp"
#include "pacer.hpp"

namespace netlogd::gen {

struct SendOrder {
  Endpoint to;
  bool stream = false;                    // TCP; else UDP
  bool tls = false;                       // over the TCP connection
  std::optional<IpAddress> first_source;  // connection n sends from this address + n
  std::uint32_t source_addresses = 0;     // how many before they start over; 0: one each
  Limits limits;
  std::vector<std::unique_ptr<MessageSource>> sources;
};

struct ConnectionTotal {
  std::string source;          // address and port the messages came from
  std::uint64_t messages = 0;  // handed to the kernel whole
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  std::uint64_t errors = 0;  // refused by the kernel; over TCP the connection ended then
};

struct SendTotal {
  std::vector<ConnectionTotal> connections;
  double seconds = 0;
};

[[nodiscard]] Result<SendTotal> send_datagrams(SendOrder order, const std::atomic<bool>& stop);
[[nodiscard]] Result<SendTotal> send_streams(SendOrder order, const std::atomic<bool>& stop);

}  // namespace netlogd::gen
