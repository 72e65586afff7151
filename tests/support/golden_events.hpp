// The messages of the golden files of the events, for laws that hold for any message.

#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace netlogd::test {

struct EventMessage {
  std::string id, process, text;
};

inline std::vector<EventMessage> golden_event_messages() {
  std::vector<EventMessage> messages;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(NETLOGD_SOURCE_DIR) / "tests/golden/events")) {
    std::ifstream file(entry.path());
    EventMessage one;
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("id ")) one.id = line.substr(3);
      if (line.starts_with("process ")) one.process = line.substr(8);
      if (line.starts_with("message ")) {
        one.text = line.substr(8);
        messages.push_back(one);
        one = {};
      }
    }
  }
  return messages;
}

}  // namespace netlogd::test
