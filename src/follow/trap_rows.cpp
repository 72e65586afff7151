// Rows of `traps`: what follows the device in the line is kept as it is, and what people ask by is
// taken out of it.

#include <array>

#include "follow/row_writer.hpp"

namespace netlogd::follow {
namespace {

class TrapRows final : public RowWriter {
 public:
  explicit TrapRows(Counter& whole_lines) : whole_lines_(whole_lines) {}

  Result<void> prepare(SqliteDatabase& database, SharedWords& words) override {
    database_ = &database;
    words_ = &words;
    auto kinds = kinds_.prepare(database, "trap_kinds", "key", ", version, trap_type, trap_name");
    if (!kinds) return kinds;
    return insert_.prepare(
        database, "trap_rows",
        std::string(SharedWords::head_columns) + ", kind_id, event_id, severity, body, whole");
  }

  void forget() noexcept override {
    kinds_.forget();
    insert_.abandon();
  }

  Result<void> add(const journal::RecordLine& record, std::size_t rows_left) override {
    insert_.begin(record.text, rows_left);
    insert_.bind(1, static_cast<std::int64_t>(record.id)).bind(event_column, SharedWords::no_event);
    bool whole = true;
    if (line_.parse(record.text)) {
      MemberCursor at(line_);
      const RecordHead head = read_head(record.text, line_, at, "\"trap\"");
      whole = !head.is_exact || head.body.empty();
      if (auto bound = bind_columns(head); !bound) return bound;
      if (!whole) insert_.bind(body_column, head.body);
    } else {
      words_->bind_unread(insert_);
    }
    if (whole) {
      count(whole_lines_);
      insert_.bind(whole_column, record.text);
    }
    return insert_.end();
  }

 private:
  Result<void> bind_columns(const RecordHead& head) {
    auto bound = words_->bind_head(*database_, insert_, head, "null");
    if (!bound) return bound;
    std::array<std::string_view, 3> words{};
    std::string_view event;
    for (const auto& m : line_.members()) {
      if (m.key == "version") words[0] = m.value;
      if (m.key == "trap_type") words[1] = m.value;
      if (m.key == "trap_name") words[2] = m.value;
      if (m.key == "event_type") event = m.value;
      if (m.key == "severity") {
        if (const auto severity = json_integer(m.value)) insert_.bind(severity_column, *severity);
      }
    }
    key_.clear();
    for (const auto word : words) key_.append(word).push_back('\n');
    auto kind = kinds_.id(*database_, key_, words_->day(), [&](SqliteStatement& insert) {
      for (std::size_t i = 0; i < words.size(); ++i) {
        static_cast<void>(bind_scalar(insert, static_cast<int>(i) + 3, words[i], word_));
      }
    });
    if (!kind) return kind.error();
    insert_.bind(kind_column, *kind);
    auto event_id = words_->event(*database_, event);
    if (!event_id) return event_id.error();
    insert_.bind(event_column, *event_id);
    return {};
  }

  enum Column : int {
    kind_column = SharedWords::first_own_column,
    event_column,
    severity_column,
    body_column,
    whole_column
  };

  Counter& whole_lines_;
  SqliteDatabase* database_ = nullptr;
  SharedWords* words_ = nullptr;
  Dictionary kinds_;
  RowInsert insert_;
  JsonLine line_;
  std::string key_;
  std::string word_;
};

}  // namespace

std::unique_ptr<RowWriter> make_trap_rows(Counter& whole_lines) {
  return std::make_unique<TrapRows>(whole_lines);
}

}  // namespace netlogd::follow
