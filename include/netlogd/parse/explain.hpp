// How a message was read: every key of its record with the place in the raw text, the rule that put
// it there, and what is doubtful about it. Computed on demand from the reading that the daemon uses
// too; for people, not for the hot path.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/parse/syslog_record.hpp"

namespace netlogd::parse {

struct ExplainedField {
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  std::string name;             // of the key in the record: "hostname", "time_quality.zone"
  std::string value;            // as the record has it; "null" where it says none
  std::size_t begin = nowhere;  // first octet in the raw message; nowhere: not taken from one place
  std::size_t end = nowhere;    // behind the last
  std::string rule;             // a sentence
  std::string doubt;            // a sentence; empty: none
};

// `reading` is what SyslogReader::read returned for `raw`.
[[nodiscard]] std::vector<ExplainedField> explain(const RawMessage& raw,
                                                  const SyslogReading& reading);

}  // namespace netlogd::parse
