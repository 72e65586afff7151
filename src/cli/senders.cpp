#include "senders.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "netlogd/core/file_ops.hpp"

namespace netlogd::cli {
namespace {

constexpr std::uint64_t max_senders_bytes = 64 << 20;
constexpr std::size_t looked_at_records = 50;
constexpr std::size_t max_senders = 20'000;
constexpr Micros minute_us = 60 * second_us;

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

// The dictionary of senders is small however many rows there are.
Result<void> read_dictionary(Database& database, std::map<std::string, SenderInfo>& senders) {
  auto statement = database.prepare(
      "SELECT source_ip, json_extract('{'||json||'}', '$.device.hostname'), device_site, "
      "device_vendor FROM sources "
      "WHERE source_ip IS NOT NULL AND json_valid('{'||json||'}') ORDER BY id LIMIT " +
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

// `device_hostname` is what the index knows.
std::string rows_of(const SenderInfo& sender, const std::string& view, Micros since) {
  std::string sql = " FROM " + view + " WHERE source_ip = " + sql_text(sender.source_ip);
  if (!sender.hostname.empty()) sql += " AND device_hostname = " + sql_text(sender.hostname);
  if (since > 0)
    sql += " AND +received_us >= " + std::to_string(since) +
           " AND id >= (SELECT ifnull(min(id), 0) FROM " + view +
           " WHERE received_us >= " + std::to_string(since) + ")";
  return sql;
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

// The newest syslog records: names, clock, habits.
Result<void> look_at_records(Database& database, SenderInfo& sender) {
  auto statement = database.prepare("SELECT raw_json FROM logs WHERE id IN (SELECT id" +
                                    rows_of(sender, "logs", 0) + " ORDER BY id DESC LIMIT " +
                                    std::to_string(looked_at_records) + ") ORDER BY id");
  if (!statement) return statement.error();
  RecordReader record;
  std::vector<std::int64_t> skews;
  for (;;) {
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) break;
    if (!record.read(statement->text(0))) continue;
    note_habits(record, sender.habits);
    if (const auto skew = record.integer("clock_skew_ms")) skews.push_back(*skew);
    if (const auto zone = record.text("time_quality.zone"); !zone.empty()) sender.zone = zone;
    if (const auto vendor = record.text("vendor"); !vendor.empty() && vendor != "unknown")
      sender.vendor = vendor;
    sender.last_seen = std::max(sender.last_seen, record.received());
    if (sender.first_seen == 0) sender.first_seen = record.received();
  }
  if (skews.empty()) return {};
  std::nth_element(skews.begin(), skews.begin() + static_cast<std::ptrdiff_t>(skews.size() / 2),
                   skews.end());
  sender.skew_ms = skews[skews.size() / 2];
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

Result<void> look_closer(RecordSource& source, SenderInfo& sender, Micros now) {
  auto* database = source.database();
  if (database == nullptr) return {};
  if (auto looked = look_at_records(*database, sender); !looked) return looked;
  for (const char* view : {"logs", "traps"}) {
    const auto recent =
        database->integer("SELECT count(*)" + rows_of(sender, view, now - 5 * minute_us));
    if (!recent) return recent.error();
    const auto day =
        database->integer("SELECT count(*)" + rows_of(sender, view, now - 24 * 60 * minute_us));
    if (!day) return day.error();
    sender.rate_now += static_cast<double>(*recent) / 5;
    // A device that is new today is measured by the time it has been there.
    const auto known_us =
        std::clamp<Micros>(now - sender.first_seen, 5 * minute_us, 24 * 60 * minute_us);
    sender.rate_normal +=
        static_cast<double>(*day) * static_cast<double>(minute_us) / static_cast<double>(known_us);
    const auto last = database->integer("SELECT received_us" + rows_of(sender, view, 0) +
                                        " ORDER BY id DESC LIMIT 1");
    if (last) sender.last_seen = std::max<Micros>(sender.last_seen, *last);
  }
  return {};
}

}  // namespace netlogd::cli
