// RFC 3164 and its relatives: a time, mostly a host, mostly a process, and text.

#include <algorithm>

#include "netlogd/core/ip_address.hpp"
#include "syslog_grammar.hpp"

namespace netlogd::wire {
namespace {

constexpr auto npos = std::string_view::npos;

// "CST 1987" (the RFC's own example).
void read_zone_and_year(TextCursor& at, SyslogTime& time) noexcept {
  if (time.has_year || time.iso || time.zone != SyslogTime::Zone::none) return;
  auto ahead = at;
  ahead.skip_blanks();
  const auto zone = ahead.take_while(is_upper);
  std::uint64_t year = 0;
  if (zone.size() < 2 || zone.size() > 5 || ahead.skip_blanks() != 1) return;
  if (!is_digit(ahead.peek(3)) || !ahead.take_number(year, 4) || year < 1970 || year > 2099) return;
  if (!is_word_end(ahead.peek())) return;
  time.has_year = true;
  time.civil.year = static_cast<int>(year);
  if (is_utc_zone(zone, time.offset_seconds)) {
    time.zone = SyslogTime::Zone::offset;
  } else {
    time.zone = SyslogTime::Zone::name;
    time.zone_name = zone;
  }
  const auto* end = ahead.text().data() + ahead.position();
  time.text = {time.text.data(), static_cast<std::size_t>(end - time.text.data())};
  at = ahead;
}

// "[192.0.2.1]", "[2001:db8::1]": what is between, else nothing. Solaris puts the two octets of the
// port behind the address: "[192.0.2.1.2.2]". By the characters, not by the values of the numbers.
std::string_view bracketed_address(std::string_view word) noexcept {
  if (word.size() < 4 || word.front() != '[' || word.back() != ']') return {};
  const auto inside = word.substr(1, word.size() - 2);
  std::size_t dots = 0;
  std::size_t colons = 0;
  for (const char c : inside) {
    dots += c == '.' ? 1 : 0;
    colons += c == ':' ? 1 : 0;
    const char lower = to_lower(c);
    const bool hexadecimal = is_digit(c) || (lower >= 'a' && lower <= 'f' && is_alpha(c));
    if (c != '.' && c != ':' && !hexadecimal) return {};
  }
  if (colons >= 2 || (colons == 0 && dots == 3)) return inside;
  if (colons > 0 || dots != 5) return {};
  const auto port = inside.substr(0, inside.rfind('.')).rfind('.');
  return inside.substr(0, port);
}

bool looks_like_address(std::string_view word) noexcept {
  std::size_t dots = 0;
  for (const char c : word) {
    if (c == ':') return true;
    if (c != '.' && !is_digit(c)) return false;
    dots += c == '.' ? 1 : 0;
  }
  return dots == 3;
}

// AIX: "Message forwarded from host: process[pid]: …".
bool read_forwarded(TextCursor& at, SyslogMessage& message) noexcept {
  auto ahead = at;
  if (!ahead.take("Message forwarded from ") && !ahead.take("Forwarded from ")) return false;
  const auto word = take_word(ahead);
  if (!word.ends_with(':') || word.size() < 2) return false;
  if (!message.hostname.empty()) message.relay = message.hostname;
  message.hostname = word.substr(0, word.size() - 1);
  at = ahead;
  return true;
}

// "192.0.2.1 mx1 rpd[12]: …": a relay put the address in front that it heard the message from.
// "gw7 gw7 app: …": or the name that was there already.
void skip_relay_address(TextCursor& at, SyslogMessage& message) noexcept {
  auto ahead = at;
  const auto word = take_word(ahead);
  ahead.skip_blanks();
  if (word == message.hostname && !word.empty()) {
    if (begins_with_process(ahead.rest()) || peek_word(ahead).ends_with(':')) at = ahead;
    return;
  }
  if (!looks_like_address(message.hostname) || !is_host(word) || looks_like_address(word) ||
      !begins_with_process(ahead.rest()))
    return;
  message.relay = message.hostname;
  message.hostname = word;
  at = ahead;
}

// A relay's "tag: " in front of an RFC 5424 message without its version.
bool read_wrapped_rfc5424(TextCursor& at, SyslogMessage& message) {
  auto ahead = at;
  if (is_alpha(ahead.peek())) {
    if (!take_word(ahead).ends_with(':')) return false;
    ahead.skip_blanks();
  }
  auto version = ahead;
  std::uint64_t number = 0;
  if (version.take_number(number, 3) && version.skip_blanks() > 0) ahead = version;
  if (!is_digit(ahead.peek()) || ahead.peek(4) != '-') return false;
  SyslogTime time;
  const auto length = scan_time(ahead.rest(), time);
  if (length == 0 || !time.iso) return false;
  ahead.skip(length);
  const auto relay = message.hostname;
  if (!read_rfc5424_fields(ahead, message)) return false;
  message.relay = relay;
  message.time = time;
  at = ahead;
  return true;
}

constexpr bool is_process_character(char c) noexcept {
  return static_cast<unsigned char>(c) > ' ' && c != ':' && c != '[' && c != '"' && c != '{' &&
         c != '=' && c != ',' && c != ';' && c != '<' && c != '>' && c != '|' && c != '\'';
}

// What an application begins a line of its own with, behind a time.
bool is_level(std::string_view word) noexcept {
  constexpr std::string_view levels[] = {"trace", "debug", "info",  "notice",   "warn",
                                         "error", "fatal", "err",   "warning",  "severe",
                                         "crit",  "alert", "emerg", "critical", "fine"};
  for (const auto level : levels)
    if (std::equal(word.begin(), word.end(), level.begin(), level.end(),
                   [](char a, char b) { return to_lower(a) == b; }))
      return true;
  return false;
}

// "notice mcpd[12]: …" (BIG-IP), "auth|security:info sshd[12]: …" (AIX): facility and level in
// front of the process.
void skip_level(TextCursor& at) noexcept {
  auto ahead = at;
  const auto word = take_word(ahead);
  ahead.skip_blanks();
  const auto colon = word.find(':');
  if (is_level(colon == npos ? word : word.substr(colon + 1)) && begins_with_process(ahead.rest()))
    at = ahead;
}

// A relay's header in front of another header of RFC 3164. The text of an application may begin
// with a time as well, so host and process must follow.
bool read_nested_header(TextCursor& at, SyslogMessage& message) noexcept {
  if (message.hostname.empty() || !begins_like_time(at.rest())) return false;
  auto ahead = at;
  SyslogTime time;
  const auto length = scan_time(ahead.rest(), time);
  ahead.skip(length);
  if (length == 0 || time.kind != SyslogTime::Kind::date || ahead.skip_blanks() == 0) return false;
  const auto host = take_word(ahead);
  ahead.skip_blanks();
  auto behind = ahead;
  const auto process = behind.take_while(is_process_character);
  if (!is_host(host) || is_level(host) || process.empty() ||
      (behind.peek() != '[' && behind.peek() != ':'))
    return false;
  message.relay = message.hostname;
  message.hostname = host;
  message.time = time;
  at = ahead;
  return true;
}

bool read_time_and_fields(TextCursor& at, SyslogMessage& message) {
  if (!begins_like_time(at.rest())) return false;
  SyslogTime time;
  const auto length = scan_time(at.rest(), time);
  if (length == 0 || time.kind != SyslogTime::Kind::date) return false;
  read_rfc3164(at, length, time, message);
  return true;
}

// A priority of its own in front of the header inside. One message inside another is enough.
bool read_nested_message(TextCursor& at, SyslogMessage& message) {
  auto ahead = at;
  if (!ahead.take('<') || message.hostname.empty() || !message.relay.empty()) return false;
  const auto digits = ahead.take_while(is_digit);
  if (digits.empty() || digits.size() > 3 || !ahead.take('>')) return false;
  ahead.skip_blanks();
  message.relay = message.hostname;
  message.hostname = {};
  const bool read = read_rfc5424(ahead, message) || read_device_header(ahead, message) ||
                    read_time_and_fields(ahead, message);
  if (message.hostname.empty()) message.hostname = message.relay;
  if (read)
    at = ahead;
  else
    message.relay = {};
  return read;
}

// "2026-11-12T10:01:02Z …" is no process with the text "01:02Z", nor is "10:01:02 …".
bool is_time(std::string_view text) noexcept {
  if (!is_digit(text.front())) return false;
  TextCursor at(text);
  at.take_while(is_digit);
  SyslogTime time;
  return (at.peek() == ':' && is_digit(at.peek(1))) || scan_time(text, time) > 0;
}

// "CiscoASA[999]: %ASA-6-305011: …", "chassisd[27847]: %DAEMON-5-CHASSISD_…: …"
void read_tag_behind_process(TextCursor& at, SyslogMessage& message) noexcept {
  auto ahead = at;
  ahead.skip_blanks();
  if (ahead.peek() != '%') return;
  const auto length = scan_tag(ahead.rest(), message.tag);
  if (length == 0) return;
  ahead.skip(length);
  message.has_device_header = true;
  at = ahead;
}

}  // namespace

// "2016 May 26 15:41:47 IST host Agent: %TAG" (EOS with `logging format timestamp … timezone`): a
// zone only if host, agent and tag follow. "UTC" and "GMT" are no hosts.
void read_plain_zone(TextCursor& at, SyslogTime& time) noexcept {
  if (time.iso || time.zone != SyslogTime::Zone::none) return;
  auto ahead = at;
  ahead.skip_blanks();
  const auto zone = ahead.take_while(is_upper);
  const auto end = ahead.position();
  if (zone.size() < 2 || zone.size() > 5 || ahead.skip_blanks() != 1) return;
  if (is_utc_zone(zone, time.offset_seconds)) {
    time.zone = SyslogTime::Zone::offset;
    time.text = {time.text.data(),
                 static_cast<std::size_t>(zone.data() + zone.size() - time.text.data())};
    at.move_to(end);
    return;
  }
  const auto host = take_word(ahead);
  ahead.skip_blanks();
  const auto agent = take_word(ahead);
  ahead.skip_blanks();
  if (host.empty() || host.ends_with(':') || !agent.ends_with(':')) return;
  const auto digits = peek_word(ahead);
  if (!digits.empty() && is_digit(digits.front()) && digits.ends_with(':')) {
    take_word(ahead);
    ahead.skip_blanks();
  }
  VendorTag tag;
  if (ahead.peek() != '%' || scan_tag(ahead.rest(), tag) == 0) return;
  time.zone = SyslogTime::Zone::name;
  time.zone_name = zone;
  time.text = {time.text.data(),
               static_cast<std::size_t>(zone.data() + zone.size() - time.text.data())};
  at.move_to(end);
}

void read_rfc3164(TextCursor& at, std::size_t length, SyslogTime time, SyslogMessage& message) {
  at.skip(length);
  if (at.peek() == '.' && is_word_end(at.peek(1))) at.skip();
  read_zone_and_year(at, time);
  read_plain_zone(at, time);
  message.form = SyslogMessage::Form::rfc3164;
  message.time = time;
  if (time.iso && read_rfc5424_fields(at, message)) return;
  read_rfc3164_fields(at, message);
}

void read_rfc3164_fields(TextCursor& at, SyslogMessage& message) {
  at.skip_blanks();
  skip_original_address(at, message);
  auto behind = at;
  if (const auto word = take_word(behind); is_host(word) && !read_forwarded(at, message)) {
    const auto address = bracketed_address(word);
    if (word != "-") message.hostname = address.empty() ? word : address;
    at = behind;
    at.skip_blanks();
    if (at.peek() == ':' && (is_word_end(at.peek(1)) || at.peek(1) == '\0')) at.skip();
    at.skip_blanks();
    read_forwarded(at, message);
  }
  at.skip_blanks();
  if (at.peek() == '<' && read_nested_message(at, message)) return;
  if (read_device_header(at, message) || read_repeated(at, message)) return;
  if (read_wrapped_rfc5424(at, message)) return;
  if (!read_nested_header(at, message)) skip_relay_address(at, message);
  at.skip_blanks();
  skip_level(at);
  read_process_and_content(at, message);
}

bool read_nested(TextCursor& at, SyslogMessage& message) {
  if (at.peek() == '<') return read_nested_message(at, message);
  if (!read_nested_header(at, message)) return false;
  message.form = SyslogMessage::Form::rfc3164;
  read_process_and_content(at, message);
  return true;
}

// "tag:", "tag[12]:" and "LEEF:1.0|…" are processes, an IPv6 address has colons too, and "%TAG" is
// what it says.
bool is_host(std::string_view word) noexcept {
  if (word.empty() || word.front() == '%' || word.front() == '<' || word.front() == ':')
    return false;
  if (word.front() == '[') return !bracketed_address(word).empty();
  const auto colon = word.find(':');
  const auto bracket = word.find('[');
  if (bracket != npos && word.find(']') != npos) return false;
  if (colon == npos) return true;
  return word.ends_with("::") || IpAddress::parse(word.substr(0, word.find('%'))).has_value();
}

bool begins_with_process(std::string_view text) noexcept {
  TextCursor at(text);
  if (at.take_while(is_process_character).empty() || !at.take('[')) return false;
  return !at.take_while(is_digit).empty() && at.take(']') && at.take(':');
}

void read_process_and_content(TextCursor& at, SyslogMessage& message) noexcept {
  at.skip_blanks();
  auto ahead = at;
  const auto name = ahead.take_while(is_process_character);
  const bool plausible =
      !name.empty() && name.front() != '%' && name.front() != '#' && !is_time(at.rest());
  std::string_view pid;
  bool bracket = false;
  if (plausible && ahead.peek() == '[') {
    ahead.skip();
    pid = ahead.take_while([](char c) { return c != ']' && static_cast<unsigned char>(c) > ' '; });
    bracket = ahead.take(']') && !pid.empty();
  }
  // "app[12] : text"
  if (auto spaced = ahead;
      bracket && spaced.skip_blanks() > 0 && spaced.peek() == ':' && is_word_end(spaced.peek(1)))
    ahead = spaced;
  const bool colon = ahead.take(':');
  const bool address = colon && ahead.rest().starts_with("//");  // "http://…"
  if (plausible && !address && (colon || (bracket && is_word_end(ahead.peek())))) {
    message.process = name;
    if (bracket) message.pid = pid;
    at = ahead;
    read_tag_behind_process(at, message);
  }
  take_content(at, message);
}

}  // namespace netlogd::wire
