// netlog ledger (or stats): the loss table that balances, rates, and how far behind each follower
// is.

#include <poll.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/printable.hpp"
#include "record_text.hpp"
#include "records.hpp"
#include "store.hpp"
#include "table.hpp"

namespace netlogd::cli {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::uint64_t max_ledger_bytes = 16 << 20;
constexpr std::int64_t stale_seconds = 5;  // it is written every second

struct LedgerOptions {
  bool watch = false;
};

struct Ledger {
  std::string text;
  Json json;
};

Result<Ledger> read_ledger(const std::string& folder) {
  const std::string path = folder + "/run/ledger.json";
  auto text = read_file(system_files(), path, max_ledger_bytes);
  if (!text && text.error().code == Errc::not_found)
    return Error{Errc::not_found, path + ": not there; netlogd has not run on this data"};
  if (!text) return text.error();
  Ledger ledger{std::move(*text), {}};
  ledger.json = Json::parse(ledger.text, nullptr, false);
  if (!ledger.json.is_object()) return Error{Errc::corrupt, path + ": no JSON object"};
  return ledger;
}

std::uint64_t number(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::uint64_t dropped(const Json& listener) {
  std::uint64_t sum = 0;
  if (const auto reasons = listener.find("dropped");
      reasons != listener.end() && reasons->is_object())
    for (const auto& [reason, count] : reasons->items())
      sum += count.is_number_unsigned() ? count.get<std::uint64_t>() : 0;
  return sum;
}

const Json& part(const Json& ledger, const char* key) {
  static const Json none = Json::object();
  const auto found = ledger.find(key);
  return found != ledger.end() && found->is_object() ? *found : none;
}

Micros time_of(const Json& ledger, const char* key) {
  const auto found = ledger.find(key);
  return found != ledger.end() && found->is_string()
             ? parse_utc(found->get<std::string>()).value_or(0)
             : 0;
}

// What no column has: messages under way, or a fault of ours. At rest it is 0.
std::int64_t open_sum(const Json& line) {
  return static_cast<std::int64_t>(number(line, "received") - number(line, "journaled") -
                                   number(line, "no_record") - dropped(line));
}

Cell counted(std::uint64_t count, Colour colour) {
  return {std::to_string(count), count > 0 ? colour : Colour::none};
}

// Per second between two looks at the ledger, else since the start.
double rate(const Json& now, const Json* before, const Json& line, const std::string& name,
            const char* section) {
  const char* key = "received";
  if (std::string_view(section) == "followers") key = "written";
  const auto written = time_of(now, "written_at");
  if (before != nullptr && part(*before, section).contains(name)) {
    const double seconds =
        static_cast<double>(written - time_of(*before, "written_at")) / second_us;
    const auto& old = part(*before, section)[name];
    return seconds > 0 ? static_cast<double>(number(line, key) - number(old, key)) / seconds : 0;
  }
  const double seconds = static_cast<double>(written - time_of(now, "started_at")) / second_us;
  return seconds > 0 ? static_cast<double>(number(line, key)) / seconds : 0;
}

void print_listeners(const Json& ledger, const Json* before, const Session& session) {
  Table table({{"LISTENER"},
               {"RECEIVED", Table::Side::right},
               {"PER SECOND", Table::Side::right},
               {"JOURNALED", Table::Side::right},
               {"NO RECORD", Table::Side::right},
               {"DROPPED", Table::Side::right},
               {"UNDER WAY", Table::Side::right},
               {"RECORDS", Table::Side::right},
               {"KERNEL DROPS", Table::Side::right}},
              session.terminal);
  for (const auto& [name, line] : part(ledger, "listeners").items())
    table.add({printable(name), std::to_string(number(line, "received")),
               short_number(rate(ledger, before, line, name, "listeners")),
               std::to_string(number(line, "journaled")), std::to_string(number(line, "no_record")),
               counted(dropped(line), Colour::red), std::to_string(open_sum(line)),
               std::to_string(number(line, "records")),
               counted(number(line, "kernel_drops"), Colour::red)});
}

void print_reasons(const Json& ledger, const Session& session) {
  Table table({{"DROPPED AT"}, {"REASON"}, {"MESSAGES", Table::Side::right}}, session.terminal);
  bool any = false;
  for (const auto& [name, line] : part(ledger, "listeners").items()) {
    if (!line.contains("dropped") || !line["dropped"].is_object()) continue;
    for (const auto& [reason, count] : line["dropped"].items()) {
      if (!count.is_number_unsigned() || count == 0) continue;
      if (!any) Session::print("\n");
      any = true;
      table.add({printable(name), printable(reason), Cell(count.dump(), Colour::red)});
    }
  }
}

// How much older the newest row in SQLite is than the newest record in the journal.
std::optional<Micros> sqlite_lag(const Session::Data& data) {
  auto journal = RecordSource::open(data, true);
  auto database = Database::open(data.sqlite_file);
  if (!journal || !database) return {};
  std::optional<Micros> lag;
  for (std::size_t i = 0; i < stream_count; ++i) {
    Filter filter;
    filter.streams = {static_cast<Stream>(i)};
    const auto newest = journal->newest(filter, 1);
    const auto row = database->integer("SELECT received_us FROM " + view_of(filter.streams[0]) +
                                       " ORDER BY id DESC LIMIT 1");
    if (!newest || !row || newest->empty() || *row == 0) continue;
    lag = std::max(lag.value_or(0), newest->front().received - *row);
  }
  return lag;
}

std::string lag_text(const std::string& name, const Json& line, const Session::Data& data) {
  if (number(line, "pending") == 0) return "0 s";
  const auto lag = name == "sqlite" ? sqlite_lag(data) : std::nullopt;
  return lag ? span_text(*lag / second_us) : "?";
}

void print_followers(const Json& ledger, const Json* before, const Session::Data& data,
                     const Session& session) {
  if (part(ledger, "followers").empty()) return;
  Session::print("\n");
  Table table({{"FOLLOWER"},
               {"JOURNALED", Table::Side::right},
               {"PER SECOND", Table::Side::right},
               {"WRITTEN", Table::Side::right},
               {"PENDING", Table::Side::right},
               {"BEHIND", Table::Side::right},
               {"EXPIRED", Table::Side::right},
               {"FAILURES", Table::Side::right}},
              session.terminal);
  for (const auto& [name, line] : part(ledger, "followers").items())
    table.add({printable(name), std::to_string(number(line, "journaled")),
               short_number(rate(ledger, before, line, name, "followers")),
               std::to_string(number(line, "written")),
               counted(number(line, "pending"), Colour::yellow), lag_text(name, line, data),
               counted(number(line, "expired"), Colour::red),
               counted(number(line, "failures"), Colour::yellow)});
}

// Flow exporters number what they send: what never arrived shows as a gap.
void print_exporters(const Json& ledger, const Session& session) {
  if (part(ledger, "exporters").empty()) return;
  Session::print("\n");
  Table table({{"EXPORTER"},
               {"LOST", Table::Side::right},
               {"LATE", Table::Side::right},
               {"RESTARTS", Table::Side::right}},
              session.terminal);
  for (const auto& [name, line] : part(ledger, "exporters").items())
    table.add({printable(name), counted(number(line, "lost"), Colour::red),
               std::to_string(number(line, "late")), std::to_string(number(line, "restarts"))});
}

// Whether every line adds up.
bool is_balanced(const Json& ledger) {
  for (const auto& [name, line] : part(ledger, "listeners").items())
    if (open_sum(line) != 0) return false;
  for (const auto& [name, line] : part(ledger, "followers").items())
    if (number(line, "journaled") !=
        number(line, "written") + number(line, "pending") + number(line, "expired"))
      return false;
  return true;
}

void print_table(const Json& ledger, const Json* before, const Session::Data& data,
                 const Session& session) {
  const auto started = time_of(ledger, "started_at");
  const auto written = time_of(ledger, "written_at");
  std::string line = "since " + time_text(started, 0, session.utc) + ", as of " +
                     time_text(written, 0, session.utc);
  const auto age = (now_us() - written) / second_us;
  if (!is_daemon_running(data.folder))
    line += session.terminal.paint(Colour::yellow, " (netlogd is not running)");
  else if (age > stale_seconds)
    line += session.terminal.paint(
        Colour::yellow, " (" + span_text(age) + " ago: netlogd cannot write it, or is held up)");
  Session::print(line + "\n\n");
  print_listeners(ledger, before, session);
  print_reasons(ledger, session);
  print_followers(ledger, before, data, session);
  print_exporters(ledger, session);
  Session::print(
      std::string("\n") +
      (is_balanced(ledger)
           ? "balanced: received = journaled + no record + dropped\n"
           : "messages are under way: received = journaled + no record + dropped + under way\n"));
}

int watch(const Session::Data& data, const Session& session) {
  std::optional<Ledger> before;
  for (;;) {
    auto ledger = read_ledger(data.folder);
    if (!ledger) return Session::fail(ledger.error());
    if (session.json) {
      session.print_json(ledger->json.dump() + "\n");
    } else {
      if (session.terminal.is_terminal) Session::print("\x1b[H\x1b[J");
      print_table(ledger->json, before ? &before->json : nullptr, data, session);
    }
    if (std::fflush(stdout) != 0) return exit_found;
    if (!before || time_of(before->json, "written_at") != time_of(ledger->json, "written_at"))
      before = std::move(*ledger);
    ::poll(nullptr, 0, 1000);
  }
}

int ledger_command(const LedgerOptions& options, const Session& session) {
  const auto data = session.data();
  if (!data) return Session::fail(data.error());
  if (options.watch) return watch(*data, session);
  const auto ledger = read_ledger(data->folder);
  if (!ledger) return Session::fail(ledger.error());
  if (session.json)
    session.print_json(ledger->text);
  else
    print_table(ledger->json, nullptr, *data, session);
  return exit_found;
}

}  // namespace

void add_ledger(CommandLine& line, Session& session) {
  auto options = std::make_shared<LedgerOptions>();
  auto command = line.command(
      "ledger", "received, journaled, dropped by reason; rates and followers", "stats");
  command.flag("-w,--watch", options->watch, "every second, until ^C");
  command.action([options, &session] { return ledger_command(*options, session); });
}

}  // namespace netlogd::cli
