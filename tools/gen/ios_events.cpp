// Cisco IOS and IOS-XE.

#include <fmt/format.h>

#include "device_events.hpp"

namespace netlogd::gen {
namespace {

void port_flaps(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  const auto& port = random.pick(device.ports);
  for (const auto state : {"down", "up"}) {
    events.push_back({.severity = 3,
                      .tag = "LINK-3-UPDOWN",
                      .text = fmt::format("Interface {}, changed state to {}", port, state)});
    events.push_back(
        {.severity = 5,
         .tag = "LINEPROTO-5-UPDOWN",
         .text = fmt::format("Line protocol on Interface {}, changed state to {}", port, state)});
  }
}

void bgp_session_resets(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  constexpr std::string_view reasons[] = {"Interface flap", "BGP Notification sent",
                                          "Peer closed the session", "Hold time expired"};
  const auto& peer = random.pick(device.neighbours);
  events.push_back({.severity = 5,
                    .tag = "BGP-5-NBR_RESET",
                    .text = fmt::format("Neighbor {} reset (peer closed the session)", peer)});
  events.push_back({.severity = 5,
                    .tag = "BGP-5-ADJCHANGE",
                    .text = fmt::format("neighbor {} Down {}", peer, random.pick(reasons))});
  events.push_back(
      {.severity = 3,
       .tag = "BGP_SESSION-5-ADJCHANGE",
       .text = fmt::format("neighbor {} IPv4 Unicast topology base removed from session  "
                           "Peer closed the session",
                           peer)});
  events.push_back(
      {.severity = 5, .tag = "BGP-5-ADJCHANGE", .text = fmt::format("neighbor {} Up ", peer)});
}

void ospf_neighbour_moves(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  const auto& peer = random.pick(device.neighbours);
  const auto& port = random.pick(device.ports);
  events.push_back(
      {.severity = 5,
       .tag = "OSPF-5-ADJCHG",
       .text = fmt::format(
           "Process 1, Nbr {} on {} from FULL to DOWN, Neighbor Down: Dead timer expired", peer,
           port)});
  events.push_back({.severity = 5,
                    .tag = "OSPF-5-ADJCHG",
                    .text = fmt::format(
                        "Process 1, Nbr {} on {} from LOADING to FULL, Loading Done", peer, port)});
}

void somebody_configures(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  const auto& admin = random.pick(device.admins);
  const auto from = client_address(random);
  const auto line = random.below(5);
  events.push_back(
      {.severity = 5,
       .tag = "SEC_LOGIN-5-LOGIN_SUCCESS",
       .text = fmt::format("Login Success [user: {}] [Source: {}] [localport: 22]", admin, from)});
  events.push_back({.severity = 5,
                    .tag = "PARSER-5-CFGLOG_LOGGEDCMD",
                    .text = fmt::format("User:{}  logged command:interface {}", admin,
                                        random.pick(device.ports))});
  events.push_back(
      {.severity = 5,
       .tag = "SYS-5-CONFIG_I",
       .text = fmt::format("Configured from console by {} on vty{} ({})", admin, line, from)});
  events.push_back(
      {.severity = 6,
       .tag = "SYS-6-LOGOUT",
       .text = fmt::format("User {} has exited tty session {}({})", admin, line + 1, from)});
}

void access_list_counts(const SimulatedDevice&, Random& random, DeviceEvents& events) {
  for (auto n = random.between(2, 6); n > 0; --n) {
    const auto packets = 1 + random.below(40);
    events.push_back(
        {.severity = 6,
         .tag = "SEC-6-IPACCESSLOGP",
         .text = fmt::format("list EDGE-IN denied {} {}({}) -> {}({}), {} packet{}",
                             random.one_in(3) ? "udp" : "tcp", public_address(random),
                             random.between(1024, 65000), client_address(random),
                             random.between(1, 1023), packets, packets == 1 ? "" : "s")});
  }
}

void login_fails(const SimulatedDevice&, Random& random, DeviceEvents& events) {
  const auto from = public_address(random);
  for (int n = 0; n < 3; ++n)
    events.push_back({.severity = 4,
                      .tag = "SEC_LOGIN-4-LOGIN_FAILED",
                      .text = fmt::format("Login failed [user: root] [Source: {}] [localport: 22] "
                                          "[Reason: Login Authentication Failed]",
                                          from)});
}

void hardware_complains(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  switch (random.below(6)) {
    case 0:
      events.push_back({.severity = 2,
                        .tag = "PLATFORM_ENV-2-FAN_FAILED",
                        .text = fmt::format("Fan {} in switch 1 failed", 1 + random.below(4))});
      break;
    case 1:
      events.push_back({.severity = 1,
                        .tag = "PLATFORM_ENV-1-PS_FAIL",
                        .text = "Power supply 2 on switch 1 is not functioning"});
      break;
    case 2:
      events.push_back({.severity = 1,
                        .tag = "SYS-1-CPURISINGTHRESHOLD",
                        .text = fmt::format("Threshold: Total CPU Utilization(Total/Intr): {}%/1%, "
                                            "Top 3 processes(Pid/Util):  3/50%, 97/21%, 121/8%",
                                            random.between(80, 99))});
      break;
    case 3:
      events.push_back(
          {.severity = 4,
           .tag = "SW_MATM-4-MACFLAP_NOTIF",
           .text = fmt::format(
               "Host 0050.56{:02x}.{:04x} in vlan {} is flapping between port {} and port {}",
               random.below(256), random.below(65536), random.between(2, 900), device.ports[0],
               device.ports[1])});
      break;
    case 4:
      events.push_back(
          {.severity = 4,
           .tag = "CDP-4-DUPLEX_MISMATCH",
           .text = fmt::format(
               "duplex mismatch discovered on {} (not half duplex), with {} Gi0/1 (half duplex).",
               random.pick(device.ports), device.hostname)});
      break;
    default:
      events.push_back(
          {.severity = 2,
           .tag = "SPANTREE-2-BLOCK_BPDUGUARD",
           .text = fmt::format("Received BPDU on port {} with BPDU Guard enabled. Disabling port.",
                               random.pick(device.ports))});
      events.push_back(
          {.severity = 4,
           .tag = "PM-4-ERR_DISABLE",
           .text = fmt::format("bpduguard error detected on {}, putting {} in err-disable state",
                               random.pick(device.ports), device.ports[0])});
  }
}

void gateway_changes(const SimulatedDevice&, Random& random, DeviceEvents& events) {
  const auto vlan = random.between(2, 900);
  events.push_back(
      {.severity = 5,
       .tag = "HSRP-5-STATECHANGE",
       .text = fmt::format("Vlan{} Grp {} state Standby -> Active", vlan, vlan % 256)});
  events.push_back(
      {.severity = 5,
       .tag = "DUAL-5-NBRCHANGE",
       .text = fmt::format("EIGRP-IPv4 100: Neighbor {} (Vlan{}) is down: holding time expired",
                           client_address(random), vlan)});
}

}  // namespace

void add_ios_episode(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  using Episode = void (*)(const SimulatedDevice&, Random&, DeviceEvents&);
  constexpr Episode episodes[] = {port_flaps,           port_flaps,          bgp_session_resets,
                                  ospf_neighbour_moves, somebody_configures, somebody_configures,
                                  access_list_counts,   access_list_counts,  login_fails,
                                  hardware_complains,   gateway_changes};
  random.pick(episodes)(device, random, events);
}

}  // namespace netlogd::gen
