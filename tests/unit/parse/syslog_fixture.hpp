// What tests of the syslog path share: the shipped tables, a time of reception, a small inventory.

#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "netlogd/core/device.hpp"
#include "netlogd/parse/syslog_record.hpp"

namespace netlogd::test {

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline std::vector<NamedText> knowledge(const std::string& folder, const std::string& extension) {
  std::vector<std::filesystem::path> paths;
  const auto root = std::filesystem::path(NETLOGD_SOURCE_DIR) / "config/knowledge" / folder;
  if (!std::filesystem::exists(root)) return {};
  for (const auto& entry : std::filesystem::directory_iterator(root))
    if (entry.path().extension() == extension) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<NamedText> files;
  for (const auto& path : paths) files.push_back({path.filename().string(), read_text(path)});
  return files;
}

inline std::shared_ptr<const parse::SyslogTables> shipped_tables(
    TimeZone default_zone = TimeZone::fixed("UTC", 0)) {
  const auto zones =
      std::filesystem::path(NETLOGD_SOURCE_DIR) / "config/knowledge/zone_abbreviations.csv";
  const std::vector<NamedText> zone_files = {{zones.filename().string(), read_text(zones)}};
  auto tables = std::make_shared<parse::SyslogTables>();
  tables->zones = parse::ZoneTable::load(zone_files).value();
  tables->default_zone = std::move(default_zone);
  const auto events = knowledge("events", ".txt");
  if (!events.empty())
    tables->events =
        std::make_shared<const parse::EventCatalogue>(parse::EventCatalogue::load(events).value());
  return tables;
}

// One device at every address, or nobody.
class OneDevice final : public DeviceDirectory {
 public:
  const Device* device = nullptr;
  std::vector<Device> named;  // found by their hostname
  [[nodiscard]] const Device* by_address(const IpAddress&) const noexcept override {
    return device;
  }
  [[nodiscard]] const Device* by_hostname(std::string_view name) const noexcept override {
    for (const auto& one : named)
      if (one.hostname == name) return &one;
    return nullptr;
  }
};

inline TimePoint at_utc(int year, int month, int day, int hour = 0, int minute = 0,
                        int second = 0) {
  return TimePoint(std::chrono::seconds(to_seconds({year, month, day, hour, minute, second})));
}

class SyslogFixture {
 public:
  explicit SyslogFixture(std::shared_ptr<const parse::SyslogTables> tables = shipped_tables())
      : maker_(std::move(tables)) {
    raw.received = at_utc(2026, 11, 21, 12);
    raw.source = {*IpAddress::parse("192.0.2.1"), 514};
  }

  // The JSON line of a message, without the newline.
  std::string record(std::string_view text) {
    raw.bytes = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    batch_.reset(1);
    maker_.make(raw, devices, batch_);
    std::string line(batch_.text().view());
    if (!line.empty()) line.pop_back();
    return line;
  }
  [[nodiscard]] const TextBatch& batch() const { return batch_; }

  RawMessage raw;
  OneDevice devices;

 private:
  parse::SyslogRecordMaker maker_;
  TextBatch batch_;
};

}  // namespace netlogd::test
