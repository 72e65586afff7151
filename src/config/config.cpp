#include "netlogd/config/config.hpp"

#include <fmt/format.h>

#include "netlogd/core/printable.hpp"

namespace netlogd::config {

std::string Fault::text() const {
  return fmt::format("{}:{}: {}", printable(file), line, printable(sentence));
}

int Config::line_of(std::string_view key) const {
  while (!key.empty()) {
    if (const auto found = lines.find(key); found != lines.end()) return found->second;
    const auto end = key.find_last_of(".[");
    key = key.substr(0, end == std::string_view::npos ? 0 : end);
  }
  return 1;
}

Fault Config::fault(std::string_view key, std::string_view sentence) const {
  return {file, line_of(key), fmt::format("{}: {}", key, sentence)};
}

}  // namespace netlogd::config
