#include "symptom.hpp"

#include <algorithm>

#include "netlogd/core/text_cursor.hpp"
#include "words.hpp"

namespace netlogd::cli {
namespace {

// Words that say nothing of what is wrong.
constexpr std::string_view empty_words[] = {
    "on",      "in",       "at",    "the",    "a",     "is",  "are",   "of",
    "and",     "or",       "to",    "from",   "with",  "for", "since", "an",
    "not",     "no",       "we",    "it",     "our",   "why", "what",  "does",
    "problem", "problems", "issue", "issues", "after", "all", "users", "device"};

struct Meaning {
  std::string_view word;
  std::string_view events;  // one or more, with blanks between them
};

// What people say where the name of an event type says it otherwise; a part of a name ("bgp",
// "fan") needs no row.
constexpr Meaning meanings[] = {
    {"flap", "interface_down interface_up interface_error"},
    {"flaps", "interface_down interface_up interface_error"},
    {"flapping", "interface_down interface_up interface_error"},
    {"link", "interface_down interface_up"},
    {"port", "interface_down interface_up interface_error"},
    {"crc", "interface_error"},
    {"duplex", "interface_error"},
    {"lacp", "link_aggregation"},
    {"port-channel", "link_aggregation"},
    {"bundle", "link_aggregation"},
    {"stp", "spanning_tree"},
    {"loop", "spanning_tree mac_move"},
    {"hsrp", "first_hop_redundancy"},
    {"vrrp", "first_hop_redundancy"},
    {"glbp", "first_hop_redundancy"},
    {"peering", "routing_protocol_bgp"},
    {"adjacency", "routing_protocol_ospf routing_protocol_isis routing_protocol_eigrp"},
    {"neighbor", "routing_protocol_bgp routing_protocol_ospf routing_protocol_isis"},
    {"neighbour", "routing_protocol_bgp routing_protocol_ospf routing_protocol_isis"},
    {"config", "configuration_change"},
    {"configured", "configuration_change"},
    {"changed", "configuration_change"},
    {"commit", "configuration_change"},
    {"login", "authentication authentication_failure"},
    {"logins", "authentication authentication_failure"},
    {"log-in", "authentication authentication_failure"},
    {"ssh", "authentication authentication_failure"},
    {"password", "authentication_failure"},
    {"reboot", "reload"},
    {"rebooted", "reload"},
    {"restart", "reload process"},
    {"restarted", "reload process"},
    {"crash", "reload process"},
    {"crashed", "reload process"},
    {"psu", "hardware_power"},
    {"temperature", "hardware_temperature"},
    {"hot", "hardware_temperature hardware_fan"},
    {"overheating", "hardware_temperature hardware_fan"},
    {"linecard", "hardware_module"},
    {"sfp", "optics"},
    {"transceiver", "optics"},
    {"light", "optics"},
    {"ntp", "time_sync"},
    {"clock", "time_sync"},
    {"tunnel", "vpn"},
    {"ipsec", "vpn"},
    {"ike", "vpn"},
    {"ldp", "mpls"},
    {"rsvp", "mpls"},
    {"evpn", "mpls"},
    {"pim", "multicast"},
    {"igmp", "multicast"},
    {"cdp", "neighbor_discovery"},
    {"lldp", "neighbor_discovery"},
    {"arp", "neighbor_discovery"},
    {"failover", "redundancy"},
    {"802.1x", "dot1x"},
    {"slow", "cpu memory qos interface_error"},
    {"blocked", "acl firewall_session"},
    {"denied", "acl firewall_session authentication_failure"},
};

template <typename List>
void add_once(List& list, std::string_view value) {
  if (!value.empty() && std::find(list.begin(), list.end(), value) == list.end())
    list.emplace_back(value);
}

// What stands between blanks, without the punctuation around it, in lower case.
std::vector<std::string> tokens_of(std::string_view text) {
  std::vector<std::string> tokens;
  TextCursor cursor(text);
  const auto is_end = [](char c) { return is_blank(c) || c == '\n' || c == ',' || c == ';'; };
  while (!cursor.at_end()) {
    std::string token(cursor.take_while([&](char c) { return !is_end(c); }));
    cursor.skip();
    constexpr std::string_view around = ".:!?\"'()[]";
    while (!token.empty() && around.find(token.back()) != std::string_view::npos) token.pop_back();
    token.erase(0, std::min(token.size(), token.find_first_not_of(around)));
    if (!token.empty()) tokens.push_back(lowered(token));
  }
  return tokens;
}

bool names(const std::string& token, const std::string& name) {
  const auto lower = lowered(name);
  return token == lower || (lower.size() > token.size() && lower[token.size()] == '.' &&
                            lower.starts_with(token) && !is_digit(token[0]));
}

void add_events(const std::string& token, std::vector<std::string>& events) {
  const auto& known = all_event_types();
  for (const auto& type : event_types_of(token))
    if (std::find(known.begin(), known.end(), type) != known.end()) add_once(events, type);
  for (const auto& meaning : meanings) {
    if (meaning.word != token) continue;
    TextCursor cursor(meaning.events);
    while (!cursor.at_end()) {
      add_once(events, cursor.take_while([](char c) { return c != ' '; }));
      cursor.skip();
    }
  }
}

}  // namespace

Symptom read_symptom(std::string_view text, const std::vector<SenderInfo>& senders) {
  Symptom symptom;
  for (const auto& token : tokens_of(text)) {
    bool is_device = false;
    for (const auto& sender : senders) {
      if (!names(token, sender.hostname) && token != lowered(sender.site) &&
          token != sender.source_ip)
        continue;
      is_device = true;
      add_once(symptom.devices, sender.hostname);
      add_once(symptom.devices, sender.source_ip);
    }
    if (is_device ||
        std::find(std::begin(empty_words), std::end(empty_words), token) != std::end(empty_words))
      continue;
    add_events(token, symptom.events);
    add_once(symptom.phrases, token);
  }
  return symptom;
}

}  // namespace netlogd::cli
