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

#include "netlogd/parse/events.hpp"
#include "netlogd/parse/extracted_fields.hpp"
#include "parse/scan_text.hpp"
#include "parse/text_shape.hpp"

namespace netlogd::parse {

// What a reading came to.
struct EventResult {
  std::uint16_t type;
  std::uint16_t type_by_id;  // what the id alone said
  bool has_pairs;            // some of the fields are key=value pairs of the text
  bool by_value;  // a number was looked up as a word: another one may mean something else
  EventDecision decision;
};

// One remembered reading. Views point into the catalogue.
class EventReadingOfShape {
 public:
  // Fills in what `message`, of the shape that was found, says. The first value of a key stays.
  void apply(const TextShape& shape, std::string_view message, ExtractedFields& fields) const;
  [[nodiscard]] const EventResult& result() const noexcept { return result_; }
  // False: messages of this shape must be read each by itself.
  [[nodiscard]] bool is_whole() const noexcept { return whole_; }

 private:
  friend class EventMemory;
  struct Span {
    TextShape::Place begin;
    TextShape::Place end;
  };
  struct Value {
    ExtractedFields::Field field;
    Span key;
    Span value;
    bool key_in_message;
    bool value_in_message;
  };
  struct ListValue {
    Span span;
    ExtractedFields::List list;
  };
  static constexpr std::size_t most_values = 24;
  static constexpr std::size_t most_list_values = 24;

  // False when it cannot be kept: too much, or something that depends on the value of a number.
  bool keep_values(const TextShape& shape, std::string_view message, const Hits& hits,
                   const ExtractedFields& fields) noexcept;

  std::array<char, TextShape::longest_key> key_;
  std::uint16_t key_size_;
  std::uint8_t values_;
  std::uint8_t list_values_;
  bool whole_;
  EventResult result_;
  std::array<ListValue, most_list_values> in_lists_;
  std::array<Value, most_values> in_fields_;
};

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
