// The parts of the syslog grammar, each in a file of its own. Private to wire.

#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/wire/syslog.hpp"

namespace netlogd::wire {

// Clears the message and reads it up to its priority; the cursor is behind that.
void begin_message(std::string_view text, TextCursor& at, SyslogMessage& message) noexcept;

// Reads what is behind the priority into a message that has no more than that.
void read_behind_priority(TextCursor at, SyslogMessage& message);

// "<PRI>" at the cursor. Out of range (or too long) it is stepped over and leaves no facility.
void read_priority(TextCursor& at, SyslogMessage& message) noexcept;

// The device's own header: pieces up to a tag, or up to a time that a colon ends. True: read, the
// rest is message.content. False: there is none, the cursor and the message are as before.
// `known`: a time that was looked for before, so that it is not read twice.
struct ScannedTime {
  std::size_t position;
  std::size_t length;  // 0: none begins there
  SyslogTime time;
};
[[nodiscard]] bool read_device_header(TextCursor& at, SyslogMessage& message,
                                      const ScannedTime* known = nullptr) noexcept;

// VERSION and what follows it. False as above.
[[nodiscard]] bool read_rfc5424(TextCursor& at, SyslogMessage& message);
// From HOSTNAME on; the cursor is behind the time stamp. False as above: too few fields.
[[nodiscard]] bool read_rfc5424_fields(TextCursor& at, SyslogMessage& message);
// Whether they would be read.
[[nodiscard]] bool begins_like_rfc5424_fields(std::string_view text) noexcept;
// Structured data, and what is behind it.
void read_rfc5424_content(TextCursor& at, SyslogMessage& message);

// A time of `length` characters at the cursor, then host, process and content, or a device's header
// inside.
void read_rfc3164(TextCursor& at, std::size_t length, SyslogTime time, SyslogMessage& message);
// Host, process and content behind a time stamp. Always reads something.
void read_rfc3164_fields(TextCursor& at, SyslogMessage& message);
// Whether a word behind a time is a host: no process, no tag, no priority.
[[nodiscard]] bool is_host(std::string_view word) noexcept;
// "process[12]:" at the front.
[[nodiscard]] bool begins_with_process(std::string_view text) noexcept;
// "message repeated 27 times: […]" around a device's message.
[[nodiscard]] bool read_repeated(TextCursor& at, SyslogMessage& message) noexcept;
void skip_original_address(TextCursor& at, SyslogMessage& message) noexcept;
// "2016 May 26 15:41:47 IST host Agent: %TAG": the zone behind a time; it becomes part of the time.
void read_plain_zone(TextCursor& at, SyslogTime& time) noexcept;
// A message inside another: behind a priority of its own any header, without one a time, a host and
// a process. The host that is known so far becomes the relay.
[[nodiscard]] bool read_nested(TextCursor& at, SyslogMessage& message);
// "process:", "process[pid]:", "process[pid]" at the cursor, then the content.
void read_process_and_content(TextCursor& at, SyslogMessage& message) noexcept;

constexpr bool is_word_end(char c) noexcept { return c == ' ' || c == '\t'; }
// How many characters at the front of `text` are no blank, eight at a time.
inline std::size_t word_length(std::string_view text) noexcept {
  constexpr std::uint64_t each = 0x0101010101010101;
  constexpr auto zeros =
      [](std::uint64_t octets) {  // the high bit of the lowest octet that is zero
        return (octets - each) & ~octets & 0x80 * each;
      };
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t octets = 0;
    std::memcpy(&octets, text.data() + at, sizeof octets);
    const auto ends = zeros(octets ^ ' ' * each) | zeros(octets ^ '\t' * each);
    if (ends != 0) return at + static_cast<std::size_t>(std::countr_zero(ends)) / 8;
  }
  while (at < text.size() && !is_word_end(text[at])) ++at;
  return at;
}
inline std::string_view take_word(TextCursor& at) noexcept {
  const auto word = at.rest().substr(0, word_length(at.rest()));
  at.skip(word.size());
  return word;
}
inline std::string_view peek_word(const TextCursor& at) noexcept {
  auto copy = at;
  return take_word(copy);
}

// The content: what is left, without leading blanks and without a byte order mark.
void take_content(TextCursor& at, SyslogMessage& message) noexcept;

}  // namespace netlogd::wire
