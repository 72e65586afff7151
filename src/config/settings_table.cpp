// Every setting, one row each, in the order of config/netlogd.yaml.

#include "netlogd/config/settings_table.hpp"

#include "config/setting.hpp"

namespace netlogd::config {
namespace {

constexpr std::uint64_t second = 1000;
constexpr std::uint64_t minute = 60 * second;
constexpr std::uint64_t hour = 60 * minute;
constexpr std::uint64_t day = 24 * hour;
constexpr std::uint64_t tib = 1024 * gib;

// clang-format off
constexpr Row<Config> rows[] = {
  {"data_dir", Form::path, "/var/lib/netlogd",
   "Where the journal, the SQLite file and the run files lie.",
   [](Config& c) -> Target { return &c.data_dir; }},
  {"inventory.file", Form::path, "",
   "The inventory (YAML, CSV or JSON), read again on SIGHUP and when it changes; without it no device is known.",
   [](Config& c) -> Target { return &c.inventory.file; }},
  {"snmp.users_file", Form::path, "",
   "SNMPv3 users and allowed communities, not readable by others; without it every community is taken and no user is known.",
   [](Config& c) -> Target { return &c.snmp.users_file; }},
  {"snmp.write_community", Form::boolean, "false",
   "Whether the community, which is a secret, is written into trap records.",
   [](Config& c) -> Target { return &c.snmp.write_community; }},
  {"http.address", Form::address, "127.0.0.1",
   "Where metrics and health are served; there is no HTTP without the section http.",
   [](Config& c) -> Target { return &c.http.address; }},
  {"http.port", Form::whole, "9514", "The port of the HTTP endpoint; 0 takes a free one.",
   [](Config& c) -> Target { return &c.http.port; }, 0, 65535},
  {"limits.message", Form::size, "64KiB",
   "The longest message that is kept whole; what is longer is cut, marked and counted.",
   [](Config& c) -> Target { return &c.limits.message_bytes; }, 480, mib},
  {"limits.memory", Form::size, "256MiB",
   "Memory for messages between the sockets and the journal; when it is used up TCP waits and UDP drops are counted.",
   [](Config& c) -> Target { return &c.limits.memory_bytes; }, 16 * mib, tib},
  {"limits.connections", Form::whole, "10000", "Open TCP and TLS connections in all.",
   [](Config& c) -> Target { return &c.limits.connections; }, 1, 1'000'000},
  {"limits.connections_per_source", Form::whole, "1000", "Open TCP and TLS connections of one source address.",
   [](Config& c) -> Target { return &c.limits.connections_per_source; }, 1, 1'000'000},
  {"limits.idle", Form::duration, "1h", "A connection that is silent for so long is closed.",
   [](Config& c) -> Target { return &c.limits.idle; }, second, 30 * day, "off"},
  {"limits.handshake", Form::duration, "10s", "Time for a TLS handshake or a PROXY header.",
   [](Config& c) -> Target { return &c.limits.handshake; }, 100, 5 * minute},
  {"limits.unknown_rate", Form::rate, "10000/s",
   "Records of one source that the inventory does not know, with a burst of twice that; off where there is no inventory.",
   [](Config& c) -> Target { return &c.limits.unknown_rate; }, 1, 100'000'000, "off"},
  {"limits.known_rate", Form::rate, "off",
   "Records of one source that the inventory knows, with a burst of twice that.",
   [](Config& c) -> Target { return &c.limits.known_rate; }, 1, 100'000'000, "off"},
  {"time.default_zone", Form::text, "UTC",
   "The zone of a time stamp when neither the message nor the inventory states one: an IANA name or an offset like +05:30.",
   [](Config& c) -> Target { return &c.time.default_zone; }},
  {"workers", Form::whole, "auto", "Threads that turn messages into records; auto is one less than there are processor cores, at least one.",
   [](Config& c) -> Target { return &c.workers; }, 1, 256, "auto"},
  {"journal.rotate_size", Form::size, "500MiB", "A segment of this size is closed. Per stream or for all.",
   [](Config& c) -> Target { return &c.journal.rotate_size_bytes; }, kib, tib},
  {"journal.rotate_every", Form::duration, "24h", "A segment of this age is closed. Per stream or for all.",
   [](Config& c) -> Target { return &c.journal.rotate_every; }, second, 366 * day, "off"},
  {"journal.keep_age", Form::duration, "30d",
   "Closed segments whose records are all older are deleted. Per stream or for all.",
   [](Config& c) -> Target { return &c.journal.keep_age; }, second, 36'500 * day, "off"},
  {"journal.keep_size", Form::size, "50GiB",
   "The oldest closed segments of a stream are deleted beyond this size on disk. Per stream or for all.",
   [](Config& c) -> Target { return &c.journal.keep_size_bytes; }, kib, 1024 * tib, "off"},
  {"journal.keep_count", Form::whole, "off",
   "The oldest closed segments of a stream are deleted beyond this number. Per stream or for all.",
   [](Config& c) -> Target { return &c.journal.keep_count; }, 1, 1'000'000, "off"},
  {"journal.min_free", Form::size, "1GiB",
   "When the disk has less free space, the oldest closed segments go, also those that a follower has not read (counted as expired).",
   [](Config& c) -> Target { return &c.journal.min_free_bytes; }, kib, 1024 * tib, "off"},
  {"journal.compress", Form::boolean, "true", "Whether closed segments are compressed (gzip) in the background.",
   [](Config& c) -> Target { return &c.journal.compress; }},
  {"journal.sync_every", Form::duration, "1s",
   "How much a power failure may cost: the journal is synced to the disk this often; 0 is after every append.",
   [](Config& c) -> Target { return &c.journal.sync_every; }, 0, hour},
  {"sqlite.enabled", Form::boolean, "true", "Whether records are also written to SQLite.",
   [](Config& c) -> Target { return &c.sqlite.enabled; }},
  {"sqlite.file", Form::path, "netlogd.db", "The SQLite file; a relative path starts at data_dir.",
   [](Config& c) -> Target { return &c.sqlite.file; }},
  {"sqlite.keep_age", Form::duration, "{syslog: 30d, trap: 30d, flow: 3d}",
   "Rows that are older are deleted in small steps. Per stream or for all.",
   [](Config& c) -> Target { return &c.sqlite.keep_age; }, second, 36'500 * day, "off"},
  {"sqlite.text_index", Form::boolean, "true", "Whether the texts of messages have a full text index.",
   [](Config& c) -> Target { return &c.sqlite.text_index; }},
  {"knowledge.dir", Form::path, "",
   "A folder with data files of your own (events, OIDs, zones) that add to the built-in ones or override them.",
   [](Config& c) -> Target { return &c.knowledge.dir; }},
  {"log.level", Form::word, "info", "The least level that netlogd's own log on stderr shows.",
   [](Config& c) -> Target { return &c.log_level; }},
  {"stop.follower_wait", Form::duration, "10s",
   "How long a stop waits for SQLite to reach the end of the journal; it goes on from there at the next start.",
   [](Config& c) -> Target { return &c.stop_follower_wait; }, 0, 10 * minute},
  {"statistics.every", Form::duration, "60s", "How often a line of statistics is logged.",
   [](Config& c) -> Target { return &c.statistics_every; }, second, day, "off"},
};

constexpr Row<ListenSetting> rows_of_listen[] = {
  {"protocol", Form::word, "", "What the listener speaks. Has no default.",
   [](ListenSetting& l) -> Target { return &l.protocol; }},
  {"transport", Form::word, "udp", "The transport; snmp and flow come over udp only.",
   [](ListenSetting& l) -> Target { return &l.transport; }},
  {"address", Form::address, "0.0.0.0", "The local address; :: takes IPv4 as well.",
   [](ListenSetting& l) -> Target { return &l.address; }},
  {"port", Form::whole, "", "The local port; 0 takes a free one (see run/listeners.json). Has no default.",
   [](ListenSetting& l) -> Target { return &l.port; }, 0, 65535},
  {"device", Form::text, "", "A network interface or VRF to bind to; any when it is not stated.",
   [](ListenSetting& l) -> Target { return &l.device; }},
  {"receive_buffer", Form::size, "64MiB",
   "The socket receive buffer to ask for; the kernel's limit is net.core.rmem_max.",
   [](ListenSetting& l) -> Target { return &l.receive_buffer_bytes; }, 4 * kib, gib},
  {"allow", Form::prefixes, "", "Who may send: addresses and prefixes; everyone when it is not stated.",
   [](ListenSetting& l) -> Target { return &l.allow; }},
  {"deny", Form::prefixes, "", "Who may not send; wins over allow.",
   [](ListenSetting& l) -> Target { return &l.deny; }},
  {"proxy_protocol_from", Form::prefixes, "",
   "Balancers whose connections begin with a PROXY header (v1 or v2) that names the sender; tcp and tls.",
   [](ListenSetting& l) -> Target { return &l.proxy_protocol_from; }},
  {"tls.certificate", Form::path, "", "The server's certificate with its chain, PEM; needed for tls.",
   [](ListenSetting& l) -> Target { return &l.tls.certificate; }},
  {"tls.key", Form::path, "", "The certificate's key, PEM, readable by netlogd alone; needed for tls.",
   [](ListenSetting& l) -> Target { return &l.tls.key; }},
  {"tls.client_ca", Form::path, "", "Who signs the clients' certificates, PEM; clients are not asked for one without it.",
   [](ListenSetting& l) -> Target { return &l.tls.client_ca; }},
  {"tls.require_client", Form::boolean, "false", "Whether a client without a certificate is refused; needs client_ca or allowed_fingerprints.",
   [](ListenSetting& l) -> Target { return &l.tls.require_client; }},
  {"tls.crl", Form::path, "", "Revoked client certificates, PEM; needs client_ca.",
   [](ListenSetting& l) -> Target { return &l.tls.crl; }},
  {"tls.allowed_names", Form::texts, "",
   "Names in client certificates (DNS or common name, * for one label) that may send; any when it is not stated; needs client_ca.",
   [](ListenSetting& l) -> Target { return &l.tls.allowed_names; }},
  {"tls.allowed_fingerprints", Form::texts, "",
   "SHA-256 fingerprints of client certificates that may send (RFC 5425, 4.2.2), also self-signed ones.",
   [](ListenSetting& l) -> Target { return &l.tls.allowed_fingerprints; }},
};
// clang-format on

template <typename Owner>
void add_rows(std::span<const Row<Owner>> from, std::string_view prefix, Owner owner,
              std::vector<SettingRow>& table) {
  for (const auto& row : from)
    table.push_back(
        {.key = std::string(prefix) + std::string(row.key),
         .fallback = std::string(row.fallback),
         .range = range_text(row.form, row.least, row.most, row.zero, row.target(owner)),
         .sentence = std::string(row.sentence)});
}

}  // namespace

std::span<const Row<Config>> config_rows() noexcept { return rows; }

std::span<const Row<ListenSetting>> listen_rows() noexcept { return rows_of_listen; }

std::vector<SettingRow> settings_table() {
  std::vector<SettingRow> table;
  add_rows<Config>(config_rows().first(1), "", {}, table);
  add_rows<ListenSetting>(listen_rows(), "listen[].", {}, table);
  add_rows<Config>(config_rows().subspan(1), "", {}, table);
  return table;
}

}  // namespace netlogd::config
