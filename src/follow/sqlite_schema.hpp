// The tables, views and indexes of DATA/netlogd.db; docs/queries.md explains them.

#pragma once

#include <cstdint>
#include <string>

namespace netlogd::follow {

constexpr int schema_version = 2;
// Large, so that little of a page stays empty behind its last row.
constexpr std::int64_t page_bytes = 16384;

// For a new database, before anything is written to it.
[[nodiscard]] std::string new_database_sql();
// For every connection that writes.
[[nodiscard]] std::string connection_sql();
// Everything, in one transaction.
[[nodiscard]] std::string schema_sql(bool text_index);

}  // namespace netlogd::follow
