// v2c traps to JSON text on one core, with the project's own OID tables; and that a steady state
// allocates nothing: `allocations` is per trap.

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "../support/trap_support.hpp"

namespace {
std::atomic<std::uint64_t> allocations{0};
}  // namespace

// NOLINTBEGIN: counting is the point
[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  std::abort();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
// NOLINTEND

namespace netlogd {
namespace {

using trap_support::element;
using trap_support::notification;
using trap_support::number;
using trap_support::oid;
using trap_support::pdu;
using trap_support::varbind;

std::string link_down() {
  return trap_support::v2c(
      "public",
      pdu(0xa7, 77,
          notification("1.3.6.1.6.3.1.1.5.3", varbind("1.3.6.1.2.1.2.2.1.1.17", number(17)) +
                                                  varbind("1.3.6.1.2.1.2.2.1.7.17", number(1)) +
                                                  varbind("1.3.6.1.2.1.2.2.1.8.17", number(2)) +
                                                  varbind("1.3.6.1.2.1.31.1.1.1.1.17",
                                                          element(0x04, "GigabitEthernet0/17")))));
}

std::string bgp_down() {
  return trap_support::v2c(
      "public", pdu(0xa7, 78,
                    notification("1.3.6.1.2.1.15.7.2",
                                 varbind("1.3.6.1.2.1.15.3.1.14.192.0.2.77",
                                         element(0x04, std::string("\4\0", 2))) +
                                     varbind("1.3.6.1.2.1.15.3.1.2.192.0.2.77", number(1)))));
}

void run(benchmark::State& state, const std::vector<std::string>& packets,
         wire::SnmpAccess access) {
  auto settings = trap_support::Bench::own_settings();
  parse::TrapRecordMaker maker(settings,
                               trap_support::tables(trap_support::source_dir(), std::move(access)));
  EmptyDirectory nobody;
  TextBatch batch;
  RawMessage message;
  message.received = trap_support::Bench::start();
  message.source = {*IpAddress::parse("192.0.2.1"), 4711};
  constexpr std::size_t in_batch = 256;
  std::uint64_t records = 0;
  std::uint64_t octets = 0;
  const auto one_batch = [&] {
    batch.reset(12);
    for (std::size_t i = 0; i < in_batch; ++i) {
      message.bytes = trap_support::octets(packets[i % packets.size()]);
      maker.make(message, nobody, batch);
    }
    records += batch.lines().size();
    octets += batch.text().size();
    benchmark::DoNotOptimize(batch.text().data());
  };
  one_batch();
  const std::uint64_t before = allocations.load();
  records = octets = 0;
  for (auto _ : state) one_batch();
  const std::uint64_t made = allocations.load() - before;
  state.SetItemsProcessed(static_cast<std::int64_t>(records));
  state.SetBytesProcessed(static_cast<std::int64_t>(octets));
  state.counters["allocations"] = static_cast<double>(made) / static_cast<double>(records);
}

void link_down_v2c(benchmark::State& state) { run(state, {link_down()}, {}); }
void bgp_down_v2c(benchmark::State& state) { run(state, {bgp_down()}, {}); }
void mixed_v2c(benchmark::State& state) { run(state, {link_down(), bgp_down()}, {}); }
BENCHMARK(link_down_v2c);
BENCHMARK(bgp_down_v2c);
BENCHMARK(mixed_v2c);

}  // namespace
}  // namespace netlogd
