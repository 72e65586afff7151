// Arista EOS, ordinary hosts, and what all families share.

#include <fmt/format.h>

#include "device_events.hpp"

namespace netlogd::gen {

std::string client_address(Random& random) {
  return fmt::format("10.{}.{}.{}", random.between(20, 40), random.below(256),
                     1 + random.below(253));
}

// Documentation prefixes (RFC 5737), so that no real host is named.
std::string public_address(Random& random) {
  constexpr std::string_view prefixes[] = {"192.0.2", "198.51.100", "203.0.113"};
  return fmt::format("{}.{}", random.pick(prefixes), 1 + random.below(253));
}

void add_eos_episode(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  const auto& port = random.pick(device.ports);
  const auto& peer = random.pick(device.neighbours);
  switch (random.below(6)) {
    case 0:
    case 1:
      for (const auto state : {"down", "up"})
        events.push_back({.severity = 5,
                          .tag = "LINEPROTO-5-UPDOWN",
                          .process = "Ebra",
                          .text = fmt::format("Line protocol on Interface {}, changed state to {}",
                                              port, state)});
      return;
    case 2:
      events.push_back({.severity = 3,
                        .tag = "BGP-3-NOTIFICATION",
                        .process = "Bgp",
                        .text = fmt::format("received from neighbor {} (VRF default AS {}) 6/4 "
                                            "(Cease/administrative reset <Hard Reset>) 0 bytes",
                                            peer, device.peer_as)});
      events.push_back(
          {.severity = 5,
           .tag = "BGP-5-ADJCHANGE",
           .process = "Bgp",
           .text = fmt::format(
               "peer {} (VRF default AS {}) old state Established event AdminReset new state Idle",
               peer, device.peer_as)});
      events.push_back({.severity = 5,
                        .tag = "BGP-5-ADJCHANGE",
                        .process = "Bgp",
                        .text = fmt::format("peer {} (VRF default AS {}) old state OpenConfirm "
                                            "event Established new state Established",
                                            peer, device.peer_as)});
      return;
    case 3: {
      const auto& admin = random.pick(device.admins);
      const auto from = client_address(random);
      events.push_back(
          {.severity = 6,
           .tag = "AAA-6-LOGIN",
           .process = "Aaa",
           .text = fmt::format("user {} logged in [from: {}] [service: sshd]", admin, from)});
      events.push_back(
          {.severity = 5,
           .tag = "SYS-5-CONFIG_E",
           .process = "ConfigAgent",
           .text = fmt::format("Enter configuration mode from console by {} on vty4 ({})", admin,
                               from)});
      events.push_back(
          {.severity = 5,
           .tag = "SYS-5-CONFIG_I",
           .process = "ConfigAgent",
           .text = fmt::format("Configured from console by {} on vty4 ({})", admin, from)});
      return;
    }
    case 4:
      events.push_back({.severity = 5,
                        .tag = "LLDP-5-NEIGHBOR_NEW",
                        .process = "Lldp",
                        .text = fmt::format("LLDP neighbor with chassisId 001c.73{:02x}.{:04x} and "
                                            "portId \"Ethernet1\" added on interface {}",
                                            random.below(256), random.below(65536), port)});
      return;
    default:
      events.push_back(
          {.severity = 4,
           .tag = "SPANTREE-4-INTERFACE_STATE",
           .process = "Stp",
           .text = fmt::format("Interface {} instance MST0 moving from discarding to forwarding",
                               port)});
  }
}

void add_host_episode(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  const auto pid = random.between(500, 60000);
  const auto& admin = random.pick(device.admins);
  const auto from = random.one_in(2) ? public_address(random) : client_address(random);
  const auto port = random.between(1024, 65000);
  switch (random.below(5)) {
    case 0:
      events.push_back({.severity = 6,
                        .tag = "sshd",
                        .process = "sshd",
                        .pid = pid,
                        .text = fmt::format("Accepted publickey for {} from {} port {} ssh2", admin,
                                            from, port)});
      return;
    case 1:
      events.push_back(
          {.severity = 5,
           .tag = "sshd",
           .process = "sshd",
           .pid = pid,
           .text = fmt::format("Failed password for invalid user admin from {} port {} ssh2", from,
                               port)});
      return;
    case 2:
      events.push_back(
          {.severity = 6,
           .tag = "CRON",
           .process = "CRON",
           .pid = pid,
           .text = "(root) CMD (test -x /usr/sbin/anacron || run-parts /etc/cron.daily)"});
      return;
    case 3:
      events.push_back(
          {.severity = 4,
           .tag = "kernel",
           .process = "kernel",
           .text = fmt::format(
               "nf_drop: IN={} OUT= SRC={} DST={} LEN=60 TTL=52 PROTO=TCP SPT={} DPT=23 SYN",
               device.ports[0], from, device.address, port)});
      return;
    default:
      events.push_back(
          {.severity = 6,
           .tag = "dhcpd",
           .process = "dhcpd",
           .pid = pid,
           .text = fmt::format("DHCPACK on {} to 52:54:00:{:02x}:{:02x}:{:02x} via {}",
                               client_address(random), random.below(256), random.below(256),
                               random.below(256), device.ports[0])});
  }
}

void add_episode(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  switch (device.family) {
    case Family::ios:
      return add_ios_episode(device, random, events);
    case Family::nxos:
      return add_nxos_episode(device, random, events);
    case Family::xr:
      return add_xr_episode(device, random, events);
    case Family::asa:
      return add_asa_episode(device, random, events);
    case Family::junos:
    case Family::junos5424:
      return add_junos_episode(device, random, events);
    case Family::eos:
      return add_eos_episode(device, random, events);
    case Family::rfc3164:
    case Family::rfc5424:
      return add_host_episode(device, random, events);
  }
}

}  // namespace netlogd::gen
