// Junos: the same events for the BSD form and, with parameters, for structured data.

#include <fmt/format.h>

#include "device_events.hpp"

namespace netlogd::gen {
namespace {

// 2636 is Juniper's enterprise number; the platform part differs by model.
std::string parameters(std::string_view pairs) {
  return fmt::format("[junos@2636.1.1.1.2.137 {}]", pairs);
}

void bgp_neighbour_moves(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  const auto& peer = random.pick(device.neighbours);
  const std::string_view moves[][3] = {{"Established", "Idle", "HoldTime"},
                                       {"OpenConfirm", "Established", "RecvKeepAlive"}};
  for (const auto& [before, after, event] : moves)
    events.push_back(
        {.severity = 4,
         .tag = "RPD_BGP_NEIGHBOR_STATE_CHANGED",
         .process = "rpd",
         .pid = 2017,
         .text = fmt::format("BGP peer {} (External AS {}) changed state from {} to {} (event {}) "
                             "(instance master)",
                             peer, device.peer_as, before, after, event),
         .parameters = parameters(fmt::format("peer-name=\"{} (External AS {})\" old-state=\"{}\" "
                                              "new-state=\"{}\" event=\"{}\" instance=\"master\"",
                                              peer, device.peer_as, before, after, event))});
}

void port_flaps(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  const auto& port = random.pick(device.ports);
  const auto index = random.between(500, 900);
  for (const auto& [tag, state] :
       {std::pair{"SNMP_TRAP_LINK_DOWN", "down(2)"}, std::pair{"SNMP_TRAP_LINK_UP", "up(1)"}})
    events.push_back(
        {.severity = 4,
         .tag = tag,
         .process = "mib2d",
         .pid = 1923,
         .text = fmt::format("ifIndex {}, ifAdminStatus up(1), ifOperStatus {}, ifName {}", index,
                             state, port),
         .parameters = parameters(fmt::format("snmp-interface-index=\"{}\" admin-status=\"up(1)\" "
                                              "operational-status=\"{}\" interface-name=\"{}\"",
                                              index, state, port))});
}

void somebody_commits(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  const auto& admin = random.pick(device.admins);
  const auto from = client_address(random);
  const auto pid = random.between(2000, 60000);
  events.push_back(
      {.severity = 6,
       .tag = "UI_LOGIN_EVENT",
       .process = "mgd",
       .pid = pid,
       .text = fmt::format("User '{}' login, class 'j-super-user' [{}], ssh-connection '{} 52114 "
                           "{} 22', client-mode 'cli'",
                           admin, pid, from, device.address),
       .parameters = parameters(fmt::format("username=\"{}\" class-name=\"j-super-user\" "
                                            "local-peer=\"\" pid=\"{}\" client-mode=\"cli\"",
                                            admin, pid))});
  events.push_back(
      {.severity = 5,
       .tag = "UI_CMDLINE_READ_LINE",
       .process = "mgd",
       .pid = pid,
       .text = fmt::format("User '{}', command 'commit comment \"ticket {}\" '", admin,
                           random.below(90000)),
       .parameters = parameters(fmt::format("username=\"{}\" command=\"commit \"", admin))});
  events.push_back(
      {.severity = 5,
       .tag = "UI_COMMIT",
       .process = "mgd",
       .pid = pid,
       .text = fmt::format("User '{}' requested 'commit' operation (comment: none)", admin),
       .parameters =
           parameters(fmt::format("username=\"{}\" command=\"commit\" message=\"none\"", admin))});
  events.push_back({.severity = 6,
                    .tag = "UI_LOGOUT_EVENT",
                    .process = "mgd",
                    .pid = pid,
                    .text = fmt::format("User '{}' logout", admin),
                    .parameters = parameters(fmt::format("username=\"{}\"", admin))});
}

void firewall_session(const SimulatedDevice&, Random& random, DeviceEvents& events) {
  const auto from = client_address(random);
  const auto to = public_address(random);
  const auto port = random.between(1024, 65000);
  const auto session = random.below(900000);
  events.push_back({.severity = 6,
                    .tag = "RT_FLOW_SESSION_CREATE",
                    .process = "RT_FLOW",
                    .pid = 0,
                    .text = fmt::format("session created {}/{}->{}/443 0x0 junos-https "
                                        "{}/{}->{}/443 0x0 nat-src N/A N/A 6 web trust untrust {}",
                                        from, port, to, from, port, to, session),
                    .parameters = parameters(fmt::format(
                        "source-address=\"{}\" source-port=\"{}\" destination-address=\"{}\" "
                        "destination-port=\"443\" service-name=\"junos-https\" "
                        "protocol-id=\"6\" policy-name=\"web\" source-zone-name=\"trust\" "
                        "destination-zone-name=\"untrust\" session-id-32=\"{}\"",
                        from, port, to, session))});
}

void login_fails(const SimulatedDevice&, Random& random, DeviceEvents& events) {
  const auto from = public_address(random);
  events.push_back(
      {.severity = 5,
       .tag = "SSHD_LOGIN_FAILED",
       .process = "sshd",
       .pid = random.between(2000, 60000),
       .text = fmt::format("Login failed for user 'root' from host '{}'", from),
       .parameters = parameters(fmt::format("username=\"root\" source-address=\"{}\"", from))});
}

void chassis_complains(const SimulatedDevice&, Random& random, DeviceEvents& events) {
  const auto slot = random.below(3);
  events.push_back(
      {.severity = 3,
       .tag = "CHASSISD_SNMP_TRAP10",
       .process = "chassisd",
       .pid = 1890,
       .text = fmt::format("SNMP trap generated: Fan/Blower Failed (jnxContentsContainerIndex 4, "
                           "jnxContentsL1Index {}, jnxContentsL2Index 0, "
                           "jnxContentsDescr Fan Tray {}, jnxOperatingState/Temp 6)",
                           slot + 1, slot),
       .parameters = parameters(fmt::format(
           "trap=\"Fan/Blower Failed\" argument1=\"jnxContentsContainerIndex\" value1=\"{}\"",
           slot + 1))});
}

}  // namespace

void add_junos_episode(const SimulatedDevice& device, Random& random, DeviceEvents& events) {
  using Episode = void (*)(const SimulatedDevice&, Random&, DeviceEvents&);
  constexpr Episode episodes[] = {bgp_neighbour_moves, port_flaps,       port_flaps,
                                  somebody_commits,    firewall_session, firewall_session,
                                  login_fails,         chassis_complains};
  random.pick(episodes)(device, random, events);
}

}  // namespace netlogd::gen
