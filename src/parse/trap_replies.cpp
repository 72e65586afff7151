#include "netlogd/parse/trap_replies.hpp"

#include <algorithm>
#include <array>

namespace netlogd::parse {

ReplyBudget::ReplyBudget(ReplyLimits limits) : limits_(limits), windows_(places) {}

bool ReplyBudget::take(Kind kind, const IpAddress& source, TimePoint received) noexcept {
  IpAddress prefix = source;
  if (!source.is_v4()) {
    std::array<std::uint8_t, 16> octets = source.bytes();
    std::fill(octets.begin() + 8, octets.end(), std::uint8_t{0});
    prefix = IpAddress::v6_bytes(octets.data());
  }
  const std::int64_t second =
      std::chrono::floor<std::chrono::seconds>(received).time_since_epoch().count();
  Window& window = windows_[std::hash<IpAddress>{}(prefix) % places];
  if (window.second != second) window = {.second = second};
  if (all_.second != second) all_ = {.second = second};
  std::uint32_t& used = kind == Kind::report ? window.reports : window.responses;
  const std::uint32_t limit =
      kind == Kind::report ? limits_.reports_per_second : limits_.responses_per_second;
  if (used >= limit || all_.responses >= limits_.all_per_second) return false;
  ++used;
  ++all_.responses;
  return true;
}

}  // namespace netlogd::parse
