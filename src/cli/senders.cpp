#include "senders.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "netlogd/core/file_ops.hpp"

namespace netlogd::cli {
namespace {

constexpr std::uint64_t max_senders_bytes = 64 << 20;
constexpr std::size_t looked_at_records = 50;
constexpr std::size_t journal_records = 50'000;
constexpr std::size_t max_senders = 20'000;
constexpr Micros minute_us = 60 * second_us;
constexpr Micros day_us = 24 * 60 * minute_us;

void read_file_of_daemon(const std::string& folder, std::map<std::string, SenderInfo>& senders,
                         Senders& into) {
  const auto text = read_file(system_files(), folder + "/run/senders.json", max_senders_bytes);
  if (!text) return;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object() || !json.contains("senders") || !json["senders"].is_array()) return;
  into.from_daemon = true;
  if (json.contains("forgotten") && json["forgotten"].is_number_unsigned())
    into.forgotten = json["forgotten"];
  for (const auto& one : json["senders"]) {
    if (!one.is_object() || !one.contains("source_ip") || !one["source_ip"].is_string()) continue;
    auto& sender = senders[one["source_ip"].get<std::string>()];
    sender.source_ip = one["source_ip"];
    sender.in_inventory = one.value("in_inventory", false);
    for (std::size_t i = 0; i < stream_count; ++i) {
      const std::string name(stream_names[i]);
      if (one.contains(name) && one[name].is_number_unsigned()) sender.messages[i] = one[name];
    }
    const auto time = [&](const char* key) {
      return one.contains(key) && one[key].is_string()
                 ? parse_utc(one[key].get<std::string>()).value_or(0)
                 : 0;
    };
    sender.first_seen = time("first_seen");
    sender.last_seen = time("last_seen");
  }
}

Result<void> read_dictionary(Database& database, std::map<std::string, SenderInfo>& senders) {
  // The dictionary of senders is small however many rows there are.
  auto statement = database.prepare(
      "SELECT source_ip, device_hostname, device_site, device_vendor FROM sources WHERE source_ip "
      "IS NOT NULL ORDER BY id LIMIT " +
      std::to_string(max_senders * 4));
  if (!statement) return statement.error();
  for (;;) {
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) return {};
    const std::string address(statement->text(0));
    const auto known = senders.find(address);
    if (known == senders.end() && senders.size() >= max_senders) continue;
    auto& sender = known == senders.end() ? senders[address] : known->second;
    sender.source_ip = address;
    const auto keep = [](std::string& into, std::string_view text) {
      if (!text.empty() && text != "unknown") into = text;
    };
    keep(sender.hostname, statement->text(1));
    keep(sender.site, statement->text(2));
    keep(sender.vendor, statement->text(3));
  }
}

struct Counted {
  std::uint64_t records = 0;
  Micros last = 0;
};

struct CountedSince {
  std::map<std::string, Counted> by_address;
  double minutes = 0;  // from the begin of the period that `since` lies in
};

// Syslog and traps by the sender's address, from what the follower counts for each five minutes.
Result<CountedSince> count_since(Database& database, Micros since, Micros now) {
  constexpr Micros period_us = 5 * minute_us;
  const auto first = since / period_us;
  auto statement = database.prepare(
      "SELECT source_ip, sum(records), max(last_us) FROM source_counts JOIN sources ON id = "
      "source_id WHERE period >= " +
      std::to_string(first) + " AND stream <= 1 AND source_ip IS NOT NULL GROUP BY source_ip");
  if (!statement) return statement.error();
  CountedSince all;
  all.minutes = static_cast<double>(now - first * period_us) / static_cast<double>(minute_us);
  for (;;) {
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) return all;
    all.by_address[std::string(statement->text(0))] = {
        static_cast<std::uint64_t>(statement->integer(1)), statement->integer(2)};
  }
}

