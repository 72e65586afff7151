// How a row keeps its times and its pieces of the raw text small. The views of sqlite_schema.cpp
// undo each of these in SQL; what does not fit is kept as it is, so nothing is ever approximated.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace netlogd::follow {

[[nodiscard]] bool is_ascii(std::string_view text) noexcept;

// "2024-01-17T14:32:15.123456Z" as microseconds since 1970; `digits` is the length of the fraction
// and must be `digits` exactly. nullopt: any other form, or before 1970.
[[nodiscard]] std::optional<std::int64_t> parse_utc_us(std::string_view text, int digits) noexcept;

// A time near the reception: (received - time) * 4 + form. Form 0: milliseconds, counted between
// whole milliseconds; form 1: microseconds. nullopt: keep the text.
[[nodiscard]] std::optional<std::int64_t> encode_time(std::string_view text,
                                                      std::int64_t received_us) noexcept;

// Where `piece` stands in `whole`, in characters as SQLite's substr() counts them: from (1-based)
// and length. nullopt: it is no part of it, or `whole` is not UTF-8 that can be counted.
struct Piece {
  std::int64_t from = 0;
  std::int64_t length = 0;
  bool reaches_end = false;
};
[[nodiscard]] std::optional<Piece> find_piece(std::string_view whole, std::string_view piece,
                                              bool at_end_first) noexcept;

}  // namespace netlogd::follow
