// Rows of `logs`. The raw message is kept once; `message` and `timestamp` are mostly pieces of it,
// times are differences to the reception, and what repeats (vendor, severity, message id, process
// …) is one number: a kind.

#include <array>

#include "follow/field_shapes.hpp"
#include "follow/row_codes.hpp"
#include "follow/row_writer.hpp"

namespace netlogd::follow {
namespace {

struct LogFields {
  std::string_view raw_message, vendor, facility, severity, severity_text, timestamp, normalized,
      time_quality, skew, hostname, process, pid, message_id, sequence, node, message, structured,
      extracted, event_type, parse_status;
  bool is_exact = false;
};

// By the contract's order; every key that is no *opt* must be there.
LogFields read_fields(MemberCursor at) {
  LogFields f;
  f.raw_message = at.take("raw_message");
  const bool cut = !at.take("truncated").empty();
  const bool replaced = !at.take("raw_base64").empty() || !at.take("truncated").empty();
  f.vendor = at.take("vendor");
  f.facility = at.take("facility");
  f.severity = at.take("severity");
  f.severity_text = at.take("severity_text");
  f.timestamp = at.take("timestamp");
  f.normalized = at.take("timestamp_normalized");
  f.time_quality = at.take("time_quality");
  f.skew = at.take("clock_skew_ms");
  f.hostname = at.take("hostname");
  f.process = at.take("process");
  f.pid = at.take("pid");
  f.message_id = at.take("message_id");
  f.sequence = at.take("sequence");
  f.node = at.take("node");
  f.message = at.take("message");
  f.structured = at.take("structured_data");
  f.extracted = at.take("extracted_fields");
  f.event_type = at.take("event_type");
  f.parse_status = at.take("parse_status");
  f.is_exact = !cut && !replaced && at.is_at_end();
  for (const auto value :
       {f.raw_message, f.vendor, f.facility, f.severity, f.severity_text, f.timestamp, f.normalized,
        f.time_quality, f.skew, f.hostname, f.process, f.pid, f.message_id, f.message, f.extracted,
        f.event_type, f.parse_status}) {
    f.is_exact = f.is_exact && !value.empty();
  }
  return f;
}

// By name, wherever they are.
LogFields find_fields(const JsonLine& line) {
  LogFields f;
  const auto find = [&](std::string_view key) -> std::string_view {
    for (const auto& m : line.members()) {
      if (m.key == key) return m.value;
    }
    return "null";
  };
  f.raw_message = find("raw_message");
  f.vendor = find("vendor");
  f.facility = find("facility");
  f.severity = find("severity");
  f.severity_text = find("severity_text");
  f.timestamp = find("timestamp");
  f.normalized = find("timestamp_normalized");
  f.time_quality = find("time_quality");
  f.skew = find("clock_skew_ms");
  f.hostname = find("hostname");
  f.process = find("process");
  f.pid = find("pid");
  f.message_id = find("message_id");
  f.sequence = find("sequence");
  f.node = find("node");
  f.message = find("message");
  f.structured = find("structured_data");
  f.extracted = find("extracted_fields");
  f.event_type = find("event_type");
  f.parse_status = find("parse_status");
  if (f.sequence == "null") f.sequence = {};
  if (f.node == "null") f.node = {};
  if (f.structured == "null") f.structured = {};
  return f;
}

class LogRows final : public RowWriter {
 public:
  LogRows(Counter& whole_lines, HourSums& hours) : whole_lines_(whole_lines), hours_(hours) {}

  Result<void> prepare(SqliteDatabase& database, SharedWords& words) override {
    database_ = &database;
    words_ = &words;
    auto kinds = kinds_.prepare(
        database, "log_kinds", "key",
        ", vendor, facility, severity, severity_text, time_quality, process, message_id, "
        "node, event_type, parse_status");
    if (!kinds) return kinds;
    if (auto shapes = shapes_.prepare(database, "field_shapes", "format", ""); !shapes)
      return shapes;
    return insert_.prepare(database, "log_rows",
                           std::string(SharedWords::head_columns) +
                               ", kind_id, event_id, severity, normalized, timestamp, message, "
                               "skew, pid, sequence, extracted, pieces, more_pieces, structured, "
                               "raw, whole");
  }

