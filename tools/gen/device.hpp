// A simulated device: who it says it is, its ports and neighbours, and how it writes its messages.
// Made from a seed, so that the same device comes out in every run.

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "random.hpp"
#include "stamp.hpp"

namespace netlogd::gen {

enum class Family : std::uint8_t { ios, nxos, xr, asa, junos, junos5424, eos, rfc3164, rfc5424 };
constexpr std::array<std::string_view, 9> family_names = {
    "ios", "nxos", "xr", "asa", "junos", "junos5424", "eos", "rfc3164", "rfc5424"};

struct SimulatedDevice {
  Family family = Family::ios;
  std::string hostname;
  std::string address;  // its loopback interface, dotted
  std::vector<std::string> ports;
  std::vector<std::string> neighbours;  // addresses of BGP and OSPF peers
  std::vector<std::string> admins;
  std::uint32_t as_number = 65000;
  std::uint32_t peer_as = 65001;
  StampStyle stamp = StampStyle::bsd;
  bool numbers_messages = false;  // IOS, XR: the counter in front of the header
  bool names_itself = true;       // the hostname is in the header
};

[[nodiscard]] SimulatedDevice make_device(Family family, std::uint32_t number, std::uint64_t seed);

}  // namespace netlogd::gen
