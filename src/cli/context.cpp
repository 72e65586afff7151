// netlog context: what a language model needs to know of a symptom, within a token budget.

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "commands.hpp"
#include "event_digest.hpp"
#include "hints.hpp"
#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/printable.hpp"
#include "record_text.hpp"
#include "records.hpp"

namespace netlogd::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_severe = 20'000;
constexpr std::size_t most_records = 40'000;
constexpr std::uint64_t max_ledger_bytes = 16 << 20;
constexpr std::size_t least_budget = 300;

struct ContextOptions {
  FilterWords words;
  std::string symptom;
  double minutes = 60;
  std::size_t budget = 8000;
};

std::string counts_text(const std::map<std::string, std::uint64_t>& counts, std::size_t most) {
  std::vector<std::pair<std::uint64_t, std::string>> order;
  for (const auto& [name, count] : counts) order.emplace_back(count, name);
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  std::string out;
  for (std::size_t i = 0; i < order.size() && i < most; ++i)
    out += (out.empty() ? "" : ", ") + printable(order[i].second) + " " +
           std::to_string(order[i].first);
  if (order.size() > most) out += ", " + std::to_string(order.size() - most) + " more";
  return out;
}

// What the ledger says was lost since the daemon's start.
std::vector<std::string> losses(const std::string& folder) {
  std::vector<std::string> all;
  const auto text = read_file(system_files(), folder + "/run/ledger.json", max_ledger_bytes);
  const auto ledger = text ? Json::parse(*text, nullptr, false) : Json();
  if (!ledger.is_object())
    return {"the loss ledger is not there: whether messages were lost is not known"};
  if (ledger.contains("listeners") && ledger["listeners"].is_object()) {
    for (const auto& [name, line] : ledger["listeners"].items()) {
      std::uint64_t lost = line.value("kernel_drops", std::uint64_t{0});
      if (line.contains("dropped") && line["dropped"].is_object())
        for (const auto& [reason, count] : line["dropped"].items())
          lost += count.is_number_unsigned() ? count.get<std::uint64_t>() : 0;
      if (lost > 0)
        all.push_back(std::to_string(lost) + " messages were lost at " + printable(name) +
                      " since " + printable(ledger.value("started_at", std::string("the start"))));
    }
  }
  return all;
}

class Context {
 public:
  Context(const ContextOptions& options, const Session& session)
      : options_(options), session_(session), digest_(options.symptom) {}

  int run() {
    const auto data = session_.data();
    if (!data) return Session::fail(data.error());
    auto filter = make_filter(options_.words, {Stream::syslog, Stream::trap}, session_);
    if (!filter) return Session::fail(filter.error());
    if (options_.budget < least_budget)
      return Session::fail(
          {Errc::invalid, "--budget must be at least " + std::to_string(least_budget)});
    std::erase(filter->streams, Stream::flow);
    if (!filter->until) filter->until = now_us() + second_us;
    if (!filter->since)
      filter->since = *filter->until - static_cast<Micros>(options_.minutes * 60 * second_us);
    filter_ = *filter;
    auto source = RecordSource::open(*data, false);
    if (!source) return Session::fail(source.error());
    if (auto collected = collect(*source); !collected) return Session::fail(collected.error());
    caveats_ = losses(data->folder);
    note_caveats(*source);
    session_.json ? print_json() : print_text();
    if (digest_.records() == 0) Session::remark_if(unknown_name(filter_, *source));
    return digest_.records() > 0 ? exit_found : exit_nothing;
  }

