// The settings as a table of words: what docs/configuration.md is checked against and what
// `netlog` may show. Made from the same rows that the loader reads by. Any thread.

#pragma once

#include <string>
#include <vector>

namespace netlogd::config {

struct SettingRow {
  std::string key;       // "limits.message", "listen[].port"
  std::string fallback;  // the default as one would write it; empty: there is none
  std::string range;     // "480B to 1MiB", "auto, 1 to 256"
  std::string sentence;
};

[[nodiscard]] std::vector<SettingRow> settings_table();

}  // namespace netlogd::config
