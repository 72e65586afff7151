// A reading for eyes and for scripts: explain and show.

#pragma once

#include <nlohmann/json_fwd.hpp>

#include "reading.hpp"
#include "session.hpp"

namespace netlogd::cli {

// A table: field, bytes, value, rule, doubt.
void print_fields(const LineReading& reading, const Session& session);
// [{"field", "value", "span": [from, to] or null, "rule", "doubt" or null}]
[[nodiscard]] nlohmann::ordered_json fields_json(const LineReading& reading);

}  // namespace netlogd::cli
