#include "netlogd/parse/events.hpp"

#include <algorithm>
#include <utility>

#include "parse/event_loader.hpp"
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

EventExtractor::EventExtractor(const EventCatalogue& catalogue)
    : tables_(&catalogue.tables()), scratch_(std::make_unique<EventScratch>()) {}
EventExtractor::EventExtractor(EventExtractor&&) noexcept = default;
EventExtractor& EventExtractor::operator=(EventExtractor&&) noexcept = default;
EventExtractor::~EventExtractor() = default;

std::string_view EventExtractor::extract(const EventInput& input, ExtractedFields& fields) {
  return EventReading(*tables_, *scratch_, input, fields).run();
}

EventDecision EventExtractor::decision() const noexcept { return scratch_->decision; }

}  // namespace netlogd::parse
