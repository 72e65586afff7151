#include <algorithm>
#include <charconv>

#include "netlogd/journal/segments.hpp"

namespace netlogd::journal {
namespace {

constexpr std::string_view plain_suffix = ".jsonl";
constexpr std::string_view gzip_suffix = ".jsonl.gz";

std::optional<std::uint64_t> number(std::string_view digits) noexcept {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return {};
  return value;
}

// 20240117T143215Z
std::optional<std::int64_t> parse_compact(std::string_view text) noexcept {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return {};
  const auto date = number(text.substr(0, 8));
  const auto time = number(text.substr(9, 6));
  if (!date || !time) return {};
  const CivilTime civil{.year = static_cast<int>(*date / 10000),
                        .month = static_cast<int>(*date / 100 % 100),
                        .day = static_cast<int>(*date % 100),
                        .hour = static_cast<int>(*time / 10000),
                        .minute = static_cast<int>(*time / 100 % 100),
                        .second = static_cast<int>(*time % 100)};
  if (civil.month < 1 || civil.month > 12 || civil.day < 1 || civil.day > 31) return {};
  return to_seconds(civil);
}

}  // namespace

std::string active_name(Stream stream) {
  return std::string(name_of(stream)) + std::string(plain_suffix);
}

std::string closed_name(Stream stream, TimePoint closed, std::uint64_t first_id) {
  return std::string(name_of(stream)) + "-" + utc_compact(closed) + "-" + std::to_string(first_id) +
         std::string(plain_suffix);
}

std::optional<SegmentName> parse_segment_name(Stream stream, std::string_view name) {
  if (name == active_name(stream)) return SegmentName{};
  if (!name.starts_with(name_of(stream))) return {};
  name.remove_prefix(name_of(stream).size());
  SegmentName parsed{.form = SegmentForm::plain};
  if (name.ends_with(gzip_suffix)) {
    parsed.form = SegmentForm::gzip;
    name.remove_suffix(gzip_suffix.size());
  } else if (name.ends_with(plain_suffix)) {
    name.remove_suffix(plain_suffix.size());
  } else {
    return {};
  }
  if (name.size() < 19 || name[0] != '-' || name[17] != '-') return {};
  const auto closed = parse_compact(name.substr(1, 16));
  const auto first_id = number(name.substr(18));
  if (!closed || !first_id || *first_id == 0) return {};
  parsed.closed_seconds = *closed;
  parsed.first_id = *first_id;
  return parsed;
}

Result<std::vector<ListedSegment>> list_segments(FileOps& files, const std::string& data_dir,
                                                 Stream stream) {
  const std::string folder = data_dir + "/" + std::string(name_of(stream));
  auto names = files.list(folder);
  if (!names) return names.error();
  std::vector<ListedSegment> found;
  for (const auto& name : *names) {
    if (const auto parsed = parse_segment_name(stream, name))
      found.push_back({folder + "/" + name, *parsed});
  }
  static constexpr auto last = ~std::uint64_t{0};
  const auto order = [](const ListedSegment& s) {
    return std::pair(s.name.form == SegmentForm::active ? last : s.name.first_id,
                     s.name.form != SegmentForm::gzip);
  };
  std::sort(found.begin(), found.end(),
            [&](const auto& a, const auto& b) { return order(a) < order(b); });
  const auto twins = std::unique(found.begin(), found.end(), [&](const auto& a, const auto& b) {
    return order(a).first == order(b).first;
  });
  found.erase(twins, found.end());
  return found;
}

std::uint64_t record_id(std::string_view line) noexcept {
  constexpr std::string_view head = "{\"id\":";
  if (line.size() < head.size() + 3 || !line.starts_with(head) || line.back() != '}') return 0;
  std::uint64_t id = 0;
  std::size_t at = head.size();
  for (; at < line.size() && line[at] >= '0' && line[at] <= '9'; ++at) {
    if (at - head.size() == 16) return 0;
    id = id * 10 + static_cast<std::uint64_t>(line[at] - '0');
  }
  if (line[at] != ',' || line[head.size()] == '0' || id >= (std::uint64_t{1} << 53)) return 0;
  // Our writer escapes control characters: one in the line means that the line is damaged.
  constexpr std::uint64_t ones = 0x0101010101010101u;
  const char* p = line.data();
  std::size_t left = line.size();
  std::uint64_t found = 0;
  for (; left >= 8; p += 8, left -= 8) {
    std::uint64_t word;
    __builtin_memcpy(&word, p, 8);
    found |= (word - ones * 0x20) & ~word & (ones * 0x80);
  }
  for (; left > 0; ++p, --left) found |= static_cast<unsigned char>(*p) < 0x20 ? 1u : 0u;
  return found == 0 ? id : 0;
}

}  // namespace netlogd::journal