void note_habits(const RecordReader& record, Habits& habits) {
  ++habits.syslog;
  if (record.text("transport") == "udp") ++habits.over_udp;
  const auto vendor = record.text("vendor");
  if (vendor == "cisco_ios" || vendor == "cisco_iosxr") {
    ++habits.can_sequence;
    if (!record.integer("sequence")) ++habits.no_sequence;
  }
  const auto stamp = record.text("timestamp");
  if (stamp.empty()) return;
  ++habits.looked_at;
  if (record.text("time_quality.year") == "inferred") ++habits.no_year;
  const auto zone = record.text("time_quality.zone");
  if (zone == "default" || zone == "inventory") ++habits.no_zone;
  const auto clock = record.text("time_quality.clock");
  if (clock == "never_set" || clock == "unsynced") ++habits.clock_unset;
  if (stamp.find('.') == std::string_view::npos && stamp.find(',') == std::string_view::npos)
    ++habits.no_fraction;
}

void look_at(const RecordReader& record, SenderInfo& sender, std::vector<std::int64_t>& skews) {
  note_habits(record, sender.habits);
  if (const auto skew = record.integer("clock_skew_ms")) skews.push_back(*skew);
  if (const auto zone = record.text("time_quality.zone"); !zone.empty()) sender.zone = zone;
  if (const auto vendor = record.text("vendor"); !vendor.empty() && vendor != "unknown")
    sender.vendor = vendor;
  sender.last_seen = std::max(sender.last_seen, record.received());
}

std::optional<std::int64_t> median(std::vector<std::int64_t>& values) {
  if (values.empty()) return {};
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The newest syslog records of the last day: names, clock, habits.
Result<void> look_at_records(Database& database, SenderInfo& sender, std::int64_t first) {
  std::string which = " FROM logs WHERE source_ip = " + sql_text(sender.source_ip);
  // The name is what an index knows.
  if (!sender.hostname.empty()) which += " AND device_hostname = " + sql_text(sender.hostname);
  which += " AND id >= " + std::to_string(first);
  auto statement = database.prepare("SELECT raw_json FROM logs WHERE id IN (SELECT id" + which +
                                    " ORDER BY id DESC LIMIT " + std::to_string(looked_at_records) +
                                    ") ORDER BY id");
  if (!statement) return statement.error();
  RecordReader record;
  std::vector<std::int64_t> skews;
  for (;;) {
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) break;
    if (record.read(statement->text(0))) look_at(record, sender, skews);
  }
  sender.skew_ms = median(skews);
  return {};
}

}  // namespace

bool SenderInfo::is_silent(Micros now) const {
  if (last_seen == 0) return true;
  const auto silence = now - last_seen;
  if (silence < 5 * minute_us) return false;
  // Ten times its usual pause; who says something once a day is not silent after an hour.
  if (rate_normal <= 0) return silence > 24 * 60 * minute_us;
  return static_cast<double>(silence) > 10 * static_cast<double>(minute_us) / rate_normal;
}

Result<Senders> read_senders(RecordSource& source) {
  Senders senders;
  std::map<std::string, SenderInfo> by_address;
  read_file_of_daemon(source.folder(), by_address, senders);
  if (auto* database = source.database())
    if (auto read = read_dictionary(*database, by_address); !read) return read.error();
  for (auto& [address, sender] : by_address) {
    // The daemon looks the inventory up; for one that it has not heard since its start, a site or a
    // role says so.
    if (!senders.from_daemon || sender.first_seen == 0)
      sender.in_inventory = sender.in_inventory || !sender.site.empty();
    senders.all.push_back(std::move(sender));
  }
  std::stable_sort(senders.all.begin(), senders.all.end(),
                   [](const SenderInfo& a, const SenderInfo& b) {
                     const auto sum = [](const SenderInfo& one) {
                       return one.messages[0] + one.messages[1] + one.messages[2];
                     };
                     return sum(a) > sum(b);
                   });
  return senders;
}

