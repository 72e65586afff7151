// Tables that the network can fill, filled.

#include "unit/parse/flow_maker_test.hpp"

namespace netlogd::tests {
namespace {

TEST(FlowHostile,
     sixty_five_thousand_templates_from_thousands_of_exporters_leave_the_good_ones_working) {
  constexpr std::size_t most_bytes = std::size_t{4} << 20;
  FlowBench bench({.sources = 4096, .templates = 20'000, .template_bytes = most_bytes});
  const auto good = IpAddress::v4(0xc0000264);
  const auto good_data = set(256, Bytes().u32(0x0a000001).u8(6));
  bench.message.source.address = good;
  bench.send(v9(set(0, definition(256, {{8, 4}, {4, 1}})).add(good_data)));
  std::uint32_t good_sequence = 2;
  for (std::uint32_t exporter = 0; exporter < 6500; ++exporter) {
    bench.begin();
    Bytes templates;
    for (std::uint16_t id = 256; id < 266; ++id)
      templates.add(definition(id, {{1, 4}, {2, 4}, {exporter % 30000U + 1, 2, exporter + 1}}));
    bench.message.source.address = IpAddress::v4(0x0b000000U + exporter);
    bench.send(ipfix(set(2, templates), {.domain = exporter}));
    bench.send(ipfix(set(999, Bytes().zeros(60)), {.domain = exporter}));
    if (exporter % 500 == 0) {
      bench.message.source.address = good;
      bench.begin();
      bench.send(v9(good_data, {.sequence = good_sequence++}));
      ASSERT_EQ(bench.records().size(), 1U) << exporter;
    }
    const auto& counters = bench.maker.counters();
    ASSERT_LE(read(counters.templates), 20'000U);
    ASSERT_LE(read(counters.template_bytes), most_bytes);
    ASSERT_LE(read(counters.sources), 4096U);
    ASSERT_LE(read(counters.parked_bytes), std::size_t{8} << 20);
  }
  const auto& counters = bench.maker.counters();
  EXPECT_GT(read(counters.template_evictions), 40'000U);
  EXPECT_GT(read(counters.source_evictions), 2000U);
  EXPECT_EQ(read(counters.lost_messages), 0U);
  bench.maker.finish(bench.out);
  bench.close();
}

TEST(FlowHostile, one_exporter_with_all_ids_and_domains_keeps_to_its_share) {
  FlowBench bench({.templates_per_source = 100});
  for (std::uint32_t id = 256; id < 65536; id += 500) {
    Bytes templates;
    for (std::uint32_t i = id; i < id + 500 && i < 65536; ++i)
      templates.add(definition(static_cast<std::uint16_t>(i), {{1, 4}}));
    bench.send(v9(set(0, templates)));
  }
  EXPECT_EQ(read(bench.maker.counters().templates), 100U);
  EXPECT_EQ(read(bench.maker.counters().template_evictions), 65536U - 256 - 100);
  // The newest are the ones that stayed.
  EXPECT_EQ(bench.records_of(v9(set(65535, Bytes().u32(1)))).size(), 1U);
}

TEST(FlowHostile, one_exporter_with_giant_templates_pushes_out_nobody_else) {
  FlowBench bench({.template_bytes = std::size_t{1} << 20});
  const auto good_data = set(256, Bytes().u8(6));
  bench.send(v9(set(0, definition(256, {{4, 1}})).add(good_data)));
  bench.message.source.address = IpAddress::v4(0x0b000001);
  for (std::uint16_t id = 256; id < 356; ++id) {
    Bytes fields = Bytes().u16(id).u16(1000);
    for (std::uint32_t i = 0; i < 1000; ++i) fields.u16(0x8000U | i).u16(1).u32(70000);
    bench.send(ipfix(set(2, fields)));
    ASSERT_LE(read(bench.maker.counters().template_bytes), std::size_t{1} << 20);
  }
  EXPECT_EQ(read(bench.maker.counters().source_evictions), 0U);
  EXPECT_GT(read(bench.maker.counters().template_evictions), 50U);
  bench.message.source.address = IpAddress::v4(0xc0000201);
  EXPECT_EQ(bench.records_of(v9(good_data, {.sequence = 2})).size(), 1U);
}

TEST(FlowHostile, sampling_tables_count_as_memory_of_their_source) {
  FlowBench bench({.template_bytes = std::size_t{512} << 10});
  for (std::uint32_t exporter = 0; exporter < 100; ++exporter) {
    bench.message.source.address = IpAddress::v4(0x0b000000U + exporter);
    Bytes samplers;
    for (std::uint32_t i = 0; i < 1000; ++i) samplers.u32(0).u32(i).u32(100);
    bench.send(v9(set(1, v9_options(300, {{1, 4}}, {{48, 4}, {50, 4}})).add(set(300, samplers))));
    ASSERT_LE(read(bench.maker.counters().template_bytes), std::size_t{512} << 10);
  }
  EXPECT_GT(read(bench.maker.counters().source_evictions), 80U);
}

TEST(FlowHostile, names_are_bounded_by_exporter_and_in_all) {
  FlowBench bench({.named_exporters = 10, .names_per_exporter = 50, .name_bytes = 20'000});
  for (std::uint32_t exporter = 0; exporter < 100; ++exporter) {
    bench.message.source.address = IpAddress::v4(0x0b000000U + exporter);
    Bytes names;
    for (std::uint32_t i = 0; i < 200; ++i) names.u32(i).text("interface-name-").u8('a' + i % 26);
    bench.send(v9(set(1, v9_options(300, {{2, 4}}, {{82, 16}})).add(set(300, names))));
  }
  // The last one told its names, and only as many as it may.
  const auto flow =
      set(0, definition(256, {{10, 4}, {14, 4}})).add(set(256, Bytes().u32(1).u32(150)));
  const auto extracted = bench.records_of(v9(flow)).at(0)["extracted_fields"];
  EXPECT_EQ(extracted["input_interface_name"], "interface-name-b");
  EXPECT_FALSE(extracted.contains("output_interface_name"));
}

TEST(FlowHostile, thousands_of_tiny_waiting_sets_are_bounded) {
  FlowBench bench;
  Bytes sets;
  for (std::uint32_t id = 256; id < 12'000; ++id) sets.u16(id).u16(5).u8(1);
  bench.send(v9(sets));
  EXPECT_EQ(read(bench.maker.counters().parked_sets), 64U);
  EXPECT_EQ(read(bench.maker.counters().parked_evicted), 12'000U - 256 - 64);
  bench.maker.finish(bench.out);
  bench.close();
  EXPECT_EQ(bench.dropped_for(DropReason::template_missing), 1U);
}

}  // namespace
}  // namespace netlogd::tests
