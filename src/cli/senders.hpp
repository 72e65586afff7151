// Who sends: what the daemon writes of it every ten seconds (DATA/run/senders.json), and what the
// records say: names, rates, clocks, habits that cost something.

#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "records.hpp"

namespace netlogd::cli {

// What the last records of a sender show, for --advice.
struct Habits {
  std::size_t looked_at = 0;  // syslog records with a time
  std::size_t no_year = 0;
  std::size_t no_zone = 0;
  std::size_t clock_unset = 0;  // never set, or out of sync
  std::size_t no_fraction = 0;
  std::size_t no_sequence = 0;  // of a vendor whose devices can number their messages
  std::size_t can_sequence = 0;
  std::size_t over_udp = 0;
  std::size_t syslog = 0;
};

struct SenderInfo {
  std::string source_ip;
  std::string hostname;  // of the device
  std::string site;
  std::string vendor;  // by the records, else by the inventory
  bool in_inventory = false;
  std::array<std::uint64_t, stream_count> messages{};
  Micros first_seen = 0;
  Micros last_seen = 0;
  bool spoke_today = false;             // syslog or a trap in the last 24 hours
  double rate_now = 0;                  // records a minute, the last five to ten minutes
  double rate_normal = 0;               // the last 24 hours
  std::optional<std::int64_t> skew_ms;  // the median of the last records
  std::string zone;                     // how its zone is known: sent, inventory, default
  Habits habits;

  // It has been silent for far longer than its usual pause, and for five minutes at least.
  [[nodiscard]] bool is_silent(Micros now) const;
};

struct Senders {
  std::vector<SenderInfo> all;  // most messages first
  std::uint64_t forgotten = 0;
  bool from_daemon = false;           // senders.json was there
  std::int64_t first_log_of_day = 0;  // the first id of the last 24 hours
};

// Senders of before the daemon's start come from SQLite.
Result<Senders> read_senders(RecordSource& source);
// Rates of all of them, and when each was last heard.
Result<void> add_rates(RecordSource& source, Senders& senders, Micros now);
// Where there is no database: names, rates, clocks and habits from the newest records of the
// journal.
Result<void> learn_from_journal(RecordSource& source, Senders& senders, Micros now);
// Clock and habits, from the last records of the last day.
Result<void> look_closer(RecordSource& source, SenderInfo& sender, std::int64_t first_log_of_day);

}  // namespace netlogd::cli
