// Reads the data files of the event catalogue. The form is described in docs/event-types.md:
// sections in brackets, a row a line, extraction rules indented under their row.

#pragma once

#include <memory>
#include <span>

#include "netlogd/core/named_text.hpp"
#include "netlogd/core/result.hpp"
#include "parse/event_tables.hpp"

namespace netlogd::parse {

[[nodiscard]] Result<std::unique_ptr<EventTables>> load_event_tables(
    std::span<const NamedText> files);

}  // namespace netlogd::parse