  void forget() noexcept override {
    kinds_.forget();
    shapes_.forget();
    insert_.abandon();
  }

  Result<void> add(const journal::RecordLine& record, std::size_t rows_left) override {
    insert_.begin(record.text, rows_left);
    insert_.bind(1, static_cast<std::int64_t>(record.id)).bind(event_column, SharedWords::no_event);
    bool whole = !line_.parse(record.text);
    kind_id_ = 0;
    if (whole) {
      words_->bind_unread(insert_);
    } else {
      auto bound = bind_columns(record.text);
      if (!bound) return bound.error();
      whole = !*bound;
    }
    if (whole) {
      count(whole_lines_);
      insert_.bind(whole_column, record.text);
    }
    hours_.add(static_cast<std::int64_t>(record.id), words_->last_received_us(),
               words_->last_source_id(), kind_id_);
    return insert_.end();
  }

 private:
  // False: the columns alone do not give the line again.
  Result<bool> bind_columns(std::string_view text) {
    MemberCursor at(line_);
    const RecordHead head = read_head(text, line_, at, "\"syslog\"");
    LogFields fields = read_fields(at);
    bool exact = head.is_exact && fields.is_exact;
    if (!exact) fields = find_fields(line_);
    auto bound = words_->bind_head(*database_, insert_, head, fields.hostname);
    if (!bound) return bound.error();
    auto kind = kind_of(fields, exact);
    if (!kind) return kind.error();
    insert_.bind(kind_column, *kind);
    kind_id_ = *kind;
    auto event = words_->event(*database_, fields.event_type);
    if (!event) return event.error();
    insert_.bind(event_column, *event);
    if (const auto severity = json_integer(fields.severity))
      insert_.bind(severity_column, *severity);

    exact &= bind_times(fields, head.received_us);
    exact &= bind_texts(fields);
    exact &= fields.pid == "null" || json_integer(fields.pid).has_value();
    if (const auto pid = json_integer(fields.pid)) insert_.bind(pid_column, *pid);
    if (!fields.sequence.empty()) {
      const auto sequence = json_integer(fields.sequence);
      exact &= sequence.has_value();
      if (sequence) insert_.bind(sequence_column, *sequence);
    }
    exact &= fields.extracted != "null";
    if (auto done = bind_extracted(fields); !done) return done.error();
    if (!fields.structured.empty()) insert_.bind(structured_column, fields.structured);
    return exact;
  }

  Result<void> bind_extracted(const LogFields& fields) {
    if (fields.extracted == "{}" || fields.extracted == "null") return {};
    const auto raw = json_text(fields.raw_message, raw_);
    if (!raw || !shape_.take_apart(fields.extracted, *raw)) {
      insert_.bind(extracted_column, fields.extracted);
      return {};
    }
    const auto id = shapes_.id(*database_, shape_.format(), words_->day(), {});
    if (!id) return id.error();
    insert_.bind(extracted_column, *id);
    if (shape_.pieces() > 0) insert_.bind(pieces_column, shape_.packed(0));
    if (shape_.pieces() > 4) insert_.bind(more_pieces_column, shape_.packed(1));
    return {};
  }

