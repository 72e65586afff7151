// What to paste on a device so that its messages say more: years, zones, fractions, numbers, TCP.

#pragma once

#include <string>
#include <vector>

#include "senders.hpp"

namespace netlogd::cli {

struct Advice {
  std::string reason;              // "no year in 50 of 50 time stamps"
  std::vector<std::string> lines;  // for the device; empty: we know none for its vendor
};

[[nodiscard]] std::vector<Advice> advise(const SenderInfo& sender);

}  // namespace netlogd::cli
