#include "filter.hpp"

#include <algorithm>

#include "words.hpp"

namespace netlogd::cli {
namespace {

bool fits(const std::string& pattern, std::string_view text) {
  return is_glob(pattern) ? glob_matches(pattern, text) : pattern == text;
}

bool fits_any(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const auto& pattern) { return fits(pattern, text); });
}

// "cisco" means cisco and cisco_….
bool is_vendor(const std::string& wanted, std::string_view vendor) {
  return fits(wanted, vendor) || (vendor.size() > wanted.size() && vendor.starts_with(wanted) &&
                                  vendor[wanted.size()] == '_');
}

bool vendor_fits(const Filter& filter, const RecordReader& record) {
  return std::any_of(filter.vendors.begin(), filter.vendors.end(), [&](const auto& wanted) {
    return is_vendor(wanted, record.text("vendor")) ||
           is_vendor(wanted, record.text("device.vendor"));
  });
}

bool device_fits(const Filter& filter, const RecordReader& record) {
  return std::any_of(filter.devices.begin(), filter.devices.end(), [&](const auto& wanted) {
    return fits(wanted, record.text("device.hostname")) || fits(wanted, record.text("source_ip")) ||
           fits(wanted, record.text("hostname"));
  });
}

bool message_id_fits(const Filter& filter, Stream stream, const RecordReader& record) {
  if (stream == Stream::syslog) return fits_any(filter.message_ids, record.text("message_id"));
  return stream == Stream::trap && (fits_any(filter.message_ids, record.text("trap_name")) ||
                                    fits_any(filter.message_ids, record.text("trap_type")));
}

bool text_fits(const std::string& text, Stream stream, const RecordReader& record) {
  // The same text that the full-text index has.
  if (stream == Stream::syslog)
    return holds_phrase(
        std::string(record.text("message_id")) + " " + std::string(record.text("message")), text);
  if (stream == Stream::trap)
    return holds_phrase(std::string(record.text("trap_name")) + " " + record.cell("varbinds"),
                        text);
  return fits(text, record.text("src_ip")) || fits(text, record.text("dst_ip"));
}

Result<std::vector<Stream>> parse_streams(const std::vector<std::string>& words,
                                          const std::vector<Stream>& usual) {
  if (words.empty()) return usual;
  std::vector<Stream> streams;
  for (std::string word : words) {
    if (word == "all" || word == "any")
      return std::vector<Stream>{Stream::syslog, Stream::trap, Stream::flow};
    if (word.size() > 1 && word.ends_with('s')) word.pop_back();
    if (word == "log") word = "syslog";
    if (word == "snmp") word = "trap";
    const auto found = std::find(stream_names.begin(), stream_names.end(), word);
    if (found == stream_names.end())
      return Error{Errc::invalid, "--stream " + word + ": there is no such stream; write " +
                                      streams_hint +
                                      did_you_mean(word, {"syslog", "trap", "flow", "all"})};
    const auto stream = static_cast<Stream>(found - stream_names.begin());
    if (std::find(streams.begin(), streams.end(), stream) == streams.end())
      streams.push_back(stream);
  }
  return streams;
}

}  // namespace

bool Filter::takes(Stream stream) const {
  return std::find(streams.begin(), streams.end(), stream) != streams.end();
}

void add_filter_options(Command& command, FilterWords& words) {
  const auto group = "Which records";
  command.option("--since", words.since,
                 "received since then: 15m, 1h, 2d, 14:32, \"yesterday 14:00\", 2026-01-17T14:32",
                 {.group = group});
  command.option("--until", words.until, "received before then", {.group = group});
  command.option("--stream", words.streams, streams_hint, {.takes_commas = true, .group = group});
  command.option("-d,--device", words.devices, "host name, address, or a pattern such as 'core-*'",
                 {.takes_commas = true, .group = group});
  command.option("--source", words.sources, "the sender's address",
                 {.takes_commas = true, .group = group});
  command.option("--site", words.sites, "site of the device",
                 {.takes_commas = true, .group = group});
  command.option("--role", words.roles, "role of the device",
                 {.takes_commas = true, .group = group});
  command.option("--vendor", words.vendors, "cisco, cisco_asa, juniper, arista, …",
                 {.takes_commas = true, .group = group});
  command.option("-s,--severity", words.severity, "this severity and worse: err, warning, 4, …",
                 {.group = group});
  command.option("-e,--event", words.events,
                 "event type, in full or a part of it: bgp, interface_down, …",
                 {.takes_commas = true, .group = group});
  command.option("-m,--message-id", words.message_ids,
                 "message id or trap name, also a pattern: '%BGP-*'", {.group = group});
  command.option("-t,--text", words.texts, "words that stand together in the message",
                 {.group = group});
  command.option("--parse-status", words.statuses, "parsed, partial or unparsed",
                 {.takes_commas = true, .group = group});
}

