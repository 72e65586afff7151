#include "follow/field_shapes.hpp"

#include <algorithm>

#include "follow/row_codes.hpp"

namespace netlogd::follow {
namespace {

constexpr std::size_t max_from = 511;
constexpr std::size_t max_length = 127;
constexpr std::size_t max_literal = 24;

// Beyond this place nothing of the raw message can be pointed to.
constexpr std::size_t reach = max_from + max_length;

// A word of ours rather than of the device, one of few: it may stand in a shape.
bool is_plain_word(std::string_view text) noexcept {
  return text.size() <= max_literal && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
                  c == ' ';
         });
}

}  // namespace

bool FieldShape::take_apart(std::string_view json, std::string_view raw) {
  format_.clear();
  pieces_.fill(0);
  count_ = search_from_ = 0;
  is_cut_ = raw.size() > reach;
  raw = raw.substr(0, reach);
  if (!is_ascii(raw)) return false;
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      const auto end = json.find('"', at + 1);
      if (end == std::string_view::npos) return false;
      const auto text = json.substr(at + 1, end - at - 1);
      if (text.find_first_of("\\%") != std::string_view::npos) return false;
      const bool is_key = end + 1 < json.size() && json[end + 1] == ':';
      format_.push_back('"');
      if (is_key) {
        format_.append(text);
      } else if (!add_value(text, raw)) {
        return false;
      }
      format_.push_back('"');
      at = end + 1;
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      auto end = json.find_first_of(",]}", at);
      if (end == std::string_view::npos) return false;
      if (!add_value(json.substr(at, end - at), raw)) return false;
      at = end;
    } else if (c == '%') {
      return false;
    } else {
      format_.push_back(c);
      ++at;
    }
  }
  return true;
}

bool FieldShape::add_value(std::string_view text, std::string_view raw) {
  if (!text.empty() && text.size() <= max_length && count_ < max_pieces) {
    // Values come in the order in which the message names them, mostly.
    auto found = raw.find(text, search_from_);
    if (found == std::string_view::npos) found = raw.find(text);
    if (found != std::string_view::npos && found < max_from) {
      pieces_[count_++] = static_cast<std::uint16_t>((found + 1) | text.size() << 9);
      search_from_ = found;
      format_.append("%s");
      return true;
    }
  }
  // What may stand in the part that cannot be pointed to is the device's word, one of many.
  if (is_cut_ || !is_plain_word(text)) return false;
  format_.append(text);
  return true;
}

std::int64_t FieldShape::packed(std::size_t half) const noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value |= std::uint64_t{pieces_[half * 4 + i]} << (16 * i);
  return static_cast<std::int64_t>(value);
}

}  // namespace netlogd::follow
