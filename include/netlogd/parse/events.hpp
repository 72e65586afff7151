// What a message is about and what it names: event_type and extracted_fields of RECORD.md. The
// catalogue is compiled once from data files (config/knowledge/events) and shared by all workers;
// an extractor belongs to one worker and allocates nothing once it is warm. Nothing here throws
// after load(), and no input is refused: what no rule knows is "other".

#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "netlogd/core/named_text.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/parse/extracted_fields.hpp"
#include "netlogd/parse/remembered_fields.hpp"

namespace netlogd::parse {

struct EventTables;
struct EventScratch;

// One attribute of structured data, its escapes undone.
struct NameValue {
  std::string_view name;
  std::string_view value;
};

struct EventInput {
  std::string_view vendor;      // RECORD.md's word, "unknown" when it is not known
  std::string_view message_id;  // as RECORD.md writes it, with or without '%'; may be empty
  std::string_view process;     // may be empty
  std::string_view message;     // the text behind the tag
  std::span<const NameValue> parameters;  // of structured data; Junos' are all kept
};

// Where the event type of the last message came from, for `netlog explain`. Views into the
// catalogue.
struct EventDecision {
  enum class By { none, message_id, wildcard, process, words };
  By by = By::none;
  std::string_view key;       // the row's id, wildcard, process or words
  std::string_view source;    // the row's source: a vendor's message guide
  std::string_view file;      // the file of the row
  std::size_t line = 0;       // its line there, from 1
  std::size_t rule_line = 0;  // the line of the extraction rule that matched; 0 when none did
};

// What a message came to. `remembered`: what it names, where that need not be filled in.
struct EventAnswer {
  std::string_view type;  // a view into the catalogue
  RememberedFields remembered;
};

class EventCatalogue {
 public:
  // Later files win over earlier ones: a row with the same id replaces the event type, and its
  // extraction rules are tried before the older ones. Errors read "FILE:LINE: sentence".
  [[nodiscard]] static Result<EventCatalogue> load(std::span<const NamedText> files);

  EventCatalogue(EventCatalogue&&) noexcept;
  EventCatalogue& operator=(EventCatalogue&&) noexcept;
  ~EventCatalogue();

  // Every event type of the files, in their order.
  [[nodiscard]] const std::vector<std::string_view>& event_types() const noexcept;
  [[nodiscard]] bool has_event_type(std::string_view word) const noexcept;
  // How many message ids (without wildcards) have an event type.
  [[nodiscard]] std::size_t message_ids() const noexcept;

  [[nodiscard]] const EventTables& tables() const noexcept { return *tables_; }

 private:
  explicit EventCatalogue(std::unique_ptr<const EventTables> tables) noexcept;
  std::unique_ptr<const EventTables> tables_;
};

class EventExtractor {
 public:
  // The catalogue must outlive the extractor. What was found in messages of one shape is remembered
  // unless `remembers` is false; the answers are the same.
  explicit EventExtractor(const EventCatalogue& catalogue, bool remembers = true);
  EventExtractor(EventExtractor&&) noexcept;
  EventExtractor& operator=(EventExtractor&&) noexcept;
  ~EventExtractor();

  // Adds what the message names to `fields` (which it does not clear) and returns the event type,
  // a view into the catalogue. Values in `fields` are views into the input or the catalogue.
  std::string_view extract(const EventInput& input, ExtractedFields& fields);
  // The same, but where `fields` is empty and the message says nothing new it is left so.
  EventAnswer read(const EventInput& input, ExtractedFields& fields);

  // About the last extract().
  [[nodiscard]] EventDecision decision() const noexcept;

 private:
  const EventReadingOfShape* recall(const EventInput& input, bool alone);

  const EventTables* tables_;
  bool remembers_;
  const EventReadingOfShape* known_ = nullptr;  // of the last message
  std::unique_ptr<EventScratch> scratch_;
};

}  // namespace netlogd::parse
