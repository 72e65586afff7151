#include "follow/row_codes.hpp"

#include <algorithm>
#include <cstring>

#include "netlogd/core/time.hpp"

namespace netlogd::follow {
namespace {

// Continuation bytes do not begin a character.
std::int64_t count_characters(std::string_view text) noexcept {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace

bool is_ascii(std::string_view text) noexcept {
  std::uint64_t seen = 0;
  for (; text.size() >= sizeof seen; text.remove_prefix(sizeof seen)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    seen |= word;
  }
  for (const char c : text) seen |= static_cast<unsigned char>(c);
  return (seen & 0x8080808080808080U) == 0;
}

std::optional<std::int64_t> parse_utc_us(std::string_view text, int digits) noexcept {
  constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd.";
  const auto fraction = static_cast<std::size_t>(digits);
  if (text.size() != shape.size() + fraction + 1 || text.back() != 'Z') return {};
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const bool wants_digit = i >= shape.size() || shape[i] == 'd';
    if (wants_digit ? text[i] < '0' || text[i] > '9' : text[i] != shape[i]) return {};
  }
  const auto number = [&](std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) value = value * 10 + (text[i] - '0');
    return value;
  };
  const CivilTime civil{.year = number(0, 4),
                        .month = number(5, 2),
                        .day = number(8, 2),
                        .hour = number(11, 2),
                        .minute = number(14, 2),
                        .second = number(17, 2)};
  if (civil.month < 1 || civil.month > 12 || civil.day < 1 ||
      civil.day > days_in_month(civil.year, civil.month) || civil.hour > 23 || civil.minute > 59 ||
      civil.second > 59 || civil.year < 1970) {
    return {};
  }
  std::int64_t part = number(20, fraction);
  for (int i = digits; i < 6; ++i) part *= 10;
  return to_seconds(civil) * 1'000'000 + part;
}

std::optional<std::int64_t> encode_time(std::string_view text, std::int64_t received_us) noexcept {
  if (const auto time = parse_utc_us(text, 3))
    return (floor_div(received_us, 1000) - *time / 1000) * 4;
  if (const auto time = parse_utc_us(text, 6)) return (received_us - *time) * 4 + 1;
  return {};
}

std::optional<Piece> find_piece(std::string_view whole, std::string_view piece,
                                bool at_end_first) noexcept {
  if (piece.empty()) return {};
  std::size_t at = 0;
  if (at_end_first && whole.ends_with(piece)) {
    at = whole.size() - piece.size();
  } else {
    at = whole.find(piece);
    if (at == std::string_view::npos) return {};
  }
  Piece found{.reaches_end = at + piece.size() == whole.size()};
  if (is_ascii(whole)) {
    found.from = static_cast<std::int64_t>(at) + 1;
    found.length = static_cast<std::int64_t>(piece.size());
  } else {
    found.from = count_characters(whole.substr(0, at)) + 1;
    found.length = count_characters(piece);
  }
  return found;
}

}  // namespace netlogd::follow
