#include "netlogd/config/load.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace netlogd::config {
namespace {

namespace fs = std::filesystem;

Config parsed(const std::string& text, const std::string& name = "/etc/netlogd/netlogd.yaml") {
  auto loaded = parse_config({name, text});
  EXPECT_TRUE(loaded.config) << loaded.fault_text();
  return loaded.config ? *loaded.config : Config{};
}

constexpr const char* one_listener = "listen: [{protocol: syslog, port: 514}]\n";

TEST(LoadConfig, takes_the_defaults_where_nothing_is_said) {
  const Config config = parsed(one_listener);
  Config fresh;
  fresh.limits.unknown_rate = 0;  // there is no inventory
  fresh.sqlite.file = "/var/lib/netlogd/netlogd.db";
  EXPECT_EQ(config.data_dir, "/var/lib/netlogd");
  EXPECT_EQ(config.limits, fresh.limits);
  EXPECT_EQ(config.journal, fresh.journal);
  EXPECT_EQ(config.sqlite, fresh.sqlite);
  EXPECT_EQ(config.time, fresh.time);
  EXPECT_EQ(config.snmp, fresh.snmp);
  EXPECT_FALSE(config.http.enabled);
  EXPECT_EQ(config.workers, 0U);
  ASSERT_EQ(config.listen.size(), 1U);
  ListenSetting listener;
  listener.port = 514;
  EXPECT_EQ(config.listen[0], listener);
}

TEST(LoadConfig, reads_every_section) {
  const Config config = parsed(R"(
data_dir: ./data
listen:
  - {protocol: syslog, transport: udp, address: 127.0.0.1, port: 5140}
  - protocol: syslog
    transport: tls
    address: "::1"
    port: 6514
    device: mgmt
    receive_buffer: 1MiB
    allow: [10.0.0.0/8, 2001:db8::/32]
    deny: 10.1.0.0/16
    proxy_protocol_from: [192.0.2.1]
    tls:
      certificate: server.pem
      key: /keys/server.key
      client_ca: ca.pem
      require_client: true
      crl: revoked.pem
      allowed_names: ["*.example.net"]
      allowed_fingerprints: ["SHA-256:00:11:22:33:44:55:66:77:88:99:aA:bB:cC:dD:eE:fF:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff"]
  - {protocol: snmp, port: 0}
  - {protocol: flow, port: 2055}
inventory: {file: inventory.yaml}
snmp: {users_file: snmp-users.yaml, write_community: yes}
http: {port: 0}
limits: {message: 480, memory: 1GiB, connections: 5, connections_per_source: 2, idle: off, handshake: 500ms,
         unknown_rate: 50/s, known_rate: 70/s}
time: {default_zone: Europe/Berlin}
workers: 3
journal: {rotate_size: {flow: 1GiB}, rotate_every: off, keep_age: {syslog: 90d, flow: off}, keep_size: off, keep_count: 7,
          min_free: 0, compress: false, sync_every: 0}
sqlite: {enabled: false, file: logs.db, keep_age: 7d, text_index: false}
knowledge: {dir: ../knowledge}
log: {level: debug}
stop: {follower_wait: 1s}
statistics: {every: off}
)");
  EXPECT_EQ(config.data_dir, "/etc/netlogd/data");
  ASSERT_EQ(config.listen.size(), 4U);
  const auto& tls = config.listen[1];
  EXPECT_EQ(tls.transport, Transport::tls);
  EXPECT_EQ(tls.address, *IpAddress::parse("::1"));
  EXPECT_EQ(tls.device, "mgmt");
  EXPECT_EQ(tls.receive_buffer_bytes, mib);
  EXPECT_EQ(tls.allow.size(), 2U);
  EXPECT_EQ(tls.deny.at(0).text(), "10.1.0.0/16");
  EXPECT_EQ(tls.proxy_protocol_from.at(0).length, 128);
  EXPECT_EQ(tls.tls.certificate, "/etc/netlogd/server.pem");
  EXPECT_EQ(tls.tls.key, "/keys/server.key");
  EXPECT_TRUE(tls.tls.require_client);
  EXPECT_EQ(tls.tls.allowed_fingerprints.at(0),
            "sha-256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
  EXPECT_EQ(config.listen[2].protocol, Protocol::snmp);
  EXPECT_EQ(config.listen[2].transport, Transport::udp);
  EXPECT_EQ(config.inventory.file, "/etc/netlogd/inventory.yaml");
  EXPECT_TRUE(config.snmp.write_community);
  EXPECT_TRUE(config.http.enabled);
  EXPECT_EQ(config.http.port, 0);
  EXPECT_EQ(config.limits.message_bytes, 480U);
  EXPECT_EQ(config.limits.idle, 0ms);
  EXPECT_EQ(config.limits.handshake, 500ms);
  EXPECT_EQ(config.limits.unknown_rate, 50U);
  EXPECT_EQ(config.limits.known_rate, 70U);
  EXPECT_EQ(config.workers, 3U);
  EXPECT_EQ(config.journal.rotate_size_bytes,
            (PerStream<std::uint64_t>{500 * mib, 500 * mib, gib}));
  EXPECT_EQ(config.journal.rotate_every, (PerStream<milliseconds>{0ms, 0ms, 0ms}));
  EXPECT_EQ(config.journal.keep_age, (PerStream<milliseconds>{2160h, 720h, 0ms}));
  EXPECT_EQ(config.journal.keep_count[1], 7U);
  EXPECT_EQ(config.journal.min_free_bytes, 0U);
  EXPECT_EQ(config.journal.sync_every, 0ms);
  EXPECT_FALSE(config.sqlite.enabled);
  EXPECT_EQ(config.sqlite.file, "/etc/netlogd/data/logs.db");
  EXPECT_EQ(per_stream(config.sqlite.keep_age, Stream::flow), 168h);
  EXPECT_EQ(config.knowledge.dir, "/etc/knowledge");
  EXPECT_EQ(config.log_level, LogLevel::debug);
  EXPECT_EQ(config.stop_follower_wait, 1s);
  EXPECT_EQ(config.statistics_every, 0ms);
}

TEST(LoadConfig, starts_relative_paths_at_its_own_folder) {
  EXPECT_EQ(
      parsed(std::string("data_dir: data/\n") + one_listener, "config/quickstart.yaml").sqlite.file,
      "config/data/netlogd.db");
  EXPECT_EQ(parsed(std::string("data_dir: ./data\n") + one_listener, "netlogd.yaml").data_dir,
            "data");
}

TEST(LoadConfig, takes_sections_without_a_body) {
  EXPECT_TRUE(parsed(std::string("http:\njournal:\n") + one_listener).http.enabled);
}

TEST(LoadConfig, knows_the_lines_of_what_was_stated) {
  const Config config =
      parsed("listen:\n  - protocol: syslog\n    port: 514\ntime:\n  default_zone: UTC\n");
  EXPECT_EQ(config.line_of("time.default_zone"), 5);
  EXPECT_EQ(config.line_of("listen[0].port"), 3);
  EXPECT_EQ(config.line_of("listen[0].tls.key"), 2);
  EXPECT_EQ(config.line_of("limits.message"), 1);
  EXPECT_EQ(config.fault("time.default_zone", "unknown").text(),
            "/etc/netlogd/netlogd.yaml:5: time.default_zone: unknown");
}

struct OnDisk : testing::Test {
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "netlogd_config_XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  void TearDown() override { fs::remove_all(folder); }
  [[nodiscard]] std::string path(const std::string& name) const { return folder + "/" + name; }
  void write(const std::string& name, const std::string& text, mode_t mode = 0600) const {
    std::ofstream(path(name)) << text;
    ::chmod(path(name).c_str(), mode);
  }
  std::string folder;
};

TEST_F(OnDisk, reads_the_users_with_the_config) {
  write("users.yaml", "communities: [public]\nusers: [{name: noc}]\n", 0640);
  write("netlogd.yaml", std::string("snmp: {users_file: users.yaml}\n") + one_listener);
  const auto loaded = load_config(system_files(), path("netlogd.yaml"));
  ASSERT_TRUE(loaded.config) << loaded.fault_text();
  EXPECT_EQ(loaded.config->snmp.access.users.at(0).name, "noc");
  EXPECT_FALSE(loaded.config->snmp.access.any_community);
  // Where root owns it, that is how a service is given its secrets.
  ASSERT_EQ(loaded.warnings.size(), ::geteuid() == 0 ? 0U : 1U);
  if (::geteuid() == 0) return;
  EXPECT_EQ(loaded.warnings[0].text(),
            path("users.yaml") + ":1: its group may read it (mode 0640)");
}

TEST_F(OnDisk, reports_the_files_that_cannot_be_read) {
  write("users.yaml", "users: []\n", 0644);
  fs::create_directory(path("inventory.yaml"));
  write("netlogd.yaml",
        "inventory: {file: inventory.yaml}\n"
        "snmp:\n  users_file: users.yaml\n"
        "knowledge: {dir: none}\n"
        "listen:\n  - protocol: syslog\n    port: 6514\n    transport: tls\n    tls: {certificate: "
        "c.pem, key: k.pem}\n");
  EXPECT_EQ(load_config(system_files(), path("netlogd.yaml")).fault_text(),
            path("netlogd.yaml") + ":1: inventory.file: " + path("inventory.yaml") +
                ": is a folder\n" + path("netlogd.yaml") + ":4: knowledge.dir: " + path("none") +
                ": No such file or directory\n" + path("netlogd.yaml") +
                ":9: listen[0].tls.certificate: " + path("c.pem") +
                ": No such file or directory\n" + path("netlogd.yaml") + ":9: listen[0].tls.key: " +
                path("k.pem") + ": No such file or directory\n" + path("users.yaml") +
                ":1: others may read or change it (mode 0644); chmod 0600 it\n");
}

TEST_F(OnDisk, names_the_config_that_is_not_there) {
  EXPECT_EQ(load_config(system_files(), path("none.yaml")).fault_text(),
            path("none.yaml") + ":1: No such file or directory\n");
}

TEST_F(OnDisk, refuses_a_config_of_any_size) {
  write("big.yaml", std::string(2 * mib, '#'));
  EXPECT_EQ(load_config(system_files(), path("big.yaml")).fault_text(),
            path("big.yaml") + ":1: larger than 1048576 bytes\n");
}

}  // namespace
}  // namespace netlogd::config
