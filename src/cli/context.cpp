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
#include "question.hpp"
#include "record_text.hpp"

namespace netlogd::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_of_one = 12'000;  // severe ones, or those that the symptom names
constexpr std::size_t most_records = 24'000;
constexpr std::uint64_t max_ledger_bytes = 16 << 20;
constexpr std::size_t least_budget = 300;
constexpr std::size_t most_budget = 10'000'000;
constexpr std::size_t tokens_of_totals = 60;  // of the lines that say what is shown
constexpr std::size_t max_names = 20;
constexpr std::size_t max_caveats = 12;

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

std::string records_text(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " record states" : " records state");
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
      : options_(options), session_(session) {}

  int run() {
    if (options_.budget < least_budget || options_.budget > most_budget)
      return Session::fail({Errc::invalid, "--budget must be " + std::to_string(least_budget) +
                                               " to " + std::to_string(most_budget) + " tokens"});
    const auto span = minutes_us(options_.minutes);
    if (!span) return Session::fail(span.error());
    auto question = Question::ask(options_.words, {Stream::syslog, Stream::trap}, session_);
    if (!question) return Session::fail(question.error());
    auto& [data, filter, source] = *question;
    std::erase(filter.streams, Stream::flow);
    if (!filter.until) filter.until = now_us() + second_us;
    if (!filter.since) filter.since = *filter.until - *span;
    filter_ = filter;
    if (auto collected = collect(source); !collected) return Session::fail(collected.error());
    caveats_ = losses(data.folder);
    note_caveats(source);
    session_.json ? print_json() : print_text();
    if (digest_.records() == 0) Session::remark_if(unknown_name(filter_, source));
    return digest_.records() > 0 ? exit_found : exit_nothing;
  }

 private:
  // The severe ones first, so that a flood of the others does not push them out; where there is a
  // flood, what the symptom names is looked for apart.
  Result<void> collect(RecordSource& source) {
    Filter severe = filter_;
    severe.severity = std::min(filter_.severity.value_or(7), 3);
    if (auto added = add(source, severe, most_of_one); !added) return added.error();
    const auto all = add(source, filter_, most_records);
    if (!all) return all.error();
    is_cut_ = *all == most_records;
    if (options_.symptom.empty()) return {};
    digest_.set_symptom(read_symptom(options_.symptom, known_devices(source)));
    if (!is_cut_) return {};
    Filter named = filter_;
    if (named.devices.empty()) named.devices = digest_.symptom().devices;
    if (named.events.empty()) named.events = digest_.symptom().events;
    if (named.devices == filter_.devices && named.events == filter_.events) return {};
    const auto more = add(source, named, most_of_one);
    return more ? Result<void>() : more.error();
  }

  // How many there were.
  Result<std::size_t> add(RecordSource& source, const Filter& filter, std::size_t most) {
    const auto records = source.newest(filter, most);
    if (!records) return records.error();
    for (const auto& record : *records)
      if (seen_.emplace(record.stream, record.id).second && reader_.read(record.line))
        digest_.add(record.stream, reader_);
    return records->size();
  }

  // Senders, and the names that several of them may have behind one address.
  [[nodiscard]] std::vector<SenderInfo> known_devices(RecordSource& source) const {
    auto senders = read_senders(source);
    auto all = senders ? std::move(senders->all) : std::vector<SenderInfo>();
    for (const auto& [host, count] : digest_.by_host()) {
      SenderInfo sender;
      sender.hostname = host;
      all.push_back(std::move(sender));
    }
    return all;
  }

  void note_caveats(const RecordSource& source) {
    for (const auto& [host, skew] : digest_.skewed_hosts())
      if (caveats_.size() < max_caveats)
        caveats_.push_back("the clock of " + host + " is " + span_text(std::abs(skew) / 1000) +
                           (skew > 0 ? " behind" : " ahead"));
    if (digest_.guessed_zones() > 0)
      caveats_.push_back(records_text(digest_.guessed_zones()) +
                         " no time zone (times here are those of reception)");
    if (digest_.guessed_years() > 0)
      caveats_.push_back(records_text(digest_.guessed_years()) + " no year");
    if (is_cut_)
      caveats_.push_back("more than " + std::to_string(most_records) +
                         " records fit; the older of them below error are left out, but for those "
                         "of devices and events that the symptom names");
    for (const auto& trouble : source.troubles()) caveats_.push_back(trouble);
  }

  // The symptom as typed, but for one that would fill the budget by itself.
  [[nodiscard]] std::string symptom() const {
    const auto most = options_.budget / 4 * 3;
    return cut_to(printable(options_.symptom), most);
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
    if (!options_.symptom.empty()) text += "Symptom: " + symptom() + "\n";
    text += "Period: " + time_text(*filter_.since, 0, session_.utc) + " to " +
            time_text(*filter_.until, 0, session_.utc) + (session_.utc ? " UTC" : " local time") +
            "\n";
    text += "Records: " + std::to_string(digest_.records()) + " in " +
            std::to_string(digest_.kinds()) + " kinds\n";
    // Half of the budget belongs to the records.
    const auto add = [&](const std::string& line) {
      if (estimated_tokens(text + line) <= options_.budget / 2) text += line;
    };
    const auto names = [&](const char* what, const std::vector<std::string>& all) {
      std::string line;
      for (std::size_t i = 0; i < all.size() && i < max_names; ++i)
        line += (i > 0 ? ", " : what) + printable(all[i]);
      if (all.size() > max_names) line += ", …";
      if (!line.empty()) add(line + "\n");
    };
    names("Devices named: ", digest_.symptom().devices);
    names("Events named: ", digest_.symptom().events);
    if (digest_.records() > 0) {
      add("By severity: " + counts_text(digest_.by_severity(), 8) + "\n");
      add("By device: " + counts_text(digest_.by_host(), 8) + "\n");
      add("By event: " + counts_text(digest_.by_event(), 8) + "\n");
    }
    if (!caveats_.empty()) add("Caveats:\n");
    for (const auto& caveat : caveats_) add("- " + printable(caveat) + "\n");
    return text;
  }

  [[nodiscard]] std::vector<DigestEntry> choose(std::size_t spent) {
    const auto left = options_.budget > spent ? options_.budget - spent : 0;
    return digest_.choose(left, [&](const DigestEntry& entry) {
      return session_.json ? dump(json_of(entry)) + ", " : line_of(entry);
    });
  }

  void print_text() {
    std::string text = head();
    const auto entries = choose(estimated_tokens(text) + tokens_of_totals);
    std::uint64_t shown = 0;
    std::string lines;
    for (const auto& entry : entries) {
      shown += entry.count;
      lines += line_of(entry) + "\n";
    }
    text += "Shown: " + std::to_string(entries.size()) + " kinds for " + std::to_string(shown) +
            " records; left out: " + std::to_string(digest_.kinds() - entries.size()) + " kinds\n";
    const auto tokens = estimated_tokens(text + lines) + tokens_of_totals / 2;
    Session::print(text + "Tokens: about " + std::to_string(tokens) + " of " +
                   std::to_string(options_.budget) + ", a token counted as three octets\n\n" +
                   lines);
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

  [[nodiscard]] Json metadata_json() const {
    const auto time = [](Micros at) { return at == 0 ? Json() : Json(iso_text(at)); };
    Json metadata = {{"since", time(*filter_.since)},
                     {"until", time(*filter_.until)},
                     {"first_record", time(digest_.first())},
                     {"last_record", time(digest_.last())},
                     {"records", digest_.records()},
                     {"kinds", digest_.kinds()},
                     {"shown_kinds", 0},
                     {"shown_records", 0},
                     {"budget_tokens", options_.budget},
                     {"estimated_tokens", options_.budget}};
    // As much as leaves half of the budget to the records.
    const auto add = [&](const char* key, Json value) {
      metadata[key] = std::move(value);
      if (estimated_tokens(dump(metadata)) > options_.budget / 2) metadata.erase(key);
    };
    add("devices_named", first_of(digest_.symptom().devices));
    add("events_named", digest_.symptom().events);
    add("by_severity", digest_.by_severity());
    add("by_event", digest_.by_event());
    // The busiest devices: all of them could fill the budget.
    Json hosts = Json::object();
    std::vector<std::pair<std::uint64_t, std::string>> order;
    for (const auto& [name, count] : digest_.by_host()) order.emplace_back(count, name);
    std::sort(order.rbegin(), order.rend());
    for (std::size_t i = 0; i < order.size() && i < max_names; ++i)
      hosts[order[i].second] = order[i].first;
    add("by_device", std::move(hosts));
    metadata["caveats"] = Json::array();
    for (const auto& caveat : caveats_)
      if (estimated_tokens(dump(metadata) + caveat) <= options_.budget / 2)
        metadata["caveats"].push_back(caveat);
    return metadata;
  }

  void print_json() {
    auto metadata = metadata_json();
    const auto entries =
        choose(estimated_tokens(dump(metadata)) + estimated_tokens(symptom()) + tokens_of_totals);
    Json logs = Json::array();
    std::uint64_t shown = 0;
    for (const auto& entry : entries) {
      logs.push_back(json_of(entry));
      shown += entry.count;
    }
    metadata["shown_kinds"] = entries.size();
    metadata["shown_records"] = shown;
    Json all = {
        {"symptom", symptom()}, {"logs", std::move(logs)}, {"metadata", std::move(metadata)}};
    all["metadata"]["estimated_tokens"] = estimated_tokens(dump(all));
    session_.print_value(all, -1);
  }

  [[nodiscard]] static std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  [[nodiscard]] static std::vector<std::string> first_of(const std::vector<std::string>& names) {
    return {names.begin(),
            names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), max_names))};
  }

  const ContextOptions& options_;
  const Session& session_;
  EventDigest digest_;
  RecordReader reader_;
  std::set<std::pair<Stream, std::uint64_t>> seen_;
  Filter filter_;
  std::vector<std::string> caveats_;
  bool is_cut_ = false;
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