Result<Filter> make_filter(const FilterWords& words, const std::vector<Stream>& usual,
                           const Session& session) {
  Filter filter;
  const auto now = now_us();
  auto streams = parse_streams(words.streams, usual);
  if (!streams) return streams.error();
  filter.streams = std::move(*streams);
  const auto point = [&](const std::string& text, const char* option,
                         std::optional<Micros>& into) -> Result<void> {
    if (text.empty()) return {};
    const auto time = parse_time(text, now, session.utc);
    if (!time) return Error{Errc::invalid, std::string(option) + " " + time.error().sentence};
    into = *time;
    return {};
  };
  if (auto done = point(words.since, "--since", filter.since); !done) return done.error();
  if (auto done = point(words.until, "--until", filter.until); !done) return done.error();
  if (filter.since && filter.until && *filter.since >= *filter.until)
    return Error{Errc::invalid, "--since " + words.since + " is not before --until " + words.until};
  if (!words.severity.empty()) {
    filter.severity = parse_severity(words.severity);
    if (!filter.severity)
      return Error{Errc::invalid,
                   "--severity " + words.severity +
                       ": write emerg, alert, crit, err, warning, notice, info, debug, or 0 to 7" +
                       did_you_mean(words.severity, {"emerg", "alert", "crit", "err", "warning",
                                                     "notice", "info", "debug"})};
  }
  for (const auto& status : words.statuses) {
    if (std::find(parse_status_names.begin(), parse_status_names.end(), status) ==
        parse_status_names.end())
      return Error{Errc::invalid, "--parse-status " + status +
                                      ": write parsed, partial or unparsed" +
                                      did_you_mean(status, {"parsed", "partial", "unparsed"})};
  }
  for (const auto& source : words.sources) {
    const auto address = IpAddress::parse(source);
    if (!address) return Error{Errc::invalid, "--source " + source + ": no address"};
    filter.sources.push_back(address->text());
  }
  for (const auto& device : words.devices) {
    const auto address = IpAddress::parse(device);
    filter.devices.push_back(address ? address->text() : device);
  }
  for (const auto& event : words.events)
    for (auto& type : event_types_of(event)) filter.events.push_back(std::move(type));
  filter.sites = words.sites;
  filter.roles = words.roles;
  filter.vendors = words.vendors;
  filter.message_ids = words.message_ids;
  filter.texts = words.texts;
  filter.statuses = words.statuses;
  return filter;
}

bool matches(const Filter& filter, Stream stream, const RecordReader& record) {
  if (!filter.takes(stream)) return false;
  if (filter.since || filter.until) {
    const auto received = record.received();
    if (filter.since && received < *filter.since) return false;
    if (filter.until && received >= *filter.until) return false;
  }
  if (filter.severity) {
    const auto severity = record.integer("severity");
    if (!severity || *severity > *filter.severity) return false;
  }
  if (!filter.events.empty() && !fits_any(filter.events, record.text("event_type"))) return false;
  if (!filter.statuses.empty() && !fits_any(filter.statuses, record.text("parse_status")))
    return false;
  if (!filter.sources.empty() && !fits_any(filter.sources, record.text("source_ip"))) return false;
  if (!filter.sites.empty() && !fits_any(filter.sites, record.text("device.site"))) return false;
  if (!filter.roles.empty() && !fits_any(filter.roles, record.text("device.role"))) return false;
  if (!filter.devices.empty() && !device_fits(filter, record)) return false;
  if (!filter.vendors.empty() && !vendor_fits(filter, record)) return false;
  if (!filter.message_ids.empty() && !message_id_fits(filter, stream, record)) return false;
  return std::all_of(filter.texts.begin(), filter.texts.end(),
                     [&](const auto& text) { return text_fits(text, stream, record); });
}

}  // namespace netlogd::cli
