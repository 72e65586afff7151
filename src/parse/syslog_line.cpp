// The line of RECORD.md for a syslog message: keys in their order, written in one go into room that
// was asked for once. What stands in the raw message is copied from there.

#include <algorithm>
#include <array>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/parse/record_head.hpp"
#include "netlogd/parse/syslog_record.hpp"
#include "structured_data_json.hpp"

namespace netlogd::parse {
namespace {

using json_text::PiecesOf;
using json_text::put;
using json_text::string_room;
using json_text::UtcText;

using json_text::Word;

// By severity + 1: what is written of it, and the key that follows.
constexpr std::array<Word<64>, 9> severity_keys = [] {
  std::array<Word<64>, 9> keys;
  keys[0] = Word<64>(R"(,"severity":null,"severity_text":null,"timestamp":)");
  for (std::size_t severity = 0; severity < severity_names.size(); ++severity) {
    auto& key = keys[severity + 1];
    (key += R"(,"severity":)") += std::string_view("01234567").substr(severity, 1);
    ((key += R"(,"severity_text":")") += severity_names[severity]) += R"(","timestamp":)";
  }
  return keys;
}();

// What is written of the quality of a time, and the key that follows.
using Quality = Word<96>;
constexpr std::array<std::string_view, 3> year_words = {"null", "\"sent\"", "\"inferred\""};
constexpr std::array<std::string_view, 4> zone_words = {"null", "\"sent\"", "\"inventory\"",
                                                        "\"default\""};
constexpr std::array<std::string_view, 4> clock_words = {"unstated", "synced", "never_set",
                                                         "unsynced"};
constexpr auto qualities = [] {
  std::array<std::array<std::array<Quality, 4>, 4>, 3> words;
  for (std::size_t year = 0; year < 3; ++year)
    for (std::size_t zone = 0; zone < 4; ++zone)
      for (std::size_t clock = 0; clock < 4; ++clock) {
        auto& word = words[year][zone][clock];
        (word += R"(,"time_quality":{"year":)") += year_words[year];
        (word += R"(,"zone":)") += zone_words[zone];
        ((word += R"(,"clock":")") += clock_words[clock]) += R"("},"clock_skew_ms":)";
      }
  return words;
}();

const Quality& quality_of(const EventTime& time, const SyslogRecord& record) noexcept {
  using Clock = wire::SyslogTime::Clock;
  const auto clock = record.time.clock;
  const std::size_t clock_word = clock == Clock::never_set  ? 2
                                 : clock == Clock::unsynced ? 3
                                 : record.clock_stated      ? 1
                                                            : 0;
  return qualities[static_cast<std::size_t>(time.year)][static_cast<std::size_t>(time.zone)]
                  [clock_word];
}

// In microseconds first: nanoseconds between 1677 and 2262 do not fit 64 bits.
std::int64_t skew_ms(TimePoint received, TimePoint stated) noexcept {
  using std::chrono::microseconds;
  const auto skew =
      std::chrono::floor<microseconds>(received) - std::chrono::floor<microseconds>(stated);
  return std::chrono::floor<std::chrono::milliseconds>(skew).count();
}

bool is_number(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 15 && (text.size() == 1 || text.front() != '0') &&
         std::all_of(text.begin(), text.end(), is_digit);
}

// Digits as a number, anything else as a string, nothing as null.
char* put_number_or_text(char* out, std::string_view text, const PiecesOf& pieces) noexcept {
  return is_number(text) ? put(out, text) : pieces.put_or_null(out, text);
}

// A counter of the device, without the zeros in front of it.
char* put_counter(char* out, std::string_view digits) noexcept {
  constexpr std::size_t longest = 19;
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits.size() > longest ? put(out, '0') : put(out, digits);
}

// Room for all but the raw text, the structured data and the extracted fields.
std::size_t room_for(const SyslogReading& reading) noexcept {
  constexpr std::size_t keys = 768;  // with the numbers, times and words between them
  const auto& record = reading.record;
  const auto pieces = record.time.text.size() + record.hostname.size() + record.process.size() +
                      record.pid.size() + record.message_id.size() + record.sequence.size() +
                      record.node.size() + record.message.size() + reading.event_type.size();
  return record_head_room + device_room(reading.device, record.hostname, record.maker) + keys +
         string_room(pieces);
}

}  // namespace

void SyslogLine::write(const RawMessage& raw, const SyslogReading& reading, JsonWriter& json) {
  const auto& record = reading.record;
  const auto text = raw.text();
  auto& buffer = json.buffer();
  const auto room = room_for(reading) + 2 * string_room(text.size()) +
                    (reading.remembered ? reading.remembered.room() : reading.fields->room());
  char* begin = buffer.room(room);

  const auto plain = json_text::plain_length(text);
  const PiecesOf unwritten(text, plain, text.data());
  char* out = put_record_head(begin, Stream::syslog, raw, received_);
  out = put_device(out, reading.device, record.hostname, record.maker,
                   unwritten.written(record.hostname) != nullptr);
  out = put(out, R"(,"raw_message":)");
  const auto written = static_cast<std::size_t>(out + 1 - begin) + buffer.size();
  bool whole = true;
  out = json_text::put_string(out, text, plain, whole);
  const auto pieces_now = [&] { return PiecesOf(text, plain, buffer.data() + written); };
  auto pieces = pieces_now();
  if (raw.original_length > 0) {
    out = put(out, R"(,"truncated":)");
    out = json_text::put_number(out, raw.original_length);
  }
  if (!whole) {
    buffer.commit(static_cast<std::size_t>(out - begin));
    json.raw(",\"raw_base64\":");
    json.base64(raw.bytes);
    out = begin = buffer.room(room);
    pieces = pieces_now();
  }
  out = put(out, R"(,"vendor":")");
  out = put(out, record.vendor);
  out = put(out, R"(","facility":)");
  out = record.facility < 0
            ? put(out, "null")
            : json_text::put_number(out, static_cast<std::uint64_t>(record.facility));
  out = put(out, severity_keys[static_cast<std::size_t>(record.severity + 1)]);
  out = put_times(out, raw, reading, pieces);
  out = put(out, R"(,"hostname":)");
  out = pieces.put_or_null(out, record.hostname);
  out = put(out, R"(,"process":)");
  out = pieces.put_or_null(out, record.process);
  out = put(out, R"(,"pid":)");
  out = put_number_or_text(out, record.pid, pieces);
  out = put(out, R"(,"message_id":)");
  out = pieces.put_or_null(out, record.message_id);
  if (!record.sequence.empty()) {
    out = put(out, R"(,"sequence":)");
    out = put_counter(out, record.sequence);
  }
  if (!record.node.empty()) {
    out = put(out, R"(,"node":)");
    out = pieces.put(out, record.node);
  }
  out = put(out, R"(,"message":)");
  out = pieces.put(out, record.message);
  if (!reading.message->structured_data.empty()) {
    buffer.commit(static_cast<std::size_t>(out - begin));
    json.raw(",\"structured_data\":");
    write_structured_data(reading.message->structured_data, json);
    out = begin = buffer.room(room);
    pieces = pieces_now();
  }
  out = put(out, R"(,"extracted_fields":)");
  out = reading.remembered ? reading.remembered.put(out, pieces) : reading.fields->put(out, pieces);
  out = put(out, R"(,"event_type":)");
  out = json_text::put_plain(out, reading.event_type);
  out = put(out, R"(,"parse_status":")");
  out = put(out, parse_status_names[static_cast<std::size_t>(reading.status)]);
  out = put(out, '"');
  buffer.commit(static_cast<std::size_t>(out - begin));
}

char* SyslogLine::put_times(char* out, const RawMessage& raw, const SyslogReading& reading,
                            const PiecesOf& pieces) noexcept {
  const auto& record = reading.record;
  const auto& time = reading.time;
  out = pieces.put_or_null(out, record.time.text);
  out = put(out, R"(,"timestamp_normalized":)");
  if (!time.known)
    out = put(out, "null");
  else if (time.is_utc)
    out = UtcText::put(out, time.civil, record.time.nanoseconds, time.digits);
  else
    out = stated_.put(out, time.instant, time.digits);
  if (!record.time) return put(out, R"(,"time_quality":null,"clock_skew_ms":null)");
  out = put(out, quality_of(time, record));
  const bool zone_known =
      time.zone == EventTime::Zone::sent || time.zone == EventTime::Zone::inventory;
  return time.known && zone_known ? json_text::put_signed(out, skew_ms(raw.received, time.instant))
                                  : put(out, "null");
}

}  // namespace netlogd::parse
