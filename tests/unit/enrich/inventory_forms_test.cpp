#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "enrich/inventory_forms.hpp"
#include "netlogd/enrich/inventory.hpp"

namespace netlogd::enrich {
namespace {

// Every device and subnet of the three forms in one line, to compare them.
std::string summary(std::string_view text, const std::string& name) {
  ZoneDatabase zones;
  const auto loaded = Inventory::read(text, name, zones);
  if (!loaded.inventory) return loaded.faults.empty() ? "?" : loaded.faults.front();
  std::string out;
  for (const char* address : {"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.9.0.1"}) {
    const Device* d = loaded.inventory->by_address(*IpAddress::parse(address));
    if (d == nullptr)
      out += "-;";
    else
      out += d->hostname + "," + d->vendor + "," + d->site + "," +
             (d->zone != nullptr ? d->zone->name() : "") + "," + std::to_string(d->sampling) +
             (d->shared ? ",shared" : "") + "," +
             std::string(loaded.inventory->interface_name(d, 7)) + ";";
  }
  return out;
}

constexpr std::string_view wanted =
    "a,cisco,ny \"main\",,10,Gi0/7;a,cisco,ny "
    "\"main\",,10,Gi0/7;,juniper,,,0,shared,;,,west,UTC,0,;";

TEST(InventoryForms, read_the_same_from_yaml_json_and_csv) {
  EXPECT_EQ(summary(R"(
# ours
devices:
  - ip: [10.0.0.1, 10.0.0.2]
    hostname: a
    vendor: cisco
    site: ny "main"
    sampling: 10
    interfaces: {7: Gi0/7}
  - {ip: 10.0.0.3, hostname: b, vendor: juniper, shared: yes}
subnets:
  - prefix: 10.9.0.0/16
    site: west
    timezone: UTC
)",
                    "x.yaml"),
            wanted);
  EXPECT_EQ(summary(R"({"devices": [
  {"ip": ["10.0.0.1", "10.0.0.2"], "hostname": "a", "vendor": "cisco", "site": "ny \"main\"", "sampling": 10,
   "interfaces": {"7": "Gi0/7"}},
  {"ip": "10.0.0.3", "hostname": "b", "vendor": "juniper", "shared": true, "model": null}],
 "subnets": [{"prefix": "10.9.0.0/16", "site": "west", "timezone": "UTC"}]})",
                    "x.json"),
            wanted);
  EXPECT_EQ(
      summary("\xef\xbb\xbf# "
              "exported\r\nIP,hostname,Vendor,site,shared,timezone,prefix,sampling,interfaces\r\n"
              "10.0.0.1 10.0.0.2,a,cisco,\"ny \"\"main\"\"\",,,,10,7=Gi0/7|8=Gi0/8\r\n"
              "\r\n10.0.0.3,b,juniper,,true\r\n"
              ",,,west,,UTC,10.9.0.0/16,,\r\n",
              "x.CSV"),
      wanted);
}

TEST(InventoryForms, read_semicolons_tabs_and_quoted_line_feeds) {
  EXPECT_EQ(summary("hostname;ip;site\n a ; 10.0.0.1|10.0.0.2 ;\"x;\ny\"", "x.csv"),
            "a,,x;\ny,,0,;a,,x;\ny,,0,;-;-;");
  EXPECT_EQ(summary("hostname\tip\nb\t10.0.0.3\n", "x.tsv"), "-;-;b,,,,0,;-;");
}

TEST(InventoryForms, take_a_bare_list_of_devices) {
  EXPECT_EQ(summary("- {ip: 10.0.0.1, hostname: a}", "x.yaml"), "a,,,,0,;-;-;-;");
  EXPECT_EQ(summary(R"([{"ip": "10.0.0.1", "hostname": "a"}])", "x.json"), "a,,,,0,;-;-;-;");
}

TEST(InventoryForms, read_anchors_and_aliases) {
  EXPECT_EQ(summary(R"(devices:
  - {ip: 10.0.0.1, hostname: a, site: &s ny, interfaces: &i {7: Gi0/7}}
  - {ip: 10.0.0.2, hostname: b, site: *s, interfaces: *i}
)",
                    "x.yaml"),
            "a,,ny,,0,Gi0/7;b,,ny,,0,Gi0/7;-;-;");
}

TEST(InventoryForms, read_the_examples_that_are_shipped) {
  ZoneDatabase zones;
  for (const char* name : {"config/inventory.example.yaml", "config/quickstart-inventory.yaml"}) {
    std::ostringstream text;
    text << std::ifstream(std::string(NETLOGD_SOURCE_DIR) + "/" + name).rdbuf();
    const auto loaded = Inventory::load(text.str(), name, zones);
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().sentence);
  }
}

TEST(InventoryForms, are_told_by_extension_or_content) {
  EXPECT_EQ(form_of("x", "a.yaml"), InventoryForm::yaml);
  EXPECT_EQ(form_of("x", "a.YML"), InventoryForm::yaml);
  EXPECT_EQ(form_of("x", "a.json"), InventoryForm::json);
  EXPECT_EQ(form_of("{", "a.csv"), InventoryForm::csv);
  EXPECT_EQ(form_of(" \n[1]", "inventory"), InventoryForm::json);
  EXPECT_EQ(form_of("# x\nip,hostname\n", "inventory"), InventoryForm::csv);
  EXPECT_EQ(form_of("devices:\n", "inventory"), InventoryForm::yaml);
  EXPECT_EQ(form_of("", "inventory"), InventoryForm::yaml);
}

}  // namespace
}  // namespace netlogd::enrich
