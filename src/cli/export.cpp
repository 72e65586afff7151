// netlog export: records into a file, JSON lines or CSV, compressed when its name says so.

#include <zlib.h>

#include <cerrno>
#include <cstdio>
#include <memory>

#include "commands.hpp"
#include "hints.hpp"
#include "question.hpp"
#include "record_writer.hpp"

namespace netlogd::cli {
namespace {

struct ExportOptions {
  FilterWords words;
  std::string file;
  std::vector<std::string> columns;
  bool journal = false;
};

struct CloseGzip {
  void operator()(gzFile file) const { ::gzclose(file); }
};

// Written beside and renamed when it is whole.
class ExportFile {
 public:
  static Result<ExportFile> create(const std::string& path) {
    ExportFile file;
    file.path_ = path;
    file.gzip_.reset(::gzopen((path + ".tmp").c_str(), path.ends_with(".gz") ? "wbe" : "wbTe"));
    if (!file.gzip_) return errno_error(path, errno);
    ::gzbuffer(file.gzip_.get(), 256 << 10);
    return file;
  }
  Result<void> write(std::string_view text) {
    if (text.empty() || ::gzwrite(gzip_.get(), text.data(), static_cast<unsigned>(text.size())) ==
                            static_cast<int>(text.size()))
      return {};
    return errno_error(path_, errno);
  }
  Result<void> finish() {
    if (::gzclose(gzip_.release()) != Z_OK) return errno_error(path_, errno);
    return std::rename((path_ + ".tmp").c_str(), path_.c_str()) == 0 ? Result<void>()
                                                                     : errno_error(path_, errno);
  }
  void abandon() {
    gzip_.reset();
    std::remove((path_ + ".tmp").c_str());
  }

 private:
  std::string path_;
  std::unique_ptr<std::remove_pointer_t<gzFile>, CloseGzip> gzip_;
};

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) line += (i > 0 ? "," : "") + csv_cell(cells[i]);
  return line + "\r\n";
}

int export_records(const ExportOptions& options, const Session& session) {
  auto question = Question::ask(options.words, {Stream::syslog, Stream::trap, Stream::flow},
                                session, options.journal);
  if (!question) return Session::fail(question.error());
  auto columns = record_columns(options.columns);
  if (!columns) return Session::fail(columns.error());
  if (columns->empty()) *columns = usual_csv_columns();
  auto file = ExportFile::create(options.file);
  if (!file) return Session::fail({Errc::invalid, file.error().sentence});
  const bool csv = options.file.ends_with(".csv") || options.file.ends_with(".csv.gz");
  Result<void> written;
  if (csv) written = file->write(csv_line(*columns));
  std::size_t count = 0;
  const auto done = question->source.each(
      question->filter, [&](const StoredRecord& record, const RecordReader& reader) {
        std::vector<std::string> cells;
        if (csv)
          for (const auto& column : *columns) cells.push_back(reader.cell(column));
        written = file->write(csv ? csv_line(cells) : record.line + "\n");
        ++count;
        return written.has_value();
      });
  if (done && written) written = file->finish();
  if (!done || !written) {
    file->abandon();
    return Session::fail(done ? written.error() : done.error());
  }
  if (session.json) Session::print("{\"records\":" + std::to_string(count) + "}\n");
  return question->answer(count > 0, question->count_text(count) + " to " + options.file);
}

}  // namespace

void add_export(CommandLine& line, Session& session) {
  auto options = std::make_shared<ExportOptions>();
  auto command =
      line.command("export", "records into a file: JSON lines, or .csv; .gz is compressed");
  command.option("file", options->file, "x.jsonl, x.jsonl.gz, x.csv, x.csv.gz", {.required = true});
  command.option("--columns", options->columns, "for csv: keys such as received_at,device.site",
                 {.takes_commas = true});
  command.flag("--journal", options->journal, "read the journal only");
  add_filter_options(command, options->words);
  command.action([options, &session] { return export_records(*options, session); });
}

}  // namespace netlogd::cli