 private:
  // The severe ones first, so that a flood of the others does not push them out.
  Result<void> collect(RecordSource& source) {
    std::set<std::pair<Stream, std::uint64_t>> seen;
    RecordReader reader;
    Filter severe = filter_;
    severe.severity = std::min(filter_.severity.value_or(7), 3);
    for (const auto* filter : {&severe, &filter_}) {
      const auto limit = filter == &severe ? most_severe : most_records;
      const auto records = source.newest(*filter, limit);
      if (!records) return records.error();
      for (const auto& record : *records) {
        if (!seen.emplace(record.stream, record.id).second || !reader.read(record.line)) continue;
        digest_.add(record.stream, reader);
      }
      if (records->size() == limit && filter != &severe) caveats_cut_ = true;
    }
    return {};
  }

  void note_caveats(const RecordSource& source) {
    for (const auto& [host, skew] : digest_.skewed_hosts())
      if (caveats_.size() < 12)
        caveats_.push_back("the clock of " + host + " is " + span_text(std::abs(skew) / 1000) +
                           (skew > 0 ? " behind" : " ahead"));
    if (digest_.guessed_zones() > 0)
      caveats_.push_back(std::to_string(digest_.guessed_zones()) +
                         " records state no time zone (times here are those of reception)");
    if (digest_.guessed_years() > 0)
      caveats_.push_back(std::to_string(digest_.guessed_years()) + " records state no year");
    if (caveats_cut_)
      caveats_.push_back("more than " + std::to_string(most_records) +
                         " records fit; the older of them below error are left out");
    for (const auto& trouble : source.troubles()) caveats_.push_back(trouble);
  }

  // [time] host SEVERITY: message_id: message (neighbor: …, interfaces: …) x12 until 14:40:12 #s123
  [[nodiscard]] std::string line_of(const DigestEntry& entry) const {
    std::string line =
        "[" + time_text(entry.first, 0, session_.utc) + "] " + entry.host + " " +
        (entry.severity < 0
             ? std::string("-")
             : std::string(severity_names[static_cast<std::size_t>(entry.severity)])) +
        ": ";
    if (!entry.message_id.empty()) line += entry.message_id + (entry.message.empty() ? "" : ": ");
    line += entry.message;
    std::string extra;
    if (!entry.neighbor.empty()) extra += "neighbor: " + printable(entry.neighbor);
    if (!entry.interfaces.empty())
      extra +=
          (extra.empty() ? "" : ", ") + std::string("interfaces: ") + printable(entry.interfaces);
    if (!extra.empty()) line += " (" + extra + ")";
    if (entry.count > 1)
      line += " [x" + std::to_string(entry.count) + ", last " +
              time_text(entry.last, 0, session_.utc) + "]";
    return line + " #" + reference(entry.stream, entry.id);
  }

  [[nodiscard]] std::string head() const {
    std::string text;
    if (!options_.symptom.empty()) text += "Symptom: " + printable(options_.symptom) + "\n";
    text += "Period: " + time_text(*filter_.since, 0, session_.utc) + " to " +
            time_text(*filter_.until, 0, session_.utc) + (session_.utc ? " UTC" : " local time") +
            "\n";
    text += "Records: " + std::to_string(digest_.records()) + " in " +
            std::to_string(digest_.kinds()) + " kinds\n";
    if (digest_.records() == 0) return text;
    text += "By severity: " + counts_text(digest_.by_severity(), 8) + "\n";
    text += "By device: " + counts_text(digest_.by_host(), 8) + "\n";
    text += "By event: " + counts_text(digest_.by_event(), 8) + "\n";
    return text;
  }

  [[nodiscard]] std::vector<DigestEntry> choose(std::size_t spent) {
    const auto left = options_.budget > spent ? options_.budget - spent : 0;
    return digest_.choose(left, [&](const DigestEntry& entry) {
      return session_.json
                 ? json_of(entry).dump(-1, ' ', false, Json::error_handler_t::replace) + ", "
                 : line_of(entry);
    });
  }

