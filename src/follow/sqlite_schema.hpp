// The tables, views and indexes of DATA/netlogd.db; docs/queries.md explains them.

#pragma once

#include <cstdint>
#include <string>

namespace netlogd::follow {

constexpr int schema_version = 4;
// Large, so that little of a page stays empty behind its last row.
constexpr std::int64_t page_bytes = 16384;
// A row's device is found through its bucket, one of these, so that a transaction changes the ends
// of so many stretches of an index and not one for every device (docs/decisions/0002).
constexpr std::int64_t host_buckets = 64;

// For a new database, before anything is written to it.
[[nodiscard]] std::string new_database_sql();
// For every connection that writes.
[[nodiscard]] std::string connection_sql();
// Everything, in one transaction.
[[nodiscard]] std::string schema_sql(bool text_index);

}  // namespace netlogd::follow
