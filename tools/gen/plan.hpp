// From the words of the command line to what is sent where.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "device.hpp"
#include "flow_source.hpp"
#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/result.hpp"
#include "sender.hpp"
#include "trap_source.hpp"

namespace netlogd::gen {

struct PlanText {
  std::string syslog_udp, syslog_tcp, syslog_tls, snmp, flow;  // HOST:PORT, or empty
  std::vector<std::string> formats;
  std::string rate;
  std::uint64_t count = 0;
  double seconds = 0;
  std::uint32_t connections = 1;
  std::uint32_t devices = 0;
  std::uint32_t flows_per_packet = 0;
  std::string source;
  std::uint32_t sources = 0;
  std::string community = "public";
  std::uint64_t seed = 1;
  bool octet_counted = false;
  bool sequence = false;
};

enum class TargetKind : std::uint8_t { syslog_udp, syslog_tcp, syslog_tls, snmp, flow };
constexpr std::array<std::string_view, 5> target_names = {"syslog-udp", "syslog-tcp", "syslog-tls",
                                                          "snmp", "flow"};
constexpr std::string_view name_of(TargetKind kind) noexcept {
  return target_names[static_cast<std::size_t>(kind)];
}

struct Target {
  TargetKind kind = TargetKind::syslog_udp;
  Endpoint endpoint;
};

struct Plan {
  std::vector<Target> targets;
  std::vector<Family> families;
  std::vector<TrapVersion> trap_versions;
  std::vector<FlowFormat> flow_formats;
  std::optional<IpAddress> source;
  Limits limits;
  PlanText text;  // the plain numbers and switches
};

[[nodiscard]] Result<Plan> make_plan(const PlanText& text);
// The sockets and messages for one of the plan's targets.
[[nodiscard]] SendOrder make_order(const Plan& plan, const Target& target);

}  // namespace netlogd::gen
