// The UDP payloads of a capture file (libpcap's classic format, either byte order, micro- or
// nanoseconds): draft-ietf-opsawg-pcap. Ethernet with VLAN tags, Linux cooked, raw IP, loopback.
// Nothing in it is trusted. Pure.

#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "netlogd/core/result.hpp"
#include "time_words.hpp"

namespace netlogd::cli {

struct CapturedDatagram {
  Micros at = 0;
  std::uint16_t port = 0;  // destination
  std::string_view payload;
};

[[nodiscard]] bool is_pcap(std::string_view bytes) noexcept;
// In the order of the file. Fragments and other protocols are passed over. False from the visitor:
// enough.
Result<void> read_pcap(std::string_view bytes,
                       const std::function<bool(const CapturedDatagram&)>& visit);

}  // namespace netlogd::cli
