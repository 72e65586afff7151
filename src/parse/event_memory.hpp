// What the rules found in messages of shapes that were seen before: where each value stands and
// what it is. A network says the same few thousand things all day with other numbers in them, so
// most messages need no rule at all. Bounded; the oldest shape of four gives way. One worker, no
// lock.
//
// What is remembered says nothing that a fresh reading would not:
// tests/property/event_memory_test.cpp.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "parse/event_reading_of_shape.hpp"

namespace netlogd::parse {

class EventMemory {
 public:
  static constexpr std::size_t shapes = 4096;

  EventMemory();

  // nullptr: this shape was not seen, or not lately. Valid until the next keep().
  [[nodiscard]] const EventReadingOfShape* find(const TextShape& shape) noexcept;
  // Keeps what a message of the shape that find() did not find came to, if only that it cannot be
  // kept. Valid as above.
  const EventReadingOfShape& keep(const TextShape& shape, std::string_view message,
                                  const EventResult& result, const Hits& hits,
                                  const ExtractedFields& fields);

 private:
  static constexpr std::size_t ways = 4;
  static constexpr std::size_t sets = shapes / ways;
  struct Set {
    std::array<std::uint32_t, ways> tags{};           // of the hash; 0: free
    std::uint32_t next = 0;                           // the place that gives way
    std::unique_ptr<EventReadingOfShape[]> readings;  // `ways` of them, once the set is used
  };

  std::vector<Set> sets_;
  std::uint64_t hash_ = 0;  // of the last shape looked for
};

}  // namespace netlogd::parse
