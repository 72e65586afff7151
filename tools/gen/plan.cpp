#include "plan.hpp"

#include <algorithm>
#include <charconv>

#include "syslog_source.hpp"

namespace netlogd::gen {
namespace {

Error wrong(std::string sentence) { return {Errc::invalid, std::move(sentence)}; }

Result<Endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong(std::string(text) + ": wanted HOST:PORT");
  auto host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host == "localhost" ? "127.0.0.1" : host);
  if (!address) return wrong(std::string(text) + ": the host must be an address");
  std::uint16_t port = 0;
  const auto digits = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port == 0)
    return wrong(std::string(text) + ": the port must be 1 to 65535");
  return Endpoint{*address, port};
}

Result<double> parse_rate(std::string_view text) {
  if (text.empty()) return 0.0;
  if (text.size() > 2 && text.substr(text.size() - 2) == "/s") text.remove_suffix(2);
  double rate = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (error != std::errc{} || end != text.data() + text.size() || rate <= 0)
    return wrong("rate: wanted a positive number, such as 1000/s");
  return rate;
}

template <typename Kind, std::size_t Count>
bool add_named(std::string_view name, const std::array<std::string_view, Count>& names,
               std::vector<Kind>& chosen) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return false;
  chosen.push_back(static_cast<Kind>(found - names.begin()));
  return true;
}

// A kind of which no format was named sends all of its formats.
template <typename Kind, std::size_t Count>
void all_if_none(const std::array<std::string_view, Count>& names, std::vector<Kind>& chosen) {
  if (!chosen.empty()) return;
  for (const auto name : names) add_named(name, names, chosen);
}

std::vector<SimulatedDevice> devices_of(const Plan& plan, std::uint32_t connection) {
  const auto connections = plan.text.connections;
  const auto families = static_cast<std::uint32_t>(plan.families.size());
  const auto devices = std::max({plan.text.devices, connections, families});
  std::vector<SimulatedDevice> mine;
  for (auto n = connection; n < devices; n += connections)
    mine.push_back(make_device(plan.families[n % families], n, plan.text.seed));
  return mine;
}

}  // namespace

Result<Plan> make_plan(const PlanText& text) {
  Plan plan{.text = text};
  const std::pair<TargetKind, const std::string*> wanted[] = {
      {TargetKind::syslog_udp, &text.syslog_udp},
      {TargetKind::syslog_tcp, &text.syslog_tcp},
      {TargetKind::syslog_tls, &text.syslog_tls},
      {TargetKind::snmp, &text.snmp},
      {TargetKind::flow, &text.flow}};
  for (const auto& [kind, endpoint] : wanted) {
    if (endpoint->empty()) continue;
    const auto parsed = parse_endpoint(*endpoint);
    if (!parsed) return parsed.error();
    plan.targets.push_back({kind, *parsed});
  }
  if (plan.targets.empty())
    return wrong(
        "nowhere to send to: give --syslog-udp, --syslog-tcp, --syslog-tls, --snmp or --flow");
  if (text.connections == 0) return wrong("connections: at least one");

  for (const auto& format : text.formats)
    if (format != "mixed" && !add_named(format, family_names, plan.families) &&
        !add_named(format, trap_version_names, plan.trap_versions) &&
        !add_named(format, flow_format_names, plan.flow_formats))
      return wrong("format: there is no " + format);
  all_if_none(family_names, plan.families);
  all_if_none(trap_version_names, plan.trap_versions);
  all_if_none(flow_format_names, plan.flow_formats);

  const auto rate = parse_rate(text.rate);
  if (!rate) return rate.error();
  plan.limits = {
      .rate = *rate, .count = text.count, .time = std::chrono::duration<double>(text.seconds)};
  if (!text.source.empty()) {
    plan.source = IpAddress::parse(text.source);
    if (!plan.source) return wrong("source: " + text.source + " is no address");
  }
  return plan;
}

SendOrder make_order(const Plan& plan, const Target& target) {
  const bool is_tls = target.kind == TargetKind::syslog_tls;
  SendOrder order{.to = target.endpoint,
                  .stream = target.kind == TargetKind::syslog_tcp || is_tls,
                  .tls = is_tls,
                  .first_source = plan.source,
                  .source_addresses = plan.text.sources,
                  .limits = plan.limits};
  for (std::uint32_t n = 0; n < plan.text.connections; ++n) {
    if (target.kind == TargetKind::snmp) {
      order.sources.push_back(std::make_unique<TrapSource>(
          make_device(plan.families[n % plan.families.size()], n, plan.text.seed),
          TrapSourceSettings{.connection = n,
                             .versions = plan.trap_versions,
                             .community = plan.text.community,
                             .seed = plan.text.seed}));
    } else if (target.kind == TargetKind::flow) {
      order.sources.push_back(std::make_unique<FlowSource>(
          make_device(plan.families[n % plan.families.size()], n, plan.text.seed),
          FlowSourceSettings{.connection = n,
                             .format = plan.flow_formats[n % plan.flow_formats.size()],
                             .flows_per_packet = plan.text.flows_per_packet,
                             .numbered = plan.text.sequence,
                             .seed = plan.text.seed}));
    } else {
      const auto framing = !order.stream                       ? Framing::none
                           : plan.text.octet_counted || is_tls ? Framing::octet_count
                                                               : Framing::newline;
      // Memory for the messages of all connections stays near 16 MiB.
      const auto lines = std::clamp<std::size_t>(65536 / plan.text.connections, 16, 2048);
      order.sources.push_back(std::make_unique<SyslogSource>(
          devices_of(plan, n),
          SyslogSourceSettings{
              .connection = n, .framing = framing, .lines = lines, .seed = plan.text.seed}));
    }
  }
  return order;
}

}  // namespace netlogd::gen
