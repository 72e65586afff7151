// netlog count: how many, by what and when.

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "group_keys.hpp"
#include "netlogd/core/printable.hpp"
#include "question.hpp"
#include "table.hpp"

namespace netlogd::cli {
namespace {

constexpr std::size_t max_buckets = 2000;
constexpr std::size_t max_spark = 100;
constexpr std::size_t bar_columns = 40;

struct CountOptions {
  FilterWords words;
  std::vector<std::string> by;
  std::string every;
  std::size_t limit = 50;
  bool journal = false;
};

struct Group {
  std::uint64_t total = 0;
  std::map<std::int64_t, std::uint64_t> buckets;  // by time / every
};

class Count {
 public:
  Count(const CountOptions& options, const Session& session)
      : options_(options), session_(session) {}

  int run() {
    auto question =
        Question::ask(options_.words, {Stream::syslog, Stream::trap}, session_, options_.journal);
    if (!question) return Session::fail(question.error());
    if (auto read = read_options(); !read) return Session::fail(read.error());
    for (const auto stream : question->filter.streams)
      if (auto counted = count_stream(question->source, question->filter, stream); !counted)
        return Session::fail(counted.error());
    if (every_ > 0 && last_bucket_ - first_bucket_ >= static_cast<std::int64_t>(max_buckets))
      return Session::fail({Errc::invalid, "--every " + options_.every + " gives " +
                                               std::to_string(last_bucket_ - first_bucket_ + 1) +
                                               " steps; name --since, or a longer step"});
    if (session_.json)
      print_json();
    else if (every_ > 0 && keys_.empty())
      print_bars();
    else
      print_table();
    return question->answer(total_ > 0, question->count_text(total_));
  }

 private:
  Result<void> read_options() {
    for (const auto& word : options_.by) {
      auto key = GroupKey::find(word);
      if (!key) return key.error();
      keys_.push_back(std::move(*key));
    }
    if (options_.every.empty()) return {};
    const auto seconds = parse_duration(options_.every);
    if (!seconds || *seconds == 0)
      return Error{Errc::invalid, "--every " + options_.every + ": write 30s, 5m, 1h or 1d"};
    every_ = *seconds * second_us;
    return {};
  }

  void add(std::vector<std::string> group, std::int64_t bucket, std::uint64_t count) {
    auto& one = groups_[std::move(group)];
    one.total += count;
    total_ += count;
    if (every_ == 0) return;
    one.buckets[bucket] += count;
    if (total_ == count || bucket < first_bucket_) first_bucket_ = bucket;
    if (total_ == count || bucket > last_bucket_) last_bucket_ = bucket;
  }

  Result<void> count_stream(RecordSource& source, const Filter& filter, Stream stream) {
    RecordSource::Sums sums;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      sums.keys += keys_[i].sql(stream) + ", ";
      sums.group += (sums.group.empty() ? "GROUP BY " : ", ") + std::to_string(i + 1);
    }
    if (every_ > 0) {
      sums.keys += "received_us/" + std::to_string(every_) + ", ";
      sums.group += (sums.group.empty() ? "GROUP BY " : ", ") + std::to_string(keys_.size() + 1);
    }
    sums.values = "count(*)";
    sums.may_use_hours = every_ % (3600 * second_us) == 0;
    const auto from_record = [&](const StoredRecord& record, const RecordReader& reader) {
      std::vector<std::string> values;
      for (const auto& key : keys_) values.push_back(key.value(stream, reader));
      add(std::move(values), every_ > 0 ? record.received / every_ : 0, 1);
      return true;
    };
    const auto from_row = [&](Statement& row) {
      std::vector<std::string> values;
      int column = 0;
      for (; column < static_cast<int>(keys_.size()); ++column)
        values.emplace_back(row.text(column));
      const auto bucket = every_ > 0 ? row.integer(column++) : 0;
      if (const auto count = row.integer(column); count > 0)
        add(std::move(values), bucket, static_cast<std::uint64_t>(count));
    };
    auto done = source.aggregate(filter, stream, sums, from_row, from_record);
    if (!done) return done.error();
    if (*done) return {};
    Filter one = filter;
    one.streams = {stream};
    return source.each(one, from_record);
  }

