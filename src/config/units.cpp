#include "config/units.hpp"

#include <charconv>
#include <limits>

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// The longer name first, where one begins with another.
constexpr Unit size_units[] = {
    {"KiB", 1ULL << 10}, {"MiB", 1ULL << 20}, {"GiB", 1ULL << 30},
    {"TiB", 1ULL << 40}, {"K", 1ULL << 10},   {"M", 1ULL << 20},
    {"G", 1ULL << 30},   {"T", 1ULL << 40},   {"B", 1},
};
constexpr Unit duration_units[] = {
    {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}, {"w", 604'800'000},
};
// Durations are written in the largest of these; weeks are read, never written.
constexpr std::size_t last_written_duration = 4;

constexpr std::uint64_t most_milliseconds = 100ULL * 366 * 86'400'000;

// Digits at the front of `text`, which are then gone.
std::optional<std::uint64_t> take_digits(std::string_view& text) noexcept {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<std::uint64_t> times(std::uint64_t value, std::uint64_t factor) noexcept {
  if (value > std::numeric_limits<std::uint64_t>::max() / factor) return std::nullopt;
  return value * factor;
}

void skip_blanks(std::string_view& text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
}

bool equal_letters(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  return true;
}

}  // namespace

std::optional<std::uint64_t> parse_whole(std::string_view text) noexcept {
  const auto value = take_digits(text);
  return text.empty() ? value : std::nullopt;
}

std::optional<std::uint64_t> parse_size(std::string_view text) noexcept {
  const auto number = take_digits(text);
  if (!number) return std::nullopt;
  skip_blanks(text);
  if (text.empty()) return number;
  for (const auto& unit : size_units)
    if (equal_letters(text, unit.name)) return times(*number, unit.factor);
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept {
  if (text == "0") return std::chrono::milliseconds(0);
  if (text.empty()) return std::nullopt;
  std::uint64_t sum = 0;
  while (!text.empty()) {
    const auto number = take_digits(text);
    if (!number) return std::nullopt;
    std::size_t letters = 0;
    while (letters < text.size() && is_alpha(text[letters])) ++letters;
    const Unit* found = nullptr;
    for (const auto& unit : duration_units)
      if (text.substr(0, letters) == unit.name) found = &unit;
    if (found == nullptr) return std::nullopt;
    text.remove_prefix(letters);
    const auto part = times(*number, found->factor);
    if (!part || *part > most_milliseconds - sum) return std::nullopt;
    sum += *part;
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(sum));
}

std::optional<std::uint64_t> parse_rate(std::string_view text) noexcept {
  const auto number = take_digits(text);
  return text == "/s" ? number : std::nullopt;
}

std::string size_text(std::uint64_t bytes) {
  for (std::size_t i = 4; i-- > 0;)
    if (bytes != 0 && bytes % size_units[i].factor == 0)
      return std::to_string(bytes / size_units[i].factor) + std::string(size_units[i].name);
  return std::to_string(bytes) + "B";
}

std::string duration_text(std::chrono::milliseconds duration) {
  const auto count = static_cast<std::uint64_t>(duration.count());
  if (count == 0) return "0";
  for (std::size_t i = last_written_duration; i > 0; --i)
    if (count % duration_units[i].factor == 0)
      return std::to_string(count / duration_units[i].factor) + std::string(duration_units[i].name);
  return std::to_string(count) + "ms";
}

std::string rate_text(std::uint64_t per_second) { return std::to_string(per_second) + "/s"; }

}  // namespace netlogd::config
