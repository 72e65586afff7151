#include "netlogd/wire/flow_template.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace netlogd::wire {
namespace {

std::uint64_t load_number(const std::uint8_t* at, std::size_t length) noexcept {
  switch (length) {
    case 1:
      return at[0];
    case 2:
      return static_cast<std::uint64_t>(at[0]) << 8 | at[1];
    case 4: {
      std::uint32_t value = 0;
      std::memcpy(&value, at, 4);
      return __builtin_bswap32(value);
    }
    case 8: {
      std::uint64_t value = 0;
      std::memcpy(&value, at, 8);
      return __builtin_bswap64(value);
    }
    default:
      return number_of({at, length});
  }
}

bool all_zero(const IpAddress& address) noexcept {
  return address == IpAddress() || address == IpAddress::v4(0);
}

std::uint64_t sampling_of_probability(std::span<const std::uint8_t> octets) noexcept {
  double probability = 0;
  if (octets.size() == 8) {
    const auto bits = number_of(octets);
    std::memcpy(&probability, &bits, 8);
  } else if (octets.size() == 4) {
    const auto bits = static_cast<std::uint32_t>(number_of(octets));
    float single = 0;
    std::memcpy(&single, &bits, 4);
    probability = static_cast<double>(single);
  }
  if (!(probability > 1e-12) || probability > 1) return 0;
  return static_cast<std::uint64_t>(std::llround(1 / probability));
}

}  // namespace

std::size_t FlowTemplate::locate(std::span<const std::uint8_t> bytes,
                                 std::vector<FieldPlace>& scratch,
                                 std::span<const FieldPlace>& places) const {
  if (bytes.size() < min_record_bytes_) return 0;
  if (!has_variable_fields_) {
    places = places_;
    return min_record_bytes_;
  }
  scratch.clear();
  std::size_t at = 0;
  for (const auto& field : definition_.fields) {
    std::size_t length = field.length;
    if (length == variable_length) {  // RFC 7011, 7: one octet, or 255 and two
      if (at >= bytes.size()) return 0;
      length = bytes[at++];
      if (length == 255) {
        if (bytes.size() - at < 2) return 0;
        length = static_cast<std::size_t>(bytes[at]) << 8 | bytes[at + 1];
        at += 2;
      }
    }
    if (bytes.size() - at < length || at > 0xffff) return 0;
    scratch.push_back({static_cast<std::uint16_t>(at), static_cast<std::uint16_t>(length)});
    at += length;
  }
  places = scratch;
  return at;
}

void FlowTemplate::decode(const std::uint8_t* record, std::span<const FieldPlace> places,
                          const FlowClock& clock, FlowColumns& columns) const noexcept {
  for (const Copy& copy : copies_) {
    const FieldPlace place = places[copy.field];
    const std::uint8_t* at = record + place.offset;
    switch (copy.kind) {
      case Copy::Kind::number: {
        const auto column = static_cast<NumberColumn>(copy.column);
        if (place.length == 0 || place.length > 8 || (copy.twin && columns.or_zero(column) != 0))
          break;
        columns.set(column, load_number(at, place.length));
        break;
      }
      case Copy::Kind::ipv4:
      case Copy::Kind::ipv6: {
        const auto column = static_cast<AddressColumn>(copy.column);
        const bool v4 = copy.kind == Copy::Kind::ipv4;
        if (place.length != (v4 ? 4 : 16)) break;
        if (copy.twin && columns.has(column) && !all_zero(columns.get(column))) break;
        const auto address = v4 ? IpAddress::v4_bytes(at) : IpAddress::v6_bytes(at);
        if (copy.twin && columns.has(column) && all_zero(address)) break;
        columns.set(column, address);
        break;
      }
      case Copy::Kind::probability:
        if (const auto interval = sampling_of_probability({at, place.length}); interval != 0)
          columns.set(NumberColumn::sampling_interval, interval);
        break;
      case Copy::Kind::duration_ms:
        if (place.length == 0 || place.length > 8) break;
        if (const auto milliseconds = load_number(at, place.length);
            milliseconds <= std::numeric_limits<std::uint64_t>::max() / 1000)
          columns.set(NumberColumn::duration_us, milliseconds * 1000);
        break;
      default:
        copy_time(copy.kind, {at, place.length}, clock, columns);
        break;
    }
  }
}

bool FlowTemplate::copy_time(Copy::Kind kind, std::span<const std::uint8_t> octets,
                             const FlowClock& clock, FlowColumns& columns) noexcept {
  if (octets.empty() || octets.size() > 8) return false;
  const std::uint64_t value = load_number(octets.data(), octets.size());
  std::optional<TimePoint> instant;
  switch (kind) {
    case Copy::Kind::start_seconds:
    case Copy::Kind::end_seconds:
      instant = unix_seconds(value);
      break;
    case Copy::Kind::start_milliseconds:
    case Copy::Kind::end_milliseconds:
      instant = unix_milliseconds(value);
      break;
    case Copy::Kind::start_microseconds:
    case Copy::Kind::end_microseconds:
      instant = ntp_microseconds(value, clock.exported);
      break;
    case Copy::Kind::start_nanoseconds:
    case Copy::Kind::end_nanoseconds:
      instant = ntp_nanoseconds(value, clock.exported);
      break;
    default:
      if (value <= 0xffff'ffffU) instant = clock.exported - std::chrono::microseconds(value);
      break;
  }
  if (!instant) return false;
  if (kind < Copy::Kind::end_seconds)
    columns.set_start(*instant);
  else
    columns.set_end(*instant);
  return true;
}

}  // namespace netlogd::wire
