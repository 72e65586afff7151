#include "device_header.hpp"

#include <algorithm>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/core/word_set.hpp"
#include "netlogd/parse/event_time.hpp"

namespace netlogd::parse {
namespace {

using Clock = wire::SyslogTime::Clock;

// Neither a number nor a placeholder: "<IP>", "-".
bool is_name(std::string_view word) noexcept {
  if (word.empty() || word.front() == '<' || word == "-") return false;
  return !std::all_of(word.begin(), word.end(), [](char c) { return is_digit(c) || c == ':'; });
}

// "Jan 17 14:32:15 EST sw1 %LINK-…": the zone where a host would stand.
bool take_zone_behind_time(std::string_view word, RecordBuilder& record) noexcept {
  auto& time = record.head().time;
  if (!time || time.iso || time.zone != wire::SyslogTime::Zone::none || word.empty() ||
      word.data() != time.text.data() + time.text.size() + 1)
    return false;
  if (wire::is_utc_zone(word, time.offset_seconds)) {
    time.zone = wire::SyslogTime::Zone::offset;
  } else if (record.is_zone(word)) {
    time.zone = wire::SyslogTime::Zone::name;
    time.zone_name = word;
  } else {
    return false;
  }
  time.text = {time.text.data(), time.text.size() + 1 + word.size()};
  return true;
}

std::string_view choose_host(const wire::SyslogMessage& message, RecordBuilder& record) {
  auto& head = record.head();
  // "host AEST: %TAG" (Catalyst 6500): the zone of the time in front of the host.
  const bool zone = !message.agent.empty() && !message.time.iso &&
                    message.time.zone == wire::SyslogTime::Zone::none &&
                    record.is_zone(message.agent);
  if (zone) {
    head.time.zone = wire::SyslogTime::Zone::name;
    head.time.zone_name = message.agent;
  }
  const bool host_is_zone = take_zone_behind_time(message.hostname, record);
  if (is_name(message.origin) && !take_zone_behind_time(message.origin, record))
    return message.origin;
  if (is_name(message.device_host) && !take_zone_behind_time(message.device_host, record))
    return message.device_host;
  if (!zone && is_name(message.agent)) return message.agent;
  return !host_is_zone && is_name(message.hostname) ? message.hostname : std::string_view();
}

// A device whose clock was never set knows less of the time than the relay that heard it.
void choose_time(const wire::SyslogMessage& message, SyslogRecord& head) {
  if (!message.device_time) return;
  const bool relay_knows_better = message.device_time.clock == Clock::never_set && message.time;
  head.time = relay_knows_better ? message.time : message.device_time;
  head.time.clock = message.device_time.clock;
}

void take_counters(const wire::SyslogMessage& message, RecordBuilder& record) {
  auto& head = record.head();
  head.sequence = message.counter;
  head.sequence2 = message.counter2;
  if (!message.counter_at_time || head.time.has_year ||
      head.time.kind != wire::SyslogTime::Kind::date)
    return;
  auto& last = message.counter2.empty() ? head.sequence : head.sequence2;
  head.stated_year = year_of_counter(last, record.received());
  if (head.stated_year) last = {};
}

// Words that NX-OS has and IOS has not (Cisco NX-OS System Messages Reference).
constexpr std::string_view nxos_facility_list[] = {
    "ACLQOS", "BOOTVAR", "CALLHOME",       "CFS",  "DEVICE_TEST", "ETHPORT",    "ETH_PORT_CHANNEL",
    "FCNS",   "FEX",     "INTERFACE_VLAN", "L2FM", "L3VM",        "LOG_LOCAL7", "M2RIB",
    "M6RIB",  "MTM",     "NOHMS",          "PFMA", "PIXM",        "POAP",       "TACACS",
    "U6RIB",  "URIB",    "VDC_MGR",        "VPC",  "VSHD"};
constexpr WordSet nxos_facilities(nxos_facility_list);

// Words that only EOS has (Arista EOS System Message Guide).
constexpr std::array<std::string_view, 20> eos_facilities = {
    "ACCOUNTING", "AGENT",    "CAPACITY", "CAPI",        "CVX",  "ELECTION", "ETH",
    "EVENTMON",   "FWK",      "LAUNCHER", "LOOPPROTECT", "MLAG", "PROCMGR",  "PWRMGMT",
    "SAND",       "STAGEMGR", "STRATA",   "XCVR",        "XMPP", "ZTP"};
static_assert(std::is_sorted(eos_facilities.begin(), eos_facilities.end()));

// Agents of EOS, in the words of its messages.
constexpr std::string_view eos_agent_list[] = {
    "Aaa",         "Acl",          "AgentMonitor", "Arp",         "Bfd",         "Bgp",
    "ConfigAgent", "Ebra",         "Ecmp",         "ElectionMgr", "EventMgr",    "EventMon",
    "Fru",         "IgmpSnooping", "Isis",         "Lag",         "Launcher",    "Lldp",
    "Mlag",        "Pim",          "Ospf",         "PhyEthtool",  "PortSec",     "PowerManager",
    "ProcMgr",     "Rib",          "SuperServer",  "Stp",         "StpTopology", "StpTxRx",
    "StageMgr",    "Thermostat",   "TopoAgent",    "XcvrAgent",   "ZeroTouch",   "ProcMgr-worker"};
constexpr WordSet eos_agents(eos_agent_list);

}  // namespace

void take_device_header(const wire::SyslogMessage& message, RecordBuilder& record) {
  auto& head = record.head();
  choose_time(message, head);
  head.hostname = choose_host(message, record);
  take_counters(message, record);
  head.node = message.node;
  if (!message.task.empty()) head.process = message.task;
  // A relay's header of RFC 5424 names the relay's own process.
  const bool relayed = message.form == wire::SyslogMessage::Form::rfc5424 && message.device_time;
  if (relayed && message.node.empty()) head.process = head.pid = {};
  if (!message.tag) return;
  head.message_id = message.tag.text;
  if (head.severity < 0 && !message.has_priority) head.severity = message.tag.severity;
}

ParseStatus device_header_status(const wire::SyslogMessage& message) noexcept {
  return message.tag && !message.broken_structured_data ? ParseStatus::parsed
                                                        : ParseStatus::partial;
}

void move_zone_to_host(SyslogRecord& head) noexcept {
  auto& time = head.time;
  const auto word = time.zone_name;
  head.hostname = word;
  time.zone = wire::SyslogTime::Zone::none;
  time.zone_name = {};
  time.text = time.text.substr(0, static_cast<std::size_t>(word.data() - time.text.data()));
  while (time.text.ends_with(' ') || time.text.ends_with('(')) time.text.remove_suffix(1);
}

bool is_nxos_tag(const wire::VendorTag& tag) noexcept {
  // The messages of its Linux below: %DAEMON-3-SYSTEM_MSG, %KERN-4-SYSTEM_MSG.
  if (tag.mnemonic == "SYSTEM_MSG") return true;
  return nxos_facilities.has(tag.facility);
}

bool is_eos_tag(const wire::VendorTag& tag) noexcept {
  return std::binary_search(eos_facilities.begin(), eos_facilities.end(), tag.facility);
}

// "Ospf3" as "Ospf": which number it is must not decide, for a header is remembered without.
bool is_known_eos_agent(std::string_view word) noexcept {
  while (!word.empty() && is_digit(word.back())) word.remove_suffix(1);
  return eos_agents.has(word);
}

bool is_eos_agent(std::string_view word) noexcept {
  if (is_known_eos_agent(word)) return true;
  if (word.size() < 2 || !is_upper(word.front())) return false;
  bool lower = false;
  bool camel = false;
  for (std::size_t i = 1; i < word.size(); ++i) {
    const char c = word[i];
    if (!is_alnum(c) && c != '-' && c != '_' && c != '+') return false;
    lower = lower || is_lower(c);
    camel = camel || (is_upper(c) && is_lower(word[i - 1]));
  }
  // "Router1" is a host, "StrataL2" an agent.
  return lower && (camel || !is_digit(word.back()));
}

}  // namespace netlogd::parse
