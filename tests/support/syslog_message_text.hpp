// All that a parsed message says, as a text to compare: pieces by their place in the message.

#pragma once

#include <string>
#include <string_view>

#include "netlogd/wire/syslog.hpp"

namespace netlogd::test {

inline std::string text_of(const wire::SyslogMessage& message) {
  std::string out;
  const auto piece = [&](std::string_view view) {
    if (view.empty()) {
      out += " -";
      return;
    }
    out +=
        ' ' + std::to_string(view.data() - message.text.data()) + '+' + std::to_string(view.size());
  };
  const auto number = [&](std::int64_t value) { out += ' ' + std::to_string(value); };
  const auto time = [&](const wire::SyslogTime& t) {
    out += " [";
    for (const auto value :
         {static_cast<int>(t.kind), static_cast<int>(t.clock), static_cast<int>(t.zone),
          static_cast<int>(t.valid), static_cast<int>(t.has_year), static_cast<int>(t.year_first),
          static_cast<int>(t.iso), static_cast<int>(t.colon), static_cast<int>(t.spaced_colon),
          static_cast<int>(t.digits), t.offset_seconds, t.civil.year, t.civil.month, t.civil.day,
          t.civil.hour, t.civil.minute, t.civil.second})
      number(value);
    number(t.nanoseconds);
    number(t.epoch_seconds);
    piece(t.zone_name);
    piece(t.text);
    out += ']';
  };
  for (const auto value :
       {static_cast<int>(message.form), static_cast<int>(message.has_priority),
        static_cast<int>(message.facility), static_cast<int>(message.severity),
        static_cast<int>(message.version), static_cast<int>(message.has_device_header),
        static_cast<int>(message.counter_at_time), static_cast<int>(message.has_vdc),
        static_cast<int>(message.has_structured_data),
        static_cast<int>(message.broken_structured_data), static_cast<int>(message.tag.severity)})
    number(value);
  time(message.time);
  time(message.device_time);
  for (const auto view :
       {message.hostname, message.process, message.pid, message.message_id, message.counter,
        message.counter2, message.origin, message.relay, message.agent, message.device_host,
        message.node, message.task, message.tag.text, message.tag.facility, message.tag.mnemonic,
        message.content})
    piece(view);
  number(static_cast<std::int64_t>(message.structured_data.elements().size()));
  number(static_cast<std::int64_t>(message.structured_data.parameters().size()));
  return out;
}

}  // namespace netlogd::test
