#include "netlogd/journal/report.hpp"

#include <cassert>
#include <utility>

namespace netlogd::journal {

void HeldReport::say(std::size_t kind, ReportLevel level, std::string_view sentence) {
  assert(kind < max_kinds);
  if (!report_) return;
  std::uint64_t left_out = 0;
  {
    const std::lock_guard lock(mutex_);
    Held& held = held_[kind];
    const auto now = clock_.monotonic();
    if (held.said && now - held.last < std::chrono::minutes{1}) {
      ++held.left_out;
      return;
    }
    held.said = true;
    held.last = now;
    left_out = std::exchange(held.left_out, 0);
  }
  if (left_out == 0) return report_(level, sentence);
  report_(level, std::string(sentence) + " (" + std::to_string(left_out) +
                     " times more since the last line)");
}

void HeldReport::once(ReportLevel level, std::string_view sentence) const {
  if (report_) report_(level, sentence);
}

}  // namespace netlogd::journal
