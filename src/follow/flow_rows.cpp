// Rows of `flows`: a column for each key; times as differences to the reception.

#include "follow/flow_columns.hpp"
#include "follow/row_codes.hpp"
#include "follow/row_writer.hpp"

namespace netlogd::follow {
namespace {

constexpr int first_column = 5;
constexpr int late_column = first_column + static_cast<int>(flow_columns.size());
constexpr int extracted_column = late_column + static_cast<int>(flow_late_columns.size());
constexpr int whole_column = extracted_column + 1;

class FlowRows final : public RowWriter {
 public:
  explicit FlowRows(Counter& whole_lines) : whole_lines_(whole_lines) {}

  Result<void> prepare(SqliteDatabase& database, SharedWords& words) override {
    database_ = &database;
    words_ = &words;
    std::string sql = "INSERT INTO flow_rows(id, received_us, host_id, source_id";
    for (const auto column : flow_columns) sql.append(", ").append(column);
    for (const auto column : flow_late_columns) sql.append(", ").append(column);
    sql += ", extracted, whole) VALUES(?1";
    for (int i = 2; i <= whole_column; ++i) sql += ", ?" + std::to_string(i);
    auto insert = database.prepare(sql + ")");
    if (!insert) return insert.error();
    insert_ = std::move(*insert);
    return {};
  }

  void forget() noexcept override {}

  Result<void> add(const journal::RecordLine& record) override {
    for (int i = 1; i <= whole_column; ++i) insert_.bind_null(i);
    insert_.bind(1, static_cast<std::int64_t>(record.id)).bind(2, last_received_us_);
    bool whole = !line_.parse(record.text);
    if (!whole) {
      auto exact = bind_columns(record.text);
      if (!exact) return exact.error();
      whole = !*exact;
    }
    if (whole) {
      count(whole_lines_);
      insert_.bind(whole_column, record.text);
    }
    return insert_.run();
  }

 private:
  Result<bool> bind_columns(std::string_view text) {
    MemberCursor at(line_);
    const RecordHead head = read_head(text, line_, at, "\"flow\"", device_line_);
    if (head.received_us > 0) last_received_us_ = head.received_us;
    insert_.bind(2, last_received_us_);
    words_->use_day_of(last_received_us_);
    auto host = words_->host(*database_, head.device_hostname);
    if (!host) return host.error();
    if (*host != 0) insert_.bind(3, *host);
    auto source = words_->source(*database_, head.source, head.source_ip, head.transport,
                                 head.relay_ip, device_line_, "null");
    if (!source) return source.error();
    insert_.bind(4, *source);

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
      exact &= value != "null" && bind_scalar(insert_, column, value, late_texts_[i]);
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
      if (const auto time = json_text(value, texts_[i])) {
        if (const auto code = encode_time(*time, received_us)) {
          insert_.bind(column, *code);
          return true;
        }
      }
    }
    return bind_scalar(insert_, column, value, texts_[i]);
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
  SqliteStatement insert_;
  JsonLine line_;
  JsonLine device_line_;
  std::int64_t last_received_us_ = 0;  // for a line whose own time cannot be read
  std::array<std::string, flow_columns.size()> texts_;
  std::array<std::string, flow_late_columns.size()> late_texts_;
};

}  // namespace

std::unique_ptr<RowWriter> make_flow_rows(Counter& whole_lines) {
  return std::make_unique<FlowRows>(whole_lines);
}

}  // namespace netlogd::follow
