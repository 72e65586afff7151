// RFC 5424, and what is sent in its name: a version that is missing, a time without a zone, a field
// too few in front of the structured data, a header around a device's own header.

#include <utility>

#include "syslog_grammar.hpp"

namespace netlogd::wire {
namespace {

std::string_view nil_is_empty(std::string_view field) noexcept {
  return field == "-" ? std::string_view() : field;
}

bool is_structured_data(const TextCursor& at) noexcept {
  if (at.peek() != '[') return false;
  const auto word = peek_word(at);
  return word.size() > 1 && word.find('@') != std::string_view::npos;
}

void read_structured_data(TextCursor& at, SyslogMessage& message) {
  if (at.peek() == '-' && (is_word_end(at.peek(1)) || at.position() + 1 == at.text().size())) {
    message.has_structured_data = true;
    at.skip();
    return;
  }
  if (at.peek() != '[') return;
  const auto length = message.structured_data.parse(at.rest());
  message.has_structured_data = length > 0;
  message.broken_structured_data = !message.structured_data.clean();
  at.skip(length);
}

// HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA, read up to the structured data. Junos leaves
// MSGID out now and then, so structured data may come one or two fields early.
struct Fields {
  std::string_view field[4];
  int count = 0;
};

Fields read_fields(TextCursor& at) noexcept {
  Fields fields;
  while (fields.count < 4) {
    at.skip_blanks();
    if (at.at_end() || (fields.count >= 2 && is_structured_data(at))) break;
    fields.field[fields.count++] = take_word(at);
  }
  at.skip_blanks();
  return fields;
}

// APP-NAME or MSGID "%LINK-3-UPDOWN": the tag of a device.
bool take_tag(std::string_view field, SyslogMessage& message) noexcept {
  VendorTag tag;
  if (!field.starts_with('%') || scan_tag(field, tag) != field.size()) return false;
  message.tag = tag;
  return message.has_device_header = true;
}

void store(const Fields& fields, SyslogMessage& message) noexcept {
  message.hostname = nil_is_empty(fields.field[0]);
  if (!take_tag(fields.field[1], message)) message.process = nil_is_empty(fields.field[1]);
  auto third = fields.field[2];
  const bool short_by_one = fields.count == 3;
  // The third of three is the MSGID, unless it looks like a process id.
  if (short_by_one && !third.empty() && !is_digit(third.front()) && third != "-") {
    message.message_id = third;
    return;
  }
  message.pid = nil_is_empty(third);
  if (!take_tag(fields.field[3], message)) message.message_id = nil_is_empty(fields.field[3]);
}

bool is_number(std::string_view field) noexcept {
  for (const char c : field)
    if (!is_digit(c)) return false;
  return !field.empty();
}

// Without a version the fields must look like it: "- -", "- [", or "[junos@" behind them.
bool is_likely(const Fields& fields, const TextCursor& at) noexcept {
  // "esx1 Hostd: info hostd[12] [Originator@6876 …": a process and its text.
  if (fields.count < 3 || fields.field[1].ends_with(':')) return false;
  if (is_structured_data(at)) return true;
  if (fields.count < 4 || at.peek() != '-' || !is_word_end(at.peek(1))) return false;
  return fields.field[2] == "-" || fields.field[3] == "-" ||
         (is_number(fields.field[2]) && is_upper(fields.field[3].front()));
}

// Whether the fields of RFC 5424 are there, as far as that can be told.
bool has_fields(TextCursor at) noexcept {
  const auto fields = read_fields(at);
  return is_likely(fields, at);
}

// "host app: text", "host app[12]: text", "host 57: …", "host %ASA-6-302013: …": a version, but no
// fields behind it;
// "host CEF:0|…" and "host RP/0/RP0/CPU0:Nov …" likewise.
bool is_text_behind_host(TextCursor at) noexcept {
  if (scan_node(at.rest()) > 0) return true;
  const auto word = take_word(at);
  if (word.find('|') != std::string_view::npos) return true;
  if (word.size() < 2 || !word.ends_with(':')) return false;
  at.skip_blanks();
  const auto pid = take_word(at);
  at.skip_blanks();
  const auto id = take_word(at);
  at.skip_blanks();
  const bool nil = at.peek() == '-' && (pid == "-" || id == "-" || is_number(pid));
  return !nil && !is_structured_data(at);
}

// A message with its own priority inside; the process of the relay is not the message's.
bool read_relayed(TextCursor& at, SyslogMessage& message) {
  const auto process = std::exchange(message.process, {});
  const auto pid = std::exchange(message.pid, {});
  const auto id = std::exchange(message.message_id, {});
  if (read_nested(at, message)) return true;
  message.process = process;
  message.pid = pid;
  message.message_id = id;
  return false;
}

}  // namespace

bool read_rfc5424(TextCursor& at, SyslogMessage& message) {
  auto ahead = at;
  ahead.skip_blanks();
  std::uint64_t version = 0;
  if (ahead.peek() == '0' || !ahead.take_number(version, 3)) return false;
  if (ahead.skip_blanks() == 0) return false;
  SyslogTime time;
  const auto length = scan_time(ahead.rest(), time);
  const bool nil = ahead.peek() == '-' && is_word_end(ahead.peek(1)) && message.has_priority;
  const bool usable = time.iso || time.kind == SyslogTime::Kind::epoch;
  if (!nil && (length == 0 || !usable)) return false;
  ahead.skip(nil ? 1 : length);
  if (!ahead.at_end() && !is_word_end(ahead.peek())) return false;
  message.version = static_cast<std::uint16_t>(version);
  message.form = SyslogMessage::Form::rfc5424;
  if (!nil) message.time = time;
  ahead.skip_blanks();
  at = ahead;
  // Meraki, "1 TIME rpd[1341]: …", "1 TIME fw1 : …": a version, but the rest is RFC 3164.
  auto behind = at;
  const auto host = take_word(behind);
  behind.skip_blanks();
  if ((time.kind == SyslogTime::Kind::epoch && !has_fields(at)) || host.ends_with(':') ||
      (behind.peek() == ':' && is_word_end(behind.peek(1))) || is_text_behind_host(behind)) {
    read_rfc3164_fields(at, message);
    return true;
  }
  store(read_fields(at), message);
  read_rfc5424_content(at, message);
  return true;
}

bool read_rfc5424_fields(TextCursor& at, SyslogMessage& message) {
  auto ahead = at;
  const auto fields = read_fields(ahead);
  if (!is_likely(fields, ahead)) return false;
  message.form = SyslogMessage::Form::rfc5424;
  store(fields, message);
  read_rfc5424_content(ahead, message);
  at = ahead;
  return true;
}

bool begins_like_rfc5424_fields(std::string_view text) noexcept {
  TextCursor at(text);
  return is_likely(read_fields(at), at);
}

void read_rfc5424_content(TextCursor& at, SyslogMessage& message) {
  read_structured_data(at, message);
  at.skip_blanks();
  if (at.peek() == '<' && read_relayed(at, message)) return;
  // A relay that speaks RFC 5424 around the message of a device that does not.
  if (message.message_id.empty() || !message.has_structured_data || at.peek() == '%') {
    const auto process = message.process;
    const auto pid = message.pid;
    if (read_device_header(at, message)) {
      if (message.process.empty()) {
        message.process = process;
        message.pid = pid;
      }
      return;
    }
    const bool alone = process.empty() && pid.empty() && message.message_id.empty();
    if (alone && !message.tag && read_nested(at, message)) return;
  }
  take_content(at, message);
}

}  // namespace netlogd::wire
