// netlog top: who sends most, by the flows. What a sampling exporter did not see is made up for:
// packets and octets count as often as one in how many was sampled.

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "netlogd/core/printable.hpp"
#include "question.hpp"
#include "record_text.hpp"
#include "table.hpp"

namespace netlogd::cli {
namespace {

struct TopOptions {
  FilterWords words;
  std::string what = "talkers";
  std::string order = "bytes";
  std::size_t limit = 10;
  bool journal = false;
};

struct Sums {
  double bytes = 0;
  double packets = 0;
  std::uint64_t flows = 0;
};

struct Subject {
  std::string_view name;
  std::vector<std::string> headings;
  std::vector<std::string> columns;  // the same in SQL and in the JSON line
};

const std::array<Subject, 6> subjects = {
    {{"talkers", {"SOURCE"}, {"src_ip"}},
     {"receivers", {"DESTINATION"}, {"dst_ip"}},
     {"conversations", {"SOURCE", "DESTINATION"}, {"src_ip", "dst_ip"}},
     {"ports", {"PROTOCOL", "PORT"}, {"protocol", "dst_port"}},
     {"exporters", {"EXPORTER"}, {"exporter_ip"}},
     {"interfaces", {"EXPORTER", "INPUT"}, {"exporter_ip", "input_interface"}}}};

double value_of(const Sums& sums, const std::string& order) {
  return order == "bytes"     ? sums.bytes
         : order == "packets" ? sums.packets
                              : static_cast<double>(sums.flows);
}

class Top {
 public:
  Top(const TopOptions& options, const Session& session)
      : options_(options),
        session_(session),
        subject_(*std::find_if(subjects.begin(), subjects.end(),
                               [&](const Subject& one) { return one.name == options.what; })) {}

  int run() {
    auto words = options_.words;
    if (words.since.empty() && words.until.empty()) words.since = "1h";
    words.streams = {"flow"};
    auto question = Question::ask(words, {Stream::flow}, session_, options_.journal);
    if (!question) return Session::fail(question.error());
    auto& [data, filter, source] = *question;
    if (auto counted = count(source, filter); !counted) return Session::fail(counted.error());
    print();
    return question->answer(
        !groups_.empty(),
        std::to_string(total_.flows) + " flows since " +
            (filter.since ? time_text(*filter.since, 0, session_.utc) : "the beginning") + ", " +
            source.provenance());
  }

 private:
  void add(std::vector<std::string> key, const Sums& sums) {
    for (auto* into : {&groups_[std::move(key)], &total_}) {
      into->bytes += sums.bytes;
      into->packets += sums.packets;
      into->flows += sums.flows;
    }
  }

  Result<void> count(RecordSource& source, const Filter& filter) {
    RecordSource::Sums sums;
    for (std::size_t i = 0; i < subject_.columns.size(); ++i) {
      sums.keys += subject_.columns[i] + ", ";
      sums.group +=
          (sums.group.empty() ? "AND flow_type IS NULL GROUP BY " : ", ") + std::to_string(i + 1);
    }
    sums.values =
        "sum(bytes*max(1,ifnull(sampling_interval,0))), "
        "sum(packets*max(1,ifnull(sampling_interval,0))), count(*)";
    const auto from_record = [&](const StoredRecord&, const RecordReader& record) {
      if (!record.text("flow_type").empty()) return true;
      std::vector<std::string> key;
      for (const auto& column : subject_.columns) key.push_back(record.cell(column));
      const auto factor = static_cast<double>(
          std::max<std::int64_t>(1, record.integer("sampling_interval").value_or(0)));
      add(std::move(key), {static_cast<double>(record.integer("bytes").value_or(0)) * factor,
                           static_cast<double>(record.integer("packets").value_or(0)) * factor, 1});
      return true;
    };
    const auto from_row = [&](Statement& row) {
      std::vector<std::string> key;
      int column = 0;
      for (; column < static_cast<int>(subject_.columns.size()); ++column)
        key.emplace_back(row.text(column));
      add(std::move(key), {row.real(column), row.real(column + 1),
                           static_cast<std::uint64_t>(row.integer(column + 2))});
    };
    const auto done = source.aggregate(filter, Stream::flow, sums, from_row, from_record);
    if (!done) return done.error();
    return {};
  }

