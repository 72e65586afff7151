#include "journal/catalogue.hpp"

#include <algorithm>

namespace netlogd::journal {

Segment* Catalogue::find(Stream stream, std::uint64_t first_id) {
  auto& segments = of(stream).segments;
  const auto at =
      std::lower_bound(segments.begin(), segments.end(), first_id,
                       [](const Segment& s, std::uint64_t id) { return s.first_id < id; });
  return at != segments.end() && at->first_id == first_id ? &*at : nullptr;
}

Segment* Catalogue::above(Stream stream, std::uint64_t id) {
  auto& segments = of(stream).segments;
  const auto at = std::find_if(segments.begin(), segments.end(),
                               [&](const Segment& s) { return s.last_id > id; });
  return at != segments.end() ? &*at : nullptr;
}

bool Catalogue::is_spared(Stream stream, const Segment& segment) const {
  const auto index = static_cast<std::size_t>(stream);
  return std::any_of(seats.begin(), seats.end(), [&](const auto& seat) {
    return seat->takes[index] && seat->safe_id[index] < segment.last_id;
  });
}

bool Catalogue::is_followed(Stream stream) const {
  return std::any_of(seats.begin(), seats.end(), [&](const auto& seat) {
    return seat->takes[static_cast<std::size_t>(stream)];
  });
}

void Catalogue::erase(Stream stream, std::uint64_t first_id) {
  auto& segments = of(stream).segments;
  std::erase_if(segments, [&](const Segment& s) { return s.first_id == first_id; });
}

}  // namespace netlogd::journal
