// A small generator of numbers (SplitMix64) that gives the same sequence on every machine, which
// the standard distributions do not. One owner, one thread.

#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace netlogd::gen {

class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  // 0 .. bound-1; the slight bias of the remainder does not matter here.
  std::uint32_t below(std::uint32_t bound) noexcept {
    return static_cast<std::uint32_t>((next() >> 32) % bound);
  }
  std::uint32_t between(std::uint32_t first, std::uint32_t last) noexcept {
    return first + below(last - first + 1);
  }
  bool one_in(std::uint32_t n) noexcept { return below(n) == 0; }

  template <typename Range>
  const auto& pick(const Range& range) noexcept {
    return *(std::begin(range) + below(static_cast<std::uint32_t>(std::size(range))));
  }

 private:
  std::uint64_t state_;
};

}  // namespace netlogd::gen
