// The settings as a table of words: what docs/configuration.md is checked against and what
// `netlog` may show. Made from the same rows that the loader reads by. Any thread.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "netlogd/config/config.hpp"

namespace netlogd::config {

struct SettingRow {
  std::string key;       // "limits.message", "listen[].port"
  std::string fallback;  // the default as one would write it; empty: there is none
  std::string range;     // "480B to 1MiB", "auto, 1 to 256"
  std::string sentence;
};

// In the order of config/netlogd.yaml.
[[nodiscard]] std::vector<SettingRow> settings_table();

// A setting as it stands: "limits.message" -> "64KiB", "listen[0].port" -> "514". Never a secret.
using SettingValues = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] SettingValues setting_values(const Config& config);

// What a reload changes, one sentence each: "limits.idle: 30m, was 1h".
[[nodiscard]] std::vector<std::string> changed_settings(const Config& before, const Config& now);

}  // namespace netlogd::config
