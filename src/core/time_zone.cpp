#include "netlogd/core/time_zone.hpp"

#include <algorithm>
#include <cassert>

namespace netlogd {

TimeZone::TimeZone(std::string name, std::vector<Transition> transitions)
    : name_(std::move(name)), transitions_(std::move(transitions)) {
  assert(!transitions_.empty());
}

TimeZone TimeZone::fixed(std::string name, std::int32_t offset_seconds) {
  return {std::move(name), {{INT64_MIN / 2, offset_seconds}}};
}

std::size_t TimeZone::index_at(std::int64_t utc_seconds) const noexcept {
  const auto after = std::upper_bound(
      transitions_.begin(), transitions_.end(), utc_seconds,
      [](std::int64_t value, const Transition& transition) { return value < transition.from; });
  return after == transitions_.begin() ? 0 : static_cast<std::size_t>(after - transitions_.begin() - 1);
}

std::int32_t TimeZone::offset_at(std::int64_t utc_seconds) const noexcept {
  return transitions_[index_at(utc_seconds)].offset;
}

TimeZone::Answer TimeZone::to_utc(std::int64_t local_seconds, std::int64_t hint_utc) const noexcept {
  if (transitions_.size() == 1) return {local_seconds - transitions_[0].offset, false, false};
  // Offsets lie within a day of UTC, so the answer is in the period of one of these instants.
  const std::size_t first = index_at(local_seconds - 86400 * 2);
  const std::size_t last = index_at(local_seconds + 86400 * 2);
  std::int64_t found[2] = {};
  int count = 0;
  for (std::size_t i = first; i <= last && count < 2; ++i) {
    const std::int64_t utc = local_seconds - transitions_[i].offset;
    const bool begun = i == 0 || utc >= transitions_[i].from;
    const bool ended = i + 1 < transitions_.size() && utc >= transitions_[i + 1].from;
    if (begun && !ended) found[count++] = utc;
  }
  if (count == 1) return {found[0], false, false};
  if (count == 2) return {found[1] <= hint_utc ? found[1] : found[0], true, false};
  // In the gap: the offset that held until it began.
  for (std::size_t i = first; i < last; ++i) {
    const std::int64_t before = local_seconds - transitions_[i].offset;
    if (before >= transitions_[i + 1].from && local_seconds - transitions_[i + 1].offset < transitions_[i + 1].from)
      return {before, false, true};
  }
  return {local_seconds - transitions_[last].offset, false, true};
}

}  // namespace netlogd
