// netlog-gen: traffic of many simulated devices for trying and measuring a collector. It sends only
// to the addresses it is given and prints what it sent as one JSON object.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "plan.hpp"
#include "sender.hpp"

namespace {

using namespace netlogd;
using namespace netlogd::gen;

std::atomic<bool> stop_wanted{false};

void want_stop(int) { stop_wanted.store(true); }

struct Outcome {
  const Target* target = nullptr;
  Result<SendTotal> total = Error{};
};

std::string json_of(const Outcome& outcome) {
  const auto& total = *outcome.total;
  ConnectionTotal sum;
  std::string connections;
  for (std::size_t n = 0; n < total.connections.size(); ++n) {
    const auto& one = total.connections[n];
    sum.messages += one.messages;
    sum.records += one.records;
    sum.bytes += one.bytes;
    sum.errors += one.errors;
    connections +=
        fmt::format(R"({}{{"connection":{},"source":"{}","messages":{},"records":{},"errors":{}}})",
                    n == 0 ? "" : ",", n, one.source, one.messages, one.records, one.errors);
  }
  return fmt::format(
      R"({{"target":"{}","endpoint":"{}","messages":{},"records":{},"bytes":{},"errors":{},"seconds":{:.6f},"messages_per_second":{:.0f},"connections":[{}]}})",
      name_of(outcome.target->kind), outcome.target->endpoint.text(), sum.messages, sum.records,
      sum.bytes, sum.errors, total.seconds,
      total.seconds > 0 ? static_cast<double>(sum.messages) / total.seconds : 0.0, connections);
}

int run(const Plan& plan) {
  std::vector<Outcome> outcomes(plan.targets.size());
  std::vector<std::jthread> threads;
  for (std::size_t n = 0; n < plan.targets.size(); ++n) {
    outcomes[n].target = &plan.targets[n];
    threads.emplace_back([&plan, &outcome = outcomes[n]] {
      auto order = make_order(plan, *outcome.target);
      outcome.total = order.stream ? send_streams(std::move(order), stop_wanted)
                                   : send_datagrams(std::move(order), stop_wanted);
    });
  }
  threads.clear();  // joins

  bool clean = true;
  std::string json;
  for (const auto& outcome : outcomes) {
    if (!outcome.total) {
      fmt::print(stderr, "netlog-gen: {}: {}\n", name_of(outcome.target->kind),
                 outcome.total.error().sentence);
      clean = false;
      continue;
    }
    for (const auto& connection : outcome.total->connections)
      clean = clean && connection.errors == 0;
    json += (json.empty() ? "" : ",") + json_of(outcome);
  }
  fmt::print("{{\"targets\":[{}]}}\n", json);
  return clean ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  PlanText text;
  CLI::App app{"Sends the traffic of many simulated network devices to a collector.", "netlog-gen"};
  app.add_option("--syslog-udp", text.syslog_udp, "syslog datagrams to HOST:PORT");
  app.add_option("--syslog-tcp", text.syslog_tcp, "syslog over TCP to HOST:PORT");
  app.add_option(
      "--syslog-tls", text.syslog_tls,
      "syslog over TLS to HOST:PORT (RFC 5425), octet-counted; any certificate is taken");
  app.add_option("--snmp", text.snmp, "SNMP traps to HOST:PORT");
  app.add_option("--flow", text.flow, "flow exports to HOST:PORT");
  app.add_option("--format", text.formats,
                 "mixed, or of: ios nxos xr asa junos junos5424 eos rfc3164 rfc5424, v1 v2c, v5 v9 "
                 "ipfix sflow")
      ->delimiter(',');
  app.add_option(
      "--rate", text.rate,
      "messages a second to each target, 1000 or 1000/s (default: as fast as they are taken)");
  app.add_option("--count", text.count, "messages to each target");
  app.add_option("--seconds", text.seconds, "how long");
  app.add_option("--connections", text.connections,
                 "sockets to each target, one simulated exporter each");
  app.add_option("--devices", text.devices,
                 "devices that write syslog, spread over the connections");
  app.add_option("--flows-per-packet", text.flows_per_packet,
                 "flows in each packet, as far as they fit");
  app.add_option("--source", text.source,
                 "send from this address, connection n from the n-th after it");
  app.add_option("--sources", text.sources, "how many source addresses before they start over");
  app.add_option("--community", text.community, "of the traps");
  app.add_option("--seed", text.seed, "another seed, other devices and messages");
  app.add_flag("--octet-counted", text.octet_counted,
               "RFC 6587 octet counting over TCP instead of newlines");
  app.add_flag("--sequence", text.sequence,
               "number every flow too (src_as: high half, dst_as: low half)");
  CLI11_PARSE(app, argc, argv);

  const auto plan = make_plan(text);
  if (!plan) {
    fmt::print(stderr, "netlog-gen: {}\n", plan.error().sentence);
    return 2;
  }
  struct sigaction action {};
  action.sa_handler = want_stop;
  ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  return run(*plan);
}
