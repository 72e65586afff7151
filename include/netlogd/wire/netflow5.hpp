// NetFlow version 5: a header of 24 octets and records of 48 (Cisco, "NetFlow Export Datagram
// Format", table B-3 and B-4). Points into the datagram. Pure, any thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "netlogd/core/time.hpp"
#include "netlogd/wire/flow_columns.hpp"

namespace netlogd::wire {

constexpr std::uint16_t netflow5_version = 5;

struct Netflow5Message {
  static constexpr std::size_t header_bytes = 24;
  static constexpr std::size_t record_bytes = 48;

  std::uint16_t stated_records = 0;
  std::uint32_t uptime_ms = 0;
  TimePoint exported{};
  std::uint32_t sequence = 0;  // of flows, for each engine
  std::uint8_t engine_type = 0;
  std::uint8_t engine_id = 0;
  std::uint16_t sampling = 0;  // as sent: two bits of mode, fourteen of interval
  std::size_t records = 0;     // whole ones: what the header states or the octets hold, the fewer
  const std::uint8_t* first = nullptr;
};

// False: not version 5, or shorter than its header.
[[nodiscard]] bool read_netflow5(std::span<const std::uint8_t> datagram,
                                 Netflow5Message& message) noexcept;

// Every column of record `index` (< message.records).
void decode_netflow5(const Netflow5Message& message, std::size_t index,
                     FlowColumns& columns) noexcept;

}  // namespace netlogd::wire
