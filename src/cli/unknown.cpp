// netlog unknown: the shapes of lines that are not wholly understood, most frequent first, as cases
// for a golden file (input, ----, what is expected): the beginning of teaching netlogd a new
// format.

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "commands.hpp"
#include "line_shape.hpp"
#include "netlogd/core/printable.hpp"
#include "question.hpp"

namespace netlogd::cli {
namespace {

constexpr std::size_t max_shapes = 50'000;
constexpr std::size_t max_devices = 20;  // named for each shape

struct UnknownOptions {
  FilterWords words;
  std::size_t limit = 10;
  std::size_t examples = 1;
  bool journal = false;
};

struct Shape {
  std::uint64_t count = 0;
  Micros first = 0;
  Micros last = 0;
  std::set<std::string> devices;
  std::string vendor;
  std::string status;
  std::vector<std::string> examples;
  std::vector<std::string> readings;  // of the examples, as a golden file has them
};

// What the line is read as today; who writes the parser changes it to what it should be.
std::string reading_of(const RecordReader& record) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  json["vendor"] = record.text("vendor");
  if (const auto severity = record.integer("severity")) json["severity"] = *severity;
  for (const char* key :
       {"timestamp", "hostname", "process", "message_id", "message", "parse_status"})
    if (const auto text = record.text(key); !text.empty()) json[key] = text;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

class Report {
 public:
  Report(const UnknownOptions& options, const Session& session)
      : options_(options), session_(session) {}

  void add(const RecordReader& record) {
    ++lines_;
    const auto raw = record.text("raw_message");
    auto key = line_shape(raw);
    const auto known = shapes_.find(key);
    if (known == shapes_.end() && shapes_.size() == max_shapes) {
      ++beyond_;
      return;
    }
    auto& shape = known == shapes_.end() ? shapes_[std::move(key)] : known->second;
    const auto received = record.received();
    if (shape.count == 0) {
      shape.first = shape.last = received;
      shape.vendor = record.text("vendor");
      shape.status = record.text("parse_status");
    }
    ++shape.count;
    shape.first = std::min(shape.first, received);
    shape.last = std::max(shape.last, received);
    auto device = record.text("device.hostname");
    if (device.empty() || device == "unknown") device = record.text("source_ip");
    if (shape.devices.size() < max_devices) shape.devices.emplace(device);
    if (shape.examples.size() < options_.examples &&
        std::find(shape.examples.begin(), shape.examples.end(), raw) == shape.examples.end()) {
      shape.examples.emplace_back(raw);
      shape.readings.push_back(reading_of(record));
    }
  }

  [[nodiscard]] bool has_any() const { return lines_ > 0; }

  void print() const {
    std::vector<std::pair<const std::string*, const Shape*>> order;
    for (const auto& [key, shape] : shapes_) order.emplace_back(&key, &shape);
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
      return a.second->count > b.second->count;
    });
    if (options_.limit > 0 && order.size() > options_.limit) order.resize(options_.limit);
    if (session_.json)
      print_json(order);
    else
      for (const auto& [key, shape] : order) print_case(*key, *shape);
  }

  [[nodiscard]] std::string remark() const {
    std::string text =
        std::to_string(lines_) + " lines in " + std::to_string(shapes_.size()) + " shapes";
    if (options_.limit > 0 && options_.limit < shapes_.size())
      text += ", the " + std::to_string(options_.limit) + " most frequent shown (--limit 0: all)";
    if (beyond_ > 0) text += "; " + std::to_string(beyond_) + " more lines have still other shapes";
    return text;
  }

 private:
  void print_case(const std::string& key, const Shape& shape) const {
    std::string devices;
    for (const auto& device : shape.devices)
      devices += (devices.empty() ? "" : ", ") + printable(device);
    if (shape.devices.size() == max_devices) devices += ", …";
    Session::print("# " + std::to_string(shape.count) + (shape.count == 1 ? " line" : " lines") +
                   " from " + devices + ", " + time_text(shape.first, 0, session_.utc) + " to " +
                   time_text(shape.last, 0, session_.utc) + "\n# shape: " + printable(key) + "\n");
    for (std::size_t i = 0; i < shape.examples.size(); ++i)
      Session::print(printable(shape.examples[i]) + "\n----\n" + printable(shape.readings[i]) +
                     "\n\n");
  }

  void print_json(const std::vector<std::pair<const std::string*, const Shape*>>& order) const {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& [key, shape] : order)
      list.push_back({{"shape", *key},
                      {"count", shape->count},
                      {"vendor", shape->vendor},
                      {"parse_status", shape->status},
                      {"devices", shape->devices},
                      {"first", iso_text(shape->first)},
                      {"last", iso_text(shape->last)},
                      {"examples", shape->examples}});
    session_.print_value(list);
  }

  const UnknownOptions& options_;
  const Session& session_;
  std::map<std::string, Shape> shapes_;
  std::uint64_t lines_ = 0;
  std::uint64_t beyond_ = 0;
};

int unknown(UnknownOptions options, const Session& session) {
  if (options.words.statuses.empty()) options.words.statuses = {"partial", "unparsed"};
  auto question = Question::ask(options.words, {Stream::syslog}, session, options.journal);
  if (!question) return Session::fail(question.error());
  Report report(options, session);
  const auto done =
      question->source.each(question->filter, [&](const StoredRecord&, const RecordReader& record) {
        report.add(record);
        return true;
      });
  if (!done) return Session::fail(done.error());
  report.print();
  return question->answer(report.has_any(), report.remark());
}

}  // namespace

void add_unknown(CommandLine& line, Session& session) {
  auto options = std::make_shared<UnknownOptions>();
  auto command = line.command(
      "unknown", "the shapes of lines that are not wholly understood, as golden cases");
  command.option("-n,--limit", options->limit, "how many shapes; 0: all", {.shows_default = true});
  command.option("--examples", options->examples, "lines for each shape", {.shows_default = true});
  command.flag("--journal", options->journal, "read the journal only");
  add_filter_options(command, options->words);
  command.action([options, &session] { return unknown(*options, session); });
}

}  // namespace netlogd::cli
