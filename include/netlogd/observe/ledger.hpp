// The loss ledger and the list of listeners as text for people and scripts: DATA/run/ledger.json,
// DATA/run/listeners.json, /metrics. Reads the counters while others count. Any thread.

#pragma once

#include <span>
#include <string>

#include "netlogd/core/counters.hpp"
#include "netlogd/core/time.hpp"

namespace netlogd::observe {

class MetricsText;

struct LedgerView {
  TimePoint started_at;
  TimePoint written_at;
  std::span<const ListenerCounters* const> listeners;
  std::span<const FollowerCounters* const> followers;
};

// One JSON object, lines for the eye, a line feed at the end. Every drop reason is there, also at
// 0.
[[nodiscard]] std::string ledger_json(const LedgerView& view);
// One JSON list of {"protocol", "transport", "address", "port"}, a line feed at the end.
[[nodiscard]] std::string listeners_json(std::span<const ListenerCounters* const> listeners);
// The same counts as metrics: netlogd_received_total{listener="…"} and its kind.
void write_ledger_metrics(const LedgerView& view, MetricsText& metrics);

}  // namespace netlogd::observe
