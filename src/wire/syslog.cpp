#include "netlogd/wire/syslog.hpp"

#include "syslog_grammar.hpp"

namespace netlogd::wire {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

std::string_view without_line_end(std::string_view text) noexcept {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == '\0'))
    text.remove_suffix(1);
  return text;
}

// What a relay or a sender left in front of the priority: blanks, an end of line, the count of a
// frame ("57 <34>…").
void skip_to_priority(TextCursor& at) noexcept {
  auto ahead = at;
  ahead.take_while([](char c) { return is_word_end(c) || c == '\n' || c == '\r'; });
  constexpr std::size_t longest_count = 7;
  const auto count = ahead.take_while(is_digit);
  if (!count.empty() && (count.size() > longest_count || !ahead.take(' '))) return;
  if (ahead.peek() == '<' && is_digit(ahead.peek(1))) at = ahead;
}

bool ends_with_colon(std::string_view rest, SyslogTime time) noexcept {
  TextCursor at(rest);
  at.skip_blanks();
  const bool zone = is_alpha(at.peek()) || at.peek() == '(';
  return at.peek() == ':' || (zone && scan_zone(rest, time) > 0);
}

// ": " of a counter that is switched off, and a time of RFC 3164 behind it.
bool read_behind_colon(TextCursor& at, SyslogMessage& message) {
  auto ahead = at;
  if (!ahead.take(':')) return false;
  ahead.skip_blanks();
  SyslogTime time;
  const auto length = begins_like_time(ahead.rest()) ? scan_time(ahead.rest(), time) : 0;
  if (length == 0 || time.kind != SyslogTime::Kind::date) return false;
  at = ahead;
  read_rfc3164(at, length, time, message);
  return true;
}

// "host app - MSGID [id@1 name="value"]": RFC 5424 without version and time.
bool read_fields_without_time(TextCursor& at, SyslogMessage& message) {
  constexpr std::size_t furthest = 200;
  const auto bracket = at.rest().substr(0, furthest).find(" [");
  if (bracket == std::string_view::npos) return false;
  auto data = at;
  data.skip(bracket + 1);
  const auto word = peek_word(data);
  data.skip(word.size() + 1);
  const auto parameter = peek_word(data);
  return word.find('@') != std::string_view::npos &&
         parameter.find("=\"") != std::string_view::npos && is_host(peek_word(at)) &&
         read_rfc5424_fields(at, message);
}

// "host process[pid]: text": no time, so no more than this is taken for a header.
void read_host_without_time(TextCursor& at, SyslogMessage& message) noexcept {
  auto ahead = at;
  const auto host = take_word(ahead);
  ahead.skip_blanks();
  if (!message.has_priority || !is_host(host) || !begins_with_process(ahead.rest())) return;
  message.hostname = host;
  at = ahead;
}

}  // namespace

// "message repeated 27 times: [" around a message of an ASA; the bracket that closes it goes too.
bool read_repeated(TextCursor& at, SyslogMessage& message) noexcept {
  auto ahead = at;
  if (!ahead.take("message repeated ")) return false;
  std::uint64_t times = 0;
  if (!ahead.take_number(times, 9) || !ahead.take(" times: [")) return false;
  ahead.skip_blanks();
  if (!read_device_header(ahead, message)) return false;
  if (message.content.ends_with(']')) message.content.remove_suffix(1);
  return true;
}

namespace {

// "[Apr 29 05:52:40.359 LOG: Notice] …", as a packet forwarding engine of Junos prints it.
bool read_bracketed(TextCursor& at, SyslogMessage& message) noexcept {
  auto ahead = at;
  if (!ahead.take('[')) return false;
  SyslogTime time;
  const auto length = scan_time(ahead.rest(), time);
  if (length == 0 || time.kind != SyslogTime::Kind::date) return false;
  ahead.skip(length);
  if (!ahead.take(" LOG: ")) return false;
  message.message_id = ahead.take_while(is_alpha);
  if (!ahead.take(']')) return false;
  message.time = time;
  message.form = SyslogMessage::Form::rfc3164;
  read_process_and_content(ahead, message);
  return true;
}

}  // namespace

void SyslogMessage::clear() noexcept {
  form = Form::bare;
  header = 0;
  has_priority = false;
  facility = severity = -1;
  version = 0;
  time = device_time = {};
  hostname = process = pid = message_id = {};
  has_device_header = counter_at_time = has_vdc = false;
  counter = counter2 = origin = relay = agent = device_host = node = task = content = {};
  tag = {};
  has_structured_data = broken_structured_data = false;
  structured_data.clear();
}

void begin_message(std::string_view text, TextCursor& at, SyslogMessage& message) noexcept {
  message.clear();
  message.text = without_line_end(text);
  at = TextCursor(message.text);
  at.take(byte_order_mark);
  if (at.peek() != '<') skip_to_priority(at);
  read_priority(at, message);
}

void parse_syslog(std::string_view text, SyslogMessage& message) {
  TextCursor at({});
  begin_message(text, at, message);
  read_behind_priority(at, message);
}

void read_behind_priority(TextCursor at, SyslogMessage& message) {
  skip_original_address(at, message);
  if (read_rfc5424(at, message)) return;
  at.skip_blanks();
  ScannedTime scanned{at.position(), 0, {}};
  if (begins_like_time(at.rest())) scanned.length = scan_time(at.rest(), scanned.time);
  const auto& [position, length, time] = scanned;
  // A time without a colon behind it is the outer header's.
  const bool outer = length > 0 && !ends_with_colon(at.rest().substr(length), time);
  if (!outer && read_device_header(at, message, &scanned)) {
    message.form = SyslogMessage::Form::device;
    return;
  }
  // Ten digits in front of a text are seconds since 1970 only if the line is syslog at all.
  const bool number = time.kind == SyslogTime::Kind::epoch && !message.has_priority &&
                      time.text.find('.') == std::string_view::npos;
  if (length > 0 && time.kind != SyslogTime::Kind::uptime && !number) {
    read_rfc3164(at, length, time, message);
    return;
  }
  if (read_repeated(at, message)) {
    message.form = SyslogMessage::Form::device;
    return;
  }
  if (read_bracketed(at, message) || read_behind_colon(at, message)) return;
  if (read_fields_without_time(at, message)) return;
  read_host_without_time(at, message);
  read_process_and_content(at, message);
}

void read_priority(TextCursor& at, SyslogMessage& message) noexcept {
  const auto text = at.rest();
  if (text.size() < 3 || text.front() != '<') return;
  std::size_t end = 1;
  unsigned value = 0;
  for (; end < text.size() && is_digit(text[end]); ++end)
    if (value < 1000) value = value * 10 + static_cast<unsigned>(text[end] - '0');
  if (end == 1 || end == text.size() || text[end] != '>') return;
  at.skip(end + 1);
  message.has_priority = true;
  if (end > 4 || value > 191) return;
  message.facility = static_cast<std::int8_t>(value / 8);
  message.severity = static_cast<std::int8_t>(value % 8);
}

// Kiwi's "Original Address=192.0.2.1 " in front of a relayed message: the host, if none follows.
void skip_original_address(TextCursor& at, SyslogMessage& message) noexcept {
  auto ahead = at;
  if (!ahead.take("Original Address=")) return;
  message.hostname = take_word(ahead);
  ahead.skip_blanks();
  at = ahead;
}

void take_content(TextCursor& at, SyslogMessage& message) noexcept {
  at.skip_blanks();
  at.take(byte_order_mark);
  message.content = at.rest();
}

}  // namespace netlogd::wire