  void print_text() {
    std::string top = head();
    std::string notes;
    for (const auto& caveat : caveats_) notes += "- " + printable(caveat) + "\n";
    if (!notes.empty()) top += "Caveats:\n" + notes;
    const auto entries = choose(estimated_tokens(top) + 40);
    std::uint64_t shown = 0;
    for (const auto& entry : entries) shown += entry.count;
    top += "Shown: " + std::to_string(entries.size()) + " kinds for " + std::to_string(shown) +
           " records; left out: " + std::to_string(digest_.kinds() - entries.size()) + " kinds\n\n";
    Session::print(top);
    for (const auto& entry : entries) Session::print(line_of(entry) + "\n");
  }

  [[nodiscard]] Json json_of(const DigestEntry& entry) const {
    const auto text = [](const std::string& words) { return words.empty() ? Json() : Json(words); };
    const auto time = [](Micros at) { return iso_text(at); };
    return {{"id", reference(entry.stream, entry.id)},
            {"time", time(entry.first)},
            {"host", entry.host},
            {"severity", entry.severity < 0
                             ? Json()
                             : Json(severity_names[static_cast<std::size_t>(entry.severity)])},
            {"message_id", text(entry.message_id)},
            {"event_type", text(entry.event_type)},
            {"message", entry.message},
            {"neighbor", text(entry.neighbor)},
            {"interfaces", text(entry.interfaces)},
            {"count", entry.count},
            {"first_seen", time(entry.first)},
            {"last_seen", time(entry.last)},
            {"last_id", reference(entry.stream, entry.last_id)}};
  }

  void print_json() {
    const auto time = [](Micros at) { return at == 0 ? Json() : Json(iso_text(at)); };
    Json metadata = {{"since", time(*filter_.since)},
                     {"until", time(*filter_.until)},
                     {"first_record", time(digest_.first())},
                     {"last_record", time(digest_.last())},
                     {"records", digest_.records()},
                     {"kinds", digest_.kinds()},
                     {"by_severity", digest_.by_severity()},
                     {"by_event", digest_.by_event()},
                     {"caveats", caveats_}};
    // The busiest devices: all of them could fill the budget.
    Json hosts = Json::object();
    std::vector<std::pair<std::uint64_t, std::string>> order;
    for (const auto& [name, count] : digest_.by_host()) order.emplace_back(count, name);
    std::sort(order.rbegin(), order.rend());
    for (std::size_t i = 0; i < order.size() && i < 20; ++i)
      hosts[order[i].second] = order[i].first;
    metadata["by_device"] = std::move(hosts);
    const auto replace = Json::error_handler_t::replace;
    const auto entries = choose(estimated_tokens(metadata.dump(-1, ' ', false, replace)) +
                                estimated_tokens(options_.symptom) + 60);
    Json logs = Json::array();
    std::uint64_t shown = 0;
    for (const auto& entry : entries) {
      logs.push_back(json_of(entry));
      shown += entry.count;
    }
    metadata["shown_kinds"] = entries.size();
    metadata["shown_records"] = shown;
    metadata["budget_tokens"] = options_.budget;
    session_.print_json(Json({{"symptom", options_.symptom},
                              {"logs", std::move(logs)},
                              {"metadata", std::move(metadata)}})
                            .dump(-1, ' ', false, replace) +
                        "\n");
  }

  const ContextOptions& options_;
  const Session& session_;
  EventDigest digest_;
  Filter filter_;
  std::vector<std::string> caveats_;
  bool caveats_cut_ = false;
};

}  // namespace

void add_context(CommandLine& line, Session& session) {
  auto options = std::make_shared<ContextOptions>();
  auto command = line.command(
      "context", "what a language model needs to know of a symptom, within a token budget");
  command.option("--symptom", options->symptom, "in your words: \"BGP flapping on core-01\"");
  command.option("--minutes", options->minutes, "how far back", {.shows_default = true});
  command.option("--budget", options->budget, "tokens, counted as three octets each",
                 {.shows_default = true});
  add_filter_options(command, options->words);
  command.action([options, &session] { return Context(*options, session).run(); });
}

}  // namespace netlogd::cli
