#include "parse/event_memory.hpp"

#include "netlogd/core/text_hash.hpp"

namespace netlogd::parse {
namespace {

constexpr std::uint32_t tag_of(std::uint64_t hash) noexcept {
  return static_cast<std::uint32_t>(hash >> 32) | 1U;
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
    if (!reading.is_of(key)) continue;
    reading.prefetch();
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
  reading.learn(shape, message, result, hits, fields);
  set.tags[way] = tag_of(hash_);
  return reading;
}

}  // namespace netlogd::parse
