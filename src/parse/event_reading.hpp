// One message being read: which row of the catalogue it belongs to, what its rules take from the
// text, and what the text names. Lives for one call of EventExtractor::extract().

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "netlogd/parse/events.hpp"
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
};

class EventReading {
 public:
  EventReading(const EventTables& tables, EventScratch& scratch, const EventInput& input,
               ExtractedFields& fields) noexcept
      : tables_(tables), scratch_(scratch), input_(input), fields_(fields) {}

  std::string_view run();

 private:
  using By = EventDecision::By;

  const EventRow* row_of_id(std::string_view id, By& by) const noexcept;
  const EventRow* row_of_process() const noexcept;
  void read_nested_tag();
  void read_words(std::string_view id);
  void decide(const EventRow& row, By by) noexcept;
  bool apply_rules(const EventRow& row, std::string_view text);
  void apply_rule(const EventRule& rule);

  void read_parameters();
  void attribute(std::string_view name, std::string_view value, bool keep_unknown);
  void read_pairs(std::string_view text);
  void read_colon_pairs(std::string_view text);

  void keep(std::uint16_t field, CaptureKind kind, std::string_view value);
  void list(ExtractedFields::List list, std::string_view value);
  void remove_from_lists(std::string_view value);
  void flush_lists();

  const EventTables& tables_;
  EventScratch& scratch_;
  const EventInput& input_;
  ExtractedFields& fields_;
  std::uint16_t type_ = no_type;
  bool rule_matched_ = false;
};

}  // namespace netlogd::parse
