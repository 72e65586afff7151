// A syslog message taken apart: one grammar for RFC 3164, RFC 5424 and everything that devices and
// relays send in their name. Nothing is refused; what is not understood stays in `content`.
//
//   <PRI> [version] [counter:] [origin:] [counter:] [node:] [*|.]TIME [zone]: [host] %TAG: content
//
// A relay puts its own time and host in front of that; RFC 3164 has a time, a host and a process
// instead. Which piece means what depends on the vendor, so the pieces are kept apart here, and the
// vendors' files in parse read them. Pure, one object per thread, kept from message to message: the
// views point into the text (structured data: see there).

#pragma once

#include <cstdint>
#include <string_view>

#include "netlogd/wire/structured_data.hpp"
#include "netlogd/wire/syslog_time.hpp"

namespace netlogd::wire {

// %FACILITY-SEVERITY-MNEMONIC, as Cisco and Arista write it, with any number of further parts in
// front of the severity.
struct VendorTag {
  std::string_view text;  // with '%', without the colon
  std::string_view facility;
  std::string_view mnemonic;
  std::int8_t severity = -1;  // also from a letter: %SNMP-W-…

  explicit operator bool() const noexcept { return !text.empty(); }
};

// A tag at the front of `text` (which begins with '%'), up to and with its colon. Returns how many
// characters it has, 0 if there is none.
[[nodiscard]] std::size_t scan_tag(std::string_view text, VendorTag& tag) noexcept;

// "RP/0/RSP0/CPU0", "LC/0/2/CPU0", "0/RP0/ADMIN0", "CLC 6/0" with the colon behind it; 0: none.
[[nodiscard]] std::size_t scan_node(std::string_view text) noexcept;

struct SyslogMessage {
  enum class Form : std::uint8_t { bare, device, rfc3164, rfc5424 };
  // What the inventory says of the sender; set by the caller, not by parse_syslog.
  enum class Hint : std::uint8_t { none, ios, nxos, iosxr, asa, junos, eos, other };

  std::string_view text;  // all of it, without line ends and NULs behind it
  // Set by SyslogParser of headers that end with a tag: those with the same number differ in the
  // values of numbers only. 0: none.
  std::uint64_t header = 0;
  Form form = Form::bare;
  Hint hint = Hint::none;

  bool has_priority = false;  // "<…>" is there …
  std::int8_t facility = -1;  // … and within 0 to 191
  std::int8_t severity = -1;
  std::uint16_t version = 0;  // of RFC 5424

  // The outer header: of RFC 3164, RFC 5424 or a relay.
  SyslogTime time;
  std::string_view hostname;
  std::string_view process;
  std::string_view pid;
  std::string_view message_id;  // MSGID of RFC 5424

  // The device's own header, as Cisco and its relatives write it.
  bool has_device_header = false;
  SyslogTime device_time;
  std::string_view counter;      // digits of the message counter
  std::string_view counter2;     // of `service sequence-numbers`
  bool counter_at_time = false;  // the last counter stands directly in front of the time
  std::string_view origin;       // the word with a colon (or the last plain one) before the time
  std::string_view relay;        // the one before that
  std::string_view agent;        // a word with a colon in front of the tag, no time between
  std::string_view device_host;  // a word between the device's time and the tag
  std::string_view node;
  std::string_view task;  // WLC: "*spamApTask1:"
  bool has_vdc = false;   // NX-OS: "%$ VDC-1 %$"
  VendorTag tag;

  bool has_structured_data = false;  // also when it is NIL
  bool broken_structured_data = false;
  StructuredData structured_data;

  std::string_view content;  // what is left, without leading blanks

  void clear() noexcept;
};

// Reads `text` into `message`, which keeps its memory and its hint.
void parse_syslog(std::string_view text, SyslogMessage& message);

}  // namespace netlogd::wire
