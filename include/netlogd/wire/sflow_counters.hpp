// The counter records of sFlow (sFlow version 5, section 5; "sFlow Host Structures") as a table:
// the names and sizes of their numbers, in order. Pure, any thread.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace netlogd::wire {

struct SflowCounter {
  std::string_view key;    // `"name":`, ready to write
  std::uint8_t bytes = 4;  // 4 or 8
  bool is_real = false;    // a float of four octets
};

// The numbers of a counter record of enterprise 0; empty: a format that is not in the table.
[[nodiscard]] std::span<const SflowCounter> sflow_counters(std::uint32_t format) noexcept;

}  // namespace netlogd::wire
