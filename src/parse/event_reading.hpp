// One message being read: which row of the catalogue it belongs to, what its rules take from the
// text, and what the text names. Lives for one call of EventExtractor::extract().

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "netlogd/parse/events.hpp"
#include "parse/event_memory.hpp"
#include "parse/event_pattern.hpp"
#include "parse/event_tables.hpp"
#include "parse/event_words.hpp"
#include "parse/scan_text.hpp"

namespace netlogd::parse {

// What an extractor keeps between messages, so that none of them allocates.
struct EventScratch {
  Hits hits;
  Captures captures;
  WordMatcher::Seen words;
  EventDecision decision;
  TextShape shape;
  EventMemory memory;
  ExtractedFields fields;  // of a message that is read to be remembered
};

class EventReading {
 public:
  EventReading(const EventTables& tables, EventScratch& scratch, const EventInput& input,
               ExtractedFields& fields) noexcept
      : tables_(tables), scratch_(scratch), input_(input), fields_(fields) {}

  // Reads the message. The lists are filled by flush_lists(), which the caller may put off.
  void run();
  void flush_lists();

  // The attributes alone, of an event whose id is of this type.
  void read_parameters(std::uint16_t type_by_id);

  // After run().
  [[nodiscard]] EventResult result() const noexcept {
    return {type_, type_by_id_, has_pairs_, by_value_, scratch_.decision};
  }

 private:
  using By = EventDecision::By;

  const EventRow* row_of_id(std::string_view id, By& by) const noexcept;
  const EventRow* row_of_process() const noexcept;
  void read_nested_tag();
  void read_words(std::string_view id);
  void decide(const EventRow& row, By by) noexcept;
  bool apply_rules(const EventRow& row, std::string_view text);
  void apply_rule(const EventRule& rule);

  void attribute(std::string_view name, std::string_view value, bool keep_unknown);
  void read_pairs(std::string_view text);
  void read_colon_pairs(std::string_view text);

  void keep(std::uint16_t field, CaptureKind kind, std::string_view value);
  void list(ExtractedFields::List list, std::string_view value);
  void remove_from_lists(std::string_view value);

  const EventTables& tables_;
  EventScratch& scratch_;
  const EventInput& input_;
  ExtractedFields& fields_;
  std::uint16_t type_ = no_type;
  std::uint16_t type_by_id_ = no_type;
  bool rule_matched_ = false;
  bool by_value_ = false;
  bool has_pairs_ = false;
};

}  // namespace netlogd::parse
