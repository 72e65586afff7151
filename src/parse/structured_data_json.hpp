// Structured data as an object of objects. Private to parse.

#pragma once

#include "netlogd/core/json_writer.hpp"
#include "netlogd/wire/structured_data.hpp"

namespace netlogd::parse {

// `{"sd-id": {"name": "value"}}`. Elements with the same id become one object, and the first value
// of a name stays, so that no object has a key twice.
void write_structured_data(const wire::StructuredData& data, JsonWriter& json);

}  // namespace netlogd::parse
