// What the vendors with Cisco's header have in common: which piece of it is which key of the
// record.

#pragma once

#include "netlogd/core/names.hpp"
#include "netlogd/parse/record_builder.hpp"
#include "netlogd/wire/syslog.hpp"

namespace netlogd::parse {

// Time, counters, host, node, tag and text. The host is the origin, else what stands behind the
// time, else the agent's place in front of the tag, else the outer header's.
void take_device_header(const wire::SyslogMessage& message, RecordBuilder& record);

// The message's own time and tag were read, and nothing is left over in front of the text.
[[nodiscard]] ParseStatus device_header_status(const wire::SyslogMessage& message) noexcept;

// A facility word that only one operating system uses, for headers that look alike.
[[nodiscard]] bool is_nxos_tag(const wire::VendorTag& tag) noexcept;
[[nodiscard]] bool is_eos_tag(const wire::VendorTag& tag) noexcept;
// What was read as the zone of the time is the name of the device.
void move_zone_to_host(SyslogRecord& head) noexcept;

// "Ebra", "ConfigAgent", "ProcMgr-worker": how EOS names its processes, and nobody a host.
[[nodiscard]] bool is_eos_agent(std::string_view word) noexcept;
// One that is known by name, for a line that has nothing else.
[[nodiscard]] bool is_known_eos_agent(std::string_view word) noexcept;

}  // namespace netlogd::parse
