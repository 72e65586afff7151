#include <gtest/gtest.h>

#include "netlogd/enrich/inventory.hpp"

namespace netlogd::enrich {
namespace {

using Texts = std::vector<std::string>;

struct Case {
  const char* file;
  std::string text;
  Texts faults;
};

Texts faults_of(const std::string& text, const std::string& file) {
  ZoneDatabase zones;
  auto loaded = Inventory::read(text, file, zones);
  EXPECT_EQ(loaded.inventory == nullptr, !loaded.faults.empty());
  return loaded.faults;
}

TEST(InventoryFaults, name_the_file_the_line_and_the_nearest_key) {
  const Case cases[] = {
      {"i.yaml",
       "devices:\n  - ip: 10.0.0.1\n    hostnme: a\n",
       {"i.yaml:3: unknown key \"hostnme\" of a device, the nearest is \"hostname\""}},
      {"i.yaml",
       "devices:\n  - ip: 10.0.0.256\n    timezone: Europe/Berln\n  - ip: [10.0.0.1, x]\n",
       {"i.yaml:2: ip: \"10.0.0.256\" is no IPv4 or IPv6 address",
        "i.yaml:3: timezone: unknown time zone \"Europe/Berln\", the nearest is \"Europe/Berlin\"",
        "i.yaml:4: ip: \"x\" is no IPv4 or IPv6 address"}},
      {"i.yaml",
       "devices:\n- {ip: 10.0.0.1, hostname: a}\n- {ip: 10.0.0.1, hostname: b}\n",
       {"i.yaml:3: ip: 10.0.0.1 is already on line 2 (shared: true in both lets devices share "
        "it)"}},
      {"i.yaml",
       "subnets:\n- {prefix: 10.0.0.0/8}\n- {prefix: 10.1.0.0/8}\n",
       {"i.yaml:3: prefix: 10.0.0.0/8 is already on line 2"}},
      {"i.yaml",
       "subnets:\n- {prefix: 10.0.0.0/33}\n- {site: x}\n- {prefix: 10.0.0.0/8, hostname: a}\n",
       {"i.yaml:2: prefix: \"10.0.0.0/33\" is no prefix (like 10.2.0.0/16)",
        "i.yaml:3: a subnet without a prefix",
        "i.yaml:4: unknown key \"hostname\" of a subnet, the nearest is \"note\""}},
      {"i.yaml", "devices:\n- {site: x}\n", {"i.yaml:2: a device without an ip and a hostname"}},
      {"i.yaml",
       "devices:\n- {ip: 10.0.0.1, shared: maybe, sampling: -1, interfaces: [a], site: [b]}\n",
       {"i.yaml:2: shared: \"maybe\" is neither true nor false",
        "i.yaml:2: sampling: \"-1\" is no whole number",
        "i.yaml:2: interfaces: should be a map of index and name, like {1: Gi0/0, 2: Gi0/1}",
        "i.yaml:2: site: is a list, it should be a text"}},
      {"i.yaml",
       "devices:\n- {ip: 10.0.0.1, interfaces: {Gi0: 1}, site: {a: b}, site: c}\n",
       {"i.yaml:2: interfaces: \"Gi0\" is no interface index",
        "i.yaml:2: site: is a map of keys, it should be a text", "i.yaml:2: site: stands twice"}},
      {"i.yaml",
       "devces: []\n",
       {
           "i.yaml:1: unknown key \"devces\", the nearest is \"devices\"",
       }},
      {"i.yaml",
       "devices: {ip: 10.0.0.1}\n",
       {"i.yaml:1: devices: is a map of keys, it should be a list"}},
      {"i.yaml", "devices: 5\n", {"i.yaml:1: devices: is a text, it should be a list"}},
      {"i.yaml",
       "devices:\n- 10.0.0.1\n",
       {"i.yaml:2: a text where a device should be, a map of keys"}},
      {"i.yaml",
       "devices:\n- [10.0.0.1]\n",
       {"i.yaml:2: a list where a device should be, a map of keys"}},
      {"i.yaml", "just text", {"i.yaml:1: is a text, it should be a map with devices and subnets"}},
      {"i.yaml",
       "devices:\n- {ip: [[1]], site: x}\n",
       {"i.yaml:2: ip: has a list where a text should be",
        "i.yaml:2: a device without an ip and a hostname"}},
      {"i.yaml",
       "devices:\n  - ip: \"10.0.0.1\n",
       {"i.yaml:3: no valid YAML: found unexpected end of stream"}},
      {"i.yaml",
       "devices: []\n---\ndevices: []\n",
       {"i.yaml:2: a second document (after ---); one is all that is read"}},
      {"i.yaml", "devices: *x\n", {"i.yaml:1: an alias without its anchor, \"x\""}},
      {"i.yaml",
       "devices: &x [{ip: 10.0.0.1, site: *x}]\n",
       {"i.yaml:1: an alias of something around it"}},
      {"i.json",
       "{\"devices\": [\n {\"ip\": \"10.0.0.1\",\n  \"hostnam\": \"a\"}]}",
       {"i.json:3: unknown key \"hostnam\" of a device, the nearest is \"hostname\""}},
      {"i.json",
       "{\"devices\": [\n {\"ip\": 5}\n]}",
       {"i.json:2: ip: \"5\" is no IPv4 or IPv6 address"}},
      {"i.csv",
       "ip,hostname,sit\n10.0.0.1,a,x\n",
       {"i.csv:2: unknown key \"sit\" of a device, the nearest is \"site\""}},
      {"i.csv", "ip,hostname\n10.0.0.1,a\n10.0.0.2,b,c\n", {"i.csv:3: 3 cells under 2 columns"}},
      {"i.csv", "ip,hostname\n10.0.0.1,\"a\n\n", {"i.csv:2: a quote that is never closed"}},
      {"i.csv", "ip,hostname\n10.0.0.1,\"a\"b\n", {"i.csv:2: text behind a closing quote"}},
      {"i.csv",
       "ip,hostname\n10.0.0.1,\"a\nb\"\nx,c\n",
       {"i.csv:4: ip: \"x\" is no IPv4 or IPv6 address"}},
  };
  for (const auto& c : cases) {
    Texts wanted = c.faults;
    Texts found = faults_of(c.text, c.file);
    EXPECT_EQ(found, wanted) << c.text;
  }
}

TEST(InventoryFaults, tell_an_empty_inventory_from_a_wrong_one) {
  ZoneDatabase zones;
  for (const auto& [file, text] : std::initializer_list<std::pair<const char*, const char*>>{
           {"i.yaml", ""},
           {"i.yaml", "# nothing\n"},
           {"i.yaml", "devices:\nsubnets: []\n"},
           {"i.json", " \n"},
           {"i.json", "{}"},
           {"i.json", "[]"},
           {"i.csv", "ip,hostname\n"},
           {"i.csv", ""}}) {
    const auto loaded = Inventory::read(text, file, zones);
    EXPECT_TRUE(loaded.empty) << file << text;
    EXPECT_EQ(loaded.faults, Texts{std::string(file) + ":1: holds no device and no subnet"})
        << text;
    EXPECT_EQ(Inventory::load(text, file, zones).error().code, Errc::not_found);
  }
  const auto wrong = Inventory::load("devices:\n- {ip: x}\n- {ip: y}\n", "i.yaml", zones);
  EXPECT_EQ(wrong.error().code, Errc::invalid);
  EXPECT_EQ(wrong.error().sentence,
            "i.yaml:2: ip: \"x\" is no IPv4 or IPv6 address (and 1 more faults)");
}

TEST(InventoryFaults, are_bounded_in_number) {
  std::string text = "devices:\n";
  for (int i = 0; i < 5000; ++i) text += "- {ip: x}\n";
  const auto faults = faults_of(text, "i.yaml");
  EXPECT_EQ(faults.size(), 101U);
  EXPECT_EQ(faults.back(), "i.yaml:1: 901 more faults");
}

TEST(InventoryFaults, never_carry_control_characters) {
  for (const auto& fault :
       faults_of("devices:\n- {\"\\e[2J\": 1, ip: \"\\x1b\\n\"}\n", "i\x1b.yaml"))
    EXPECT_EQ(fault.find_first_of("\x1b\n"), std::string::npos) << fault;
}

TEST(InventoryFaults, stop_a_file_that_grows_out_of_itself) {
  std::string bomb = "devices:\n- {ip: 10.0.0.1, interfaces: &a0 [x, x]}\n";
  for (int i = 1; i < 60; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "- {ip: 10.0.0.1, interfaces: &a" + std::to_string(i) + " [" + before + ", " + before +
            "]}\n";
  }
  const auto faults = faults_of(bomb, "i.yaml");
  ASSERT_FALSE(faults.empty());
  const auto deep = faults_of("devices: " + std::string(100'000, '['), "i.yaml");
  EXPECT_EQ(deep.back(), "i.yaml:1: more than 32 levels deep");
  const auto deep_json = faults_of("{\"devices\": " + std::string(100'000, '['), "i.json");
  EXPECT_EQ(deep_json.back(), "i.json:1: more than 32 levels deep");
}

}  // namespace
}  // namespace netlogd::enrich
