// Who may draw on the reserve while there is no room for everybody: each source only a part of what
// is left of it, so that one babbling device cannot take what the others need, and several leave
// something too. What matters little gets a smaller part, and of the first half only. Used by the
// receiving loop under pressure; costs nothing otherwise.

#pragma once

#include <cstdint>
#include <vector>

#include "netlogd/core/batch_sink.hpp"
#include "netlogd/core/ip_address.hpp"

namespace netlogd::listen {

class FairShares {
 public:
  // Whether the source may put `bytes` more into the reserve; if so they are counted as its own.
  [[nodiscard]] bool take(const IpAddress& source, std::size_t bytes,
                          BatchSink::Importance importance, BatchSink::Reserve reserve) noexcept;
  // There was room for everybody, so the reserve is whole again: all sources begin anew.
  void begin_anew() noexcept {
    round_ += used_ ? 1U : 0U;
    used_ = false;
  }

 private:
  struct Slot {
    std::uint32_t round = 0;
    std::uint32_t bytes = 0;
  };
  // Sources share a slot by chance, and another one in each round.
  static constexpr std::size_t slot_count = 4096;

  std::vector<Slot> slots_ = std::vector<Slot>(slot_count);
  std::uint32_t round_ = 1;
  bool used_ = false;
};

}  // namespace netlogd::listen