Result<void> add_rates(RecordSource& source, Senders& senders, Micros now) {
  auto* database = source.database();
  if (database == nullptr) return {};
  const auto recent = count_since(*database, now - 5 * minute_us, now);
  if (!recent) return recent.error();
  const auto day = count_since(*database, now - day_us, now);
  if (!day) return day.error();
  const auto first =
      database->integer("SELECT id FROM logs WHERE received_us >= " + std::to_string(now - day_us) +
                        " ORDER BY received_us LIMIT 1");
  if (!first) return first.error();
  senders.first_log_of_day = *first;
  for (auto& sender : senders.all) {
    if (const auto found = recent->by_address.find(sender.source_ip);
        found != recent->by_address.end())
      sender.rate_now = static_cast<double>(found->second.records) / recent->minutes;
    const auto found = day->by_address.find(sender.source_ip);
    if (found == day->by_address.end()) continue;
    sender.spoke_today = true;
    sender.last_seen = std::max(sender.last_seen, found->second.last);
    // A device that is new today is measured by the time it has been there.
    const auto known = sender.first_seen == 0 ? day->minutes
                                              : static_cast<double>(now - sender.first_seen) /
                                                    static_cast<double>(minute_us);
    sender.rate_normal =
        static_cast<double>(found->second.records) / std::clamp(known, 5.0, day->minutes);
  }
  return {};
}

Result<void> learn_from_journal(RecordSource& source, Senders& senders, Micros now) {
  Filter filter;
  filter.streams = {Stream::syslog, Stream::trap};
  const auto records = source.newest(filter, journal_records);
  if (!records) return records.error();
  if (records->empty()) return {};
  std::map<std::string, SenderInfo> by_address;
  for (auto& sender : senders.all) by_address[sender.source_ip] = std::move(sender);
  struct Seen {
    std::uint64_t records = 0;
    std::uint64_t recent = 0;
    std::vector<std::int64_t> skews;
  };
  std::map<std::string, Seen> seen;
  RecordReader record;
  const auto keep = [](std::string& into, std::string_view text) {
    if (into.empty() && text != "unknown") into = text;
  };
  for (auto one = records->rbegin(); one != records->rend(); ++one) {
    if (!record.read(one->line)) continue;
    const std::string address(record.text("source_ip"));
    auto& sender = by_address[address];
    auto& counts = seen[address];
    sender.source_ip = address;
    keep(sender.hostname, record.text("device.hostname"));
    keep(sender.site, record.text("device.site"));
    if (one->stream == Stream::syslog && sender.habits.syslog < looked_at_records)
      look_at(record, sender, counts.skews);
    keep(sender.vendor, record.text("device.vendor"));
    sender.last_seen = std::max(sender.last_seen, one->received);
    ++counts.records;
    if (one->received >= now - 5 * minute_us) ++counts.recent;
  }
  // As far back as what was read reaches.
  const auto span = std::max(now - records->front().received, 5 * minute_us);
  senders.all.clear();
  for (auto& [address, sender] : by_address) {
    auto& counts = seen[address];
    sender.skew_ms = median(counts.skews);
    sender.rate_now = static_cast<double>(counts.recent) / 5;
    sender.rate_normal = static_cast<double>(counts.records) * static_cast<double>(minute_us) /
                         static_cast<double>(span);
    senders.all.push_back(std::move(sender));
  }
  return {};
}

Result<void> look_closer(RecordSource& source, SenderInfo& sender, std::int64_t first_log_of_day) {
  auto* database = source.database();
  if (database == nullptr) return {};
  if (sender.spoke_today)
    if (auto looked = look_at_records(*database, sender, first_log_of_day); !looked) return looked;
  if (sender.last_seen != 0 || sender.hostname.empty()) return {};
  // Silent since before the daemon's start.
  const auto last = database->integer("SELECT received_us FROM logs WHERE device_hostname = " +
                                      sql_text(sender.hostname) + " ORDER BY id DESC LIMIT 1");
  if (!last) return last.error();
  sender.last_seen = *last;
  return {};
}

}  // namespace netlogd::cli
