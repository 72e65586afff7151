#include "unit/parse/flow_maker_test.hpp"

namespace netlogd::tests {
namespace {

const Bytes data = set(256, Bytes().u8(6).u32(5).u64(7));

std::string saved_state() {
  FlowBench bench;
  bench.send(ipfix(set(2, definition(256, {{4, 1}, {10, 4}, {1, 8, 29305}}))
                       .add(set(3, ipfix_options(300, {{10, 4}}, {{82, 65535}})))
                       .add(set(300, Bytes().u32(5).u8(5).text("Gi0/5")))
                       .add(set(3, ipfix_options(301, {{149, 4}}, {{34, 4}})))
                       .add(set(301, Bytes().u32(7).u32(250)))));
  bench.send(ipfix(data));
  bench.message.source.address = *IpAddress::parse("2001:db8::9");
  bench.send(v9(set(0, definition(400, {{4, 1}}))));
  bench.close();
  return bench.maker.save();
}

TEST(FlowState, a_new_decoder_reads_data_with_what_the_old_one_saved) {
  const auto saved = saved_state();
  FlowBench bench;
  ASSERT_TRUE(bench.maker.restore(saved));
  const auto record = bench.records_of(ipfix(data)).at(0);
  EXPECT_EQ(record["sampling_interval"], 250);
  EXPECT_EQ(record["extracted_fields"]["reverseOctetDeltaCount"], 7);
  EXPECT_EQ(record["extracted_fields"]["input_interface_name"], "Gi0/5");
  EXPECT_EQ(read(bench.maker.counters().templates), 4U);
}

TEST(FlowState, saved_and_restored_and_saved_is_the_same) {
  const auto saved = saved_state();
  FlowBench bench;
  ASSERT_TRUE(bench.maker.restore(saved));
  ASSERT_TRUE(bench.maker.restore(saved));
  EXPECT_EQ(bench.maker.save().size(), saved.size());
}

TEST(FlowState, takes_only_the_exporters_it_is_to_serve) {
  FlowBench bench;
  ASSERT_TRUE(bench.maker.restore(saved_state(),
                                  [](const IpAddress& exporter) { return !exporter.is_v4(); }));
  EXPECT_EQ(read(bench.maker.counters().templates), 1U);
  EXPECT_TRUE(bench.records_of(ipfix(data)).empty());
  bench.maker.finish(bench.out);
}

TEST(FlowState, an_old_template_gives_way_to_one_that_is_known_to_be_newer) {
  const auto saved = saved_state();
  FlowBench bench;
  bench.message.received += std::chrono::hours(1);
  bench.send(ipfix(set(2, definition(256, {{4, 1}}))));
  ASSERT_TRUE(bench.maker.restore(saved));
  EXPECT_EQ(bench.records_of(ipfix(set(256, Bytes().u8(6).u8(17)))).size(), 2U);
}

TEST(FlowState, any_damage_is_found_and_changes_nothing) {
  const auto saved = saved_state();
  for (std::size_t i = 0; i < saved.size(); ++i) {
    FlowBench bench;
    EXPECT_FALSE(bench.maker.restore(saved.substr(0, i))) << i;
    auto flipped = saved;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    const auto answer = bench.maker.restore(flipped);
    ASSERT_FALSE(answer) << i;
    EXPECT_EQ(answer.error().code, Errc::corrupt);
    EXPECT_EQ(read(bench.maker.counters().templates), 0U);
  }
}

TEST(FlowState, templates_are_forgotten_when_they_are_not_sent_again) {
  FlowBench bench({.template_age = std::chrono::hours(1)});
  bench.send(ipfix(set(2, definition(256, {{4, 1}}))));
  bench.message.received += std::chrono::minutes(59);
  bench.maker.tick(bench.message.received, bench.out);
  EXPECT_EQ(read(bench.maker.counters().templates), 1U);
  bench.send(ipfix(set(2, definition(256, {{4, 1}}))));
  bench.message.received += std::chrono::minutes(59);
  bench.maker.tick(bench.message.received, bench.out);
  EXPECT_EQ(read(bench.maker.counters().templates), 1U);
  bench.maker.tick(bench.message.received + std::chrono::minutes(3), bench.out);
  EXPECT_EQ(read(bench.maker.counters().templates), 0U);
  EXPECT_EQ(read(bench.maker.counters().templates_expired), 1U);
}

TEST(FlowState, new_tables_name_the_fields_of_known_templates) {
  FlowBench bench;
  bench.send(ipfix(set(2, definition(256, {{4, 1}, {7, 2, 4242}}))));
  const NamedText file{"own.csv", "4242,7,queueDepth,unsigned16\n"};
  auto loaded = parse::FlowTables::load({&file, 1});
  ASSERT_TRUE(loaded);
  bench.maker.use(std::make_shared<const parse::FlowTables>(std::move(loaded).value()));
  EXPECT_EQ(bench.records_of(ipfix(set(256, Bytes().u8(6).u16(9))))
                .at(0)["extracted_fields"]["queueDepth"],
            9);
}

}  // namespace
}  // namespace netlogd::tests
