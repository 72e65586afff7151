// netlog timeline: what happened around a moment, over several devices: syslog, traps and sudden
// changes of flow volume in the order of their reception, with configuration changes marked.

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "flow_changes.hpp"
#include "netlogd/core/printable.hpp"
#include "question.hpp"
#include "record_text.hpp"

namespace netlogd::cli {
namespace {

constexpr std::size_t most_records = 50'000;
constexpr std::size_t mark_columns = 6;

struct TimelineOptions {
  FilterWords words;
  std::string around;
  double minutes = 15;
};

class Timeline {
 public:
  Timeline(const TimelineOptions& options, const Session& session)
      : options_(options), session_(session) {}

  int run() {
    auto question = Question::ask(options_.words, {Stream::syslog, Stream::trap}, session_);
    if (!question) return Session::fail(question.error());
    auto& [data, filter, source] = *question;
    if (auto set = set_window(filter); !set) return Session::fail(set.error());
    std::erase(filter.streams, Stream::flow);
    const auto records = source.newest(filter, most_records);
    if (!records) return Session::fail(records.error());
    const auto changes = flow_changes(source, filter);
    if (!changes) return Session::fail(changes.error());
    print(*records, *changes);
    std::string sentence = std::to_string(records->size()) + " records and " +
                           std::to_string(changes->size()) + " flow changes, " +
                           time_text(*filter.since, 0, session_.utc) + " to " +
                           time_text(*filter.until, 0, session_.utc) + ", " + source.provenance();
    if (records->size() == most_records) sentence += "; the older ones are left out";
    return question->answer(!records->empty() || !changes->empty(), sentence);
  }

 private:
  Result<void> set_window(Filter& filter) {
    const auto now = now_us();
    const auto span = minutes_us(options_.minutes);
    if (!span) return span.error();
    if (!options_.around.empty()) {
      const auto around = parse_time(options_.around, now, session_.utc);
      if (!around) return Error{Errc::invalid, "--around " + around.error().sentence};
      around_ = *around;
      if (!filter.since) filter.since = around_ - *span;
      if (!filter.until) filter.until = around_ + *span;
    }
    if (!filter.until) filter.until = now + second_us;
    if (!filter.since) filter.since = *filter.until - *span;
    return {};
  }

  void print(const std::vector<StoredRecord>& records, const std::vector<FlowChange>& changes) {
    auto change = changes.begin();
    auto list = nlohmann::ordered_json::array();
    bool passed = around_ == 0;
    for (const auto& record : records) {
      for (; change != changes.end() && change->at <= record.received; ++change)
        print_change(*change, list);
      if (!passed && record.received >= around_ && !session_.json) {
        passed = true;
        Session::print(session_.terminal.paint(
                           Colour::bold, "---- " + time_text(around_, 0, session_.utc) + " ----") +
                       "\n");
      }
      print_record(record, list);
    }
    for (; change != changes.end(); ++change) print_change(*change, list);
    if (session_.json) session_.print_value(list);
  }

  void print_record(const StoredRecord& record, nlohmann::ordered_json& list) {
    reader_.read(record.line);
    const bool is_change = reader_.text("event_type") == "configuration_change";
    if (session_.json) {
      list.push_back({{"at", reader_.text("received_at")},
                      {"kind", name_of(record.stream)},
                      {"configuration_change", is_change},
                      {"record", nlohmann::ordered_json::parse(record.line, nullptr, false)}});
      return;
    }
    const auto text = describe(record.stream, reader_, 3, session_.utc);
    auto narrow = session_.terminal;
    if (narrow.columns > mark_columns + 20) narrow.columns -= mark_columns + 1;
    const std::string mark = is_change ? "CONFIG" : record.stream == Stream::trap ? "trap" : "";
    Session::print(session_.terminal.paint(is_change ? Colour::magenta : Colour::dim,
                                           padded(mark, mark_columns)) +
                   " " + one_line(text, narrow, widths_));
  }

  void print_change(const FlowChange& change, nlohmann::ordered_json& list) const {
    if (session_.json) {
      list.push_back({{"at", iso_text(change.at)},
                      {"kind", "flow_change"},
                      {"configuration_change", false},
                      {"device", change.device},
                      {"bytes_per_minute_before", static_cast<std::uint64_t>(change.before)},
                      {"bytes_per_minute", static_cast<std::uint64_t>(change.now)}});
      return;
    }
    Session::print(session_.terminal.paint(Colour::blue, padded("flow", mark_columns)) + " " +
                   time_text(change.at, 3, session_.utc) + "  " + printable(change.device) +
                   "  -  traffic " + short_number(change.before) + "B a minute -> " +
                   short_number(change.now) + "B\n");
  }

  const TimelineOptions& options_;
  const Session& session_;
  RecordReader reader_;
  LineWidths widths_;
  Micros around_ = 0;
};

}  // namespace

void add_timeline(CommandLine& line, Session& session) {
  auto options = std::make_shared<TimelineOptions>();
  auto command = line.command("timeline", "what happened around a moment, over several devices");
  command.option("--around", options->around, "the moment (the last minutes up to now)");
  command.option("--minutes", options->minutes, "how far to look on either side",
                 {.shows_default = true});
  add_filter_options(command, options->words);
  command.action([options, &session] { return Timeline(*options, session).run(); });
}

}  // namespace netlogd::cli
