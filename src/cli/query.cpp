// netlog query: records by what is known of them.

#include <memory>

#include "commands.hpp"
#include "hints.hpp"
#include "question.hpp"
#include "record_writer.hpp"

namespace netlogd::cli {
namespace {

constexpr long long usual_limit = -1;
constexpr std::size_t terminal_limit = 200;
constexpr std::size_t most_merged = 100'000;

struct QueryOptions {
  FilterWords words;
  std::string format = "table";
  std::vector<std::string> columns;
  long long limit = usual_limit;
  bool sql = false;
  bool journal = false;
};

class Query {
 public:
  Query(const QueryOptions& options, const Session& session)
      : options_(options), session_(session) {}

  int run() {
    auto question =
        Question::ask(options_.words, {Stream::syslog, Stream::trap}, session_, options_.journal);
    if (!question) return Session::fail(question.error());
    auto& [data, filter, source] = *question;
    std::size_t limit = session_.terminal.is_terminal ? terminal_limit : 0;
    if (options_.limit >= 0) limit = static_cast<std::size_t>(options_.limit);
    if (options_.limit < usual_limit)
      return Session::fail({Errc::invalid, "--limit must not be less than 0"});
    if (options_.sql) return print_sql(source, filter, limit);
    const auto columns = record_columns(options_.columns);
    if (!columns) return Session::fail(columns.error());

    const auto writer =
        make_record_writer(session_.json ? "json" : options_.format, *columns, session_);
    const auto done = limit > 0 ? write_newest(source, filter, limit, *writer)
                                : write_all(source, filter, *writer);
    writer->finish();
    if (!done) return Session::fail(done.error());
    std::string sentence = question->count_text(count_);
    if (limit > 0 && count_ == limit) sentence += "; there may be older ones (--limit 0: all)";
    return question->answer(count_ > 0, sentence);
  }

 private:
  static int print_sql(RecordSource& source, const Filter& filter, std::size_t limit) {
    const auto sql = source.sql(filter, limit);
    if (!sql) return Session::fail(sql.error());
    Session::print(*sql);
    return sql->empty() ? exit_nothing : exit_found;
  }

  Result<void> write_newest(RecordSource& source, const Filter& filter, std::size_t limit,
                            RecordWriter& writer) {
    const auto records = source.newest(filter, limit);
    if (!records) return records.error();
    return write_each(*records, writer);
  }

  // Streams are merged in time as long as that takes no more memory than is decent.
  Result<void> write_all(RecordSource& source, const Filter& filter, RecordWriter& writer) {
    if (filter.streams.size() > 1) {
      const auto records = source.newest(filter, most_merged);
      if (!records) return records.error();
      if (records->size() < most_merged) return write_each(*records, writer);
      Session::remark("netlog: too many records to merge the streams: one comes after the other");
    }
    return source.each(filter, [&](const StoredRecord& record, const RecordReader& reader) {
      writer.write(record, reader);
      ++count_;
      return true;
    });
  }

  Result<void> write_each(const std::vector<StoredRecord>& records, RecordWriter& writer) {
    RecordReader reader;
    for (const auto& record : records) {
      reader.read(record.line);
      writer.write(record, reader);
    }
    count_ = records.size();
    return {};
  }

  const QueryOptions& options_;
  const Session& session_;
  std::size_t count_ = 0;
};

}  // namespace

void add_query(CommandLine& line, Session& session) {
  auto options = std::make_shared<QueryOptions>();
  auto command =
      line.command("query", "records, from SQLite, and from the journal what SQLite does not hold");
  command.option("-o,--format", options->format, "table, json, jsonl or csv",
                 {.shows_default = true, .choices = {"table", "json", "jsonl", "csv"}});
  command.option("--columns", options->columns,
                 "for table and csv: keys such as received_at,device.site,extracted_fields.vlan",
                 {.takes_commas = true});
  command.option("-n,--limit", options->limit,
                 "the newest so many; 0: all (200 on a terminal, else all)");
  command.flag("--sql", options->sql, "print the SQL instead of running it");
  command.flag("--journal", options->journal, "read the journal only");
  add_filter_options(command, options->words);
  command.action([options, &session] { return Query(*options, session).run(); });
}

}  // namespace netlogd::cli
