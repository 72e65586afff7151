// Who may draw on the reserve while there is no room for everybody: each source only a part of what
// is left of it, so that one babbling device cannot take what the others need, and several leave
// something too. What matters little gets a smaller part, and of the first half only. Used by the
// receiving loop under pressure; costs nothing otherwise.

#pragma once

#include <cstdint>
#include <unordered_map>

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
    if (!taken_.empty()) taken_.clear();
    taken_by_others_ = 0;
  }

  // Each of so many sources has a share of its own; all further ones have one together.
  static constexpr std::size_t max_sources = 65536;

 private:
  [[nodiscard]] std::size_t& taken_by(const IpAddress& source) noexcept;

  std::unordered_map<IpAddress, std::size_t> taken_;  // bytes
  std::size_t taken_by_others_ = 0;
};

}  // namespace netlogd::listen
