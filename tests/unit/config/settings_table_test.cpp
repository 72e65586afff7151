#include "netlogd/config/settings_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "config/setting.hpp"
#include "netlogd/config/load.hpp"

namespace netlogd::config {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(std::string(NETLOGD_SOURCE_DIR) + "/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << path;
  return text.str();
}

// "{syslog: 30d, trap: 30d}" and such are written as they stand.
std::string yaml_of(std::string_view key, const std::string& value) {
  std::string yaml;
  std::string close;
  for (auto dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.')) {
    yaml += std::string(key.substr(0, dot)) + ": {";
    close += "}";
    key.remove_prefix(dot + 1);
  }
  return yaml + std::string(key) + ": " + value + close;
}

TEST(SettingsTable, has_a_whole_row_for_every_setting) {
  std::set<std::string> keys;
  for (const auto& row : settings_table()) {
    EXPECT_TRUE(keys.insert(row.key).second) << row.key;
    EXPECT_FALSE(row.range.empty()) << row.key;
    EXPECT_TRUE(row.sentence.ends_with('.')) << row.key;
    EXPECT_EQ(row.sentence.find('|'), std::string::npos) << row.key;
  }
  EXPECT_GT(keys.size(), 40U);
}

TEST(SettingsTable, states_the_defaults_that_the_structs_have) {
  const std::string listener = "listen: [{protocol: syslog, port: 0}]\ninventory: {file: x}\n";
  const auto plain = parse_config({"/c", listener});
  ASSERT_TRUE(plain.config);
  const auto wanted = setting_values(*plain.config);
  for (const auto& row : config_rows()) {
    if (row.fallback.empty()) continue;
    const auto stated =
        parse_config({"/c", listener + yaml_of(row.key, std::string(row.fallback)) + "\n"});
    ASSERT_TRUE(stated.config) << row.key << "\n" << stated.fault_text();
    Config config = *stated.config;
    config.http.enabled = false;
    EXPECT_EQ(setting_values(config), wanted) << row.key;
  }
  for (const auto& row : listen_rows()) {
    if (row.fallback.empty()) continue;
    const std::string item =
        "- {protocol: syslog, port: 0, " + yaml_of(row.key, std::string(row.fallback)) + "}\n";
    const auto stated = parse_config({"/c", "inventory: {file: x}\nlisten:\n" + item});
    if (row.key.starts_with("tls.")) continue;  // stating it is a fault without transport tls
    ASSERT_TRUE(stated.config) << row.key << "\n" << stated.fault_text();
    EXPECT_EQ(setting_values(*stated.config), wanted) << row.key;
  }
}

TEST(SettingsTable, is_what_the_documentation_says) {
  const std::string page = text_of("docs/configuration.md");
  std::string wanted;
  for (const auto& row : settings_table()) {
    const std::string line = "| `" + row.key + "` | " +
                             (row.fallback.empty() ? "" : "`" + row.fallback + "`") + " | " +
                             row.range + " | " + row.sentence + " |\n";
    if (page.find(line) == std::string::npos) wanted += line;
  }
  EXPECT_EQ(wanted, "") << "rows that docs/configuration.md should have";
}

TEST(SettingsTable, knows_every_setting_that_the_documentation_has) {
  std::set<std::string> keys;
  for (const auto& row : settings_table()) keys.insert(row.key);
  std::istringstream page(text_of("docs/configuration.md"));
  bool in_table = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("| setting |"))
      in_table = true;
    else if (!line.starts_with('|'))
      in_table = false;
    else if (in_table && line.starts_with("| `")) {
      EXPECT_TRUE(keys.contains(line.substr(3, line.find('`', 3) - 3))) << line;
    }
  }
}

TEST(SettingsTable, matches_the_example_that_is_installed) {
  const auto loaded = parse_config({"/etc/netlogd/netlogd.yaml", text_of("config/netlogd.yaml")});
  ASSERT_TRUE(loaded.config) << loaded.fault_text();
  Config fresh;
  fresh.listen = loaded.config->listen;
  fresh.inventory = loaded.config->inventory;
  fresh.limits.unknown_rate = loaded.config->inventory.file.empty() ? 0 : fresh.limits.unknown_rate;
  fresh.sqlite.file = "/var/lib/netlogd/netlogd.db";
  EXPECT_EQ(setting_values(*loaded.config), setting_values(fresh));
  // Every setting is mentioned, if only in a remark.
  const std::string text = text_of("config/netlogd.yaml");
  for (const auto& row : settings_table())
    EXPECT_NE(text.find(row.key.substr(row.key.rfind('.') + 1) + ":"), std::string::npos)
        << row.key;
}

TEST(SettingsTable, quickstart_is_valid) {
  const std::string path = std::string(NETLOGD_SOURCE_DIR) + "/config/quickstart.yaml";
  const auto loaded = load_config(system_files(), path);
  EXPECT_TRUE(loaded.config) << loaded.fault_text();
  EXPECT_TRUE(loaded.warnings.empty());
}

TEST(ChangedSettings, say_what_a_reload_changes) {
  const auto before = parse_config({"/c", "listen: [{protocol: syslog, port: 1}]\n"});
  const auto now = parse_config({"/c",
                                 "listen: [{protocol: syslog, port: 2}]\nlimits: {idle: "
                                 "30m}\njournal: {keep_age: {flow: off}}\nhttp:\n"});
  ASSERT_TRUE(before.config && now.config);
  EXPECT_EQ(
      changed_settings(*before.config, *now.config),
      (std::vector<std::string>{"listen[0].port: 2, was 1", "limits.idle: 30m, was 1h",
                                "journal.keep_age: {syslog: 30d, trap: 30d, flow: off}, was 30d",
                                "http: on, was off"}));
  EXPECT_TRUE(changed_settings(*now.config, *now.config).empty());
}

}  // namespace
}  // namespace netlogd::config
