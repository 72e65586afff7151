// Every setting of netlogd as a plain value that is already checked, with its default. Read by app
// and cli alone; everyone else is given plain values. The sentence, the unit and the range of each
// are in the table behind settings_table.hpp, which also writes docs/configuration.md's rows.
// Plain values, any thread.

#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/config/fault.hpp"
#include "netlogd/config/snmp_users.hpp"
#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/names.hpp"

namespace netlogd::config {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = 1024 * kib;
constexpr std::uint64_t gib = 1024 * mib;

// A setting that may differ by stream; index it with per_stream(value, Stream::flow).
template <typename T>
using PerStream = std::array<T, stream_count>;
template <typename T>
[[nodiscard]] constexpr const T& per_stream(const PerStream<T>& values, Stream stream) noexcept {
  return values[static_cast<std::size_t>(stream)];
}

struct TlsSetting {
  std::string certificate;  // path, PEM with the chain
  std::string key;          // path, PEM
  std::string client_ca;    // path, PEM; empty: clients are not asked for a certificate
  bool require_client = false;
  std::string crl;                         // path, PEM; empty: none
  std::vector<std::string> allowed_names;  // empty: any name that client_ca vouches for
  std::vector<std::string>
      allowed_fingerprints;  // "sha-256:" and 64 lower-case digits, no colons within
  bool operator==(const TlsSetting&) const = default;
};

struct ListenSetting {
  Protocol protocol = Protocol::syslog;
  Transport transport = Transport::udp;
  IpAddress address = IpAddress::v4(0);  // "::" takes IPv4 as well
  std::uint16_t port = 0;                // 0: a free one
  std::string device;                    // network interface or VRF (SO_BINDTODEVICE); empty: any
  std::uint64_t receive_buffer_bytes = 64 * mib;
  std::vector<IpPrefix> allow;                // empty: everyone
  std::vector<IpPrefix> deny;                 // wins over allow
  std::vector<IpPrefix> proxy_protocol_from;  // balancers that send a PROXY header; empty: none
  TlsSetting tls;                             // for transport tls
  bool operator==(const ListenSetting&) const = default;
};

struct InventorySetting {
  std::string file;  // path; empty: no inventory
  bool operator==(const InventorySetting&) const = default;
};

struct SnmpSetting {
  std::string users_file;        // path; empty: every community is taken and no v3 user is known
  SnmpAccessSetting access;      // what the file says
  bool write_community = false;  // a community is a secret; true writes it into the record
  bool operator==(const SnmpSetting&) const = default;
};

struct HttpSetting {
  bool enabled = false;  // the section is there
  IpAddress address = IpAddress::v4(0x7f000001);
  std::uint16_t port = 9514;
  bool operator==(const HttpSetting&) const = default;
};

struct LimitSetting {
  std::uint64_t message_bytes = 64 * kib;
  std::uint64_t memory_bytes = 256 * mib;
  std::uint64_t connections = 10'000;
  std::uint64_t connections_per_source = 1'000;
  milliseconds idle = 1h;  // 0: never closed for silence
  milliseconds handshake = 10s;
  std::uint64_t unknown_rate =
      10'000;                    // records/s per source; 0: off, always so without inventory.file
  std::uint64_t known_rate = 0;  // records/s per inventory device; 0: off
  bool operator==(const LimitSetting&) const = default;
};

struct TimeSetting {
  std::string default_zone = "UTC";  // IANA name or offset; whether it exists is for enrich to say
  bool operator==(const TimeSetting&) const = default;
};

struct JournalSetting {
  PerStream<std::uint64_t> rotate_size_bytes = {500 * mib, 500 * mib, 500 * mib};
  PerStream<milliseconds> rotate_every = {24h, 24h, 24h};  // 0: never by time
  PerStream<milliseconds> keep_age = {720h, 720h, 720h};   // 0: no limit
  PerStream<std::uint64_t> keep_size_bytes = {50 * gib, 50 * gib,
                                              50 * gib};  // on disk; 0: no limit
  PerStream<std::uint64_t> keep_count = {0, 0, 0};        // closed segments; 0: no limit
  std::uint64_t min_free_bytes = 1 * gib;                 // 0: off
  bool compress = true;
  milliseconds sync_every = 1s;  // 0: after every append
  bool operator==(const JournalSetting&) const = default;
};

struct SqliteSetting {
  bool enabled = true;
  std::string file;  // path; empty in the file means netlogd.db in data_dir, resolved here
  PerStream<milliseconds> keep_age = {720h, 720h, 72h};  // 0: no limit
  bool text_index = true;
  bool operator==(const SqliteSetting&) const = default;
};

struct KnowledgeSetting {
  std::string dir;  // path; empty: only what is built in
  bool operator==(const KnowledgeSetting&) const = default;
};

enum class LogLevel : std::uint8_t { debug, info, warn, error };

struct Config {
  std::string file;  // the path it was read from
  std::string data_dir = "/var/lib/netlogd";
  std::vector<ListenSetting> listen;
  InventorySetting inventory;
  SnmpSetting snmp;
  HttpSetting http;
  LimitSetting limits;
  TimeSetting time;
  std::uint64_t workers = 0;  // 0: auto, one per core
  JournalSetting journal;
  SqliteSetting sqlite;
  KnowledgeSetting knowledge;
  LogLevel log_level = LogLevel::info;
  milliseconds stop_follower_wait = 10s;
  milliseconds statistics_every = 60s;  // 0: off

  std::map<std::string, int, std::less<>>
      lines;  // "time.default_zone" -> line, for what was stated
  // The line of a setting, or of the nearest stated section around it; 1 when neither was stated.
  [[nodiscard]] int line_of(std::string_view key) const;
  // A fault that was found later, by whoever used the setting.
  [[nodiscard]] Fault fault(std::string_view key, std::string_view sentence) const;
};

}  // namespace netlogd::config
