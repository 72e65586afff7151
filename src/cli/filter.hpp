// Which records are meant: the options that tail, query, count and the others share, and the
// question whether one record fits. As SQL: filter_sql.hpp.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/result.hpp"
#include "record.hpp"
#include "session.hpp"

namespace netlogd::cli {

// As typed.
struct FilterWords {
  std::string since, until, severity;
  std::vector<std::string> streams, devices, sites, roles, vendors, events, message_ids, texts,
      sources, statuses;
};

struct Filter {
  std::vector<Stream> streams;
  std::optional<Micros> since, until;  // received_at: since <= it < until
  std::optional<int> severity;         // this and worse
  std::vector<std::string> devices;    // a host name, an address, or a glob
  std::vector<std::string> sites, roles, vendors, events, message_ids, texts, statuses;
  std::vector<std::string> sources;  // addresses

  [[nodiscard]] bool takes(Stream stream) const;
};

void add_filter_options(Command& command, FilterWords& words);
// `usual`: the streams when none is named.
Result<Filter> make_filter(const FilterWords& words, const std::vector<Stream>& usual,
                           const Session& session);

[[nodiscard]] bool matches(const Filter& filter, Stream stream, const RecordReader& record);

constexpr const char* streams_hint = "syslog, trap, flow or all";

}  // namespace netlogd::cli
