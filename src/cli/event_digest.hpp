// Many records as few lines: repeats folded, the most severe and the rarest kept first, as many as
// a budget allows. For `netlog context`. Bounded; one thread.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "record.hpp"
#include "symptom.hpp"

namespace netlogd::cli {

// A language model's tokens in a text, rather too many than too few: three octets each. Logs are
// digits and punctuation, which make short tokens.
[[nodiscard]] std::size_t estimated_tokens(std::string_view text);

struct DigestEntry {
  Stream stream = Stream::syslog;
  std::uint64_t id = 0;  // of the first
  std::uint64_t last_id = 0;
  Micros first = 0;
  Micros last = 0;
  std::uint64_t count = 0;
  int severity = -1;
  std::string host;
  std::string message_id;
  std::string event_type;
  std::string message;
  std::string neighbor;
  std::string interfaces;
  double score = 0;
};

class EventDigest {
 public:
  // What fits the symptom matters more.
  void set_symptom(Symptom symptom) { symptom_ = std::move(symptom); }
  [[nodiscard]] const Symptom& symptom() const { return symptom_; }

  void add(Stream stream, const RecordReader& record);

  // The entries in the order of their first reception whose lines fit into `tokens`, chosen by
  // severity, rarity and the symptom. `line` gives the text of an entry.
  template <typename Line>
  [[nodiscard]] std::vector<DigestEntry> choose(std::size_t tokens, Line&& line) {
    auto entries = ranked();
    std::size_t used = 0;
    std::vector<DigestEntry> chosen;
    for (auto& entry : entries) {
      const auto cost = estimated_tokens(line(entry)) + 1;
      if (used + cost > tokens) continue;  // a shorter one may still fit
      used += cost;
      chosen.push_back(std::move(entry));
    }
    sort_by_time(chosen);
    return chosen;
  }

  [[nodiscard]] std::uint64_t records() const { return records_; }
  [[nodiscard]] std::size_t kinds() const { return entries_.size(); }
  [[nodiscard]] const std::map<std::string, std::uint64_t>& by_severity() const {
    return by_severity_;
  }
  [[nodiscard]] const std::map<std::string, std::uint64_t>& by_host() const { return by_host_; }
  [[nodiscard]] const std::map<std::string, std::uint64_t>& by_event() const { return by_event_; }
  [[nodiscard]] std::uint64_t guessed_years() const { return guessed_years_; }
  [[nodiscard]] std::uint64_t guessed_zones() const { return guessed_zones_; }
  [[nodiscard]] const std::map<std::string, std::int64_t>& skewed_hosts() const {
    return skewed_hosts_;
  }  // ms
  [[nodiscard]] Micros first() const { return first_; }
  [[nodiscard]] Micros last() const { return last_; }

 private:
  std::vector<DigestEntry> ranked();
  static void sort_by_time(std::vector<DigestEntry>& entries);
  [[nodiscard]] double score(const DigestEntry& entry) const;
  void note_doubts(const RecordReader& record, const std::string& host);

  Symptom symptom_;
  std::map<std::string, DigestEntry> entries_;
  std::map<std::string, std::uint64_t> by_severity_, by_host_, by_event_;
  std::map<std::string, std::uint64_t> by_kind_;  // message ids
  std::map<std::string, std::int64_t> skewed_hosts_;
  std::uint64_t records_ = 0;
  std::uint64_t guessed_years_ = 0;
  std::uint64_t guessed_zones_ = 0;
  Micros first_ = 0;
  Micros last_ = 0;
};

}  // namespace netlogd::cli
