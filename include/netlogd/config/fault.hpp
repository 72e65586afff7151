// What is wrong with a file that an operator wrote, and where. Plain values, any thread.

#pragma once

#include <string>
#include <vector>

namespace netlogd::config {

struct Fault {
  std::string file;
  int line = 1;          // counted from 1
  std::string sentence;  // the setting first: "limits.mesage: unknown key, the nearest is message"
  // "FILE:LINE: sentence", control characters escaped: fit for a terminal.
  [[nodiscard]] std::string text() const;
};

using Faults = std::vector<Fault>;

}  // namespace netlogd::config
