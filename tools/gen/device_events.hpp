// What devices talk about. Each function adds one episode (a port that flaps, a session that goes
// down and comes back, a log-in with what was changed) to the events of a device, in order.

#pragma once

#include <string>
#include <vector>

#include "device.hpp"

namespace netlogd::gen {

struct DeviceEvent {
  int severity = 6;
  std::string tag;        // BGP-5-ADJCHANGE, RPD_BGP_NEIGHBOR_STATE_CHANGED, 106023, sshd
  std::string process;    // rpd, Ebra, bgp; empty where the format has none
  std::uint32_t pid = 0;  // 0: none
  std::string text;
  std::string parameters;  // of RFC 5424, ready to write: [id name="value"]; may be empty
};
using DeviceEvents = std::vector<DeviceEvent>;

void add_ios_episode(const SimulatedDevice& device, Random& random, DeviceEvents& events);
void add_nxos_episode(const SimulatedDevice& device, Random& random, DeviceEvents& events);
void add_xr_episode(const SimulatedDevice& device, Random& random, DeviceEvents& events);
void add_asa_episode(const SimulatedDevice& device, Random& random, DeviceEvents& events);
void add_junos_episode(const SimulatedDevice& device, Random& random, DeviceEvents& events);
void add_eos_episode(const SimulatedDevice& device, Random& random, DeviceEvents& events);
void add_host_episode(const SimulatedDevice& device, Random& random, DeviceEvents& events);

// The one of the device's family.
void add_episode(const SimulatedDevice& device, Random& random, DeviceEvents& events);

// Addresses of users and of the world, for access lists and sessions.
[[nodiscard]] std::string client_address(Random& random);
[[nodiscard]] std::string public_address(Random& random);

}  // namespace netlogd::gen
