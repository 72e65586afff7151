// How often we may answer: a budget per source and second for Reports, which anybody can ask for
// with a forged address, a larger one for the Responses to informs, and one for all sources
// together. A fixed table: sources that meet in one of its places share a budget, so that no number
// of forged sources buys another answer. One thread; the time is that of the message.

#pragma once

#include <cstdint>
#include <vector>

#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/time.hpp"

namespace netlogd::parse {

struct ReplyLimits {
  std::uint32_t reports_per_second = 100;      // to one source
  std::uint32_t responses_per_second = 2'000;  // to one source
  std::uint32_t all_per_second = 20'000;
};

class ReplyBudget {
 public:
  enum class Kind : std::uint8_t { report, response };

  explicit ReplyBudget(ReplyLimits limits);

  // Takes one answer from the budget of the source (an IPv6 source counts as its /64). False: used
  // up.
  [[nodiscard]] bool take(Kind kind, const IpAddress& source, TimePoint received) noexcept;

 private:
  struct Window {
    std::int64_t second = -1;
    std::uint32_t reports = 0;
    std::uint32_t responses = 0;
  };
  static constexpr std::size_t places = 8'192;

  ReplyLimits limits_;
  std::vector<Window> windows_;
  Window all_;
};

}  // namespace netlogd::parse
