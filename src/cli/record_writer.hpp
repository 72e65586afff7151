// Records to standard output in one of four forms.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "record.hpp"
#include "session.hpp"

namespace netlogd::cli {

class RecordWriter {
 public:
  virtual ~RecordWriter() = default;
  virtual void write(const StoredRecord& record, const RecordReader& reader) = 0;
  virtual void finish() {}
};

// table: for eyes; json: one list; jsonl: the lines of the journal; csv: RFC 4180 with a heading.
// `columns` (dotted keys) are for table and csv; empty: the usual ones.
[[nodiscard]] std::unique_ptr<RecordWriter> make_record_writer(
    std::string_view format, const std::vector<std::string>& columns, const Session& session);

[[nodiscard]] const std::vector<std::string>& usual_csv_columns();
[[nodiscard]] std::string csv_cell(std::string_view text);

}  // namespace netlogd::cli
