#include "netlogd/enrich/inventory.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "netlogd/core/time.hpp"

namespace netlogd::enrich {
namespace {

IpAddress ip(const char* text) { return *IpAddress::parse(text); }

struct InventoryOf : testing::Test {
  const Inventory& load(std::string_view text, const char* name = "inventory.yaml") {
    auto loaded = Inventory::load(text, name, zones);
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().sentence);
    inventory = loaded ? *loaded : nullptr;
    return *inventory;
  }
  // The host name behind an address; "-" when nobody is.
  [[nodiscard]] std::string at(const char* address) const {
    const Device* device = inventory->by_address(ip(address));
    return device == nullptr ? "-" : device->hostname;
  }
  ZoneDatabase zones;
  std::shared_ptr<const Inventory> inventory;
};

TEST_F(InventoryOf, knows_a_device_whole) {
  const auto& all = load(R"(devices:
  - {ip: 10.1.1.1, hostname: router-core-01, vendor: cisco, model: ASR-9006, role: core,
     location: DC1-Floor2-RackA12, site: datacenter-ny, criticality: critical, timezone: America/New_York, sampling: 1000}
)");
  const Device* device = all.by_address(ip("10.1.1.1"));
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(
      device->json,
      R"("device":{"hostname":"router-core-01","vendor":"cisco","model":"ASR-9006","role":"core",)"
      R"("location":"DC1-Floor2-RackA12","site":"datacenter-ny","criticality":"critical"})");
  EXPECT_EQ(device->zone->name(), "America/New_York");
  EXPECT_EQ(device->zone->offset_at(to_seconds({2024, 7, 1, 0, 0, 0})), -4 * 3600);
  EXPECT_EQ(device->sampling, 1000U);
  EXPECT_TRUE(device->listed);
  EXPECT_FALSE(device->shared);
  EXPECT_EQ(all.device_count(), 1U);
  EXPECT_EQ(all.by_address(ip("10.1.1.2")), nullptr);
  EXPECT_EQ(all.by_address(ip("::ffff:10.1.1.1")), device);
}

TEST_F(InventoryOf, finds_a_device_by_each_of_its_addresses) {
  load("devices: [{ip: [10.0.0.1, '2001:DB8::1'], hostname: a}, {ip: 10.0.0.2, hostname: b}]");
  EXPECT_EQ(at("10.0.0.1"), "a");
  EXPECT_EQ(at("2001:db8:0::1"), "a");
  EXPECT_EQ(at("10.0.0.2"), "b");
}

TEST_F(InventoryOf, lets_the_longest_prefix_win_value_by_value) {
  const auto& all = load(R"(
subnets:
  - {prefix: 10.2.3.0/24, role: access}
  - {prefix: 10.0.0.0/8, site: all, timezone: UTC, criticality: low}
  - {prefix: 10.2.0.0/16, site: west, timezone: America/Los_Angeles}
  - {prefix: '2001:db8::/32', site: six}
devices:
  - {ip: 10.2.3.4, hostname: sw, criticality: high}
)");
  const Device* near = all.by_address(ip("10.2.3.99"));
  ASSERT_NE(near, nullptr);
  EXPECT_EQ(near->site, "west");
  EXPECT_EQ(near->role, "access");
  EXPECT_EQ(near->criticality, "low");
  EXPECT_EQ(near->zone->name(), "America/Los_Angeles");
  EXPECT_FALSE(near->listed);
  EXPECT_TRUE(near->hostname.empty());
  EXPECT_TRUE(near->json.empty());
  EXPECT_EQ(all.by_address(ip("10.9.9.9"))->site, "all");
  EXPECT_EQ(all.by_address(ip("2001:db8:1::1"))->site, "six");
  EXPECT_EQ(all.by_address(ip("11.0.0.1")), nullptr);
  const Device* device = all.by_address(ip("10.2.3.4"));
  EXPECT_EQ(device->site + device->role + device->criticality, "westaccesshigh");
  EXPECT_TRUE(device->listed);
  EXPECT_EQ(all.subnet_count(), 4U);
}

TEST_F(InventoryOf, keeps_the_default_routes_of_both_families_apart) {
  const auto& all = load("subnets: [{prefix: '::/0', site: six}]");
  EXPECT_EQ(all.by_address(ip("10.0.0.1")), nullptr);
  EXPECT_EQ(all.by_address(ip("2001:db8::1"))->site, "six");
  const auto& both =
      load("subnets: [{prefix: 0.0.0.0/0, site: four}, {prefix: 192.0.2.1, site: host}]");
  EXPECT_EQ(both.by_address(ip("10.0.0.1"))->site, "four");
  EXPECT_EQ(both.by_address(ip("192.0.2.1"))->site, "host");
  EXPECT_EQ(both.by_address(ip("2001:db8::1")), nullptr);
}

TEST_F(InventoryOf, finds_a_device_by_its_name_with_and_without_the_domain) {
  const auto& all = load(R"(devices:
  - {hostname: Short, ip: 10.0.0.1}
  - {hostname: long.example.net, ip: 10.0.0.2}
  - {hostname: twice.a.net}
  - {hostname: twice.b.net}
  - {hostname: 10.9.9.9, ip: 10.0.0.3}
)");
  const auto name = [&](const char* asked) {
    const Device* device = all.by_hostname(asked);
    return device == nullptr ? "-" : device->hostname;
  };
  EXPECT_EQ(name("SHORT"), "Short");
  EXPECT_EQ(name("short.example.net"), "Short");
  EXPECT_EQ(name("short."), "Short");
  EXPECT_EQ(name("LONG.example.NET"), "long.example.net");
  EXPECT_EQ(name("long"), "long.example.net");
  EXPECT_EQ(name("long.other.net"), "-");
  EXPECT_EQ(name("twice"), "-");
  EXPECT_EQ(name("twice.b.net"), "twice.b.net");
  EXPECT_EQ(name("10.0.0.2"), "long.example.net");
  EXPECT_EQ(name("10.9.9.9"), "10.9.9.9");
  EXPECT_EQ(name("10"), "-");
  EXPECT_EQ(name(""), "-");
  EXPECT_EQ(name("."), "-");
  EXPECT_EQ(name(std::string(1000, 'x').c_str()), "-");
}

TEST_F(InventoryOf, leaves_the_name_to_the_message_where_devices_share_an_address) {
  const auto& all = load(R"(devices:
  - {ip: 10.0.0.1, hostname: a, vendor: cisco, role: access, site: x, shared: true}
  - {ip: 10.0.0.1, hostname: b, vendor: cisco, role: core, site: x, shared: true}
)");
  const Device* relay = all.by_address(ip("10.0.0.1"));
  ASSERT_NE(relay, nullptr);
  EXPECT_TRUE(relay->shared);
  EXPECT_TRUE(relay->listed);
  EXPECT_EQ(relay->hostname, "");
  EXPECT_EQ(relay->json, "");
  EXPECT_EQ(relay->vendor + relay->role + relay->site, "ciscox");
  EXPECT_EQ(all.by_hostname("b")->role, "core");
  EXPECT_NE(all.by_hostname("a")->json, "");
}

TEST_F(InventoryOf, names_interfaces) {
  const auto& all = load(R"(devices:
  - {ip: 10.0.0.1, hostname: a, interfaces: {1: Gi0/0, 2: Gi0/1}}
  - {ip: 10.0.0.2, hostname: b, interfaces: {2: ae0.0, 4294967295: lo0}}
subnets: [{prefix: 10.0.0.0/8}]
)");
  const Device* a = all.by_address(ip("10.0.0.1"));
  const Device* b = all.by_hostname("b");
  EXPECT_EQ(all.interface_name(a, 2), "Gi0/1");
  EXPECT_EQ(all.interface_name(b, 2), "ae0.0");
  EXPECT_EQ(all.interface_name(b, 4294967295U), "lo0");
  EXPECT_EQ(all.interface_name(b, 1), "");
  EXPECT_EQ(all.interface_name(nullptr, 1), "");
  EXPECT_EQ(all.interface_name(all.by_address(ip("10.0.0.9")), 1), "");
  const Device stranger;
  EXPECT_EQ(all.interface_name(&stranger, 1), "");
}

TEST_F(InventoryOf, keeps_words_that_yaml_would_read_as_something_else) {
  const auto& all = load(
      "devices: [{ip: 10.0.0.1, hostname: null, vendor: ~, model: 9300, site: no, role: '', "
      "location: 0x10, note: x}]");
  const Device* device = all.by_address(ip("10.0.0.1"));
  EXPECT_EQ(device->hostname + device->vendor + device->role, "");
  EXPECT_EQ(device->model, "9300");
  EXPECT_EQ(device->site, "no");
  EXPECT_EQ(device->location, "0x10");
}

TEST_F(InventoryOf, escapes_what_stands_in_it) {
  const auto& all = load("devices: [{ip: 10.0.0.1, hostname: \"a\\e[31m\\\"b\", vendor: x}]");
  EXPECT_EQ(all.by_address(ip("10.0.0.1"))->json.substr(0, 40),
            R"("device":{"hostname":"a\u001b[31m\"b","v)");
}

TEST_F(InventoryOf, loads_a_hundred_thousand_devices_and_finds_each) {
  std::string text = "devices:\n";
  for (int i = 0; i < 100'000; ++i)
    text += "  - {ip: " + IpAddress::v4(0x0a000000U + static_cast<std::uint32_t>(i)).text() +
            ", hostname: device-" + std::to_string(i) + ", vendor: cisco, site: s" +
            std::to_string(i % 500) + ", timezone: Europe/Berlin}\n";
  text += "subnets:\n";
  for (int i = 0; i < 200; ++i)
    text += "  - {prefix: 10." + std::to_string(i) + ".0.0/16, role: access}\n";
  const auto& all = load(text);
  EXPECT_EQ(all.device_count(), 100'000U);
  for (int i = 0; i < 100'000; i += 997) {
    const auto address = IpAddress::v4(0x0a000000U + static_cast<std::uint32_t>(i));
    const Device* device = all.by_address(address);
    ASSERT_NE(device, nullptr);
    EXPECT_EQ(device->hostname, "device-" + std::to_string(i));
    EXPECT_EQ(device->role, "access");
    EXPECT_EQ(all.by_hostname(device->hostname), device);
  }
}

}  // namespace
}  // namespace netlogd::enrich
