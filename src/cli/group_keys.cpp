#include "group_keys.hpp"

#include <array>

#include "netlogd/core/nearest_word.hpp"

namespace netlogd::cli {
namespace {

struct Row {
  std::string_view name;
  std::array<std::string_view, stream_count> sql;
  std::array<std::string_view, stream_count> path;
};

constexpr std::string_view severity_word =
    "CASE severity WHEN 0 THEN 'EMERGENCY' WHEN 1 THEN 'ALERT' WHEN 2 THEN 'CRITICAL' WHEN 3 THEN "
    "'ERROR' WHEN 4 THEN 'WARNING' "
    "WHEN 5 THEN 'NOTICE' WHEN 6 THEN 'INFO' WHEN 7 THEN 'DEBUG' END";

// Who has no name is told from others by the address.
constexpr std::string_view device_word =
    "CASE WHEN ifnull(device_hostname, 'unknown') = 'unknown' THEN source_ip ELSE device_hostname "
    "END";

constexpr std::array<Row, 10> rows = {{
    {"device",
     {device_word, device_word, device_word},
     {"device.hostname", "device.hostname", "device.hostname"}},
    {"site",
     {"device_site", "device_site", "device_site"},
     {"device.site", "device.site", "device.site"}},
    {"role",
     {"device_role", "device_role", "device_role"},
     {"device.role", "device.role", "device.role"}},
    {"vendor",
     {"vendor", "device_vendor", "device_vendor"},
     {"vendor", "device.vendor", "device.vendor"}},
    {"event", {"event_type", "event_type", "'flow'"}, {"event_type", "event_type", ""}},
    {"severity", {severity_word, severity_word, "NULL"}, {"severity", "severity", ""}},
    {"message_id", {"message_id", "trap_name", "NULL"}, {"message_id", "trap_name", ""}},
    {"source", {"source_ip", "source_ip", "source_ip"}, {"source_ip", "source_ip", "source_ip"}},
    {"stream", {"'syslog'", "'trap'", "'flow'"}, {"record_type", "record_type", "record_type"}},
    {"parse_status",
     {"parse_status", "parse_status", "NULL"},
     {"parse_status", "parse_status", ""}},
}};

}  // namespace

Result<GroupKey> GroupKey::find(std::string_view word) {
  std::string plain(word);
  if (plain == "event_type") plain = "event";
  if (plain == "message-id") plain = "message_id";
  if (plain == "source_ip") plain = "source";
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    names.push_back(rows[i].name);
    if (rows[i].name != plain) continue;
    GroupKey key;
    key.name_ = plain;
    key.row_ = i;
    return key;
  }
  std::string all;
  for (const auto name : names) all += (all.empty() ? "" : ", ") + std::string(name);
  return Error{Errc::invalid, "--by " + std::string(word) + ": nothing to count by; did you mean " +
                                  std::string(nearest_word(word, names)) + "? There are " + all};
}

std::string GroupKey::sql(Stream stream) const {
  return std::string(rows[row_].sql[static_cast<std::size_t>(stream)]);
}

std::string GroupKey::value(Stream stream, const RecordReader& record) const {
  const auto path = rows[row_].path[static_cast<std::size_t>(stream)];
  if (path.empty()) return name_ == "event" ? "flow" : "";
  if (name_ == "device") {
    const auto name = record.text(path);
    return std::string(name.empty() || name == "unknown" ? record.text("source_ip") : name);
  }
  if (name_ != "severity") return record.cell(path);
  const auto severity = record.integer(path);
  return severity && *severity >= 0 && *severity < 8
             ? std::string(severity_names[static_cast<std::size_t>(*severity)])
             : "";
}

}  // namespace netlogd::cli
