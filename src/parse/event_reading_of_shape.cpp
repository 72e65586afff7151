#include "parse/event_reading_of_shape.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/parse/remembered_fields.hpp"

namespace netlogd::parse {
namespace {

using Field = ExtractedFields::Field;
using List = ExtractedFields::List;

constexpr List all_lists[] = {List::ip_addresses, List::interfaces, List::mac_addresses,
                              List::users};
constexpr std::size_t longest_key = 64;

// "64512", "1.10": what a rule took for a number before is one again.
std::uint64_t number_of(std::string_view text) noexcept {
  std::uint64_t high = 0;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c == '.') {
      high = value * 65536;
      value = 0;
    } else {
      value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
  }
  return high + value;
}

// Digits that JSON reads as the number they show; so are those of another message of the shape.
bool is_plain_number(std::string_view text) noexcept {
  return (text.size() == 1 || text.front() != '0') &&
         std::all_of(text.begin(), text.end(), is_digit);
}

bool is_inside(std::string_view part, std::string_view whole) noexcept {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

// What stands behind its value.
template <typename Kind>
std::string_view end_of(Kind kind) noexcept {
  return kind == Kind::text ? "\"" : kind <= Kind::listed_again ? "\"]" : "";
}

template <typename Span>
bool find_span(const TextShape& shape, std::string_view message, std::string_view part,
               Span& span) noexcept {
  const auto begin = static_cast<std::size_t>(part.data() - message.data());
  return shape.place_of(begin, span.begin) && shape.place_of(begin + part.size(), span.end);
}

template <typename Span>
std::string_view text_of(const TextShape& shape, std::string_view message,
                         const Span& span) noexcept {
  const auto begin = shape.at(span.begin);
  return {message.data() + begin, shape.at(span.end) - begin};
}

// The value of a field that no message holds.
std::string_view constant_json(const Field& field, char* room) noexcept {
  const char* end = room;
  switch (field.kind) {
    case ExtractedFields::Kind::text:
      end = json_text::put_string(room, field.value);
      break;
    case ExtractedFields::Kind::number:
      end = json_text::put_number(room, field.number);
      break;
    case ExtractedFields::Kind::signed_number:
      end = json_text::put_signed(room, static_cast<std::int64_t>(field.number));
      break;
    case ExtractedFields::Kind::json:
      return field.value;
  }
  return {room, static_cast<std::size_t>(end - room)};
}

}  // namespace

void EventReadingOfShape::learn(const TextShape& shape, std::string_view message,
                                const EventResult& result, const Hits& hits,
                                const ExtractedFields& fields) noexcept {
  const auto key = shape.key();
  std::memcpy(text_.data(), key.data(), key.size());
  key_size_ = text_size_ = static_cast<std::uint16_t>(key.size());
  parts_ = 0;
  result_ = result;
  whole_ = !result.by_value && learn_lists(shape, message, hits) &&
           learn_fields(shape, message, hits, fields);
}

bool EventReadingOfShape::learn_lists(const TextShape& shape, std::string_view message,
                                      const Hits& hits) noexcept {
  for (const auto list : all_lists) {
    bool first = true;
    for (const auto& hit : hits) {
      if (hit.list != list) continue;
      Part part{.kind = first ? Kind::listed : Kind::listed_again, .list = list};
      if (!find_span(shape, message, message.substr(hit.at, hit.length), part.span)) return false;
      const bool added = first ? add_separator() && add_json(ExtractedFields::list_key(list)) &&
                                     add_part(part, "\"")
                               : add_part(part, "\",\"");
      if (!added) return false;
      first = false;
    }
  }
  return true;
}

bool EventReadingOfShape::learn_fields(const TextShape& shape, std::string_view message,
                                       const Hits& hits, const ExtractedFields& fields) noexcept {
  for (const auto& field : fields.all())
    if (!learn_field(shape, message, field)) return false;
  // As ExtractedFields::add_named().
  for (const auto& hit : hits) {
    if (hit.list != List::users || fields.has("user")) continue;
    const auto user = message.substr(hit.at, hit.length);
    if (!learn_field(shape, message, {"user", user, 0, 0, ExtractedFields::Kind::text, true}))
      return false;
    break;
  }
  return parts_ == 0 ? add_json("{}") : add_json(end_of(part_[parts_ - 1U].kind)) && add_json("}");
}

bool EventReadingOfShape::learn_field(const TextShape& shape, std::string_view message,
                                      const Field& field) noexcept {
  const auto& key = field.key;
  // Whether two keys are the same must not depend on a number.
  if (is_inside(key, message)) {
    const auto begin = static_cast<std::size_t>(key.data() - message.data());
    if (shape.has_number(begin, begin + key.size())) return false;
  }
  char json[json_text::string_room(longest_key)];
  if (key.size() > longest_key) return false;
  const std::string_view name(json,
                              static_cast<std::size_t>(json_text::put_string(json, key) - json));
  Part part{.kind = Kind::constant, .key_size = static_cast<std::uint8_t>(key.size())};
  if (name.size() != key.size() + 2 || !add_separator()) return false;
  part.key = static_cast<std::uint16_t>(text_size_ + 1);
  if (!add_json(name) || !add_json(":")) return false;
  if (field.value.empty() || !is_inside(field.value, message)) {
    char room[json_text::string_room(longest_constant)];
    if (field.value.size() > longest_constant) return false;
    return add_part(part, constant_json(field, room));
  }
  switch (field.kind) {
    case ExtractedFields::Kind::text:
      part.kind = Kind::text;
      break;
    case ExtractedFields::Kind::number:
      part.kind = is_plain_number(field.value) ? Kind::digits : Kind::number;
      break;
    case ExtractedFields::Kind::json:
      part.kind = Kind::json;
      break;
    case ExtractedFields::Kind::signed_number:
      return false;
  }
  return find_span(shape, message, field.value, part.span) &&
         add_part(part, part.kind == Kind::text ? "\"" : "");
}

// What ends a part and parts it from the next one.
bool EventReadingOfShape::add_separator() noexcept {
  return parts_ == 0 ? add_json("{") : add_json(end_of(part_[parts_ - 1U].kind)) && add_json(",");
}

bool EventReadingOfShape::add_json(std::string_view json) noexcept {
  if (text_size_ + json.size() > text_room) return false;
  std::memcpy(text_.data() + text_size_, json.data(), json.size());
  text_size_ = static_cast<std::uint16_t>(text_size_ + json.size());
  return true;
}

bool EventReadingOfShape::add_part(const Part& part, std::string_view json) noexcept {
  if (parts_ == most_parts || !add_json(json)) return false;
  part_[parts_] = part;
  part_[parts_].json_end = text_size_;
  ++parts_;
  return true;
}

// A list holds each value once, and values of one shape may be the same.
bool EventReadingOfShape::is_repeated(const Part* part, const TextShape& shape,
                                      std::string_view message) const noexcept {
  const auto value = text_of(shape, message, part->span);
  do {
    --part;
    if (text_of(shape, message, part->span) == value) return true;
  } while (part->kind == Kind::listed_again);
  return false;
}

char* EventReadingOfShape::put(char* out, const TextShape& shape, std::string_view message,
                               const json_text::PiecesOf& pieces) const noexcept {
  const char* const written = pieces.written(message);
  const char* const json = text_.data();
  std::size_t at = key_size_;
  const auto* const end = part_.data() + parts_;
  for (const auto* part = part_.data(); part != end; ++part) {
    const auto from = std::exchange(at, part->json_end);
    if (part->kind == Kind::listed_again && is_repeated(part, shape, message)) continue;
    out = json_text::put_padded(out, json + from, at - from);
    const auto begin = shape.at(part->span.begin);
    const auto size = shape.at(part->span.end) - begin;
    if (part->kind == Kind::number)
      out = json_text::put_number(out, number_of(message.substr(begin, size)));
    else if (written != nullptr)
      out = json_text::put_padded(out, written + begin, size);
    else if (is_quoted(part->kind))  // over the quote that is there, and the next one is to come
      out = json_text::put_string(out - 1, message.substr(begin, size)) - 1;
    else
      out = json_text::put(out, message.substr(begin, size));
  }
  return json_text::put_padded(out, json + at, text_size_ - at);
}

std::size_t EventReadingOfShape::room(std::size_t message_size) const noexcept {
  return text_size_ + json_text::slack + parts_ * json_text::string_room(message_size);
}

void EventReadingOfShape::fill(const TextShape& shape, std::string_view message,
                               ExtractedFields& fields) const {
  for (std::size_t i = 0; i < parts_; ++i) {
    const auto& part = part_[i];
    const auto value = text_of(shape, message, part.span);
    const PlainKey key{{text_.data() + part.key, part.key_size}};
    switch (part.kind) {
      case Kind::listed:
      case Kind::listed_again:
        fields.add(part.list, value);
        break;
      case Kind::text:
        fields.text(key, value);
        break;
      case Kind::digits:
      case Kind::number:
        fields.number(key, number_of(value), value);
        break;
      case Kind::json:
        fields.json(key, value);
        break;
      case Kind::constant: {
        const auto begin = std::size_t{part.key} + part.key_size + 2;
        fields.json(key, {text_.data() + begin, part.json_end - begin});
        break;
      }
    }
  }
}

char* RememberedFields::put(char* out, const json_text::PiecesOf& pieces) const noexcept {
  return reading_->put(out, *shape_, message_, pieces);
}

std::size_t RememberedFields::room() const noexcept { return reading_->room(message_.size()); }

void RememberedFields::fill(ExtractedFields& fields) const {
  reading_->fill(*shape_, message_, fields);
}

}  // namespace netlogd::parse
