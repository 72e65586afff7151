// Classification and extraction of one message, without header parsing and JSON. The counter
// "allocations" must stay at zero: a steady state allocates nothing.

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include "netlogd/parse/events.hpp"
#include "netlogd/parse/knowledge.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace netlogd::parse {
namespace {

struct Sample {
  const char* name;
  const char* id;
  const char* process;
  const char* message;
};

constexpr Sample samples[] = {
    {"ios_bgp", "%BGP-5-ADJCHANGE", "", "neighbor 192.0.2.17 Down BGP Notification sent"},
    {"ios_lineproto", "%LINEPROTO-5-UPDOWN", "",
     "Line protocol on Interface GigabitEthernet1/0/24, changed state to down"},
    {"ios_ospf", "%OSPF-5-ADJCHG", "",
     "Process 1, Nbr 192.0.2.4 on GigabitEthernet2.45 from LOADING to FULL, Loading Done"},
    {"ios_config", "%SYS-5-CONFIG_I", "", "Configured from console by ada on vty0 (192.0.2.24)"},
    {"ios_login", "%SEC_LOGIN-5-LOGIN_SUCCESS", "",
     "Login Success [user: ada] [Source: 192.0.2.1] [localport: 22] at 07:57:58 UTC Thu Jan 27 "
     "2022"},
    {"ios_acl", "%SEC-6-IPACCESSLOGP", "",
     "list edge_in denied tcp 192.0.2.100(50150) -> 198.51.100.1(443), 1 packet"},
    {"nxos_if", "%ETHPORT-5-IF_DOWN_LINK_FAILURE", "",
     "Interface Ethernet1/33 is down (Link failure)"},
    {"xr_isis", "%ROUTING-ISIS-5-ADJCHANGE", "isis",
     "Adjacency to core3.ams1 (TenGigE0/2/0/8.995) (L2) Up, New adjacency"},
    {"asa_built", "%ASA-6-302013", "",
     "Built outbound TCP connection 9001 for outside:192.0.2.1/443 (192.0.2.1/443) to "
     "inside:10.1.1.2/53496 (198.51.100.9/53496)"},
    {"asa_deny", "%ASA-4-106023", "",
     "Deny tcp src outside:192.0.2.11/2143 dst inside:10.11.1.11/139 by access-group "
     "\"outside_in\" [0x0, 0x0]"},
    {"junos_bgp", "RPD_BGP_NEIGHBOR_STATE_CHANGED", "rpd",
     "BGP peer 192.0.2.1 (External AS 65001) changed state from Established to Idle (event Stop) "
     "(instance master)"},
    {"junos_ui", "UI_CMDLINE_READ_LINE", "mgd",
     "User 'ada', command 'show interfaces terse | match ge- '"},
    {"eos_stp", "%SPANTREE-6-INTERFACE_STATE", "Stp",
     "Interface Ethernet22 instance Vl282 moving from discarding to learning"},
    {"sshd", "", "sshd", "Failed password for invalid user ada from 192.0.2.50 port 60002 ssh2"},
    {"words", "%NEW_THING-4-EVENT", "",
     "the temperature of the outer inlet went over its limit of 60 degrees at slot 4"},
    {"nothing", "", "worker",
     "request 1234 took 17 ms for the client in room 12, all is well with the world today"},
};

const EventCatalogue& catalogue() {
  static const auto loaded = [] {
    std::vector<NamedText> files;
    for (const auto& file : builtin_knowledge())
      if (file.name.starts_with("events/")) files.push_back(file);
    auto result = EventCatalogue::load(files);
    if (!result) std::abort();
    return std::move(*result);
  }();
  return loaded;
}

EventInput input_of(const Sample& sample) {
  return {.vendor = "unknown",
          .message_id = sample.id,
          .process = sample.process,
          .message = sample.message,
          .parameters = {}};
}

void extract_one(benchmark::State& state) {
  const auto& sample = samples[state.range(0)];
  const auto input = input_of(sample);
  EventExtractor extractor(catalogue());
  ExtractedFields fields;
  extractor.extract(input, fields);
  const auto before = allocations.load();
  for (auto _ : state) {
    fields.clear();
    benchmark::DoNotOptimize(extractor.extract(input, fields));
  }
  state.counters["allocations"] = static_cast<double>(allocations.load() - before);
  state.SetLabel(sample.name);
}
BENCHMARK(extract_one)->DenseRange(0, static_cast<int>(std::size(samples)) - 1);

void extract_mixed(benchmark::State& state) {
  EventExtractor extractor(catalogue());
  ExtractedFields fields;
  std::size_t bytes = 0;
  for (const auto& sample : samples) {
    fields.clear();
    extractor.extract(input_of(sample), fields);
    bytes += std::string_view(sample.message).size();
  }
  const auto before = allocations.load();
  for (auto _ : state)
    for (const auto& sample : samples) {
      fields.clear();
      benchmark::DoNotOptimize(extractor.extract(input_of(sample), fields));
    }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(std::size(samples)));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
  state.counters["allocations"] = static_cast<double>(allocations.load() - before);
}
BENCHMARK(extract_mixed);

}  // namespace
}  // namespace netlogd::parse