  void print() const {
    using Item = std::pair<const std::vector<std::string>*, const Sums*>;
    std::vector<Item> items;
    for (const auto& [key, sums] : groups_) items.emplace_back(&key, &sums);
    std::stable_sort(items.begin(), items.end(), [&](const Item& a, const Item& b) {
      return value_of(*a.second, options_.order) > value_of(*b.second, options_.order);
    });
    if (options_.limit > 0 && items.size() > options_.limit) items.resize(options_.limit);
    session_.json ? print_json(items) : print_table(items);
  }

  [[nodiscard]] std::string shown(std::size_t column, const std::string& value) const {
    if (value.empty()) return "-";
    return subject_.columns[column] == "protocol" ? protocol_name(std::atoll(value.c_str()))
                                                  : printable(value);
  }

  template <typename Items>
  void print_table(const Items& items) const {
    std::vector<Table::Column> columns;
    for (const auto& heading : subject_.headings) columns.push_back({heading});
    for (const char* heading : {"BYTES", "PACKETS", "FLOWS", "SHARE"})
      columns.push_back({heading, Table::Side::right});
    columns.push_back({""});
    Table table(std::move(columns), session_.terminal);
    const double total = value_of(total_, options_.order);
    for (const auto& [key, sums] : items) {
      std::vector<Cell> row;
      for (std::size_t i = 0; i < key->size(); ++i) row.emplace_back(shown(i, (*key)[i]));
      const double value = value_of(*sums, options_.order);
      row.emplace_back(short_number(sums->bytes));
      row.emplace_back(short_number(sums->packets));
      row.emplace_back(std::to_string(sums->flows));
      row.emplace_back(
          total > 0 ? std::to_string(static_cast<int>(value * 100 / total + 0.5)) + " %" : "");
      row.emplace_back(bar(value, value_of(*items[0].second, options_.order), 30), Colour::cyan);
      table.add(std::move(row));
    }
  }

  template <typename Items>
  void print_json(const Items& items) const {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& [key, sums] : items) {
      nlohmann::ordered_json one = nlohmann::ordered_json::object();
      for (std::size_t i = 0; i < key->size(); ++i) one[subject_.columns[i]] = (*key)[i];
      one["bytes"] = static_cast<std::uint64_t>(sums->bytes);
      one["packets"] = static_cast<std::uint64_t>(sums->packets);
      one["flows"] = sums->flows;
      list.push_back(std::move(one));
    }
    session_.print_value(list);
  }

  const TopOptions& options_;
  const Session& session_;
  const Subject& subject_;
  std::map<std::vector<std::string>, Sums> groups_;
  Sums total_;
};

}  // namespace

void add_top(CommandLine& line, Session& session) {
  auto options = std::make_shared<TopOptions>();
  auto command = line.command("top", "who sends most, by the flows of the last hour (--since)");
  command.option(
      "what", options->what, "talkers, receivers, conversations, ports, exporters, interfaces",
      {.shows_default = true,
       .choices = {"talkers", "receivers", "conversations", "ports", "exporters", "interfaces"}});
  command.option("--order", options->order, "bytes, packets or flows",
                 {.shows_default = true, .choices = {"bytes", "packets", "flows"}});
  command.option("-n,--limit", options->limit, "how many; 0: all", {.shows_default = true});
  command.flag("--journal", options->journal, "read the journal only");
  add_filter_options(command, options->words);
  command.action([options, &session] { return Top(*options, session).run(); });
}

}  // namespace netlogd::cli
