// The words of the record contract that every folder shares.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace netlogd {

// One journal, one table, one retention each.
enum class Stream : std::uint8_t { syslog, trap, flow };
constexpr std::size_t stream_count = 3;
constexpr std::array<std::string_view, stream_count> stream_names = {"syslog", "trap", "flow"};
constexpr std::string_view name_of(Stream stream) noexcept {
  return stream_names[static_cast<std::size_t>(stream)];
}

// What a listener speaks, as written in the config.
enum class Protocol : std::uint8_t { syslog, snmp, flow };
constexpr std::array<std::string_view, 3> protocol_names = {"syslog", "snmp", "flow"};
constexpr std::string_view name_of(Protocol protocol) noexcept {
  return protocol_names[static_cast<std::size_t>(protocol)];
}
constexpr Stream stream_of(Protocol protocol) noexcept { return static_cast<Stream>(protocol); }

enum class Transport : std::uint8_t { udp, tcp, tls };
constexpr std::array<std::string_view, 3> transport_names = {"udp", "tcp", "tls"};
constexpr std::string_view name_of(Transport transport) noexcept {
  return transport_names[static_cast<std::size_t>(transport)];
}

// RFC 5424, 6.2.1.
constexpr std::array<std::string_view, 8> severity_names = {
    "EMERGENCY", "ALERT", "CRITICAL", "ERROR", "WARNING", "NOTICE", "INFO", "DEBUG"};

enum class ParseStatus : std::uint8_t { parsed, partial, unparsed };
constexpr std::array<std::string_view, 3> parse_status_names = {"parsed", "partial", "unparsed"};

// Why a message that reached us is in no record. Each has a line in docs/operations.md.
enum class DropReason : std::uint8_t {
  queue_full,       // a datagram came while all batches were in use
  disk_full,        // the journal could not be written and memory was used up
  malformed,        // a packet of a binary protocol whose structure is broken
  unsupported,      // a version or a PDU that is not ours
  not_allowed,      // source prefix, community or user may not send
  not_authentic,    // SNMPv3: wrong digest, unknown user or engine, outside the time window
  not_decrypted,    // SNMPv3: the scoped PDU did not decrypt
  rate_limited,     // over the rate of its source
  template_missing, // flow data whose template never came, or that waited too long for it
  table_full,       // a bounded table (templates, engines) had no room
};
constexpr std::array<std::string_view, 10> drop_reason_names = {
    "queue_full",   "disk_full",     "malformed",     "unsupported",  "not_allowed",
    "not_authentic", "not_decrypted", "rate_limited", "template_missing", "table_full"};
constexpr std::size_t drop_reason_count = drop_reason_names.size();
constexpr std::string_view name_of(DropReason reason) noexcept {
  return drop_reason_names[static_cast<std::size_t>(reason)];
}

}  // namespace netlogd
