#include "netlogd/parse/syslog_record.hpp"

#include <algorithm>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/parse/record_head.hpp"

namespace netlogd::parse {
namespace {

// Digits as a number, anything else as a string, nothing as null.
void write_number_or_text(std::string_view text, JsonWriter& json) {
  TextCursor digits(text);
  std::uint64_t number = 0;
  const bool padded = text.size() > 1 && text.front() == '0';
  if (!padded && digits.take_number(number, 15) && digits.at_end())
    json.number(number);
  else
    json.string_or_null(text);
}

void write_counter(std::string_view digits, JsonWriter& json) {
  TextCursor cursor(digits);
  std::uint64_t number = 0;
  (void)cursor.take_number(number, 19);
  json.number(number);
}

void write_small(int value, JsonWriter& json) {
  if (value < 0)
    json.raw("null");
  else
    json.number(value);
}

std::string_view clock_word(const SyslogRecord& record) noexcept {
  switch (record.time.clock) {
    case wire::SyslogTime::Clock::never_set: return "\"never_set\"}";
    case wire::SyslogTime::Clock::unsynced: return "\"unsynced\"}";
    case wire::SyslogTime::Clock::unmarked: break;
  }
  return record.clock_stated ? "\"synced\"}" : "\"unstated\"}";
}

std::string_view year_word(EventTime::Year year) noexcept {
  switch (year) {
    case EventTime::Year::sent: return ",\"time_quality\":{\"year\":\"sent\",\"zone\":";
    case EventTime::Year::inferred: return ",\"time_quality\":{\"year\":\"inferred\",\"zone\":";
    case EventTime::Year::none: break;
  }
  return ",\"time_quality\":{\"year\":null,\"zone\":";
}

std::string_view zone_word(EventTime::Zone zone) noexcept {
  switch (zone) {
    case EventTime::Zone::sent: return "\"sent\",\"clock\":";
    case EventTime::Zone::inventory: return "\"inventory\",\"clock\":";
    case EventTime::Zone::from_default: return "\"default\",\"clock\":";
    case EventTime::Zone::none: break;
  }
  return "null,\"clock\":";
}

void write_times(const RawMessage& raw, const SyslogReading& reading, JsonWriter& json) {
  const auto& record = reading.record;
  const auto& time = reading.time;
  json.raw(",\"timestamp\":");
  json.string_or_null(record.time.text);
  json.raw(",\"timestamp_normalized\":");
  if (time.known)
    json.utc(time.instant, time.digits);
  else
    json.raw("null");
  if (!record.time) {
    json.raw(",\"time_quality\":null,\"clock_skew_ms\":null");
    return;
  }
  json.raw(year_word(time.year));
  json.raw(zone_word(time.zone));
  json.raw(clock_word(record));
  json.raw(",\"clock_skew_ms\":");
  const bool zone_known = time.zone == EventTime::Zone::sent || time.zone == EventTime::Zone::inventory;
  if (time.known && zone_known)
    json.number(std::int64_t{
        std::chrono::floor<std::chrono::milliseconds>(raw.received - time.instant).count()});
  else
    json.raw("null");
}

}  // namespace

void SyslogRecordMaker::make(const RawMessage& raw, const DeviceDirectory& devices, TextBatch& out) {
  if (raw.bytes.empty()) {
    out.no_record();
    return;
  }
  const auto& reading = reader_.read(raw, devices);
  auto json = out.begin_record();
  write(raw, reading, json);
  out.end_record();
}

void SyslogRecordMaker::write(const RawMessage& raw, const SyslogReading& reading, JsonWriter& json) {
  const auto& record = reading.record;
  write_record_head(json, Stream::syslog, raw, reading.device, record.hostname, record.maker);
  json.raw(",\"raw_message\":");
  const bool whole = json.string(raw.text());
  if (raw.original_length > 0) {
    json.raw(",\"truncated\":");
    json.number(raw.original_length);
  }
  if (!whole) {
    json.raw(",\"raw_base64\":");
    json.base64(raw.bytes);
  }
  json.raw(",\"vendor\":\"");
  json.raw(record.vendor);
  json.raw("\",\"facility\":");
  write_small(record.facility, json);
  json.raw(",\"severity\":");
  write_small(record.severity, json);
  json.raw(",\"severity_text\":");
  json.string_or_null(record.severity < 0 ? std::string_view()
                                          : severity_names[static_cast<std::size_t>(record.severity)]);
  write_times(raw, reading, json);
  json.raw(",\"hostname\":");
  json.string_or_null(record.hostname);
  json.raw(",\"process\":");
  json.string_or_null(record.process);
  json.raw(",\"pid\":");
  write_number_or_text(record.pid, json);
  json.raw(",\"message_id\":");
  json.string_or_null(record.message_id);
  if (!record.sequence.empty()) {
    json.raw(",\"sequence\":");
    write_counter(record.sequence, json);
  }
  if (!record.node.empty()) {
    json.raw(",\"node\":");
    json.string(record.node);
  }
  json.raw(",\"message\":");
  json.string(record.message);
  if (!reading.message->structured_data.empty())
    write_structured_data(reading.message->structured_data, json);
  json.raw(",\"extracted_fields\":");
  reading.fields->write(json);
  json.raw(",\"event_type\":");
  json.string(reading.event_type);
  json.raw(",\"parse_status\":\"");
  json.raw(parse_status_names[static_cast<std::size_t>(reading.status)]);
  json.raw('"');
}

// `{"id":{"name":"value"}}`. An id or a name that comes twice is written once, the last value of a
// name counts, so that the object has no key twice.
void SyslogRecordMaker::write_structured_data(const wire::StructuredData& data, JsonWriter& json) {
  const auto& elements = data.elements();
  const auto& parameters = data.parameters();
  json.raw(",\"structured_data\":{");
  const auto write_one = [&](const wire::StructuredData::Parameter& one, bool first) {
    if (!first) json.raw(',');
    json.string(one.name);
    json.raw(':');
    json.string(one.value);
  };
  // The common case: few parameters, compared pair by pair.
  constexpr std::size_t few = 48;
  if (parameters.size() + elements.size() <= few) {
    bool first_element = true;
    for (std::size_t e = 0; e < elements.size(); ++e) {
      const auto id = elements[e].id;
      const auto same = [id](const auto& other) { return other.id == id; };
      if (std::any_of(elements.begin(), elements.begin() + static_cast<std::ptrdiff_t>(e), same)) continue;
      if (!first_element) json.raw(',');
      first_element = false;
      json.string(id);
      json.raw(":{");
      // All parameters of the elements with this id; a later one of the same name replaces it.
      bool first = true;
      for (std::size_t at = e; at < elements.size(); ++at) {
        if (elements[at].id != id) continue;
        for (std::uint32_t p = elements[at].first; p < elements[at].first + elements[at].count; ++p) {
          bool replaced = false;
          for (std::size_t later = at; later < elements.size() && !replaced; ++later) {
            if (elements[later].id != id) continue;
            const auto end = elements[later].first + elements[later].count;
            for (auto q = std::max(p + 1, elements[later].first); q < end && !replaced; ++q)
              replaced = parameters[q].name == parameters[p].name;
          }
          if (replaced) continue;
          write_one(parameters[p], first);
          first = false;
        }
      }
      json.raw('}');
    }
    json.raw('}');
    return;
  }
  write_sorted(data, json);
}

}  // namespace netlogd::parse
