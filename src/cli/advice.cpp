#include "advice.hpp"

namespace netlogd::cli {
namespace {

using Lines = std::vector<std::string>;

// Most of what was looked at.
bool is_habit(std::size_t count, std::size_t of) { return of > 0 && count * 2 > of; }

std::string ratio(const char* what, std::size_t count, std::size_t of) {
  return std::string(what) + " in " + std::to_string(count) + " of the last " + std::to_string(of) +
         " messages";
}

// One line sets year, fraction and zone on each system.
Lines time_lines(std::string_view vendor) {
  if (vendor == "cisco_ios")
    return {"service timestamps log datetime msec localtime show-timezone year"};
  if (vendor == "cisco_iosxr")
    return {"service timestamps log datetime localtime msec show-timezone year"};
  if (vendor == "cisco_nxos") return {"logging timestamp milliseconds", "clock timezone UTC 0 0"};
  if (vendor == "cisco_asa") return {"logging timestamp rfc5424"};
  if (vendor == "juniper_junos")
    return {"set system syslog time-format year millisecond",
            "set system syslog host COLLECTOR structured-data"};
  if (vendor == "arista_eos") return {"logging format timestamp high-resolution"};
  return {};
}

Lines clock_lines(std::string_view vendor) {
  if (vendor == "juniper_junos") return {"set system ntp server NTP-SERVER"};
  if (vendor.starts_with("cisco") || vendor == "arista_eos") return {"ntp server NTP-SERVER"};
  return {};
}

Lines sequence_lines(std::string_view vendor) {
  if (vendor == "cisco_ios") return {"service sequence-numbers"};
  return {};
}

Lines tcp_lines(std::string_view vendor) {
  if (vendor == "cisco_ios") return {"logging host COLLECTOR transport tcp port 1514"};
  if (vendor == "cisco_asa")
    return {"logging host INTERFACE COLLECTOR tcp/1514", "logging permit-hostdown"};
  if (vendor == "juniper_junos")
    return {"set system syslog host COLLECTOR transport tcp",
            "set system syslog host COLLECTOR port 1514"};
  if (vendor == "arista_eos") return {"logging host COLLECTOR 1514 protocol tcp"};
  return {};
}

}  // namespace

std::vector<Advice> advise(const SenderInfo& sender) {
  std::vector<Advice> all;
  const auto& habits = sender.habits;
  const auto add = [&](std::string reason, Lines lines) {
    all.push_back({std::move(reason), std::move(lines)});
  };
  // Without a zone or a year the same line helps, so it is said once.
  std::string time_reason;
  const auto time_habit = [&](const char* what, std::size_t count) {
    if (is_habit(count, habits.looked_at))
      time_reason += (time_reason.empty() ? "" : "; ") + ratio(what, count, habits.looked_at);
  };
  time_habit("no year", habits.no_year);
  time_habit("no zone", habits.no_zone);
  time_habit("no fraction of a second", habits.no_fraction);
  if (!time_reason.empty()) add(time_reason, time_lines(sender.vendor));
  if (is_habit(habits.clock_unset, habits.looked_at))
    add(ratio("a clock that is not in sync", habits.clock_unset, habits.looked_at),
        clock_lines(sender.vendor));
  else if (sender.skew_ms && std::abs(*sender.skew_ms) > 60'000)
    add("its clock is " + span_text(std::abs(*sender.skew_ms) / 1000) +
            (*sender.skew_ms > 0 ? " behind" : " ahead"),
        clock_lines(sender.vendor));
  if (is_habit(habits.no_sequence, habits.can_sequence))
    add(ratio("no sequence numbers, so losses on the way do not show,", habits.no_sequence,
              habits.can_sequence),
        sequence_lines(sender.vendor));
  if (const auto lines = tcp_lines(sender.vendor);
      !lines.empty() && is_habit(habits.over_udp, habits.syslog))
    add("syslog over UDP, which loses messages without a trace, where TCP would do", lines);
  if (!sender.in_inventory) add("it is not in the inventory (netlog devices --unknown)", {});
  return all;
}

}  // namespace netlogd::cli
