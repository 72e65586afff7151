// When the flow volume of an exporter changed suddenly: minutes with three times as much, or a
// third of, what was usual in the ten minutes before.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "records.hpp"

namespace netlogd::cli {

struct FlowChange {
  Micros at = 0;  // the beginning of the minute
  std::string device;
  double before = 0;  // octets a minute
  double now = 0;
};

// Octets by minute since 1970 of one exporter; minutes that are not there had none. Pure.
[[nodiscard]] std::vector<FlowChange> find_changes(const std::string& device,
                                                   const std::map<std::int64_t, double>& minutes,
                                                   std::int64_t first, std::int64_t last);

// Of all exporters that fit the filter, between its since and until (both stated).
Result<std::vector<FlowChange>> flow_changes(RecordSource& source, const Filter& filter);

}  // namespace netlogd::cli
