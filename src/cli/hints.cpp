#include "hints.hpp"

#include <algorithm>

#include "netlogd/core/printable.hpp"
#include "senders.hpp"
#include "words.hpp"

namespace netlogd::cli {
namespace {

const std::vector<std::string> columns = {
    "id", "record_type", "received_at", "source_ip", "transport", "relay_ip", "device",
    "device.hostname", "device.vendor", "device.model", "device.role", "device.location",
    "device.site", "device.criticality", "extracted_fields", "event_type", "parse_status",
    "severity", "severity_text", "raw_base64",
    // syslog
    "raw_message", "truncated", "vendor", "facility", "timestamp", "timestamp_normalized",
    "time_quality", "time_quality.year", "time_quality.zone", "time_quality.clock", "clock_skew_ms",
    "hostname", "process", "pid", "message_id", "sequence", "node", "message", "structured_data",
    // trap
    "version", "inform", "trap_type", "trap_name", "enterprise", "agent_address", "uptime_ms",
    "security_name", "security_level", "varbinds",
    // flow
    "exporter_ip", "flow_version", "flow_type", "src_ip", "dst_ip", "next_hop", "src_port",
    "dst_port", "protocol", "tcp_flags", "tos", "packets", "bytes", "input_interface",
    "output_interface", "src_as", "dst_as", "src_mask", "dst_mask", "start_time", "end_time",
    "duration_ms", "sampling_interval", "flow_sequence", "engine_type", "engine_id"};

// "no device is called cor-01; did you mean core-01?" for the first that is not known.
std::string first_unknown(const char* what, const std::vector<std::string>& wanted,
                          const std::vector<std::string>& known) {
  for (const auto& name : wanted) {
    const bool is_known = std::any_of(known.begin(), known.end(), [&](const auto& one) {
      return is_glob(name) ? glob_matches(name, one) : name == one;
    });
    if (!is_known)
      return "no " + std::string(what) + " " + printable(name) + " is known" +
             printable(did_you_mean(name, known));
  }
  return {};
}

}  // namespace

std::string unknown_name(const Filter& filter, RecordSource& source) {
  if (!filter.devices.empty() || !filter.sites.empty()) {
    const auto senders = read_senders(source);
    if (!senders) return {};
    std::vector<std::string> names;
    std::vector<std::string> sites;
    for (const auto& sender : senders->all) {
      names.push_back(sender.source_ip);
      if (!sender.hostname.empty()) names.push_back(sender.hostname);
      if (!sender.site.empty()) sites.push_back(sender.site);
    }
    if (auto text = first_unknown("device", filter.devices, names); !text.empty()) return text;
    if (auto text = first_unknown("site", filter.sites, sites); !text.empty()) return text;
  }
  // A part of a name will do, so that a part is what may be meant.
  auto types = all_event_types();
  for (std::size_t i = 0, whole = types.size(); i < whole; ++i)
    if (const auto at = types[i].rfind('_'); at != std::string::npos)
      types.push_back(types[i].substr(at + 1));
  return first_unknown("event type", filter.events, types);
}

Result<std::vector<std::string>> record_columns(const std::vector<std::string>& words) {
  std::vector<std::string> paths;
  for (const auto& word : words) {
    const auto path = word.starts_with("device_") ? "device." + word.substr(7) : word;
    const bool is_free = path.starts_with("extracted_fields.") ||
                         path.starts_with("structured_data.") || path.starts_with("varbinds.");
    if (!is_free && std::find(columns.begin(), columns.end(), path) == columns.end())
      return Error{Errc::invalid, "--columns " + printable(word) + ": no record has this key" +
                                      did_you_mean(path, columns) +
                                      " (what a message names is extracted_fields.NAME)"};
    paths.push_back(path);
  }
  return paths;
}

}  // namespace netlogd::cli
