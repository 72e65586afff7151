#include "pcap_file.hpp"

#include <algorithm>
#include <optional>

#include "netlogd/core/byte_reader.hpp"

namespace netlogd::cli {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint32_t magic_us = 0xa1b2c3d4;
constexpr std::uint32_t magic_ns = 0xa1b23c4d;
constexpr std::size_t file_header = 24;
constexpr std::uint32_t max_packet = 16 << 20;

constexpr std::uint32_t swapped(std::uint32_t value) {
  return value >> 24 | (value >> 8 & 0xff00) | (value << 8 & 0xff0000) | value << 24;
}

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::optional<CapturedDatagram> udp(Bytes packet) {
  ByteReader reader(packet);
  reader.skip(2);
  CapturedDatagram datagram;
  datagram.port = reader.u16();
  const auto length = reader.u16();
  reader.skip(2);
  if (!reader.ok() || length < 8) return {};
  const auto rest = reader.rest().first(std::min<std::size_t>(reader.left(), length - 8U));
  datagram.payload = {reinterpret_cast<const char*>(rest.data()), rest.size()};
  return datagram;
}

std::optional<CapturedDatagram> ip(Bytes packet) {
  if (packet.empty()) return {};
  if (packet[0] >> 4 == 4) {
    const std::size_t header = (packet[0] & 15U) * 4U;
    if (header < 20 || packet.size() < header || packet[9] != 17) return {};
    const bool is_fragment = (packet[6] & 0x3f) != 0 || packet[7] != 0;
    if (is_fragment) return {};
    return udp(packet.subspan(header));
  }
  if (packet[0] >> 4 != 6 || packet.size() < 40 || packet[6] != 17) return {};
  return udp(packet.subspan(40));
}

std::optional<CapturedDatagram> ethernet(Bytes frame, std::size_t type_at) {
  for (;;) {
    if (frame.size() < type_at + 2) return {};
    const unsigned type = frame[type_at] << 8U | frame[type_at + 1];
    if (type == 0x8100 || type == 0x88a8) {  // a VLAN tag
      type_at += 4;
      continue;
    }
    if (type != 0x0800 && type != 0x86dd) return {};
    return ip(frame.subspan(type_at + 2));
  }
}

std::optional<CapturedDatagram> link(std::uint32_t kind, Bytes frame) {
  switch (kind) {
    case 1:
      return ethernet(frame, 12);
    case 113:
      return ethernet(frame, 14);  // Linux cooked
    case 276:
      return frame.size() < 20 ? std::nullopt : ip(frame.subspan(20));  // Linux cooked 2
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return ip(frame);  // raw IP
    case 0:
    case 108:
      return frame.size() < 4 ? std::nullopt : ip(frame.subspan(4));  // loopback
    default:
      return {};
  }
}

std::uint32_t magic_of(std::string_view bytes) { return ByteReader(bytes_of(bytes)).u32(); }

}  // namespace

bool is_pcap(std::string_view bytes) noexcept {
  if (bytes.size() < file_header) return false;
  const auto magic = magic_of(bytes);
  return magic == magic_us || magic == magic_ns || magic == swapped(magic_us) ||
         magic == swapped(magic_ns);
}

Result<void> read_pcap(std::string_view bytes,
                       const std::function<bool(const CapturedDatagram&)>& visit) {
  if (!is_pcap(bytes)) return Error{Errc::invalid, "no capture file"};
  const auto magic = magic_of(bytes);
  const bool swap = magic != magic_us && magic != magic_ns;
  const bool nanoseconds = magic == magic_ns || magic == swapped(magic_ns);
  ByteReader reader(bytes_of(bytes));
  const auto u32 = [&] {
    const auto value = reader.u32();
    return swap ? swapped(value) : value;
  };
  reader.skip(20);
  const auto kind = u32() & 0xffff;
  while (!reader.empty()) {
    const auto seconds = u32();
    const auto fraction = u32();
    const auto captured = u32();
    (void)u32();  // the original length
    if (!reader.ok() || captured > max_packet || captured > reader.left())
      return Error{Errc::corrupt, "the capture file is cut off"};
    auto datagram = link(kind, reader.take(captured));
    if (!datagram || datagram->payload.empty()) continue;
    datagram->at = Micros{seconds} * second_us + (nanoseconds ? fraction / 1000 : fraction);
    if (!visit(*datagram)) return {};
  }
  return {};
}

}  // namespace netlogd::cli
