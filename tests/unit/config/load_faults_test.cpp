#include <gtest/gtest.h>

#include "netlogd/config/load.hpp"

namespace netlogd::config {
namespace {

struct Case {
  const char* text;
  const char* faults;  // all of them, a line each
};

constexpr const char* listener = "listen: [{protocol: syslog, port: 514}]\n";

TEST(ConfigFaults, name_line_key_and_what_was_meant) {
  const Case cases[] = {
      {"limits:\n  mesage: 1KiB\n",
       "c:2: limits.mesage: unknown key, the nearest is \"message\"\n"},
      {"limts: {message: 1KiB}\n", "c:1: limts: unknown key, the nearest is \"limits\"\n"},
      {"lissten: []\n", "c:1: lissten: unknown key, the nearest is \"listen\"\n"},
      {"rotate_size: 1GiB\n",
       "c:1: rotate_size: unknown key, the nearest is \"journal.rotate_size\"\n"},
      {"limits: {message: 64KB}\n",
       "c:1: limits.message: \"64KB\" is no size (like 64KiB, 500MiB or 1GiB)\n"},
      {"limits: {message: 100B}\n", "c:1: limits.message: 100B is out of range (480B to 1MiB)\n"},
      {"limits: {message: 2MiB}\n", "c:1: limits.message: 2MiB is out of range (480B to 1MiB)\n"},
      {"limits: {message: [1]}\n",
       "c:1: limits.message: is a list, it should be a size (like 64KiB, 500MiB or 1GiB)\n"},
      {"limits: {message: }\n", "c:1: limits.message: has no value\n"},
      {"limits: {idle: 10}\n",
       "c:1: limits.idle: \"10\" is no duration (like 500ms, 10s, 5m, 1h or 30d) and not "
       "\"off\"\n"},
      {"limits: {idle: 1ms}\n", "c:1: limits.idle: 1ms is out of range (off, 1s to 30d)\n"},
      {"limits: {unknown_rate: 5}\n",
       "c:1: limits.unknown_rate: \"5\" is no rate (like 10000/s) and not \"off\"\n"},
      {"limits: 5\n", "c:1: limits: is a value, it should be a map of keys\n"},
      {"workers: many\n", "c:1: workers: \"many\" is no whole number and not \"auto\"\n"},
      {"workers: 1000\n", "c:1: workers: 1000 is out of range (auto, 1 to 256)\n"},
      {"sqlite: {enabled: maybe}\n", "c:1: sqlite.enabled: \"maybe\" is neither true nor false\n"},
      {"log: {level: warning}\n",
       "c:1: log.level: \"warning\" is not known, the nearest is \"warn\"\n"},
      {"http: {address: localhost}\n",
       "c:1: http.address: \"localhost\" is no IPv4 or IPv6 address\n"},
      {"http: {port: 65536}\n", "c:1: http.port: 65536 is out of range (0 to 65535)\n"},
      {"journal: {keep_age: {syslg: 1d}}\n",
       "c:1: journal.keep_age.syslg: unknown key, the nearest is \"syslog\"\n"},
      {"journal:\n  keep_age:\n    flow: 1x\n",
       "c:3: journal.keep_age.flow: \"1x\" is no duration (like 500ms, 10s, 5m, 1h or 30d) and not "
       "\"off\"\n"},
      {"data_dir: ''\n", "c:1: data_dir: is empty\n"},
      {"workers: 1\nworkers: 2\n", "c:2: workers: stands twice, first on line 1\n"},
  };
  for (const auto& c : cases)
    EXPECT_EQ(parse_config({"c", std::string(c.text) + listener}).fault_text(), c.faults) << c.text;
}

TEST(ConfigFaults, of_listeners) {
  const Case cases[] = {
      {"", "c:1: holds no settings\n"},
      {"[]", "c:1: is a list, it should be a map of keys\n"},
      {"workers: 1\n", "c:1: listen: is missing, there is nothing to listen to\n"},
      {"listen: []\n", "c:1: listen: has no listener\n"},
      {"listen: {protocol: syslog}\n",
       "c:1: listen: is a map of keys, it should be a list of listeners\n"},
      {"listen:\n  - syslog\n", "c:2: listen[0]: is a value, it should be a map of keys\n"},
      {"listen:\n  - {transport: udp}\n",
       "c:2: listen[0].protocol: is missing\nc:2: listen[0].port: is missing\n"},
      {"listen:\n  - {protocol: sylog, port: 514, adress: 0.0.0.0}\n",
       "c:2: listen[0].protocol: \"sylog\" is not known, the nearest is \"syslog\"\n"
       "c:2: listen[0].adress: unknown key, the nearest is \"address\"\n"},
      {"listen:\n  - protocol: snmp\n    port: 162\n    transport: tcp\n",
       "c:4: listen[0].transport: snmp comes over udp only\n"},
      {"listen:\n  - {protocol: syslog, port: 514, allow: [10.0.0.0/33, x]}\n",
       "c:2: listen[0].allow: \"10.0.0.0/33\" is no address and no prefix (like 10.0.0.0/8)\n"
       "c:2: listen[0].allow: \"x\" is no address and no prefix (like 10.0.0.0/8)\n"},
      {"listen:\n  - {protocol: syslog, port: 514, proxy_protocol_from: 10.0.0.1}\n",
       "c:2: listen[0].proxy_protocol_from: is for tcp and tls\n"},
      {"listen:\n  - {protocol: syslog, port: 514, device: a/b}\n",
       "c:2: listen[0].device: is no name of a network interface\n"},
      {"listen:\n  - {protocol: syslog, port: 514, tls: {key: a}}\n",
       "c:2: listen[0].tls: is for transport tls\n"},
      {"listen:\n  - {protocol: syslog, port: 514, transport: tls}\n",
       "c:2: listen[0].tls.certificate: is needed for transport tls\nc:2: listen[0].tls.key: is "
       "needed for transport tls\n"},
      {"listen:\n  - {protocol: syslog, port: 514, transport: tls,\n     tls: {certificate: c, "
       "key: k, require_client: true, crl: r,\n"
       "     allowed_names: [a], keys: b}}\n",
       "c:4: listen[0].tls.keys: unknown key, the nearest is \"key\"\n"},
      {"listen:\n  - {protocol: syslog, port: 514, transport: tls,\n     tls: {certificate: c, "
       "key: k, require_client: true, crl: r,\n"
       "     allowed_names: [a]}}\n",
       "c:3: listen[0].tls.require_client: needs client_ca or allowed_fingerprints\nc:3: "
       "listen[0].tls.crl: needs client_ca\n"
       "c:4: listen[0].tls.allowed_names: needs client_ca\n"},
      {"listen:\n  - {protocol: syslog, port: 514, transport: tls, tls: {certificate: c, key: k,\n"
       "     allowed_fingerprints: [ab]}}\n",
       "c:3: listen[0].tls.allowed_fingerprints: \"ab\" is no SHA-256 fingerprint (sha-256: and 32 "
       "octets in "
       "hexadecimal digits)\n"},
  };
  for (const auto& c : cases)
    EXPECT_EQ(parse_config({"c", c.text}).fault_text(), c.faults) << c.text;
}

TEST(ConfigFaults, of_ports_that_are_taken_twice) {
  const Case cases[] = {
      {"listen:\n  - {protocol: syslog, port: 514}\n  - {protocol: flow, port: 514}\n",
       "c:3: listen[1].port: udp port 514 is already taken by listen[0] on line 2\n"},
      {"listen:\n  - {protocol: syslog, port: 514}\n  - {protocol: flow, port: 514, address: "
       "127.0.0.1}\n",
       "c:3: listen[1].port: udp port 514 is already taken by listen[0] on line 2\n"},
      {"listen:\n  - {protocol: syslog, port: 514, address: '::'}\n  - {protocol: flow, port: 514, "
       "address: 127.0.0.1}\n",
       "c:3: listen[1].port: udp port 514 is already taken by listen[0] on line 2\n"},
      {"listen:\n  - {protocol: syslog, port: 9514, transport: tcp, address: 127.0.0.1}\nhttp: "
       "{}\n",
       "c:3: http.port: tcp port 9514 is already taken by listen[0] on line 2\n"},
      {"listen:\n  - {protocol: syslog, port: 514}\n  - {protocol: syslog, port: 514, transport: "
       "tcp}\n",
       ""},
      {"listen:\n  - {protocol: syslog, port: 0}\n  - {protocol: flow, port: 0}\n", ""},
      {"listen:\n  - {protocol: syslog, port: 514, address: 127.0.0.1}\n  - {protocol: syslog, "
       "port: 514, address: 127.0.0.2}\n",
       ""},
      {"listen:\n  - {protocol: syslog, port: 514, device: a}\n  - {protocol: syslog, port: 514, "
       "device: b}\n",
       ""},
  };
  for (const auto& c : cases)
    EXPECT_EQ(parse_config({"c", c.text}).fault_text(), c.faults) << c.text;
}

TEST(ConfigFaults, come_all_at_once_in_the_order_of_lines) {
  EXPECT_EQ(
      parse_config(
          {"c", "workers: x\nlisten:\n  - {protocol: flw, port: 1}\nlog: {level: x}\nworkers: 2\n"})
          .fault_text(),
      "c:1: workers: \"x\" is no whole number and not \"auto\"\n"
      "c:3: listen[0].protocol: \"flw\" is not known, the nearest is \"flow\"\n"
      "c:4: log.level: \"x\" is not known, the nearest is \"info\"\n"
      "c:5: workers: stands twice, first on line 1\n");
}

TEST(ConfigFaults, escape_what_a_terminal_would_obey) {
  const auto text = parse_config({"c", std::string("\"\\e[2J\": 1\n") + listener}).fault_text();
  EXPECT_EQ(text.substr(0, 28), "c:1: \\x1b[2J: unknown key, t");
}

TEST(ConfigFaults, are_bounded_in_number) {
  std::string text = listener;
  for (int i = 0; i < 500; ++i) text += "k" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(parse_config({"c", text}).faults.size(), 200U);
}

TEST(ConfigWarnings, tell_of_what_works_and_is_odd) {
  const auto loaded = parse_config(
      {"c",
       std::string(
           "journal: {keep_size: 1MiB}\nlimits: {connections: 1, connections_per_source: 5}\n") +
           listener});
  ASSERT_TRUE(loaded.config);
  ASSERT_EQ(loaded.warnings.size(), 2U);
  EXPECT_EQ(loaded.warnings[0].text(),
            "c:2: limits.connections_per_source: is more than limits.connections");
  EXPECT_EQ(loaded.warnings[1].text(),
            "c:1: journal.keep_size: 1MiB of syslog is less than one segment (rotate_size 500MiB)");
}

}  // namespace
}  // namespace netlogd::config
