#include "record_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "netlogd/core/printable.hpp"

namespace netlogd::cli {
namespace {

constexpr std::string_view letters = "stf";
constexpr std::size_t most_padded = 24;
constexpr std::size_t severity_columns = 8;

std::string trap_text(const RecordReader& record) {
  std::string out;
  for (const auto& varbind : record.varbinds()) {
    if (varbind.name.starts_with("sysUpTime") || varbind.name.starts_with("snmpTrapOID")) continue;
    if (!out.empty()) out += ' ';
    out += varbind.name.empty() ? varbind.oid : varbind.name;
    out += '=';
    out += varbind.value;
    if (!varbind.label.empty()) out += "(" + std::string(varbind.label) + ")";
  }
  return out;
}

std::string endpoint_text(const RecordReader& record, std::string_view address,
                          std::string_view port) {
  std::string text(record.text(address));
  if (const auto number = record.integer(port); number && *number > 0) {
    if (text.find(':') != std::string::npos) text = "[" + text + "]";
    text += ":" + std::to_string(*number);
  }
  return text.empty() ? "?" : text;
}

std::string flow_text(const RecordReader& record) {
  if (record.text("flow_type") == "counter") return record.cell("extracted_fields");
  std::string out = endpoint_text(record, "src_ip", "src_port") + " -> " +
                    endpoint_text(record, "dst_ip", "dst_port");
  if (const auto protocol = record.integer("protocol")) out += " " + protocol_name(*protocol);
  if (const auto packets = record.integer("packets"))
    out += " " + std::to_string(*packets) + (*packets == 1 ? " packet" : " packets");
  if (const auto bytes = record.integer("bytes")) out += " " + std::to_string(*bytes) + " bytes";
  if (const auto in = record.integer("input_interface")) out += " in " + std::to_string(*in);
  if (const auto to = record.integer("output_interface")) out += " out " + std::to_string(*to);
  return out;
}

std::string flow_kind(const RecordReader& record) {
  if (record.text("flow_type") == "counter") return "counters";
  const auto version = record.cell("flow_version");
  return version == "10" ? "ipfix" : version == "sflow5" ? "sflow" : "netflow" + version;
}

}  // namespace

std::string reference(Stream stream, std::uint64_t id) {
  return letters[static_cast<std::size_t>(stream)] + std::to_string(id);
}

std::string protocol_name(std::int64_t number) {
  switch (number) {
    case 1:
      return "icmp";
    case 2:
      return "igmp";
    case 6:
      return "tcp";
    case 17:
      return "udp";
    case 47:
      return "gre";
    case 50:
      return "esp";
    case 58:
      return "icmp6";
    case 89:
      return "ospf";
    case 132:
      return "sctp";
    default:
      return "protocol " + std::to_string(number);
  }
}

std::string short_number(double number) {
  constexpr std::string_view units = " kMGTPE";
  std::size_t unit = 0;
  while (std::abs(number) >= 1000 && unit + 1 < units.size()) {
    number /= 1000;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 && number == std::floor(number) ? "%.0f" : "%.1f",
                number);
  return unit == 0 ? text : std::string(text) + " " + units[unit];
}

RecordText describe(Stream stream, const RecordReader& record, int digits, bool utc) {
  RecordText out;
  out.reference = reference(stream, record.id());
  out.time = time_text(record.received(), digits, utc);
  const auto known = [](std::string_view text) {
    return text == "unknown" ? std::string_view() : text;
  };
  auto device = known(record.text("device.hostname"));
  if (device.empty()) device = record.text("source_ip");
  out.device = printable(device);
  out.site = printable(known(record.text("device.site")));
  if (const auto severity = record.integer("severity");
      severity && *severity >= 0 && *severity < 8) {
    out.severity_number = static_cast<int>(*severity);
    out.severity = severity_names[static_cast<std::size_t>(*severity)];
  }
  if (stream == Stream::syslog) {
    out.kind = printable(record.text("message_id").empty() ? record.text("process")
                                                           : record.text("message_id"));
    out.text = printable(record.text("message"));
    if (out.text.empty() && out.kind.empty()) out.text = printable(record.text("raw_message"));
  } else if (stream == Stream::trap) {
    out.kind = printable(record.text("trap_name").empty() ? record.text("trap_type")
                                                          : record.text("trap_name"));
    out.text = printable(trap_text(record));
  } else {
    out.kind = printable(flow_kind(record));
    out.text = printable(flow_text(record));
  }
  return out;
}

std::string one_line(const RecordText& record, const Terminal& terminal, LineWidths& widths) {
  if (terminal.is_terminal) {
    widths.device = std::max(widths.device, std::min(most_padded, display_width(record.device)));
    widths.site = std::max(widths.site, std::min(most_padded, display_width(record.site)));
  }
  std::string head = record.time + "  " + padded(record.device, widths.device);
  if (!record.site.empty() || widths.site > 0) head += "  " + padded(record.site, widths.site);
  const auto severity = padded(record.severity.empty() ? "-" : record.severity,
                               terminal.is_terminal ? severity_columns : 0);
  std::string tail = record.kind;
  if (!record.text.empty()) tail += (tail.empty() ? "" : "  ") + record.text;
  const auto used = display_width(head) + severity.size() + 4;
  if (terminal.columns > 0)
    tail = cut_to(tail, terminal.columns > used + 20 ? terminal.columns - used : 20);
  const auto kind =
      record.kind.size() <= tail.size() && tail.starts_with(record.kind) ? record.kind.size() : 0;
  return terminal.paint(Colour::dim, record.time) + head.substr(record.time.size()) + "  " +
         terminal.paint(severity_colour(record.severity_number), severity) + "  " +
         terminal.paint(Colour::bold, tail.substr(0, kind)) + tail.substr(kind) + "\n";
}

}  // namespace netlogd::cli
