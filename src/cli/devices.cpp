// netlog devices: who sends what.

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "advice.hpp"
#include "commands.hpp"
#include "netlogd/core/printable.hpp"
#include "record_text.hpp"
#include "senders.hpp"
#include "table.hpp"
#include "words.hpp"

namespace netlogd::cli {
namespace {

using Json = nlohmann::ordered_json;

struct DevicesOptions {
  bool silent = false;
  bool unknown = false;
  bool advice = false;
  std::vector<std::string> devices;
};

std::string ago(Micros time, Micros now) {
  return time == 0 ? "never" : span_text((now - time) / second_us) + " ago";
}

// A YAML scalar that cannot be read as anything else: JSON strings are YAML.
std::string yaml_text(const std::string& text) {
  return Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
}

// The inventory's word for the vendor.
std::string maker_of(const std::string& vendor) {
  const auto end = vendor.find('_');
  return vendor.substr(0, end);
}

class Devices {
 public:
  Devices(const DevicesOptions& options, const Session& session)
      : options_(options), session_(session) {}

  int run() {
    const auto data = session_.data();
    if (!data) return Session::fail(data.error());
    auto source = RecordSource::open(*data, false);
    if (!source) return Session::fail(source.error());
    auto senders = read_senders(*source);
    if (!senders) return Session::fail(senders.error());
    const auto counted = source->database() == nullptr ? learn_from_journal(*source, *senders, now_)
                                                       : add_rates(*source, *senders, now_);
    if (!counted) return Session::fail(counted.error());
    std::vector<SenderInfo> shown;
    for (auto& sender : senders->all) {
      if (!is_wanted(sender)) continue;
      if (auto looked = look_closer(*source, sender, senders->first_log_of_day); !looked)
        return Session::fail(looked.error());
      if (!options_.silent || sender.is_silent(now_)) shown.push_back(std::move(sender));
    }
    if (session_.json)
      print_json(shown);
    else if (options_.unknown)
      print_yaml(shown);
    else if (options_.advice)
      print_advice(shown);
    else
      print_table(shown);
    if (shown.empty()) Session::remark(nobody(senders->all));
    for (const auto& trouble : source->troubles()) Session::remark("netlog: " + trouble);
    if (source->database() == nullptr)
      Session::remark(
          "there is no SQLite file: names, rates and clocks are from the newest records "
          "of the journal");
    else if (!senders->from_daemon)
      Session::remark("run/senders.json is not there: senders from SQLite only");
    if (senders->forgotten > 0)
      Session::remark(std::to_string(senders->forgotten) +
                      " senders were forgotten, there are too many");
    return shown.empty() ? exit_nothing : exit_found;
  }

 private:
  [[nodiscard]] std::string nobody(const std::vector<SenderInfo>& all) const {
    if (options_.silent) return "nobody is silent";
    if (options_.unknown) return "everybody is in the inventory";
    if (options_.devices.empty() || all.empty()) return "nobody has sent anything yet";
    std::vector<std::string> names;
    for (const auto& sender : all) {
      names.push_back(sender.source_ip);
      if (!sender.hostname.empty()) names.push_back(sender.hostname);
    }
    return "nobody is called " + printable(options_.devices[0]) +
           printable(did_you_mean(options_.devices[0], names));
  }

  [[nodiscard]] bool is_wanted(const SenderInfo& sender) const {
    if (options_.unknown && sender.in_inventory) return false;
    if (options_.devices.empty()) return true;
    return std::any_of(options_.devices.begin(), options_.devices.end(), [&](const auto& wanted) {
      return wanted == sender.source_ip || wanted == sender.hostname ||
             (is_glob(wanted) &&
              (glob_matches(wanted, sender.hostname) || glob_matches(wanted, sender.source_ip)));
    });
  }

