// The inventory: how long a large one takes to load, and what a look-up costs by its size.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "netlogd/enrich/inventory.hpp"

namespace netlogd::enrich {
namespace {

IpAddress address_of(std::uint32_t number) { return IpAddress::v4(0x0a000000U + number); }

std::string inventory_text(std::uint32_t devices) {
  std::string text = "devices:\n";
  for (std::uint32_t i = 0; i < devices; ++i)
    text += "  - {ip: " + address_of(i).text() + ", hostname: router-core-" + std::to_string(i) +
            ", vendor: cisco, model: ASR-9006, role: core,\n     location: DC1-Floor2-RackA12, "
            "site: datacenter-" +
            std::to_string(i % 300) + ", criticality: critical, timezone: America/New_York}\n";
  text += "subnets:\n";
  for (int i = 0; i < 256; ++i)
    text += "  - {prefix: 172." + std::to_string(i) + ".0.0/16, site: west}\n  - {prefix: 172." +
            std::to_string(i) + ".1.0/24, role: access}\n";
  return text;
}

std::shared_ptr<const Inventory> inventory_of(std::uint32_t devices) {
  ZoneDatabase zones;
  return *Inventory::load(inventory_text(devices), "bench.yaml", zones);
}

void load(benchmark::State& state) {
  const std::string text = inventory_text(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) {
    ZoneDatabase zones;
    benchmark::DoNotOptimize(Inventory::load(text, "bench.yaml", zones));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}
BENCHMARK(load)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void by_address(benchmark::State& state) {
  const auto devices = static_cast<std::uint32_t>(state.range(0));
  const auto inventory = inventory_of(devices);
  std::uint32_t i = 0;
  for (auto _ : state) {
    i = (i + 7919) % devices;
    benchmark::DoNotOptimize(inventory->by_address(address_of(i)));
  }
}
BENCHMARK(by_address)->Arg(1'000)->Arg(100'000);

void by_address_in_a_subnet(benchmark::State& state) {
  const auto inventory = inventory_of(static_cast<std::uint32_t>(state.range(0)));
  std::uint32_t i = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(inventory->by_address(IpAddress::v4(0xac000000U + (i += 65537))));
}
BENCHMARK(by_address_in_a_subnet)->Arg(1'000)->Arg(100'000);

void by_hostname(benchmark::State& state) {
  const auto inventory = inventory_of(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state)
    benchmark::DoNotOptimize(inventory->by_hostname("Router-Core-777.example.net"));
}
BENCHMARK(by_hostname)->Arg(1'000)->Arg(100'000);

}  // namespace
}  // namespace netlogd::enrich
