// netlog check: the journal and SQLite against each other, record by record.

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "journal_files.hpp"
#include "netlogd/core/printable.hpp"
#include "records.hpp"
#include "table.hpp"

namespace netlogd::cli {
namespace {

constexpr std::size_t page_rows = 5'000;
constexpr std::size_t max_examples = 10;

struct CheckOptions {
  bool quick = false;
  std::vector<std::string> streams;
};

struct Findings {
  std::uint64_t journal = 0;  // records
  std::uint64_t sqlite = 0;
  std::uint64_t same = 0;
  std::uint64_t before = 0;      // older than what SQLite keeps
  std::uint64_t pending = 0;     // not in SQLite yet
  std::uint64_t after = 0;       // in SQLite, older than the journal
  std::uint64_t damaged = 0;     // lines that are no record
  std::uint64_t disordered = 0;  // ids that do not rise
  std::uint64_t missing = 0;     // in the journal, not in SQLite
  std::uint64_t surplus = 0;     // in SQLite, not in the journal
  std::uint64_t different = 0;
  std::vector<std::string> examples;

  [[nodiscard]] bool is_good() const {
    return damaged + disordered + missing + surplus + different == 0;
  }
  void note(const std::string& sentence) {
    if (examples.size() < max_examples) examples.push_back(sentence);
  }
};

// The rows of a stream by rising id, in pages.
class Rows {
 public:
  Rows(Database* database, Stream stream, std::uint64_t last, bool quick)
      : database_(database), view_(view_of(stream)), last_(last), quick_(quick) {}

  // False: no more. The row is in id() and text().
  Result<bool> next() {
    if (database_ == nullptr || id_ >= last_) return end();
    for (;;) {
      if (!page_) {
        auto page = database_->prepare(std::string("SELECT id, ") + (quick_ ? "''" : "raw_json") +
                                       ", received_us FROM " + view_ + " WHERE id > " +
                                       std::to_string(id_) + " AND id <= " + std::to_string(last_) +
                                       " ORDER BY id LIMIT " + std::to_string(page_rows));
        if (!page) return page.error();
        page_ = std::move(*page);
        in_page_ = 0;
      }
      const auto row = page_->step();
      if (!row) return row.error();
      if (*row) {
        ++in_page_;
        id_ = static_cast<std::uint64_t>(page_->integer(0));
        text_ = page_->text(1);
        return true;
      }
      const bool was_last = in_page_ < page_rows;
      page_.reset();
      if (was_last) return end();
    }
  }
  [[nodiscard]] std::uint64_t id() const { return at_end_ ? UINT64_MAX : id_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  bool end() {
    at_end_ = true;
    return false;
  }

  Database* database_;
  std::string view_;
  std::uint64_t last_;
  bool quick_;
  std::optional<Statement> page_;
  std::size_t in_page_ = 0;
  std::uint64_t id_ = 0;
  bool at_end_ = false;
  std::string text_;
};

class Comparison {
 public:
  Comparison(RecordSource& source, Stream stream, bool quick)
      : source_(source), stream_(stream), quick_(quick) {}

  Result<Findings> run() {
    const auto held = source_.held(stream_);
    if (!held) return held.error();
    held_ = *held;
    if (held_.last > 0) {
      const auto oldest =
          source_.database()->integer("SELECT min(received_us) FROM " + view_of(stream_));
      if (!oldest) return oldest.error();
      oldest_ = *oldest;
    }
    const auto files = list_journal(source_.folder(), stream_);
    if (!files) return files.error();
    Rows rows(source_.database(), stream_, held_.last, quick_);
    rows_ = &rows;
    if (auto first = advance(); !first) return first.error();
    Result<void> trouble;
    for (const auto& file : *files) {
      const auto read = read_forward(file, 0, [&](std::string_view line, std::uint64_t at) {
        trouble = take(file, line, at);
        return trouble.has_value();
      });
      if (!trouble) return trouble.error();
      if (!read) {
        ++findings_.damaged;
        findings_.note(read.error().sentence);
      }
    }
    // What SQLite has behind the journal's end.
    while (rows.id() != UINT64_MAX)
      if (auto left = surplus(); !left) return left.error();
    return std::move(findings_);
  }

 private:
  Result<bool> advance() {
    auto more = rows_->next();
    if (more && *more) ++findings_.sqlite;
    return more;
  }

  Result<void> surplus() {
    // Where the journal has been removed by age or size, SQLite may still have the record.
    if (findings_.journal == 0 || rows_->id() < first_id_)
      ++findings_.after;
    else {
      ++findings_.surplus;
      findings_.note("id " + std::to_string(rows_->id()) + " is in SQLite and not in the journal");
    }
    const auto more = advance();
    if (!more) return more.error();
    return {};
  }

