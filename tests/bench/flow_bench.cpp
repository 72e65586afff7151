// Flow packets to JSON text, one core. `allocations` is the heap's count for each record in steady
// state.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "netlogd/core/device.hpp"
#include "netlogd/parse/flow_record.hpp"

namespace {
std::size_t allocations = 0;
}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* place = std::malloc(size)) return place;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* place) noexcept { std::free(place); }
[[gnu::noinline]] void operator delete(void* place, std::size_t) noexcept { std::free(place); }

namespace netlogd {
namespace {

using Packet = std::vector<std::uint8_t>;

void put(Packet& packet, std::uint64_t value, std::size_t octets) {
  for (std::size_t i = octets; i-- > 0;)
    packet.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

std::shared_ptr<const parse::FlowTables> tables() {
  const char* folder = std::getenv("NETLOGD_SOURCE");
  std::ifstream in((folder != nullptr ? std::string(folder) : std::string(".")) +
                   "/config/knowledge/ipfix_elements.csv");
  const NamedText file{.name = "ipfix_elements.csv",
                       .text = {std::istreambuf_iterator<char>(in), {}}};
  auto loaded = parse::FlowTables::load({&file, 1});
  if (!loaded) std::abort();
  return std::make_shared<const parse::FlowTables>(std::move(loaded).value());
}

struct Field {
  std::uint16_t number;
  std::uint16_t octets;
};

// What a router sends: addresses, ports, counters, interfaces, times, AS numbers, masks.
constexpr Field v9_fields[] = {{8, 4},  {12, 4}, {15, 4}, {10, 4}, {14, 4}, {2, 4}, {1, 4},
                               {22, 4}, {21, 4}, {7, 2},  {11, 2}, {6, 1},  {4, 1}, {5, 1},
                               {16, 4}, {17, 4}, {9, 1},  {13, 1}, {61, 1}};
constexpr Field ipfix_fields[] = {{8, 4},   {12, 4},  {15, 4}, {10, 4}, {14, 4}, {2, 8},   {1, 8},
                                  {152, 8}, {153, 8}, {7, 2},  {11, 2}, {6, 2},  {4, 1},   {5, 1},
                                  {16, 4},  {17, 4},  {9, 1},  {13, 1}, {61, 1}, {136, 1}, {58, 2}};

std::uint64_t value_of(std::uint16_t number, unsigned record) {
  switch (number) {
    case 8:
      return 0x0a000000U + record * 257;
    case 12:
      return 0xc0a80000U + record * 31;
    case 15:
      return 0x0a0000feU;
    case 152:
      return 1'700'000'000'000U + record * 17;
    case 153:
      return 1'700'000'010'000U + record * 19;
    case 22:
      return 4'000'000 + record * 13;
    case 21:
      return 4'010'000 + record * 11;
    default:
      return number * 7 + record * 3;
  }
}

template <std::size_t N>
Packet template_set(const Field (&fields)[N], std::uint16_t set) {
  Packet packet;
  put(packet, set, 2);
  put(packet, 8 + 4 * N, 2);
  put(packet, 256, 2);
  put(packet, N, 2);
  for (const auto& field : fields) {
    put(packet, field.number, 2);
    put(packet, field.octets, 2);
  }
  return packet;
}

template <std::size_t N>
Packet data_set(const Field (&fields)[N], unsigned records) {
  Packet body;
  for (unsigned r = 0; r < records; ++r)
    for (const auto& field : fields) put(body, value_of(field.number, r), field.octets);
  Packet packet;
  put(packet, 256, 2);
  put(packet, body.size() + 4, 2);
  packet.insert(packet.end(), body.begin(), body.end());
  return packet;
}

Packet v9_packet(const Packet& set, std::uint32_t sequence) {
  Packet packet;
  put(packet, 9, 2);
  put(packet, 1, 2);
  put(packet, 5'000'000, 4);
  put(packet, 1'700'000'000, 4);
  put(packet, sequence, 4);
  put(packet, 1, 4);
  packet.insert(packet.end(), set.begin(), set.end());
  return packet;
}

Packet ipfix_packet(const Packet& set, std::uint32_t sequence) {
  Packet packet;
  put(packet, 10, 2);
  put(packet, 16 + set.size(), 2);
  put(packet, 1'700'000'000, 4);
  put(packet, sequence, 4);
  put(packet, 1, 4);
  packet.insert(packet.end(), set.begin(), set.end());
  return packet;
}

Packet v5_packet(unsigned records) {
  Packet packet;
  put(packet, 5, 2);
  put(packet, records, 2);
  put(packet, 5'000'000, 4);
  put(packet, 1'700'000'000, 4);
  put(packet, 123'456'789, 4);
  put(packet, 42, 4);
  put(packet, 1, 2);
  put(packet, 100, 2);
  for (unsigned r = 0; r < records; ++r) {
    put(packet, 0x0a000000U + r * 257, 4);
    put(packet, 0xc0a80000U + r * 31, 4);
    put(packet, 0x0a0000feU, 4);
    put(packet, 3 + r, 2);
    put(packet, 7, 2);
    put(packet, 12 + r, 4);
    put(packet, 8432 + r * 1500, 4);
    put(packet, 4'000'000 + r * 13, 4);
    put(packet, 4'010'000 + r * 11, 4);
    put(packet, 40000 + r, 2);
    put(packet, 443, 2);
    put(packet, 0x001b0600, 4);
    put(packet, 64512, 2);
    put(packet, 65001, 2);
    put(packet, 0x18100000, 4);
  }
  return packet;
}

void run(benchmark::State& state, const std::vector<Packet>& first, const Packet& packet,
         std::int64_t records) {
  parse::FlowRecordMaker maker(tables());
  const EmptyDirectory nobody;
  TextBatch out;
  RawMessage message;
  message.received = TimePoint(std::chrono::seconds(1'700'000'001));
  message.source = {IpAddress::v4(0xc0000201), 40000};
  constexpr int packets_a_batch = 32;
  const auto make_batch = [&] {
    out.reset(12);
    for (int i = 0; i < packets_a_batch; ++i) {
      message.bytes = packet;
      maker.make(message, nobody, out);
    }
  };
  out.reset(12);
  for (const auto& one : first) {
    message.bytes = one;
    maker.make(message, nobody, out);
  }
  make_batch();
  make_batch();
  const auto before = allocations;
  std::int64_t bytes = 0;
  for ([[maybe_unused]] auto _ : state) {
    make_batch();
    bytes += static_cast<std::int64_t>(out.text().size());
    benchmark::DoNotOptimize(out.text().data());
  }
  const auto all = state.iterations() * packets_a_batch * records;
  state.SetItemsProcessed(all);
  state.SetBytesProcessed(bytes);
  state.counters["allocations"] =
      static_cast<double>(allocations - before) / static_cast<double>(all);
}

void netflow5(benchmark::State& state) { run(state, {}, v5_packet(30), 30); }
void netflow9(benchmark::State& state) {
  run(state, {v9_packet(template_set(v9_fields, 0), 0)}, v9_packet(data_set(v9_fields, 24), 0), 24);
}
void ipfix(benchmark::State& state) {
  run(state, {ipfix_packet(template_set(ipfix_fields, 2), 0)},
      ipfix_packet(data_set(ipfix_fields, 20), 0), 20);
}

BENCHMARK(netflow5);
BENCHMARK(netflow9);
BENCHMARK(ipfix);

}  // namespace
}  // namespace netlogd
