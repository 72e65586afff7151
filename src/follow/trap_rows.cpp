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
    auto insert = database.prepare(
        "INSERT INTO trap_rows(id, received_us, host_id, source_id, kind_id, event_id, severity, "
        "body, whole) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    if (!insert) return insert.error();
    insert_ = std::move(*insert);
    return {};
  }

  void forget() noexcept override { kinds_.forget(); }

  Result<void> add(const journal::RecordLine& record) override {
    for (int i = 1; i <= 9; ++i) insert_.bind_null(i);
    insert_.bind(1, static_cast<std::int64_t>(record.id)).bind(2, last_received_us_);
    bool whole = true;
    if (line_.parse(record.text)) {
      MemberCursor at(line_);
      const RecordHead head = read_head(record.text, line_, at, "\"trap\"", device_line_);
      whole = !head.is_exact || head.body.empty();
      if (auto bound = bind_columns(head); !bound) return bound;
      if (!whole) insert_.bind(8, head.body);
    }
    if (whole) {
      count(whole_lines_);
      insert_.bind(9, record.text);
    }
    return insert_.run();
  }

 private:
  Result<void> bind_columns(const RecordHead& head) {
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

    std::array<std::string_view, 3> words{};
    std::string_view event;
    for (const auto& m : line_.members()) {
      if (m.key == "version") words[0] = m.value;
      if (m.key == "trap_type") words[1] = m.value;
      if (m.key == "trap_name") words[2] = m.value;
      if (m.key == "event_type") event = m.value;
      if (m.key == "severity") {
        if (const auto severity = json_integer(m.value)) insert_.bind(7, *severity);
      }
    }
    key_.clear();
    for (const auto word : words) key_.append(word).push_back('\n');
    std::array<std::string, 3> texts;
    auto kind = kinds_.id(*database_, key_, words_->day(), [&](SqliteStatement& insert) {
      for (std::size_t i = 0; i < words.size(); ++i) {
        static_cast<void>(bind_scalar(insert, static_cast<int>(i) + 3, words[i], texts[i]));
      }
    });
    if (!kind) return kind.error();
    insert_.bind(5, *kind);
    auto event_id = words_->event(*database_, event);
    if (!event_id) return event_id.error();
    if (*event_id != 0) insert_.bind(6, *event_id);
    return {};
  }

  Counter& whole_lines_;
  SqliteDatabase* database_ = nullptr;
  SharedWords* words_ = nullptr;
  Dictionary kinds_;
  SqliteStatement insert_;
  JsonLine line_;
  JsonLine device_line_;
  std::int64_t last_received_us_ = 0;  // for a line whose own time cannot be read
  std::string key_;
};

}  // namespace

std::unique_ptr<RowWriter> make_trap_rows(Counter& whole_lines) {
  return std::make_unique<TrapRows>(whole_lines);
}

}  // namespace netlogd::follow
