#include "device.hpp"

#include <fmt/format.h>

namespace netlogd::gen {
namespace {

std::string port_name(Family family, std::uint32_t n) {
  switch (family) {
    case Family::ios:
      return fmt::format("GigabitEthernet{}/0/{}", 1 + n / 24, 1 + n % 24);
    case Family::nxos:
      return fmt::format("Ethernet{}/{}", 1 + n / 48, 1 + n % 48);
    case Family::xr:
      return fmt::format("TenGigE0/{}/0/{}", n / 8, n % 8);
    case Family::asa:
      return n % 2 == 0 ? "outside" : "inside";
    case Family::junos:
    case Family::junos5424:
      return fmt::format("xe-{}/0/{}", n / 8, n % 8);
    case Family::eos:
      return fmt::format("Ethernet{}", 1 + n);
    case Family::rfc3164:
    case Family::rfc5424:
      break;
  }
  return fmt::format("eth{}", n % 4);
}

std::string role_of(Family family, Random& random) {
  constexpr std::string_view routers[] = {"core", "edge", "pe", "border"};
  constexpr std::string_view switches[] = {"dist", "acc", "leaf", "spine"};
  switch (family) {
    case Family::asa:
      return "fw";
    case Family::nxos:
    case Family::eos:
      return std::string(random.pick(switches));
    case Family::ios:
      return std::string(random.one_in(2) ? random.pick(routers) : random.pick(switches));
    case Family::rfc3164:
    case Family::rfc5424:
      return "srv";
    default:
      return std::string(random.pick(routers));
  }
}

void choose_header(SimulatedDevice& device, Random& random) {
  constexpr StampStyle ios_styles[] = {StampStyle::msec, StampStyle::year_msec_zone};
  constexpr StampStyle nxos_styles[] = {StampStyle::year_first, StampStyle::year_first_zone};
  constexpr StampStyle generic_styles[] = {StampStyle::rfc3339, StampStyle::rfc3339_offset};
  switch (device.family) {
    case Family::ios:
      device.stamp = random.pick(ios_styles);
      device.numbers_messages = !random.one_in(4);
      device.names_itself = random.one_in(2);
      break;
    case Family::xr:
      device.stamp = StampStyle::year_msec_zone;
      device.numbers_messages = true;
      break;
    case Family::nxos:
      device.stamp = random.pick(nxos_styles);
      device.names_itself = device.stamp == StampStyle::year_first;
      break;
    case Family::asa:
      device.stamp = StampStyle::year;
      device.names_itself = random.one_in(2);
      break;
    case Family::junos5424:
    case Family::rfc5424:
      device.stamp = random.pick(generic_styles);
      break;
    case Family::junos:
    case Family::eos:
    case Family::rfc3164:
      device.stamp = StampStyle::bsd;
      break;
  }
}

}  // namespace

SimulatedDevice make_device(Family family, std::uint32_t number, std::uint64_t seed) {
  constexpr std::string_view sites[] = {"ams", "fra", "iad", "lhr", "nrt", "ord", "sjc", "syd"};
  constexpr std::string_view admins[] = {"noc", "jdoe", "mlopez", "backup", "ansible", "tsato"};
  Random random(seed * 1000003 + number);

  SimulatedDevice device;
  device.family = family;
  device.hostname =
      fmt::format("{}-{}-{:02}", random.pick(sites), role_of(family, random), 1 + number % 100);
  device.address =
      fmt::format("10.{}.{}.{}", 16 + number / 65536, number / 256 % 256, 1 + number % 250);
  for (std::uint32_t n = 0; n < 12; ++n) device.ports.push_back(port_name(family, n * 2));
  for (int n = 0; n < 6; ++n)
    device.neighbours.push_back(
        fmt::format("10.255.{}.{}", random.below(64), 1 + random.below(250)));
  for (int n = 0; n < 3; ++n) device.admins.emplace_back(random.pick(admins));
  device.as_number = 64512 + random.below(1000);
  device.peer_as = 65512 + random.below(20);
  choose_header(device, random);
  return device;
}

}  // namespace netlogd::gen
