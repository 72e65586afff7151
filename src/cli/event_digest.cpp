#include "event_digest.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "line_shape.hpp"
#include "record_text.hpp"
#include "words.hpp"

namespace netlogd::cli {
namespace {

constexpr std::size_t max_entries = 100'000;
constexpr std::size_t max_names = 5'000;
constexpr std::int64_t skew_worth_saying_ms = 60'000;

std::string first_of(const RecordReader& record, std::initializer_list<const char*> paths) {
  for (const char* path : paths)
    if (auto text = record.cell(path); !text.empty()) return text;
  return {};
}

void count_in(std::map<std::string, std::uint64_t>& counts, const std::string& name) {
  if (counts.size() < max_names || counts.contains(name)) ++counts[name];
}

}  // namespace

std::size_t estimated_tokens(std::string_view text) { return (text.size() + 2) / 3; }

void EventDigest::add(Stream stream, const RecordReader& record) {
  ++records_;
  const auto received = record.received();
  if (records_ == 1 || received < first_) first_ = received;
  last_ = std::max(last_, received);
  const auto text = describe(stream, record, 0, true);
  count_in(by_severity_, text.severity.empty() ? "none" : text.severity);
  count_in(by_host_, text.device);
  const std::string event(record.text("event_type"));
  count_in(by_event_, event.empty() ? "other" : event);
  count_in(by_kind_, text.kind);
  note_doubts(record, text.device);

  const auto neighbor =
      first_of(record, {"extracted_fields.bgp_neighbor", "extracted_fields.ospf_neighbor",
                        "extracted_fields.neighbor", "extracted_fields.isis_neighbor",
                        "extracted_fields.eigrp_neighbor"});
  const auto interfaces = record.cell("extracted_fields.interfaces");
  // Counters in the text make no difference; another neighbour or interface does.
  const auto state = first_of(record, {"extracted_fields.new_state", "extracted_fields.bgp_state",
                                       "extracted_fields.action"});
  std::string key = text.device + '\n' + text.kind + '\n' + text.severity + '\n' + neighbor + '\n' +
                    interfaces + '\n' + state + '\n' + record.cell("extracted_fields.ip_addresses");
  // A trap is its varbinds; a message without an id is its words.
  key += '\n' + (text.kind.empty() ? text.text : line_shape(text.text));
  const auto known = entries_.find(key);
  if (known != entries_.end()) {
    auto& entry = known->second;
    ++entry.count;
    entry.first = std::min(entry.first, received);
    if (received >= entry.last) {
      entry.last = received;
      entry.last_id = record.id();
    }
    return;
  }
  if (entries_.size() >= max_entries) return;
  entries_.emplace(std::move(key), DigestEntry{stream, record.id(), record.id(), received, received,
                                               1, text.severity_number, text.device, text.kind,
                                               event, text.text, neighbor, interfaces, 0});
}

void EventDigest::note_doubts(const RecordReader& record, const std::string& host) {
  if (record.text("time_quality.year") == "inferred") ++guessed_years_;
  if (record.text("time_quality.zone") == "default") ++guessed_zones_;
  const auto skew = record.integer("clock_skew_ms");
  if (skew && std::abs(*skew) > skew_worth_saying_ms &&
      (skewed_hosts_.size() < max_names || skewed_hosts_.contains(host)))
    skewed_hosts_[host] = *skew;
}

double EventDigest::score(const DigestEntry& entry) const {
  // A step of severity weighs as much as being eight times rarer.
  double score = (7 - (entry.severity < 0 ? 6 : entry.severity)) * 15.0;
  const auto kind = by_kind_.find(entry.message_id);
  const double frequency = static_cast<double>(kind == by_kind_.end() ? entry.count : kind->second);
  score -= 5 * std::log2(std::max(1.0, frequency));
  if (entry.event_type == "configuration_change" || entry.event_type == "reload") score += 25;
  const auto is_one_of = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (is_one_of(symptom_.devices, entry.host)) score += 40;
  if (is_one_of(symptom_.events, entry.event_type)) score += 30;
  for (const auto& phrase : symptom_.phrases)
    if (holds_phrase(entry.message_id, phrase) || holds_phrase(entry.message, phrase)) score += 15;
  return score;
}

std::vector<DigestEntry> EventDigest::ranked() {
  std::vector<DigestEntry> entries;
  for (const auto& [key, entry] : entries_) {
    entries.push_back(entry);
    entries.back().score = score(entry);
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.score > b.score; });
  return entries;
}

void EventDigest::sort_by_time(std::vector<DigestEntry>& entries) {
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, a.stream, a.id) < std::tie(b.first, b.stream, b.id);
  });
}

}  // namespace netlogd::cli