  Result<void> take(const JournalFile& file, std::string_view line, std::uint64_t at) {
    const auto id = line_id(line);
    const std::string place = file.path + " at byte " + std::to_string(at);
    if (id == 0) {
      ++findings_.damaged;
      findings_.note(place + ": no record");
      return {};
    }
    if (id <= last_id_) {
      ++findings_.disordered;
      findings_.note(place + ": id " + std::to_string(id) + " comes after " +
                     std::to_string(last_id_));
      return {};
    }
    last_id_ = id;
    if (findings_.journal++ == 0) first_id_ = id;
    while (rows_->id() < id)
      if (auto left = surplus(); !left) return left;
    if (rows_->id() == id) {
      if (quick_ || rows_->text() == line) {
        ++findings_.same;
      } else {
        ++findings_.different;
        findings_.note("id " + std::to_string(id) + " differs: " + place);
      }
      const auto more = advance();
      return more ? Result<void>() : more.error();
    }
    if (source_.database() == nullptr || id > held_.last)
      ++findings_.pending;
    else if (id < held_.first || is_expired(line))
      ++findings_.before;
    else {
      ++findings_.missing;
      findings_.note("id " + std::to_string(id) + " is not in SQLite: " + place);
    }
    return {};
  }

  // SQLite's retention goes by the time of reception, which an import may have set back.
  bool is_expired(std::string_view line) {
    return reader_.read(line) && reader_.received() <= oldest_;
  }

  RecordSource& source_;
  Stream stream_;
  bool quick_;
  RecordSource::Held held_;
  Micros oldest_ = 0;
  Rows* rows_ = nullptr;
  RecordReader reader_;
  Findings findings_;
  std::uint64_t first_id_ = 0;
  std::uint64_t last_id_ = 0;
};

int check(const CheckOptions& options, const Session& session) {
  const auto data = session.data();
  if (!data) return Session::fail(data.error());
  FilterWords words;
  words.streams = options.streams;
  const auto filter = make_filter(words, {Stream::syslog, Stream::trap, Stream::flow}, session);
  if (!filter) return Session::fail(filter.error());
  auto source = RecordSource::open(*data, false);
  if (!source) return Session::fail(source.error());
  if (!source->troubles().empty()) return Session::fail({Errc::io, source->troubles().front()});
  using Side = Table::Side;
  Table table({{"STREAM"},
               {"JOURNAL", Side::right},
               {"SQLITE", Side::right},
               {"SAME", Side::right},
               {"OLDER", Side::right},
               {"PENDING", Side::right},
               {"MISSING", Side::right},
               {"SURPLUS", Side::right},
               {"DIFFERENT", Side::right},
               {"DAMAGED", Side::right},
               {"DISORDERED", Side::right}},
              session.terminal);
  bool good = true;
  auto json = nlohmann::ordered_json::object();
  std::vector<std::string> examples;
  for (const auto stream : filter->streams) {
    const auto found = Comparison(*source, stream, options.quick).run();
    if (!found) return Session::fail(found.error());
    good = good && found->is_good();
    const std::string name(name_of(stream));
    for (const auto& example : found->examples) examples.push_back(name + ": " + example);
    json[name] = {{"journal", found->journal},
                  {"sqlite", found->sqlite},
                  {"same", found->same},
                  {"older_than_sqlite", found->before},
                  {"older_than_journal", found->after},
                  {"pending", found->pending},
                  {"missing", found->missing},
                  {"surplus", found->surplus},
                  {"different", found->different},
                  {"damaged", found->damaged},
                  {"disordered", found->disordered},
                  {"good", found->is_good()}};
    const auto bad = [](std::uint64_t count) {
      return Cell(std::to_string(count), count > 0 ? Colour::red : Colour::none);
    };
    if (session.json) continue;
    table.add({name, std::to_string(found->journal), std::to_string(found->sqlite),
               std::to_string(found->same), std::to_string(found->before + found->after),
               std::to_string(found->pending), bad(found->missing), bad(found->surplus),
               bad(found->different), bad(found->damaged), bad(found->disordered)});
  }
  // Without a database there is nothing to compare, which is no fault where none is wanted.
  const bool has_database = source->database() != nullptr;
  const bool wants_database = !data->config || data->config->sqlite.enabled;
  good = good && (has_database || !wants_database);
  if (session.json) {
    json["sqlite"] = has_database;
    json["good"] = good;
    json["examples"] = examples;
    session.print_value(json);
    return good ? exit_found : exit_nothing;
  }
  table.finish();
  for (const auto& example : examples) Session::print(printable(example) + "\n");
  if (has_database)
    Session::print(
        good ? "good: the journal and SQLite agree\n"
             : "not good: see above; netlog rebuild makes SQLite anew from the journal\n");
  else
    Session::print(
        wants_database
            ? "not good: there is no SQLite file; netlog rebuild makes it from the journal\n"
            : "good: the journal is whole, and SQLite is switched off\n");
  return good ? exit_found : exit_nothing;
}

}  // namespace

void add_check(CommandLine& line, Session& session) {
  auto options = std::make_shared<CheckOptions>();
  auto command = line.command("check", "the journal and SQLite against each other");
  command.flag("--quick", options->quick, "compare the ids only, not the text");
  command.option("--stream", options->streams, streams_hint, {.takes_commas = true});
  command.action([options, &session] { return check(*options, session); });
}

}  // namespace netlogd::cli
