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

// Kiwi's "Original Address=192.0.2.1 " in front of a relayed message.
void skip_original_address(TextCursor& at, SyslogMessage& message) noexcept {
  auto ahead = at;
  if (!ahead.take("Original Address=")) return;
  message.relay = take_word(ahead);
  ahead.skip_blanks();
  at = ahead;
}

bool ends_with_colon(std::string_view rest, SyslogTime time) noexcept {
  TextCursor at(rest);
  at.skip_blanks();
  return at.peek() == ':' || (is_alpha(at.peek()) && scan_zone(rest, time) > 0);
}

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
  if (length > 0 && time.kind != SyslogTime::Kind::uptime) {
    read_rfc3164(at, length, time, message);
    return;
  }
  if (read_repeated(at, message)) {
    message.form = SyslogMessage::Form::device;
    return;
  }
  if (read_bracketed(at, message)) return;
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

void take_content(TextCursor& at, SyslogMessage& message) noexcept {
  at.skip_blanks();
  at.take(byte_order_mark);
  message.content = at.rest();
}

}  // namespace netlogd::wire
