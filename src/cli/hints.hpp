// What to say when nothing was found, or cannot be found: that nobody has the name that was asked
// for, and the nearest one that is known. One thread.

#pragma once

#include <string>
#include <vector>

#include "filter.hpp"
#include "records.hpp"

namespace netlogd::cli {

// A sentence, or nothing when all names of the filter are known.
[[nodiscard]] std::string unknown_name(const Filter& filter, RecordSource& source);

// Keys of records, for --columns: "device_site" becomes "device.site"; one that no record has is an
// error.
Result<std::vector<std::string>> record_columns(const std::vector<std::string>& words);

}  // namespace netlogd::cli
