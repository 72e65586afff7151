// The columns of a flow record that every format fills: NetFlow v5 all of them, a template those it
// has, sFlow what the sampled header says. A plain value, reused from record to record.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/time.hpp"

namespace netlogd::wire {

enum class AddressColumn : std::uint8_t { src_ip, dst_ip, next_hop };
constexpr std::size_t address_column_count = 3;

enum class NumberColumn : std::uint8_t {
  src_port,
  dst_port,
  protocol,
  tcp_flags,
  tos,
  packets,
  bytes,
  input_interface,
  output_interface,
  src_as,
  dst_as,
  src_mask,
  dst_mask,
  sampling_interval,
  engine_type,
  engine_id,
  sampling_mode,
  first_switched,  // milliseconds of the exporter's uptime
  last_switched,
  // Beyond here: not written by themselves, they help to find the others.
  duration_us,
  sampler,
  sampling_packet_interval,
  sampling_packet_space,
  sampling_size,
  sampling_population,
  system_init_ms,
  application,  // element 95, its octets as one number
};
constexpr std::size_t number_column_count =
    static_cast<std::size_t>(NumberColumn::application) + 1;

struct FlowColumns {
  std::array<IpAddress, address_column_count> addresses;
  std::array<std::uint64_t, number_column_count> numbers;  // meaningful where `has` says so
  std::uint32_t numbers_present = 0;
  std::uint8_t addresses_present = 0;
  bool has_start = false;
  bool has_end = false;
  TimePoint start{};
  TimePoint end{};

  void clear() noexcept {
    numbers_present = 0;
    addresses_present = 0;
    has_start = has_end = false;
  }
  [[nodiscard]] bool has(NumberColumn column) const noexcept {
    return (numbers_present >> static_cast<unsigned>(column) & 1U) != 0;
  }
  [[nodiscard]] bool has(AddressColumn column) const noexcept {
    return (addresses_present >> static_cast<unsigned>(column) & 1U) != 0;
  }
  [[nodiscard]] std::uint64_t get(NumberColumn column) const noexcept {
    return numbers[static_cast<std::size_t>(column)];
  }
  [[nodiscard]] const IpAddress& get(AddressColumn column) const noexcept {
    return addresses[static_cast<std::size_t>(column)];
  }
  // The value, or 0 where there is none.
  [[nodiscard]] std::uint64_t or_zero(NumberColumn column) const noexcept {
    return has(column) ? get(column) : 0;
  }
  void set(NumberColumn column, std::uint64_t value) noexcept {
    numbers[static_cast<std::size_t>(column)] = value;
    numbers_present |= 1U << static_cast<unsigned>(column);
  }
  void set(AddressColumn column, const IpAddress& value) noexcept {
    addresses[static_cast<std::size_t>(column)] = value;
    addresses_present =
        static_cast<std::uint8_t>(addresses_present | 1U << static_cast<unsigned>(column));
  }
  void set_start(TimePoint instant) noexcept {
    start = instant;
    has_start = true;
  }
  void set_end(TimePoint instant) noexcept {
    end = instant;
    has_end = true;
  }
};
static_assert(number_column_count <= 32);

}  // namespace netlogd::wire
