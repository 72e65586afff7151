#include "netlogd/parse/events.hpp"

#include <algorithm>
#include <utility>

#include "parse/event_loader.hpp"
#include "parse/event_memory.hpp"
#include "parse/event_reading.hpp"
#include "parse/event_tables.hpp"

namespace netlogd::parse {

EventCatalogue::EventCatalogue(std::unique_ptr<const EventTables> tables) noexcept
    : tables_(std::move(tables)) {}
EventCatalogue::EventCatalogue(EventCatalogue&&) noexcept = default;
EventCatalogue& EventCatalogue::operator=(EventCatalogue&&) noexcept = default;
EventCatalogue::~EventCatalogue() = default;

Result<EventCatalogue> EventCatalogue::load(std::span<const NamedText> files) {
  auto tables = load_event_tables(files);
  if (!tables) return tables.error();
  return EventCatalogue(std::move(*tables));
}

const std::vector<std::string_view>& EventCatalogue::event_types() const noexcept {
  return tables_->type_names;
}

bool EventCatalogue::has_event_type(std::string_view word) const noexcept {
  const auto& names = tables_->type_names;
  return std::find(names.begin(), names.end(), word) != names.end();
}

std::size_t EventCatalogue::message_ids() const noexcept { return tables_->message_rows.size(); }

EventExtractor::EventExtractor(const EventCatalogue& catalogue, bool remembers)
    : tables_(&catalogue.tables()),
      remembers_(remembers),
      scratch_(std::make_unique<EventScratch>()) {}
EventExtractor::EventExtractor(EventExtractor&&) noexcept = default;
EventExtractor& EventExtractor::operator=(EventExtractor&&) noexcept = default;
EventExtractor::~EventExtractor() = default;

std::string_view EventExtractor::extract(const EventInput& input, ExtractedFields& fields) {
  const auto answer = read(input, fields);
  if (answer.remembered) answer.remembered.fill(fields);
  return answer.type;
}

EventAnswer EventExtractor::read(const EventInput& input, ExtractedFields& fields) {
  auto& scratch = *scratch_;
  // A pair gives way to a field that is there already, and so depends on what came before.
  const bool alone = fields.empty() && input.parameters.empty();
  known_ = remembers_ ? recall(input, alone) : nullptr;
  if (known_ != nullptr && alone)
    return {tables_->type_names[known_->result().type], {*known_, scratch.shape, input.message}};
  scratch.hits.clear();
  EventReading reading(*tables_, scratch, input, fields);
  if (known_ != nullptr) {
    reading.read_parameters(known_->result().type_by_id);
    known_->fill(scratch.shape, input.message, fields);
    return {tables_->type_names[known_->result().type], {}};
  }
  reading.run();
  reading.flush_lists();
  return {tables_->type_names[reading.result().type], {}};
}

// What is known of the message by its shape, from before or from now on; nullptr: nothing.
const EventReadingOfShape* EventExtractor::recall(const EventInput& input, bool alone) {
  auto& scratch = *scratch_;
  const bool has_shape =
      scratch.shape.read(input.message_id, input.process, input.message, tables_->named_numbers);
  if (!has_shape) return nullptr;
  const auto* known = scratch.memory.find(scratch.shape);
  if (known == nullptr) {
    // By itself: what attributes and vendors say is no part of what is remembered.
    auto message_alone = input;
    message_alone.parameters = {};
    scratch.fields.clear();
    scratch.hits.clear();
    EventReading reading(*tables_, scratch, message_alone, scratch.fields);
    reading.run();
    known = &scratch.memory.keep(scratch.shape, input.message, reading.result(), scratch.hits,
                                 scratch.fields);
  }
  return known->is_whole() && (alone || !known->result().has_pairs) ? known : nullptr;
}

EventDecision EventExtractor::decision() const noexcept {
  return known_ != nullptr ? known_->result().decision : scratch_->decision;
}

}  // namespace netlogd::parse
