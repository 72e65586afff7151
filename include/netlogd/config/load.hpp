// From a YAML file to a checked Config. Every fault is reported, not only the first, each with its
// file and line. Relative paths start at the folder of the config file, sqlite.file at data_dir.
// Hostile YAML is bounded: at most max_config_bytes, 32 levels, 100,000 values with aliases written
// out. No exception leaves these functions. Any thread; the app calls them at start and on reload.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "netlogd/config/config.hpp"
#include "netlogd/config/fault.hpp"
#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/named_text.hpp"

namespace netlogd::config {

constexpr std::uint64_t max_config_bytes = 1 * mib;

struct LoadedConfig {
  std::optional<Config> config;  // there when `faults` is empty
  Faults faults;                 // in the order of their lines, at most 200
  Faults warnings;               // read, but worth a line in the log
  // One fault a line, as --check-config prints it.
  [[nodiscard]] std::string fault_text() const;
};

// Also looks whether the files that the config names (certificates, inventory, users, knowledge)
// can be read, and reads the users file.
[[nodiscard]] LoadedConfig load_config(FileOps& files, const std::string& path);

// The same for a text that is at hand; looks at no other file, so snmp.access stays empty.
[[nodiscard]] LoadedConfig parse_config(const NamedText& file);

}  // namespace netlogd::config
