// The data files that say what netlogd knows: those built into the program, then the user's own from
// knowledge.dir, which win. Any thread; called at start and on reload.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/named_text.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/core/time_zone.hpp"
#include "netlogd/parse/flow_record.hpp"
#include "netlogd/parse/syslog_record.hpp"
#include "netlogd/parse/trap_record_maker.hpp"

namespace netlogd::app {

struct Knowledge {
  std::shared_ptr<const parse::SyslogTables> syslog;
  std::shared_ptr<const parse::TrapTables> trap;
  std::shared_ptr<const parse::FlowTables> flow;
};

// `directory` may be empty. The error names the file and the line.
Result<Knowledge> load_knowledge(FileOps& files, const std::string& directory, std::shared_ptr<const TimeZone> default_zone,
                                 wire::SnmpAccess access);

// The files of config/knowledge as they were when the program was built; names relative to it.
const std::vector<NamedText>& builtin_knowledge();

}  // namespace netlogd::app
