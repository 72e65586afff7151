#include "netlogd/wire/netflow5.hpp"

#include <gtest/gtest.h>

#include "unit/parse/flow_bytes.hpp"

namespace netlogd::wire {
namespace {

using tests::Bytes;

Bytes header(std::uint16_t count, std::uint32_t uptime_ms = 5000,
             std::uint32_t seconds = 1'700'000'000, std::uint32_t nanoseconds = 0,
             std::uint16_t sampling = 0) {
  return Bytes()
      .u16(5)
      .u16(count)
      .u32(uptime_ms)
      .u32(seconds)
      .u32(nanoseconds)
      .u32(99)
      .u8(1)
      .u8(2)
      .u16(sampling);
}
Bytes record(std::uint32_t first, std::uint32_t last) {
  return Bytes()
      .u32(0x0a000001)
      .u32(0x0a000002)
      .u32(0x0a0000fe)
      .u16(3)
      .u16(65535)
      .u32(0xffffffff)
      .u32(0xfffffffe)
      .u32(first)
      .u32(last)
      .u16(1234)
      .u16(443)
      .u8(0xaa)
      .u8(0x1b)
      .u8(6)
      .u8(0xb8)
      .u16(64512)
      .u16(65535)
      .u8(24)
      .u8(32)
      .u16(0xbbbb);
}
Netflow5Message read(const Bytes& packet) {
  Netflow5Message message;
  EXPECT_TRUE(read_netflow5(packet.data(), message));
  return message;
}
FlowColumns first_of(const Bytes& packet) {
  FlowColumns columns;
  columns.clear();
  decode_netflow5(read(packet), 0, columns);
  return columns;
}

TEST(Netflow5, reads_every_field_from_its_own_octets) {
  const auto packet = header(1, 5000, 1'700'000'000, 500, 0x4064).add(record(4000, 4500));
  const auto columns = first_of(packet);
  EXPECT_EQ(columns.get(AddressColumn::src_ip).text(), "10.0.0.1");
  EXPECT_EQ(columns.get(AddressColumn::dst_ip).text(), "10.0.0.2");
  EXPECT_EQ(columns.get(AddressColumn::next_hop).text(), "10.0.0.254");
  const std::pair<NumberColumn, std::uint64_t> expected[] = {
      {NumberColumn::input_interface, 3},
      {NumberColumn::output_interface, 65535},
      {NumberColumn::packets, 0xffffffff},
      {NumberColumn::bytes, 0xfffffffe},
      {NumberColumn::src_port, 1234},
      {NumberColumn::dst_port, 443},
      {NumberColumn::tcp_flags, 0x1b},
      {NumberColumn::protocol, 6},
      {NumberColumn::tos, 0xb8},
      {NumberColumn::src_as, 64512},
      {NumberColumn::dst_as, 65535},
      {NumberColumn::src_mask, 24},
      {NumberColumn::dst_mask, 32},
      {NumberColumn::sampling_mode, 1},
      {NumberColumn::sampling_interval, 100},
      {NumberColumn::engine_type, 1},
      {NumberColumn::engine_id, 2},
      {NumberColumn::first_switched, 4000},
      {NumberColumn::last_switched, 4500}};
  for (const auto& [column, value] : expected) {
    EXPECT_TRUE(columns.has(column));
    EXPECT_EQ(columns.get(column), value) << static_cast<int>(column);
  }
  EXPECT_EQ(utc_text(columns.start, 9), "2023-11-14T22:13:19.000000500Z");
  EXPECT_EQ(utc_text(columns.end, 9), "2023-11-14T22:13:19.500000500Z");
}

TEST(Netflow5, reads_times_by_the_signed_distance_to_the_uptime) {
  // The counter wrapped after the first packet, and the last came 7 ms after the header's uptime.
  const auto columns = first_of(header(1, 1000).add(record(0xffffff00U, 1007)));
  EXPECT_EQ(utc_text(columns.start, 3), "2023-11-14T22:13:18.744Z");
  EXPECT_EQ(utc_text(columns.end, 3), "2023-11-14T22:13:20.007Z");
}

TEST(Netflow5, takes_the_whole_records_that_header_and_octets_agree_on) {
  const auto two = record(1, 2).add(record(3, 4));
  EXPECT_EQ(read(header(2).add(two)).records, 2U);
  EXPECT_EQ(read(header(1).add(two)).records, 1U);
  EXPECT_EQ(read(header(30).add(two)).records, 2U);
  EXPECT_EQ(read(header(65535).add(two).zeros(47)).records, 2U);
  EXPECT_EQ(read(header(0).add(two)).records, 0U);
  EXPECT_EQ(read(header(3)).records, 0U);
}

TEST(Netflow5, refuses_other_versions_and_cut_headers) {
  Netflow5Message message;
  const auto whole = header(1).data();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(read_netflow5({whole.data(), size}, message)) << size;
  auto other = whole;
  other[1] = 7;
  EXPECT_FALSE(read_netflow5(other, message));
}

}  // namespace
}  // namespace netlogd::wire
