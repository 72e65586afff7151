// A hash of a text for tables in memory: sixteen characters a step, and the loads at the end
// overlap. Its value depends on the machine, so it is never written down. Any thread.

#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace netlogd {

[[nodiscard]] inline std::uint64_t text_hash(std::string_view text) noexcept {
  __extension__ using Product = unsigned __int128;
  const auto load = [](const char* at, auto value) {
    std::memcpy(&value, at, sizeof value);
    return std::uint64_t{value};
  };
  std::uint64_t hash = text.size();
  const auto mix = [&hash](std::uint64_t low, std::uint64_t high) {
    const auto product =
        Product{low ^ 0x9e3779b97f4a7c15ULL} * (high ^ hash ^ 0xd6e8feb86659fd93ULL);
    hash = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  };
  const auto* at = text.data();
  auto left = text.size();
  for (; left > 16; at += 16, left -= 16)
    mix(load(at, std::uint64_t{}), load(at + 8, std::uint64_t{}));
  if (left >= 8)
    mix(load(at, std::uint64_t{}), load(at + left - 8, std::uint64_t{}));
  else if (left >= 4)
    mix(load(at, std::uint32_t{}), load(at + left - 4, std::uint32_t{}));
  else if (left > 0)
    mix(load(at, std::uint8_t{}) | load(at + left / 2, std::uint8_t{}) << 8,
        load(at + left - 1, std::uint8_t{}));
  return hash;
}

}  // namespace netlogd
