// How a syslog line is read, piece by piece: which bytes became which field, by which rule, and
// what is in doubt. The same reader as the daemon's.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inputs.hpp"
#include "netlogd/core/raw_batch.hpp"
#include "netlogd/parse/syslog_record.hpp"

namespace netlogd::cli {

struct Span {
  std::size_t from = 0;
  std::size_t to = 0;  // behind the last byte
};

struct ReadField {
  std::string field;  // the key of the record
  std::string value;
  std::optional<Span> span;
  std::string rule;
  std::string doubt;  // empty: none
};

struct LineReading {
  std::vector<ReadField> fields;
  std::string vendor;
  std::string event_type;
  ParseStatus status = ParseStatus::unparsed;
  std::string record;  // the line that the daemon would write, with id 0
};

class LineReader {
 public:
  explicit LineReader(const Inputs& inputs);
  [[nodiscard]] LineReading read(const RawMessage& raw);

 private:
  std::shared_ptr<const DeviceDirectory> devices_;
  parse::SyslogReader reader_;
  parse::SyslogRecordMaker maker_;
};

}  // namespace netlogd::cli
