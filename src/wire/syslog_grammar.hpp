// The parts of the syslog grammar, each in a file of its own. Private to wire.

#pragma once

#include <string_view>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/wire/syslog.hpp"

namespace netlogd::wire {

// "<PRI>" at the cursor. Out of range (or too long) it is stepped over and leaves no facility.
void read_priority(TextCursor& at, SyslogMessage& message) noexcept;

// The device's own header: pieces up to a tag, or up to a time that a colon ends. True: read, the
// rest is message.content. False: there is none, the cursor and the message are as before.
[[nodiscard]] bool read_device_header(TextCursor& at, SyslogMessage& message) noexcept;

// VERSION and what follows it. False as above.
[[nodiscard]] bool read_rfc5424(TextCursor& at, SyslogMessage& message);
// From HOSTNAME on; the cursor is behind the time stamp. False as above: too few fields.
[[nodiscard]] bool read_rfc5424_fields(TextCursor& at, SyslogMessage& message);

// A time of `length` characters at the cursor, then host, process and content, or a device's header
// inside.
void read_rfc3164(TextCursor& at, std::size_t length, SyslogTime time, SyslogMessage& message);
// Host, process and content behind a time stamp. Always reads something.
void read_rfc3164_fields(TextCursor& at, SyslogMessage& message);
// "process:", "process[pid]:", "process[pid]" at the cursor, then the content.
void read_process_and_content(TextCursor& at, SyslogMessage& message) noexcept;

constexpr bool is_word_end(char c) noexcept { return c == ' ' || c == '\t'; }
inline std::string_view take_word(TextCursor& at) noexcept {
  return at.take_while([](char c) { return !is_word_end(c); });
}
inline std::string_view peek_word(const TextCursor& at) noexcept {
  auto copy = at;
  return take_word(copy);
}

// The content: what is left, without leading blanks and without a byte order mark.
void take_content(TextCursor& at, SyslogMessage& message) noexcept;

}  // namespace netlogd::wire
