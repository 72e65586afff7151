// All that netlogd knows of messages, compiled: event classes, OID names, information elements, zone
// abbreviations. Pure; the caller reads the user's files. The tables are immutable, any thread.

#pragma once

#include <memory>
#include <vector>

#include "netlogd/core/named_text.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/core/time_zone.hpp"
#include "netlogd/parse/flow_record.hpp"
#include "netlogd/parse/syslog_record.hpp"
#include "netlogd/parse/trap_record_maker.hpp"

namespace netlogd::parse {

struct Knowledge {
  std::shared_ptr<const SyslogTables> syslog;
  std::shared_ptr<const TrapTables> trap;
  std::shared_ptr<const FlowTables> flow;
};

// The files of config/knowledge as they were when the program was built; names relative to it.
[[nodiscard]] const std::vector<NamedText>& builtin_knowledge();

// What is built in, then the user's `own` files, which win. What a file is about is in its name:
// events/….csv, oids….csv, ipfix_elements….csv, zone_abbreviations….csv. Errors: "FILE:LINE: sentence".
[[nodiscard]] Result<Knowledge> compile_knowledge(std::vector<NamedText> own, const TimeZone& default_zone,
                                                  wire::SnmpAccess access);

}  // namespace netlogd::parse
