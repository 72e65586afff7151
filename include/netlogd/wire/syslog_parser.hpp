// parse_syslog() for a stream of messages: the header of most was read before, with other numbers
// in it. What is remembered is where each piece of such a header stands; the answer is the same
// (tests/property/header_memory_test.cpp). Bounded; the oldest of four headers gives way. One per
// worker, not shared.

#pragma once

#include <memory>
#include <string_view>

#include "netlogd/wire/syslog.hpp"

namespace netlogd::wire {

class HeaderMemory;

class SyslogParser {
 public:
  SyslogParser();
  SyslogParser(SyslogParser&&) noexcept;
  SyslogParser& operator=(SyslogParser&&) noexcept;
  ~SyslogParser();

  // As parse_syslog().
  void parse(std::string_view text, SyslogMessage& message);

 private:
  std::unique_ptr<HeaderMemory> memory_;
};

}  // namespace netlogd::wire
