#include "netlogd/parse/syslog_record.hpp"

#include <array>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/parse/record_head.hpp"
#include "structured_data_json.hpp"

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

// By severity + 1: what is written of it, and the key that follows.
constexpr std::array<std::string_view, 9> severity_keys = {
    R"(,"severity":null,"severity_text":null,"timestamp":)",
    R"(,"severity":0,"severity_text":"EMERGENCY","timestamp":)",
    R"(,"severity":1,"severity_text":"ALERT","timestamp":)",
    R"(,"severity":2,"severity_text":"CRITICAL","timestamp":)",
    R"(,"severity":3,"severity_text":"ERROR","timestamp":)",
    R"(,"severity":4,"severity_text":"WARNING","timestamp":)",
    R"(,"severity":5,"severity_text":"NOTICE","timestamp":)",
    R"(,"severity":6,"severity_text":"INFO","timestamp":)",
    R"(,"severity":7,"severity_text":"DEBUG","timestamp":)"};

std::string_view clock_word(const SyslogRecord& record) noexcept {
  switch (record.time.clock) {
    case wire::SyslogTime::Clock::never_set:
      return "\"never_set\"}";
    case wire::SyslogTime::Clock::unsynced:
      return "\"unsynced\"}";
    case wire::SyslogTime::Clock::unmarked:
      break;
  }
  return record.clock_stated ? "\"synced\"}" : "\"unstated\"}";
}

std::string_view year_word(EventTime::Year year) noexcept {
  switch (year) {
    case EventTime::Year::sent:
      return ",\"time_quality\":{\"year\":\"sent\",\"zone\":";
    case EventTime::Year::inferred:
      return ",\"time_quality\":{\"year\":\"inferred\",\"zone\":";
    case EventTime::Year::none:
      break;
  }
  return ",\"time_quality\":{\"year\":null,\"zone\":";
}

std::string_view zone_word(EventTime::Zone zone) noexcept {
  switch (zone) {
    case EventTime::Zone::sent:
      return "\"sent\",\"clock\":";
    case EventTime::Zone::inventory:
      return "\"inventory\",\"clock\":";
    case EventTime::Zone::from_default:
      return "\"default\",\"clock\":";
    case EventTime::Zone::none:
      break;
  }
  return "null,\"clock\":";
}

// In microseconds first: nanoseconds between 1677 and 2262 do not fit 64 bits.
std::int64_t skew_ms(TimePoint received, TimePoint stated) noexcept {
  using std::chrono::microseconds;
  const auto skew =
      std::chrono::floor<microseconds>(received) - std::chrono::floor<microseconds>(stated);
  return std::chrono::floor<std::chrono::milliseconds>(skew).count();
}

void write_times(const RawMessage& raw, const SyslogReading& reading, JsonWriter& json) {
  const auto& record = reading.record;
  const auto& time = reading.time;
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
  const bool zone_known =
      time.zone == EventTime::Zone::sent || time.zone == EventTime::Zone::inventory;
  if (time.known && zone_known)
    json.number(skew_ms(raw.received, time.instant));
  else
    json.raw("null");
}

}  // namespace

void SyslogRecordMaker::make(const RawMessage& raw, const DeviceDirectory& devices,
                             TextBatch& out) {
  if (raw.bytes.empty()) {
    out.no_record();
    return;
  }
  const auto& reading = reader_.read(raw, devices);
  auto json = out.begin_record();
  write(raw, reading, json);
  out.end_record();
}

void SyslogRecordMaker::write(const RawMessage& raw, const SyslogReading& reading,
                              JsonWriter& json) {
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
  if (record.facility < 0)
    json.raw("null");
  else
    json.number(record.facility);
  json.raw(severity_keys[static_cast<std::size_t>(record.severity + 1)]);
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
  if (!reading.message->structured_data.empty()) {
    json.raw(",\"structured_data\":");
    write_structured_data(reading.message->structured_data, json);
  }
  json.raw(",\"extracted_fields\":");
  reading.fields->write(json);
  json.raw(",\"event_type\":");
  json.string(reading.event_type);
  json.raw(",\"parse_status\":\"");
  json.raw(parse_status_names[static_cast<std::size_t>(reading.status)]);
  json.raw('"');
}

}  // namespace netlogd::parse
