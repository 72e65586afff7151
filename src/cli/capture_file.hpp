// The packets of a capture file: libpcap's classic format in either byte order, micro- or
// nanoseconds (draft-ietf-opsawg-pcap), and pcapng (draft-ietf-opsawg-pcapng) with several
// interfaces and sections. Nothing in it is trusted; no more than one packet is held. Pure.

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "netlogd/core/result.hpp"
#include "time_words.hpp"

namespace netlogd::cli {

struct CapturedPacket {
  Micros at = 0;           // 0: not stated
  std::uint32_t link = 0;  // LINKTYPE_…
  std::span<const std::uint8_t> bytes;
  bool is_cut = false;  // fewer than were on the wire
};

// Fills `into` as far as there is something left; 0: the end.
using ReadBytes = std::function<Result<std::size_t>(std::span<char> into)>;

[[nodiscard]] bool is_capture(std::string_view front) noexcept;
// In the order of the file. False from the visitor: enough. A file that is cut off or damaged is an
// error after its whole packets.
Result<void> read_capture(const ReadBytes& read,
                          const std::function<bool(const CapturedPacket&)>& visit);

}  // namespace netlogd::cli
