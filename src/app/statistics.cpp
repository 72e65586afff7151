#include "statistics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace netlogd::app {

std::string StatisticsLine::next(std::span<const ListenerCounters* const> listeners,
                                 std::span<const FollowerCounters* const> followers,
                                 std::uint64_t batches_under_way, std::chrono::nanoseconds now) {
  std::uint64_t received = 0;
  std::uint64_t records = 0;
  std::uint64_t no_record = 0;
  std::uint64_t kernel_drops = 0;
  std::uint64_t connections = 0;
  std::array<std::uint64_t, drop_reason_count> dropped{};
  for (const ListenerCounters* listener : listeners) {
    received += read(listener->received);
    records += read(listener->records);
    no_record += read(listener->no_record);
    kernel_drops += read(listener->kernel_drops);
    connections += read(listener->connections_open);
    for (std::size_t i = 0; i < drop_reason_count; ++i) dropped[i] += read(listener->dropped[i]);
  }
  const double seconds = std::max(1e-3, std::chrono::duration<double>(now - last_).count());
  const bool first = last_ == std::chrono::nanoseconds{};
  std::string line = fmt::format(
      "statistics: received {} ({:.0f}/s), records {} ({:.0f}/s), no record {}, dropped {}",
      received, first ? 0.0 : static_cast<double>(received - last_received_) / seconds, records,
      first ? 0.0 : static_cast<double>(records - last_records_) / seconds, no_record, [&] {
        std::uint64_t sum = 0;
        for (const auto n : dropped) sum += n;
        return sum;
      }());
  for (std::size_t i = 0; i < drop_reason_count; ++i)
    if (dropped[i] > 0) line += fmt::format(", {} {}", drop_reason_names[i], dropped[i]);
  line += fmt::format(", kernel drops {}, connections {}, batches under way {}", kernel_drops,
                      connections, batches_under_way);
  for (const FollowerCounters* follower : followers)
    line += fmt::format(", {} written {} pending {}", follower->name, read(follower->written),
                        follower->pending());
  last_received_ = received;
  last_records_ = records;
  last_ = now;
  return line;
}

}  // namespace netlogd::app
