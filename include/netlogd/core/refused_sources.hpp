// Who was refused, and how often: a fixed number of sources; the rest are counted together. Written
// by one thread, read by any while it writes.

#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "netlogd/core/counters.hpp"
#include "netlogd/core/ip_address.hpp"

namespace netlogd {

class RefusedSources {
 public:
  static constexpr std::size_t places = 256;
  struct Entry {
    IpAddress source;
    std::uint64_t refused = 0;
  };

  void add(const IpAddress& source) noexcept;
  // Nothing: the place is free.
  [[nodiscard]] std::optional<Entry> at(std::size_t place) const noexcept;
  [[nodiscard]] std::uint64_t others() const noexcept { return read(others_); }

 private:
  struct Place {
    std::array<Counter, 2> address{};  // never changes once `refused` is above zero
    Counter refused{0};
  };
  std::array<Place, places> places_{};
  Counter others_{0};
};

}  // namespace netlogd
