#include "flow_changes.hpp"

#include <algorithm>

namespace netlogd::cli {
namespace {

constexpr Micros minute_us = 60 * second_us;
constexpr std::int64_t minutes_before = 10;
constexpr double factor = 3;
constexpr double least_octets = 10'000;  // a minute; below that nothing is a change

}  // namespace

std::vector<FlowChange> find_changes(const std::string& device,
                                     const std::map<std::int64_t, double>& minutes,
                                     std::int64_t first, std::int64_t last) {
  std::vector<FlowChange> changes;
  const auto octets = [&](std::int64_t minute) {
    const auto found = minutes.find(minute);
    return found == minutes.end() ? 0.0 : found->second;
  };
  // What was usual: the median of what was seen since the last change.
  std::vector<double> usual;
  for (auto minute = first; minute <= last; ++minute) {
    const double now = octets(minute);
    if (usual.size() >= 3) {
      auto sorted = usual;
      std::nth_element(sorted.begin(),
                       sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2),
                       sorted.end());
      const double before = sorted[sorted.size() / 2];
      if (std::max(now, before) >= least_octets &&
          (now > before * factor || now * factor < before)) {
        changes.push_back({minute * minute_us, device, before, now});
        usual.clear();
      }
    }
    usual.push_back(now);
    if (usual.size() > static_cast<std::size_t>(minutes_before)) usual.erase(usual.begin());
  }
  return changes;
}

Result<std::vector<FlowChange>> flow_changes(RecordSource& source, const Filter& filter) {
  Filter flows = filter;
  flows.streams = {Stream::flow};
  flows.severity.reset();
  flows.events.clear();
  flows.message_ids.clear();
  flows.texts.clear();
  flows.statuses.clear();
  flows.since = *filter.since - minutes_before * minute_us;
  std::map<std::string, std::map<std::int64_t, double>> devices;
  const RecordSource::Sums sums = {
      .keys = "ifnull(device_hostname, source_ip), received_us/60000000, ",
      .values = "sum(bytes*max(1,ifnull(sampling_interval,0)))",
      .group = "GROUP BY 1, 2"};
  const auto done = source.aggregate(
      flows, Stream::flow, sums,
      [&](Statement& row) { devices[std::string(row.text(0))][row.integer(1)] += row.real(2); },
      [&](const StoredRecord& record, const RecordReader& reader) {
        devices[std::string(reader.text("device.hostname"))][record.received / minute_us] +=
            static_cast<double>(
                reader.integer("bytes").value_or(0) *
                std::max<std::int64_t>(1, reader.integer("sampling_interval").value_or(0)));
        return true;
      });
  if (!done) return done.error();
  std::vector<FlowChange> all;
  // The minute that is not over, and the one whose flows may still be on their way, say nothing.
  const auto last = std::min(*filter.until, now_us() - minute_us) / minute_us - 1;
  for (const auto& [device, minutes] : devices)
    for (auto& change : find_changes(
             device, minutes, std::max(*flows.since / minute_us, minutes.begin()->first), last))
      if (change.at >= *filter.since) all.push_back(std::move(change));
  std::sort(all.begin(), all.end(),
            [](const FlowChange& a, const FlowChange& b) { return a.at < b.at; });
  return all;
}

}  // namespace netlogd::cli
