#include "netlogd/parse/zone_table.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::parse {
namespace {

std::optional<std::int32_t> parse_offset(std::string_view text) noexcept {
  TextCursor at(text);
  const int sign = at.take('-') ? -1 : at.take('+') ? 1 : 0;
  std::uint64_t hours = 0;
  std::uint64_t minutes = 0;
  if (sign == 0 || !at.take_number(hours, 2) || !at.take(':') || !at.take_number(minutes, 2))
    return std::nullopt;
  if (!at.at_end() || hours > 14 || minutes > 59) return std::nullopt;
  return sign * static_cast<std::int32_t>(hours * 3600 + minutes * 60);
}

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (is_blank(text.front()) || text.front() == '\r')) text.remove_prefix(1);
  while (!text.empty() && (is_blank(text.back()) || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

Error fault(const NamedText& file, std::size_t line, std::string_view sentence) {
  return {Errc::invalid, file.name + ":" + std::to_string(line) + ": " + std::string(sentence)};
}

}  // namespace

// Up to eight letters, in capitals, in one number; 0 for anything else.
std::uint64_t ZoneTable::key_of(std::string_view name) noexcept {
  name = name.substr(0, name.find('/'));
  if (name.empty() || name.size() > 8) return 0;
  std::uint64_t key = 0;
  for (const char c : name) {
    if (!is_alpha(c)) return 0;
    key = key << 8 | static_cast<unsigned char>(to_lower(c));
  }
  return key;
}

Result<ZoneTable> ZoneTable::load(std::span<const NamedText> files) {
  ZoneTable table;
  for (const auto& file : files) {
    std::size_t number = 0;
    for (std::string_view rest = file.text; !rest.empty();) {
      const auto end = rest.find('\n');
      const auto line = trim(rest.substr(0, end));
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      ++number;
      if (line.empty() || line.front() == '#') continue;
      const auto comma = line.find(',');
      if (comma == std::string_view::npos)
        return fault(file, number, "no comma behind the abbreviation");
      Entry entry{key_of(trim(line.substr(0, comma))), {}};
      if (entry.key == 0) return fault(file, number, "an abbreviation is one to eight letters");
      auto offsets = trim(line.substr(comma + 1, line.find(',', comma + 1) - comma - 1));
      while (!offsets.empty()) {
        const auto blank = offsets.find(' ');
        const auto offset = parse_offset(offsets.substr(0, blank));
        if (!offset) return fault(file, number, "an offset is written +hh:mm or -hh:mm");
        if (entry.zone.count == max_readings) return fault(file, number, "more than four offsets");
        entry.zone.offsets[entry.zone.count++] = *offset;
        offsets =
            blank == std::string_view::npos ? std::string_view() : trim(offsets.substr(blank));
      }
      if (entry.zone.count == 0) return fault(file, number, "no offset behind the abbreviation");
      const auto place =
          std::lower_bound(table.entries_.begin(), table.entries_.end(), entry.key,
                           [](const Entry& one, std::uint64_t key) { return one.key < key; });
      if (place != table.entries_.end() && place->key == entry.key)
        *place = entry;
      else
        table.entries_.insert(place, entry);
    }
  }
  return table;
}

const ZoneTable::Zone* ZoneTable::find(std::string_view name) const noexcept {
  const auto key = key_of(name);
  if (key == 0) return nullptr;
  const auto place =
      std::lower_bound(entries_.begin(), entries_.end(), key,
                       [](const Entry& one, std::uint64_t k) { return one.key < k; });
  return place != entries_.end() && place->key == key ? &place->zone : nullptr;
}

}  // namespace netlogd::parse
