// Reads the value of one setting from its node. Says what is wrong as a fault that begins with the
// setting's key.

#pragma once

#include <string>
#include <string_view>

#include "config/setting.hpp"
#include "config/yaml_tree.hpp"

namespace netlogd::config {

// Where faults go, and from which file they are.
struct FaultSink {
  const std::string& file;
  Faults& faults;
  void add(int line, std::string sentence) const {
    faults.push_back({file, line, std::move(sentence)});
  }
};

struct Place {
  std::string key;  // "limits.message", "listen[0].port"
  Form form;
  std::uint64_t least;
  std::uint64_t most;
  std::string_view zero;
};

void read_value(const YamlNode& node, const Place& place, const Target& target,
                const FaultSink& sink);

}  // namespace netlogd::config
