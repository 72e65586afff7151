// Sizes, durations and rates as people write them. Pure.
//
//   size       64KiB 1MiB 2G 512B 4096   B, K or KiB, M or MiB, G or GiB, T or TiB, each 1024 times
//              the one before; a bare number counts octets. KB and MB are refused: they are read
//              as 1000 by some and as 1024 by others.
//   duration   500ms 10s 5m 1h 1h30m 30d 2w   always with a unit, except 0
//   rate       10000/s

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace netlogd::config {

[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text) noexcept;
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(
    std::string_view text) noexcept;
[[nodiscard]] std::optional<std::uint64_t> parse_rate(std::string_view text) noexcept;
[[nodiscard]] std::optional<std::uint64_t> parse_whole(std::string_view text) noexcept;

// With the largest unit that leaves no fraction: "64KiB", "1500B", "30d", "90m".
[[nodiscard]] std::string size_text(std::uint64_t bytes);
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);
[[nodiscard]] std::string rate_text(std::uint64_t per_second);

}  // namespace netlogd::config
