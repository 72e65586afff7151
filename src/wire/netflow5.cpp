#include "netlogd/wire/netflow5.hpp"

#include <algorithm>

#include "netlogd/core/byte_reader.hpp"
#include "netlogd/wire/flow_clock.hpp"

namespace netlogd::wire {
namespace {

constexpr std::uint16_t interval_mask = 0x3fff;

std::uint32_t u16_at(const std::uint8_t* record, std::size_t offset) noexcept {
  return static_cast<std::uint32_t>(record[offset] << 8 | record[offset + 1]);
}

std::uint32_t u32_at(const std::uint8_t* record, std::size_t offset) noexcept {
  return u16_at(record, offset) << 16 | u16_at(record, offset + 2);
}

}  // namespace

bool read_netflow5(std::span<const std::uint8_t> datagram, Netflow5Message& message) noexcept {
  ByteReader reader(datagram);
  if (reader.u16() != netflow5_version) return false;
  message.stated_records = reader.u16();
  message.uptime_ms = reader.u32();
  const auto seconds = reader.u32();
  const auto nanoseconds = reader.u32();
  message.exported =
      TimePoint(std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanoseconds));
  message.sequence = reader.u32();
  message.engine_type = reader.u8();
  message.engine_id = reader.u8();
  message.sampling = reader.u16();
  if (!reader.ok()) return false;
  message.records =
      std::min<std::size_t>(message.stated_records, reader.left() / Netflow5Message::record_bytes);
  message.first = reader.rest().data();
  return true;
}

void decode_netflow5(const Netflow5Message& message, std::size_t index,
                     FlowColumns& columns) noexcept {
  using enum NumberColumn;
  const std::uint8_t* record = message.first + index * Netflow5Message::record_bytes;
  columns.set(AddressColumn::src_ip, IpAddress::v4_bytes(record));
  columns.set(AddressColumn::dst_ip, IpAddress::v4_bytes(record + 4));
  columns.set(AddressColumn::next_hop, IpAddress::v4_bytes(record + 8));
  columns.set(input_interface, u16_at(record, 12));
  columns.set(output_interface, u16_at(record, 14));
  columns.set(packets, u32_at(record, 16));
  columns.set(bytes, u32_at(record, 20));
  const auto first = u32_at(record, 24);
  const auto last = u32_at(record, 28);
  columns.set(first_switched, first);
  columns.set(last_switched, last);
  columns.set(src_port, u16_at(record, 32));
  columns.set(dst_port, u16_at(record, 34));
  columns.set(tcp_flags, record[37]);
  columns.set(protocol, record[38]);
  columns.set(tos, record[39]);
  columns.set(src_as, u16_at(record, 40));
  columns.set(dst_as, u16_at(record, 42));
  columns.set(src_mask, record[44]);
  columns.set(dst_mask, record[45]);
  columns.set(sampling_interval, message.sampling & interval_mask);
  columns.set(sampling_mode, message.sampling >> 14);
  columns.set(engine_type, message.engine_type);
  columns.set(engine_id, message.engine_id);
  const UptimeBase uptime{
      .known = true, .uptime_ms = message.uptime_ms, .exported = message.exported};
  columns.set_start(uptime.at(first));
  columns.set_end(uptime.at(last));
}

}  // namespace netlogd::wire
