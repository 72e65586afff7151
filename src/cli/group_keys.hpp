// What records can be counted by: a word, its place in the JSON line, its SQL. Pure.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/result.hpp"
#include "record.hpp"

namespace netlogd::cli {

class GroupKey {
 public:
  // device, site, role, vendor, event, severity, message_id, source, stream, parse_status.
  static Result<GroupKey> find(std::string_view word);

  [[nodiscard]] const std::string& name() const { return name_; }
  // An expression over the view of the stream.
  [[nodiscard]] std::string sql(Stream stream) const;
  [[nodiscard]] std::string value(Stream stream, const RecordReader& record) const;

 private:
  std::string name_;
  std::size_t row_ = 0;
};

}  // namespace netlogd::cli
