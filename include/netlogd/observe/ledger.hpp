// The loss ledger and the list of listeners as text for people and scripts: DATA/run/ledger.json,
// DATA/run/listeners.json, /metrics. Reads the counters while others count. Any thread.

#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "netlogd/core/counters.hpp"
#include "netlogd/core/time.hpp"

namespace netlogd::observe {

class MetricsText;

// What an exporter's own numbering says was lost on the way, before netlogd could see it.
struct ExporterGap {
  std::string name;            // its address
  std::uint64_t lost = 0;      // flows or messages, as its format numbers them
  std::uint64_t late = 0;      // came after they had been counted as lost, or twice
  std::uint64_t restarts = 0;  // its numbering began anew
};

struct LedgerView {
  TimePoint started_at;
  TimePoint written_at;
  std::span<const ListenerCounters* const> listeners;
  std::span<const FollowerCounters* const> followers;
  std::span<const ExporterGap> exporters = {};
};

// One JSON object, lines for the eye, a line feed at the end. Every drop reason is there, also at
// 0.
[[nodiscard]] std::string ledger_json(const LedgerView& view);
// One JSON list of {"protocol", "transport", "address", "port"}, a line feed at the end.
[[nodiscard]] std::string listeners_json(std::span<const ListenerCounters* const> listeners);
// The same counts as metrics: netlogd_received_total{listener="…"} and its kind.
void write_ledger_metrics(const LedgerView& view, MetricsText& metrics);

}  // namespace netlogd::observe
