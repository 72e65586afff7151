#include "record_writer.hpp"

#include <algorithm>

#include "netlogd/core/printable.hpp"
#include "record_text.hpp"
#include "table.hpp"

namespace netlogd::cli {
namespace {

const std::vector<std::string> csv_columns = {"id",
                                              "record_type",
                                              "received_at",
                                              "source_ip",
                                              "device.hostname",
                                              "device.vendor",
                                              "device.role",
                                              "device.site",
                                              "severity",
                                              "severity_text",
                                              "timestamp_normalized",
                                              "message_id",
                                              "trap_name",
                                              "event_type",
                                              "message",
                                              "src_ip",
                                              "src_port",
                                              "dst_ip",
                                              "dst_port",
                                              "protocol",
                                              "packets",
                                              "bytes"};

class TableWriter final : public RecordWriter {
 public:
  explicit TableWriter(const Session& session)
      : session_(session),
        table_({{"REF"}, {"TIME"}, {"DEVICE"}, {"SITE"}, {"SEVERITY"}, {"MESSAGE ID"}, {"TEXT"}},
               session.terminal) {}

  void write(const StoredRecord& record, const RecordReader& reader) override {
    auto text = describe(record.stream, reader, 3, session_.utc);
    table_.add({Cell(text.reference, Colour::dim), text.time, text.device, text.site,
                Cell(text.severity, severity_colour(text.severity_number)), text.kind, text.text});
  }
  void finish() override { table_.finish(); }

 private:
  const Session& session_;
  Table table_;
};

class ColumnsWriter final : public RecordWriter {
 public:
  ColumnsWriter(const std::vector<std::string>& columns, const Session& session)
      : columns_(columns), table_(headings(columns), session.terminal) {}

  void write(const StoredRecord&, const RecordReader& reader) override {
    std::vector<Cell> row;
    for (const auto& column : columns_) row.emplace_back(printable(reader.cell(column)));
    table_.add(std::move(row));
  }
  void finish() override { table_.finish(); }

 private:
  static std::vector<Table::Column> headings(const std::vector<std::string>& columns) {
    std::vector<Table::Column> all;
    for (const auto& column : columns) all.push_back({printable(column)});
    return all;
  }

  const std::vector<std::string> columns_;
  Table table_;
};

class CsvWriter final : public RecordWriter {
 public:
  CsvWriter(const std::vector<std::string>& columns, const Session& session)
      : columns_(columns.empty() ? csv_columns : columns), session_(session) {
    print(columns_);
  }
  void write(const StoredRecord&, const RecordReader& reader) override {
    std::vector<std::string> cells;
    for (const auto& column : columns_) cells.push_back(reader.cell(column));
    print(cells);
  }

 private:
  void print(const std::vector<std::string>& cells) const {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i)
      line += (i > 0 ? "," : "") +
              csv_cell(session_.terminal.is_terminal ? printable(cells[i]) : cells[i]);
    Session::print(line + "\r\n");
  }

  const std::vector<std::string> columns_;
  const Session& session_;
};

class LineWriter final : public RecordWriter {
 public:
  explicit LineWriter(const Session& session) : session_(session) {}
  void write(const StoredRecord& record, const RecordReader&) override {
    session_.print_json(record.line + "\n");
  }

 private:
  const Session& session_;
};

class ListWriter final : public RecordWriter {
 public:
  explicit ListWriter(const Session& session) : session_(session) {}
  void write(const StoredRecord& record, const RecordReader&) override {
    Session::print(any_ ? ",\n" : "[\n");
    any_ = true;
    session_.print_json(record.line);
  }
  void finish() override { Session::print(any_ ? "\n]\n" : "[]\n"); }

 private:
  const Session& session_;
  bool any_ = false;
};

}  // namespace

const std::vector<std::string>& usual_csv_columns() { return csv_columns; }

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    out += c;
    if (c == '"') out += c;
  }
  return out + "\"";
}

std::unique_ptr<RecordWriter> make_record_writer(std::string_view format,
                                                 const std::vector<std::string>& columns,
                                                 const Session& session) {
  if (format == "json") return std::make_unique<ListWriter>(session);
  if (format == "jsonl") return std::make_unique<LineWriter>(session);
  if (format == "csv") return std::make_unique<CsvWriter>(columns, session);
  if (!columns.empty()) return std::make_unique<ColumnsWriter>(columns, session);
  return std::make_unique<TableWriter>(session);
}

}  // namespace netlogd::cli
