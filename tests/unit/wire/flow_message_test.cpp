#include "netlogd/wire/flow_message.hpp"

#include <gtest/gtest.h>

#include "unit/parse/flow_bytes.hpp"

namespace netlogd::wire {
namespace {

using tests::Bytes;

std::vector<TemplateReader::Answer> answers(std::uint16_t version, std::uint16_t set_id,
                                            const Bytes& body) {
  TemplateReader reader(version, FlowSet{.id = set_id, .body = body.data()});
  std::vector<TemplateReader::Answer> all;
  do all.push_back(reader.next());
  while (all.back() != TemplateReader::Answer::end &&
         all.back() != TemplateReader::Answer::broken && all.size() < 100);
  return all;
}
using A = TemplateReader::Answer;

TEST(FlowMessage, reads_both_headers) {
  FlowMessage message;
  const auto nine = tests::v9(Bytes().u32(1)).data();
  ASSERT_TRUE(read_flow_message(nine, message));
  EXPECT_EQ(message.uptime_ms, 100'000U);
  EXPECT_EQ(message.domain, 7U);
  EXPECT_EQ(message.sets.size(), 4U);
  const auto ten =
      tests::ipfix(Bytes().u32(1)).u32(2).data();  // four octets behind its stated length
  ASSERT_TRUE(read_flow_message(ten, message));
  EXPECT_EQ(message.sequence, 1U);
  EXPECT_EQ(message.sets.size(), 4U);
  EXPECT_FALSE(message.cut);
  ASSERT_TRUE(read_flow_message(std::span(ten).first(18), message));
  EXPECT_TRUE(message.cut);
  EXPECT_EQ(message.sets.size(), 2U);
}

TEST(FlowMessage, refuses_cut_headers_and_an_ipfix_length_below_its_own) {
  FlowMessage message;
  const auto nine = tests::v9(Bytes()).data();
  for (std::size_t n = 0; n < 20; ++n)
    EXPECT_FALSE(read_flow_message(std::span(nine).first(n), message));
  auto ten = tests::ipfix(Bytes()).data();
  for (std::size_t n = 0; n < 16; ++n)
    EXPECT_FALSE(read_flow_message(std::span(ten).first(n), message));
  ten[3] = 15;
  EXPECT_FALSE(read_flow_message(ten, message));
}

TEST(FlowSets, stop_at_a_length_that_does_not_fit) {
  for (const std::uint16_t length : {0, 1, 2, 3, 9, 65535}) {
    const auto octets = Bytes().u16(256).u16(length).u32(0).data();
    FlowSetReader reader(octets);
    FlowSet set;
    EXPECT_FALSE(reader.next(set)) << length;
    EXPECT_TRUE(reader.broken()) << length;
  }
  const auto fitting = Bytes().u16(256).u16(8).u32(0).u16(0).u8(0).data();
  FlowSetReader reader(fitting);
  FlowSet set;
  EXPECT_TRUE(reader.next(set));
  EXPECT_FALSE(reader.next(set));
  EXPECT_FALSE(reader.broken());  // three octets of padding
}

TEST(TemplateReader, reads_several_definitions_and_the_padding_behind_them) {
  const auto body = tests::definition(256, {{8, 4}, {12, 4}})
                        .add(tests::definition(257, {{1, 8, 29305}}))
                        .zeros(3);
  TemplateReader nine(9, FlowSet{.id = 0, .body = body.data()});
  // NetFlow v9 has no enterprise bit: the number is taken whole, and what follows is read as it
  // stands.
  EXPECT_EQ(nine.next(), A::definition);
  TemplateReader ten(10, FlowSet{.id = 2, .body = body.data()});
  ASSERT_EQ(ten.next(), A::definition);
  EXPECT_EQ(ten.definition().fields.size(), 2U);
  ASSERT_EQ(ten.next(), A::definition);
  EXPECT_EQ(ten.definition().fields[0], (TemplateField{29305, 1, 8}));
  EXPECT_EQ(ten.next(), A::end);
  EXPECT_EQ(answers(9, 0, Bytes().u32(0).u32(0)), (std::vector{A::end}));
}

TEST(TemplateReader, tells_withdrawals_of_one_and_of_all) {
  EXPECT_EQ(answers(10, 2, Bytes().u16(300).u16(0)), (std::vector{A::withdrawal, A::end}));
  EXPECT_EQ(answers(10, 2, Bytes().u16(2).u16(0)), (std::vector{A::withdrawal, A::end}));
  EXPECT_EQ(answers(10, 3, Bytes().u16(3).u16(0)), (std::vector{A::withdrawal, A::end}));
  EXPECT_EQ(answers(10, 3, Bytes().u16(2).u16(0)), (std::vector{A::refused, A::end}));
  EXPECT_EQ(answers(9, 0, Bytes().u16(300).u16(0)), (std::vector{A::refused, A::end}));
}

TEST(TemplateReader, refuses_hostile_definitions) {
  EXPECT_EQ(answers(10, 2, Bytes().u16(255).u16(1).u16(1).u16(4)),
            (std::vector{A::refused, A::end}));
  EXPECT_EQ(answers(9, 0, Bytes().u16(256).u16(65535).zeros(100)), (std::vector{A::broken}));
  EXPECT_EQ(answers(10, 2, Bytes().u16(256).u16(2).u16(0x8001).u16(4).u32(9)),
            (std::vector{A::broken}));
  Bytes many = Bytes().u16(256).u16(2000);
  for (int i = 0; i < 2000; ++i) many.u16(1).u16(1);
  EXPECT_EQ(answers(9, 0, many), (std::vector{A::refused, A::end}));
  // An IPFIX options template without a scope, and with more scopes than fields.
  EXPECT_EQ(answers(10, 3, Bytes().u16(256).u16(1).u16(0).u16(1).u16(4)),
            (std::vector{A::refused, A::end}));
  EXPECT_EQ(answers(10, 3, Bytes().u16(256).u16(1).u16(2).u16(1).u16(4)),
            (std::vector{A::refused, A::end}));
}

TEST(TemplateReader, reads_v9_options_and_refuses_lengths_that_do_not_fit) {
  const auto good = tests::v9_options(256, {{2, 4}}, {{82, 16}, {34, 4}});
  TemplateReader reader(9, FlowSet{.id = 1, .body = good.data()});
  ASSERT_EQ(reader.next(), A::definition);
  EXPECT_EQ(reader.definition().scope_fields, 1);
  EXPECT_EQ(reader.definition().fields[0].enterprise, TemplateDefinition::v9_scope);
  EXPECT_EQ(reader.definition().fields[1], (TemplateField{0, 82, 16}));
  EXPECT_EQ(answers(9, 1, Bytes().u16(256).u16(6).u16(2).zeros(8)),
            (std::vector{A::refused, A::end}));
  EXPECT_EQ(answers(9, 1, Bytes().u16(256).u16(4).u16(400).zeros(8)), (std::vector{A::broken}));
  EXPECT_EQ(answers(9, 1, Bytes().u16(256).u16(0).u16(0)), (std::vector{A::refused, A::end}));
}

}  // namespace
}  // namespace netlogd::wire
