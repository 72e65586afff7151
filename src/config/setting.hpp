// One setting as a row: its key, how it is written, its range, its default in words, its sentence,
// and where its value goes. The loader, the documentation's table and the list of what a reload
// changed all come from these rows.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "netlogd/config/config.hpp"

namespace netlogd::config {

enum class Form : std::uint8_t {
  boolean,
  whole,  // a number without a unit
  size,
  duration,
  rate,
  text,
  path,
  address,
  prefixes,
  texts,
  word,  // one of a fixed list, by the type of the target
};

using Target =
    std::variant<bool*, std::uint64_t*, std::uint16_t*, milliseconds*, std::string*, IpAddress*,
                 Protocol*, Transport*, LogLevel*, std::vector<IpPrefix>*,
                 std::vector<std::string>*, PerStream<std::uint64_t>*, PerStream<milliseconds>*>;

// What `off` (or `auto`, or 0) means: the word that stands for 0. Empty: 0 is a number like others.
template <typename Owner>
struct Row {
  std::string_view key;
  Form form;
  std::string_view fallback;  // as one would write it; empty: none
  std::string_view sentence;
  Target (*target)(Owner&);
  std::uint64_t least = 0;  // of a number, in octets, milliseconds, records/s
  std::uint64_t most = 0;
  std::string_view zero{};  // the word for 0, beside the range: "off", "auto"
};

[[nodiscard]] std::span<const Row<Config>> config_rows() noexcept;
[[nodiscard]] std::span<const Row<ListenSetting>> listen_rows() noexcept;

constexpr std::array<std::string_view, 4> log_level_names = {"debug", "info", "warn", "error"};

// "480B to 1MiB", "off, 1s to 7d", "true, false".
[[nodiscard]] std::string range_text(Form form, std::uint64_t least, std::uint64_t most,
                                     std::string_view zero, const Target& target);
[[nodiscard]] std::string value_text(Form form, std::string_view zero, const Target& target);

}  // namespace netlogd::config
