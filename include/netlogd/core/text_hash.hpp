// A hash of a text for tables in memory: eight characters a step; the loads at the end overlap. Its
// value depends on the machine, so it is never written down. Any thread.

#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace netlogd {

[[nodiscard]] inline std::uint64_t text_hash(std::string_view text) noexcept {
  const auto load = [](const char* at, auto value) {
    std::memcpy(&value, at, sizeof value);
    return std::uint64_t{value};
  };
  std::uint64_t hash = text.size();
  const auto mix = [&hash](std::uint64_t piece) {
    hash = (hash ^ piece) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 32;
  };
  const char* at = text.data();
  auto left = text.size();
  for (; left > 8; at += 8, left -= 8) mix(load(at, std::uint64_t{}));
  if (left >= 4)
    mix(load(at, std::uint32_t{}) | load(at + left - 4, std::uint32_t{}) << 32);
  else if (left > 0)
    mix(load(at, std::uint8_t{}) | load(at + left / 2, std::uint8_t{}) << 8 |
        load(at + left - 1, std::uint8_t{}) << 16);
  return hash;
}

}  // namespace netlogd