  Result<std::int64_t> kind_of(const LogFields& f, bool& exact) {
    const std::array<std::string_view, 10> words = {
        f.vendor,  f.facility,   f.severity, f.severity_text, f.time_quality,
        f.process, f.message_id, f.node,     f.event_type,    f.parse_status};
    key_.clear();
    for (const auto word : words) key_.append(word).push_back('\n');
    auto id = kinds_.id(*database_, key_, words_->day(), [&](SqliteStatement& insert) {
      for (int i = 0; i < 10; ++i) {
        const auto word = words[static_cast<std::size_t>(i)];
        if (i == 4) {  // an object, as it is
          insert.bind(3 + i, word);
        } else if (word.empty()) {
          insert.bind_null(3 + i);
        } else {
          static_cast<void>(bind_scalar(insert, 3 + i, word, word_));
        }
      }
    });
    // Words that do not come back the same from a column (a NUL, an odd number).
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (i == 4 || words[i].empty() || words[i] == "null") continue;
      const bool is_number = i == 1 || i == 2;
      if (is_number ? !json_integer(words[i]) : words[i].find("\\u0000") != std::string_view::npos)
        exact = false;
    }
    return id;
  }

  bool bind_times(const LogFields& f, std::int64_t received_us) {
    bool exact = true;
    std::optional<std::int64_t> code;
    if (f.normalized != "null") {
      const auto text = json_text(f.normalized, normalized_);
      if (text) code = encode_time(*text, received_us);
      if (code) {
        insert_.bind(normalized_column, *code);
      } else if (text) {
        insert_.bind(normalized_column, *text);
      } else {
        exact = false;
      }
    }
    if (f.skew == "null") return exact;
    const auto skew = json_integer(f.skew);
    if (!skew) return false;
    if (code) {
      const std::int64_t normalized_us = (*code & 3) == 0
                                             ? (received_us / 1000 - (*code >> 2)) * 1000
                                             : received_us - (*code >> 2);
      const std::int64_t difference = received_us - normalized_us;
      if (*skew == (difference - (difference % 1000 + 1000) % 1000) / 1000) {
        insert_.bind(skew_column, std::int64_t{0});
        return exact;
      }
    }
    insert_.bind(skew_column, f.skew);
    return exact;
  }

  bool bind_texts(const LogFields& f) {
    const auto raw = json_text(f.raw_message, raw_);
    if (!raw) return false;
    insert_.bind(raw_column, *raw);
    bool exact = true;
    if (f.timestamp != "null") {
      const auto stamp = json_text(f.timestamp, stamp_);
      if (!stamp) return false;
      const auto piece = find_piece(*raw, *stamp, false);
      if (piece && piece->from < 256 && piece->length < 128) {
        insert_.bind(timestamp_column, piece->length * 256 + piece->from);
      } else {
        insert_.bind(timestamp_column, *stamp);
      }
    }
    if (f.message != "null") {
      const auto message = json_text(f.message, message_);
      if (!message) return false;
      const auto piece = find_piece(*raw, *message, true);
      if (piece && piece->from < (1 << 20)) {
        insert_.bind(message_column,
                     piece->reaches_end ? piece->from : piece->length * (1 << 20) + piece->from);
      } else {
        insert_.bind(message_column, *message);
      }
    }
    return exact;
  }

  enum Column : int {
    kind_column = SharedWords::first_own_column,
    event_column,
    severity_column,
    normalized_column,
    timestamp_column,
    message_column,
    skew_column,
    pid_column,
    sequence_column,
    extracted_column,
    pieces_column,
    more_pieces_column,
    structured_column,
    raw_column,
    whole_column
  };

  Counter& whole_lines_;
  HourSums& hours_;
  std::int64_t kind_id_ = 0;
  SqliteDatabase* database_ = nullptr;
  SharedWords* words_ = nullptr;
  Dictionary kinds_;
  Dictionary shapes_;
  FieldShape shape_;
  RowInsert insert_;
  JsonLine line_;
  std::string key_, raw_, stamp_, message_, normalized_, word_;
};

}  // namespace

std::unique_ptr<RowWriter> make_log_rows(Counter& whole_lines, HourSums& hours) {
  return std::make_unique<LogRows>(whole_lines, hours);
}

}  // namespace netlogd::follow
