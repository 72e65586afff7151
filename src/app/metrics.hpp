// Everything that is counted, as Prometheus metrics: /metrics. Main thread.

#pragma once

#include <span>
#include <string>
#include <vector>

#include "netlogd/follow/sqlite_follower.hpp"
#include "netlogd/journal/journal.hpp"
#include "netlogd/observe/ledger.hpp"
#include "netlogd/parse/flow_record.hpp"
#include "netlogd/parse/trap_record_maker.hpp"
#include "netlogd/pipeline/pipeline.hpp"

namespace netlogd::app {

struct MetricSources {
  observe::LedgerView ledger;
  const journal::Journal* journal = nullptr;
  const follow::SqliteFollower* sqlite = nullptr;  // null: switched off
  const pipeline::Pipeline* pipeline = nullptr;
  std::span<const parse::FlowRecordMaker* const> flow_makers;  // one per worker
  std::span<const parse::TrapRecordMaker* const> trap_makers;
};

[[nodiscard]] std::string metrics_text(const MetricSources& sources);

}  // namespace netlogd::app
