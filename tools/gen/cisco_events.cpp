// Cisco NX-OS, IOS-XR and ASA.

#include <fmt/format.h>

#include "device_events.hpp"

namespace netlogd::gen {
namespace {

void nxos_port_flaps(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  const auto& port = random.pick(device.ports);
  events.push_back({.severity = 5,
                    .tag = "ETHPORT-5-IF_DOWN_LINK_FAILURE",
                    .text = fmt::format("Interface {} is down (Link failure)", port)});
  events.push_back(
      {.severity = 5,
       .tag = "ETHPORT-5-SPEED",
       .text = fmt::format("Interface {}, operational speed changed to 10 Gbps", port)});
  events.push_back({.severity = 5,
                    .tag = "ETHPORT-5-IF_UP",
                    .text = fmt::format("Interface {} is up in mode trunk", port)});
}

void xr_bgp_resets(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  const auto& peer = random.pick(device.neighbours);
  events.push_back({.severity = 5,
                    .tag = "ROUTING-BGP-5-ADJCHANGE",
                    .process = "bgp",
                    .pid = 1052,
                    .text = fmt::format("neighbor {} Down - BGP Notification received, hold time "
                                        "expired (VRF: default) (AS: {})",
                                        peer, device.peer_as)});
  events.push_back(
      {.severity = 5,
       .tag = "ROUTING-BGP-5-ADJCHANGE",
       .process = "bgp",
       .pid = 1052,
       .text = fmt::format("neighbor {} Up (VRF: default) (AS: {})", peer, device.peer_as)});
}

void xr_port_flaps(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  const auto& port = random.pick(device.ports);
  for (const auto state : {"Down", "Up"}) {
    events.push_back({.severity = 3,
                      .tag = "PKT_INFRA-LINK-3-UPDOWN",
                      .process = "ifmgr",
                      .pid = 227,
                      .text = fmt::format("Interface {}, changed state to {}", port, state)});
    events.push_back(
        {.severity = 5,
         .tag = "PKT_INFRA-LINEPROTO-5-UPDOWN",
         .process = "ifmgr",
         .pid = 227,
         .text = fmt::format("Line protocol on Interface {}, changed state to {}", port, state)});
  }
}

void asa_connection(const SimulatedDevice&, Random& random, DeviceEvents& events) {
  const auto number = random.next() % 100000000;
  const auto inside = client_address(random);
  const auto outside = public_address(random);
  const auto port = random.between(1024, 65000);
  const auto seconds = random.below(120);
  events.push_back(
      {.severity = 6,
       .tag = "305011",
       .text =
           fmt::format("Built dynamic TCP translation from inside:{}/{} to outside:198.51.100.7/{}",
                       inside, port, port)});
  events.push_back({.severity = 6,
                    .tag = "302013",
                    .text = fmt::format("Built outbound TCP connection {} for outside:{}/443 "
                                        "({}/443) to inside:{}/{} (198.51.100.7/{})",
                                        number, outside, outside, inside, port, port)});
  events.push_back({.severity = 6,
                    .tag = "302014",
                    .text = fmt::format("Teardown TCP connection {} for outside:{}/443 to "
                                        "inside:{}/{} duration 0:{:02}:{:02} bytes {} TCP FINs",
                                        number, outside, inside, port, seconds / 60, seconds % 60,
                                        random.below(900000))});
}

void asa_denies(const SimulatedDevice&, Random& random, DeviceEvents& events) {
  for (auto n = random.between(1, 5); n > 0; --n)
    events.push_back(
        {.severity = 4,
         .tag = "106023",
         .text = fmt::format(
             "Deny {} src outside:{}/{} dst inside:{}/{} by access-group \"outside_in\" [0x0, 0x0]",
             random.one_in(4) ? "udp" : "tcp", public_address(random), random.between(1024, 65000),
             client_address(random), random.between(1, 9000))});
}

}  // namespace

void add_nxos_episode(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  switch (random.below(7)) {
    case 0:
    case 1:
      return nxos_port_flaps(device, random, events);
    case 2:
      events.push_back({.severity = 5,
                        .tag = "VSHD-5-VSHD_SYSLOG_CONFIG_I",
                        .text = fmt::format("Configured from vty by {} on {}@pts/0",
                                            random.pick(device.admins), client_address(random))});
      return;
    case 3:
      events.push_back({.severity = 3,
                        .tag = "AUTHPRIV-3-SYSTEM_MSG",
                        .text = fmt::format("pam_aaa:Authentication failed from {} - sshd[{}]",
                                            public_address(random), random.between(1000, 32000))});
      return;
    case 4:
      events.push_back(
          {.severity = 5,
           .tag = "BGP-5-ADJCHANGE",
           .text = fmt::format("bgp-{} [{}] (default) neighbor {} Down - holdtimer expired error",
                               device.as_number, random.between(3000, 30000),
                               random.pick(device.neighbours))});
      return;
    case 5:
      events.push_back({.severity = 2,
                        .tag = "PLATFORM-2-PS_FAIL",
                        .text = "Power supply 2 failed or shut down (Serial number XYZ1234567A)"});
      return;
    default:
      events.push_back({.severity = 5,
                        .tag = "ETH_PORT_CHANNEL-5-PORT_DOWN",
                        .text = fmt::format("port-channel{}: {} is down", 1 + random.below(60),
                                            random.pick(device.ports))});
  }
}

void add_xr_episode(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  switch (random.below(6)) {
    case 0:
    case 1:
      return xr_port_flaps(device, random, events);
    case 2:
      return xr_bgp_resets(device, random, events);
    case 3:
      events.push_back(
          {.severity = 5,
           .tag = "ROUTING-OSPF-5-ADJCHG",
           .process = "ospf",
           .pid = 1018,
           .text = fmt::format("Process 1, Nbr {} on {} in area 0 from FULL to DOWN, Neighbor "
                               "Down: dead timer expired, vrf default vrfid 0x60000000",
                               random.pick(device.neighbours), random.pick(device.ports))});
      return;
    case 4:
      events.push_back(
          {.severity = 6,
           .tag = "MGBL-CONFIG-6-DB_COMMIT",
           .process = "config",
           .pid = 65738,
           .text = fmt::format("Configuration committed by user '{}'. Use 'show configuration "
                               "commit changes 10000{:05}' to view the changes.",
                               random.pick(device.admins), random.below(99999))});
      events.push_back({.severity = 5,
                        .tag = "MGBL-SYS-5-CONFIG_I",
                        .process = "config",
                        .pid = 65738,
                        .text = fmt::format("Configured from console by {} on vty0 ({})",
                                            random.pick(device.admins), client_address(random))});
      return;
    default:
      events.push_back({.severity = 6,
                        .tag = "SECURITY-SSHD-6-INFO_SUCCESS",
                        .process = "SSHD_",
                        .pid = 66011,
                        .text = fmt::format("Successfully authenticated user '{}' from '{}' on "
                                            "'vty0'(cipher 'aes128-ctr', mac 'hmac-sha2-256')",
                                            random.pick(device.admins), client_address(random))});
  }
}

void add_asa_episode(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  switch (random.below(6)) {
    case 0:
      events.push_back(
          {.severity = 6,
           .tag = "605005",
           .text = fmt::format("Login permitted from {}/{} to inside:{}/ssh for user \"{}\"",
                               client_address(random), random.between(1024, 65000), device.address,
                               random.pick(device.admins))});
      events.push_back({.severity = 5,
                        .tag = "111008",
                        .text = fmt::format("User '{}' executed the 'write memory' command.",
                                            random.pick(device.admins))});
      return;
    case 1:
      events.push_back(
          {.severity = 6,
           .tag = "113005",
           .text = fmt::format("AAA user authentication Rejected : reason = AAA failure : server = "
                               "10.20.0.5 : user = ***** : user IP = {}",
                               public_address(random))});
      return;
    case 2:
    case 3:
      return asa_denies(device, random, events);
    default:
      return asa_connection(device, random, events);
  }
}

}  // namespace netlogd::gen
