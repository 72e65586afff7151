#include "state_files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "netlogd/core/time.hpp"

namespace netlogd::app {
namespace {

constexpr mode_t folder_mode = 0750;
constexpr mode_t file_mode = 0640;
constexpr std::uint64_t max_engine_file = 4096;

// RFC 3411, SnmpEngineID: the top bit, a private enterprise number, format 5 (octets of our own).
// The number is the one for documentation (RFC 5612); the random octets make the identity unique.
std::string new_engine_id() {
  std::string id = {'\x80', '\x00', '\x7e', '\xd9', '\x05'};
  unsigned char random[12] = {};
  if (::getrandom(random, sizeof random, 0) != sizeof random)
    for (auto& octet : random)
      octet = static_cast<unsigned char>(SystemClock().now().time_since_epoch().count() >>
                                         (&octet - random));
  id.append(reinterpret_cast<const char*>(random), sizeof random);
  return id;
}

std::string to_hex(std::string_view octets) {
  std::string text;
  for (const char c : octets) {
    constexpr char digits[] = "0123456789abcdef";
    text += digits[static_cast<unsigned char>(c) >> 4];
    text += digits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::string from_hex(const std::string& text) {
  std::string octets;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    octets += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  return octets;
}

}  // namespace

Result<StateFiles> StateFiles::open(FileOps& files, const std::string& data_dir) {
  const std::string run = data_dir + "/run";
  const std::string state = data_dir + "/state";
  for (const auto& folder : {run, state})
    if (auto made = files.make_directories(folder, folder_mode); !made) return made.error();
  auto lock = files.open(run + "/lock", O_RDWR | O_CREAT | O_NOFOLLOW, file_mode);
  if (!lock) return lock.error();
  if (::flock(lock->get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK)
      return Error{Errc::busy, data_dir + ": another netlogd is at work here"};
    return errno_error(run + "/lock", errno);
  }
  return StateFiles(files, run, state, std::move(*lock));
}

Result<void> StateFiles::write_run(const std::string& name, std::string_view text) {
  // Without a sync: the ledger is rewritten twice a second, and a busy disk must not hold it up.
  return replace_file(*files_, run_ + "/" + name, text, file_mode, false);
}

Result<void> StateFiles::write_state(const std::string& name, std::string_view text) {
  return replace_file(*files_, state_ + "/" + name, text, file_mode);
}

Result<std::string> StateFiles::read_state(const std::string& name, std::uint64_t limit) {
  return read_file(*files_, state_ + "/" + name, limit);
}

SnmpEngineState StateFiles::next_snmp_engine() {
  SnmpEngineState engine;
  if (const auto text = read_state("snmp-engine.json", max_engine_file)) {
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    const bool whole = json.is_object() && json.value("engine_id", nlohmann::json()).is_string() &&
                       json.value("boots", nlohmann::json()).is_number_unsigned();
    const std::string id = whole ? json["engine_id"].get<std::string>() : "";
    const bool hex = id.size() >= 10 && id.size() <= 64 && id.size() % 2 == 0 &&
                     id.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (hex) {
      engine.id = from_hex(id);
      // At its greatest value the engine needs a new identity (RFC 3414, 2.2.2).
      const auto boots = json["boots"].get<std::uint64_t>();
      if (boots < 0x7ffffffe)
        engine.boots = static_cast<std::uint32_t>(boots + 1);
      else
        engine.id.clear();
    }
  }
  if (engine.id.empty()) engine.id = new_engine_id();
  const nlohmann::json json = {{"engine_id", to_hex(engine.id)}, {"boots", engine.boots}};
  const auto written = write_state("snmp-engine.json", json.dump() + "\n");
  if (written) return engine;
  return {.id = new_engine_id(), .trouble = written.error().sentence};
}

void Refusals::add(const RefusedSources& table) {
  for (std::size_t place = 0; place < RefusedSources::places; ++place)
    if (const auto entry = table.at(place)) by_source[entry->source] += entry->refused;
  others += table.others();
}

std::string senders_json(std::span<const pipeline::Sender> senders, std::uint64_t evictions,
                         const Refusals& refusals) {
  std::vector<const pipeline::Sender*> order;
  for (const auto& sender : senders) order.push_back(&sender);
  const auto total = [](const pipeline::Sender& sender) {
    std::uint64_t sum = 0;
    for (const auto count : sender.messages) sum += count;
    return sum;
  };
  std::sort(order.begin(), order.end(),
            [&](const auto* a, const auto* b) { return total(*a) > total(*b); });
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto* sender : order) {
    nlohmann::ordered_json one = {{"source_ip", sender->address.text()},
                                  {"in_inventory", sender->known}};
    for (std::size_t i = 0; i < stream_count; ++i)
      one[std::string(stream_names[i])] = sender->messages[i];
    one["first_seen"] = utc_text(sender->first);
    one["last_seen"] = utc_text(sender->last);
    list.push_back(std::move(one));
  }
  std::vector<std::pair<std::uint64_t, IpAddress>> refused;
  for (const auto& [source, times] : refusals.by_source) refused.emplace_back(times, source);
  std::sort(refused.rbegin(), refused.rend());
  nlohmann::ordered_json turned_away = nlohmann::ordered_json::array();
  for (const auto& [times, source] : refused)
    turned_away.push_back({{"source_ip", source.text()}, {"refused", times}});
  return nlohmann::ordered_json({{"senders", std::move(list)},
                                 {"forgotten", evictions},
                                 {"refused", std::move(turned_away)},
                                 {"refused_others", refusals.others}})
             .dump(1) +
         "\n";
}

}  // namespace netlogd::app
