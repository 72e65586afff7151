#include "parse/event_memory.hpp"

#include <cstring>

#include "netlogd/core/text_cursor.hpp"
#include "parse/text_index.hpp"

namespace netlogd::parse {
namespace {

constexpr std::uint32_t tag_of(std::uint64_t hash) noexcept {
  return static_cast<std::uint32_t>(hash >> 32) | 1U;
}

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

bool is_inside(std::string_view part, std::string_view whole) noexcept {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

}  // namespace

EventMemory::EventMemory() : sets_(sets) {}

const EventReadingOfShape* EventMemory::find(const TextShape& shape) noexcept {
  const auto key = shape.key();
  hash_ = text_hash(key);
  const auto& set = sets_[hash_ % sets];
  for (std::size_t way = 0; way < ways; ++way) {
    if (set.tags[way] != tag_of(hash_)) continue;
    const auto& reading = set.readings[way];
    if (reading.key_size_ == key.size() &&
        std::memcmp(reading.key_.data(), key.data(), key.size()) == 0)
      return &reading;
  }
  return nullptr;
}

const EventReadingOfShape& EventMemory::keep(const TextShape& shape, std::string_view message,
                                             const EventResult& result, const Hits& hits,
                                             const ExtractedFields& fields) {
  auto& set = sets_[hash_ % sets];
  if (set.readings == nullptr) set.readings = std::make_unique<EventReadingOfShape[]>(ways);
  const auto way = set.next++ % ways;
  auto& reading = set.readings[way];
  const auto key = shape.key();
  std::memcpy(reading.key_.data(), key.data(), key.size());
  reading.key_size_ = static_cast<std::uint16_t>(key.size());
  reading.result_ = result;
  reading.whole_ = !result.by_value && reading.keep_values(shape, message, hits, fields);
  set.tags[way] = tag_of(hash_);
  return reading;
}

bool EventReadingOfShape::keep_values(const TextShape& shape, std::string_view message,
                                      const Hits& hits, const ExtractedFields& fields) noexcept {
  if (hits.size() > most_list_values || fields.all().size() > most_values) return false;
  const auto span_of = [&](std::string_view part, Span& span) {
    const auto begin = static_cast<std::size_t>(part.data() - message.data());
    return shape.place_of(begin, span.begin) && shape.place_of(begin + part.size(), span.end);
  };
  list_values_ = values_ = 0;
  for (const auto& hit : hits) {
    auto& value = in_lists_[list_values_++];
    value.list = hit.list;
    if (!span_of(message.substr(hit.at, hit.length), value.span)) return false;
  }
  for (const auto& field : fields.all()) {
    auto& value = in_fields_[values_++];
    value.field = field;
    value.key_in_message = is_inside(field.key, message);
    if (value.key_in_message) {
      const auto begin = static_cast<std::size_t>(field.key.data() - message.data());
      // Whether two keys are the same must not depend on a number.
      if (shape.has_number(begin, begin + field.key.size()) || !span_of(field.key, value.key))
        return false;
    }
    value.value_in_message = !field.value.empty() && is_inside(field.value, message);
    if (value.value_in_message && !span_of(field.value, value.value)) return false;
  }
  return true;
}

void EventReadingOfShape::apply(const TextShape& shape, std::string_view message,
                                ExtractedFields& fields) const {
  const auto text_of = [&](const Span& span) {
    const auto begin = shape.at(span.begin);
    return std::string_view(message.data() + begin, shape.at(span.end) - begin);
  };
  const bool first = fields.all().empty();
  for (std::size_t i = 0; i < values_; ++i) {
    const auto& known = in_fields_[i];
    if (!first && fields.has(known.field)) continue;
    auto& field = fields.append(known.field);
    if (known.key_in_message) field.key = text_of(known.key);
    if (known.value_in_message) {
      field.value = text_of(known.value);
      if (field.kind == ExtractedFields::Kind::number) field.number = number_of(field.value);
    }
  }
  for (std::size_t i = 0; i < list_values_; ++i)
    fields.add_named(in_lists_[i].list, text_of(in_lists_[i].span));
}

}  // namespace netlogd::parse
