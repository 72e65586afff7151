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
  auto& scratch = *scratch_;
  scratch.hits.clear();
  EventReading reading(*tables_, scratch, input, fields);
  const auto* known = remembers_ ? recall(input, fields) : nullptr;
  auto type = tables_->other_type;
  if (known != nullptr) {
    if (!input.parameters.empty()) reading.read_parameters(known->result().type_by_id);
    known->apply(scratch.shape, input.message, fields);
    scratch.decision = known->result().decision;
    type = known->result().type;
  } else {
    reading.run();
    reading.flush_lists();
    type = reading.result().type;
  }
  return tables_->type_names[type];
}

// What is known of the message by its shape, from before or from now on; nullptr: nothing.
const EventReadingOfShape* EventExtractor::recall(const EventInput& input,
                                                  const ExtractedFields& fields) {
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
    EventReading reading(*tables_, scratch, message_alone, scratch.fields);
    reading.run();
    known = &scratch.memory.keep(scratch.shape, input.message, reading.result(), scratch.hits,
                                 scratch.fields);
    scratch.hits.clear();
  }
  if (!known->is_whole()) return nullptr;
  // A pair gives way to a field that is there already, and so depends on what came before.
  const bool alone = fields.empty() && input.parameters.empty();
  return alone || !known->result().has_pairs ? known : nullptr;
}

EventDecision EventExtractor::decision() const noexcept { return scratch_->decision; }

}  // namespace netlogd::parse