  using Item = std::pair<const std::vector<std::string>*, const Group*>;
  [[nodiscard]] std::vector<Item> ordered() const {
    std::vector<Item> items;
    for (const auto& [key, group] : groups_) items.emplace_back(&key, &group);
    std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
      return a.second->total > b.second->total;
    });
    if (options_.limit > 0 && items.size() > options_.limit) items.resize(options_.limit);
    return items;
  }

  // One number for each step, several steps together where there are more than fit in a line.
  [[nodiscard]] std::vector<double> series(const Group& group) const {
    const auto steps = static_cast<std::size_t>(last_bucket_ - first_bucket_ + 1);
    const auto together = (steps + max_spark - 1) / max_spark;
    std::vector<double> values((steps + together - 1) / together);
    for (const auto& [bucket, count] : group.buckets)
      values[static_cast<std::size_t>(bucket - first_bucket_) / together] +=
          static_cast<double>(count);
    return values;
  }

  void print_table() const {
    std::vector<Table::Column> columns;
    for (const auto& key : keys_) {
      std::string heading = key.name();
      for (char& c : heading)
        c = c == '_' ? ' ' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
      columns.push_back({heading});
    }
    columns.push_back({"COUNT", Table::Side::right});
    columns.push_back({every_ > 0 ? time_text(first_bucket_ * every_, 0, session_.utc) + " to " +
                                        time_text((last_bucket_ + 1) * every_, 0, session_.utc)
                                  : ""});
    Table table(std::move(columns), session_.terminal);
    const auto items = ordered();
    for (const auto& [key, group] : items) {
      std::vector<Cell> row;
      for (const auto& value : *key) row.emplace_back(value.empty() ? "-" : printable(value));
      row.emplace_back(std::to_string(group->total));
      row.emplace_back(every_ > 0 ? sparkline(series(*group))
                                  : bar(static_cast<double>(group->total),
                                        static_cast<double>(items[0].second->total), bar_columns),
                       Colour::cyan);
      table.add(std::move(row));
    }
    table.finish();
    if (items.size() < groups_.size())
      Session::remark("the " + std::to_string(items.size()) + " largest of " +
                      std::to_string(groups_.size()) + " (--limit 0: all)");
  }

  void print_bars() const {
    if (groups_.empty()) return;
    const auto& group = groups_.begin()->second;
    std::uint64_t largest = 0;
    for (const auto& [bucket, count] : group.buckets) largest = std::max(largest, count);
    Table table({{"FROM"}, {"COUNT", Table::Side::right}, {""}}, session_.terminal);
    for (auto bucket = first_bucket_; bucket <= last_bucket_; ++bucket) {
      const auto found = group.buckets.find(bucket);
      const auto count = found == group.buckets.end() ? 0 : found->second;
      table.add({time_text(bucket * every_, 0, session_.utc), std::to_string(count),
                 Cell(bar(static_cast<double>(count), static_cast<double>(largest), bar_columns),
                      Colour::cyan)});
    }
  }

  void print_json() const {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& [key, group] : ordered()) {
      nlohmann::ordered_json one = nlohmann::ordered_json::object();
      for (std::size_t i = 0; i < keys_.size(); ++i)
        one[keys_[i].name()] =
            (*key)[i].empty() ? nlohmann::ordered_json() : nlohmann::ordered_json((*key)[i]);
      one["count"] = group->total;
      if (every_ > 0) {
        one["every_seconds"] = every_ / second_us;
        one["series"] = nlohmann::ordered_json::array();
        for (const auto& [bucket, count] : group->buckets)
          one["series"].push_back({{"from", iso_text(bucket * every_, 0)}, {"count", count}});
      }
      list.push_back(std::move(one));
    }
    session_.print_value(list);
  }

  const CountOptions& options_;
  const Session& session_;
  std::vector<GroupKey> keys_;
  Micros every_ = 0;
  std::map<std::vector<std::string>, Group> groups_;
  std::uint64_t total_ = 0;
  std::int64_t first_bucket_ = 0;
  std::int64_t last_bucket_ = 0;
};

}  // namespace

void add_count(CommandLine& line, Session& session) {
  auto options = std::make_shared<CountOptions>();
  auto command = line.command("count", "how many records, by what and when");
  command.option(
      "-b,--by", options->by,
      "device, site, role, vendor, event, severity, message_id, source, stream, parse_status",
      {.takes_commas = true});
  command.option("--every", options->every, "in steps of 30s, 5m, 1h, 1d");
  command.option("-n,--limit", options->limit, "the largest so many; 0: all",
                 {.shows_default = true});
  command.flag("--journal", options->journal, "read the journal only");
  add_filter_options(command, options->words);
  command.action([options, &session] { return Count(*options, session).run(); });
}

}  // namespace netlogd::cli
