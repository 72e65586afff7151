// Rows of `flows`: a column for each key; times as differences to the reception.

#include "follow/flow_columns.hpp"
#include "follow/row_codes.hpp"
#include "follow/row_writer.hpp"

namespace netlogd::follow {
namespace {

constexpr int first_column = SharedWords::first_own_column;
constexpr int late_column = first_column + static_cast<int>(flow_columns.size());
constexpr int extracted_column = late_column + static_cast<int>(flow_late_columns.size());
constexpr int whole_column = extracted_column + 1;

class FlowRows final : public RowWriter {
 public:
  explicit FlowRows(Counter& whole_lines) : whole_lines_(whole_lines) {}

  Result<void> prepare(SqliteDatabase& database, SharedWords& words) override {
    database_ = &database;
    words_ = &words;
    std::string columns(SharedWords::head_columns);
    for (const auto column : flow_columns) columns.append(", ").append(column);
    for (const auto column : flow_late_columns) columns.append(", ").append(column);
    return insert_.prepare(database, "flow_rows", columns + ", extracted, whole");
  }

  void forget() noexcept override { insert_.abandon(); }

  Result<void> add(const journal::RecordLine& record, std::size_t rows_left) override {
    insert_.begin(record.text, rows_left);
    insert_.bind(1, static_cast<std::int64_t>(record.id));
    bool whole = !line_.parse(record.text);
    if (whole) {
      words_->bind_unread(insert_);
    } else {
      auto exact = bind_columns(record.text);
      if (!exact) return exact.error();
      whole = !*exact;
    }
    if (whole) {
      count(whole_lines_);
      insert_.bind(whole_column, record.text);
    }
    return insert_.end();
  }

 private:
  Result<bool> bind_columns(std::string_view text) {
    MemberCursor at(line_);
    const RecordHead head = read_head(text, line_, at, "\"flow\"");
    auto bound = words_->bind_head(*database_, insert_, head, "null");
    if (!bound) return bound.error();

    // In the order of the contract first; whatever is elsewhere is looked up, and the line kept
    // whole.
    bool exact = head.is_exact && at.take("exporter_ip") == head.source_ip;
    for (std::size_t i = 0; i < flow_columns.size(); ++i) {
      auto value = at.take(flow_columns[i]);
      if (value.empty()) {
        exact = false;
        value = find(flow_columns[i]);
      }
      exact &= bind_value(i, value, head.received_us);
    }
    auto extracted = at.take("extracted_fields");
    exact = exact && !extracted.empty();
    for (std::size_t i = 0; i < flow_late_columns.size(); ++i) {
      const auto value = at.take(flow_late_columns[i]);
      if (value.empty()) continue;
      const int column = late_column + static_cast<int>(i);
      exact &= value != "null" && bind_scalar(insert_, column, value, scratch_);
    }
    exact = exact && at.is_at_end();
    if (extracted.empty()) extracted = find("extracted_fields");
    if (!extracted.empty() && extracted != "{}") insert_.bind(extracted_column, extracted);
    return exact;
  }

  bool bind_value(std::size_t i, std::string_view value, std::int64_t received_us) {
    const int column = first_column + static_cast<int>(i);
    if (value.empty()) return false;
    if (i == flow_start_time || i == flow_end_time) {
      if (const auto time = json_text(value, scratch_)) {
        if (const auto code = encode_time(*time, received_us)) {
          insert_.bind(column, *code);
          return true;
        }
      }
    }
    return bind_scalar(insert_, column, value, scratch_);
  }

  std::string_view find(std::string_view key) const noexcept {
    for (const auto& m : line_.members()) {
      if (m.key == key) return m.value;
    }
    return {};
  }

  Counter& whole_lines_;
  SqliteDatabase* database_ = nullptr;
  SharedWords* words_ = nullptr;
  RowInsert insert_;
  JsonLine line_;
  std::string scratch_;
};

}  // namespace

std::unique_ptr<RowWriter> make_flow_rows(Counter& whole_lines) {
  return std::make_unique<FlowRows>(whole_lines);
}

}  // namespace netlogd::follow
