// The tables, views and indexes of DATA/netlogd.db; docs/queries.md explains them.

#pragma once

#include <string>

namespace netlogd::follow {

constexpr int schema_version = 1;

// For a new database, before anything is written to it.
[[nodiscard]] std::string new_database_sql();
// For every connection that writes.
[[nodiscard]] std::string connection_sql();
// Everything, in one transaction.
[[nodiscard]] std::string schema_sql(bool text_index);

}  // namespace netlogd::follow
