// netlog explain: how a line is read.

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "netlogd/core/printable.hpp"
#include "reading_text.hpp"

namespace netlogd::cli {
namespace {

struct ExplainOptions {
  std::vector<std::string> lines;
  std::string source = "127.0.0.1";
  std::string received;
};

nlohmann::ordered_json to_json(const std::string& line, const LineReading& reading) {
  auto record = nlohmann::ordered_json::parse(reading.record, nullptr, false);
  if (record.is_object()) record.erase("id");
  return {{"line", line},
          {"vendor", reading.vendor},
          {"event_type", reading.event_type},
          {"parse_status", parse_status_names[static_cast<std::size_t>(reading.status)]},
          {"fields", fields_json(reading)},
          {"record", std::move(record)}};
}

void print(const std::string& line, const LineReading& reading, const Session& session) {
  Session::print(session.terminal.paint(Colour::bold, printable(line)) + "\n\n");
  print_fields(reading, session);
}

int explain(const ExplainOptions& options, const Session& session) {
  const auto config = session.load_config();
  if (!config) return Session::fail(config.error());
  const auto inputs = load_inputs(*config);
  if (!inputs) return Session::fail(inputs.error());
  RawMessage raw;
  const auto source = IpAddress::parse(options.source);
  if (!source) return Session::fail({Errc::invalid, "--source " + options.source + ": no address"});
  raw.source.address = *source;
  auto received =
      parse_time(options.received.empty() ? "now" : options.received, now_us(), session.utc);
  if (!received) return Session::fail({Errc::invalid, "--received " + received.error().sentence});
  raw.received = TimePoint(std::chrono::microseconds(*received));

  LineReader reader(*inputs);
  bool all_read = true;
  std::size_t count = 0;
  const auto one = [&](const std::string& line) {
    raw.bytes = {reinterpret_cast<const std::uint8_t*>(line.data()), line.size()};
    const auto reading = reader.read(raw);
    all_read = all_read && reading.status != ParseStatus::unparsed;
    if (count++ > 0 && !session.json) Session::print("\n");
    if (session.json)
      session.print_value(to_json(line, reading), -1);
    else
      print(line, reading, session);
  };
  for (const auto& line : options.lines) {
    if (line != "-") {
      one(line);
      continue;
    }
    for (std::string from_input; std::getline(std::cin, from_input);) {
      if (!from_input.empty() && from_input.back() == '\r') from_input.pop_back();
      if (!from_input.empty()) one(from_input);
    }
  }
  return all_read && count > 0 ? exit_found : exit_nothing;
}

}  // namespace

void add_explain(CommandLine& line, Session& session) {
  auto options = std::make_shared<ExplainOptions>();
  auto command = line.command("explain", "how a syslog line is read: field, bytes, rule, doubt");
  command.option("line", options->lines, "the line as received; -: lines from standard input",
                 {.required = true});
  command.option("--source", options->source, "the sender's address, for the inventory",
                 {.shows_default = true});
  command.option("--received", options->received, "when it was received (now), for the year");
  command.action([options, &session] { return explain(*options, session); });
}

}  // namespace netlogd::cli