  void print_table(const std::vector<SenderInfo>& senders) const {
    Table table({{"ADDRESS"},
                 {"DEVICE"},
                 {"SITE"},
                 {"VENDOR"},
                 {"INVENTORY"},
                 {"LAST SEEN"},
                 {"PER MINUTE", Table::Side::right},
                 {"NORMAL", Table::Side::right},
                 {"SYSLOG", Table::Side::right},
                 {"TRAP", Table::Side::right},
                 {"FLOW", Table::Side::right},
                 {"CLOCK", Table::Side::right},
                 {"ZONE"}},
                session_.terminal);
    for (const auto& sender : senders) {
      const auto skew = sender.skew_ms ? (std::abs(*sender.skew_ms) < 1000
                                              ? std::to_string(*sender.skew_ms) + " ms"
                                              : span_text(*sender.skew_ms / 1000))
                                       : "-";
      const bool bad_clock = sender.skew_ms && std::abs(*sender.skew_ms) > 60'000;
      table.add(
          {printable(sender.source_ip), sender.hostname.empty() ? "-" : printable(sender.hostname),
           sender.site.empty() ? "-" : printable(sender.site),
           sender.vendor.empty() ? "-" : printable(sender.vendor),
           sender.in_inventory ? Cell("yes") : Cell("no", Colour::yellow),
           Cell(ago(sender.last_seen, now_), sender.is_silent(now_) ? Colour::red : Colour::none),
           short_number(sender.rate_now), short_number(sender.rate_normal),
           std::to_string(sender.messages[0]), std::to_string(sender.messages[1]),
           std::to_string(sender.messages[2]), Cell(skew, bad_clock ? Colour::red : Colour::none),
           sender.zone.empty() ? "-" : printable(sender.zone)});
    }
  }

  // What is known goes in; what the operator knows stands there to be filled in.
  void print_yaml(const std::vector<SenderInfo>& senders) const {
    if (senders.empty()) return;
    Session::print("devices:\n");
    for (const auto& sender : senders) {
      std::string line = "  - {ip: " + yaml_text(sender.source_ip) + ", hostname: " +
                         yaml_text(sender.hostname.empty() ? sender.source_ip : sender.hostname);
      if (!sender.vendor.empty()) line += ", vendor: " + yaml_text(maker_of(sender.vendor));
      line += ", role: \"\", site: \"\"}";
      const auto total = sender.messages[0] + sender.messages[1] + sender.messages[2];
      Session::print(line + "  # " + std::to_string(total) + " messages, last " +
                     ago(sender.last_seen, now_) + "\n");
    }
  }

  void print_advice(const std::vector<SenderInfo>& senders) const {
    for (const auto& sender : senders) {
      const auto all = advise(sender);
      if (all.empty()) continue;
      Session::print(
          session_.terminal.paint(
              Colour::bold, printable(sender.hostname.empty()
                                          ? sender.source_ip
                                          : sender.hostname + " (" + sender.source_ip + ")")) +
          (sender.vendor.empty() ? "" : " " + printable(sender.vendor)) + "\n");
      for (const auto& advice : all) {
        Session::print("  # " + advice.reason + "\n");
        for (const auto& line : advice.lines) Session::print("  " + line + "\n");
      }
      Session::print("\n");
    }
  }

  void print_json(const std::vector<SenderInfo>& senders) const {
    Json list = Json::array();
    const auto time = [](Micros at) { return at == 0 ? Json() : Json(iso_text(at)); };
    const auto text = [](const std::string& words) { return words.empty() ? Json() : Json(words); };
    for (const auto& sender : senders) {
      Json advice = Json::array();
      for (const auto& one : advise(sender))
        advice.push_back({{"reason", one.reason}, {"lines", one.lines}});
      list.push_back({{"source_ip", sender.source_ip},
                      {"hostname", text(sender.hostname)},
                      {"site", text(sender.site)},
                      {"vendor", text(sender.vendor)},
                      {"in_inventory", sender.in_inventory},
                      {"syslog", sender.messages[0]},
                      {"trap", sender.messages[1]},
                      {"flow", sender.messages[2]},
                      {"first_seen", time(sender.first_seen)},
                      {"last_seen", time(sender.last_seen)},
                      {"silent", sender.is_silent(now_)},
                      {"per_minute", sender.rate_now},
                      {"per_minute_normal", sender.rate_normal},
                      {"clock_skew_ms", sender.skew_ms ? Json(*sender.skew_ms) : Json()},
                      {"zone", text(sender.zone)},
                      {"advice", std::move(advice)}});
    }
    session_.print_value(list);
  }

  const DevicesOptions& options_;
  const Session& session_;
  const Micros now_ = now_us();
};

}  // namespace

void add_devices(CommandLine& line, Session& session) {
  auto options = std::make_shared<DevicesOptions>();
  auto command =
      line.command("devices", "who sends what: rates, clocks, zones, in the inventory or not");
  command.option("device", options->devices, "only these: addresses, names, patterns");
  command.flag("--unknown", options->unknown, "those without an inventory entry, as YAML to paste");
  command.flag("--silent", options->silent, "those that have stopped");
  command.flag("--advice", options->advice, "lines to paste on the device, and why");
  command.action([options, &session] { return Devices(*options, session).run(); });
}

}  // namespace netlogd::cli
