#include "netlogd/wire/flow_template.hpp"

#include <gtest/gtest.h>

#include "unit/parse/flow_bytes.hpp"

namespace netlogd::wire {
namespace {

using tests::Bytes;

const FlowElements& elements() {
  static const auto table = [] {
    const NamedText file{
        "t",
        "0,8,sourceIPv4Address,ipv4Address\n0,27,sourceIPv6Address,ipv6Address\n"
        "0,1,octetDeltaCount,unsigned64\n0,85,octetTotalCount,unsigned64\n"
        "0,82,interfaceName,string\n0,152,flowStartMilliseconds,dateTimeMilliseconds\n"};
    return std::move(FlowElements::load({&file, 1})).value();
  }();
  return table;
}

std::unique_ptr<FlowTemplate> compile(std::vector<TemplateField> fields) {
  return FlowTemplate::compile({.id = 256, .fields = std::move(fields)}, elements());
}
std::vector<std::string> keys(const FlowTemplate& format) {
  std::vector<std::string> all;
  for (const auto& field : format.named_fields()) all.emplace_back(field.key);
  return all;
}
FlowColumns decode(const FlowTemplate& format, const Bytes& record) {
  FlowColumns columns;
  columns.clear();
  std::vector<FieldPlace> scratch;
  std::span<const FieldPlace> places;
  EXPECT_GT(format.locate(record.data(), scratch, places), 0U);
  format.decode(record.data().data(), places, {}, columns);
  return columns;
}

TEST(FlowTemplate, refuses_what_gives_no_record) {
  EXPECT_EQ(compile({}), nullptr);
  EXPECT_EQ(compile({{0, 8, 0}, {0, 12, 0}}), nullptr);
  EXPECT_EQ(compile(std::vector<TemplateField>(1025, {0, 1, 1})), nullptr);
  EXPECT_EQ(compile({{0, 1, 65534}, {0, 2, 65534}}), nullptr);
  EXPECT_NE(compile({{0, 1, 0}, {0, 2, 1}}), nullptr);
}

TEST(FlowTemplate, reads_numbers_of_any_width_up_to_eight_octets) {
  for (std::uint16_t width = 1; width <= 8; ++width) {
    const auto format = compile({{0, 1, width}});
    EXPECT_EQ(
        decode(*format, Bytes().number(0x0123456789abcdefULL, width)).get(NumberColumn::bytes),
        0x0123456789abcdefULL & (width == 8 ? UINT64_MAX : (1ULL << 8 * width) - 1));
  }
  // Wider is no number: kept under its name.
  const auto wide = compile({{0, 1, 9}});
  EXPECT_FALSE(decode(*wide, Bytes().zeros(9)).has(NumberColumn::bytes));
  EXPECT_EQ(keys(*wide), (std::vector<std::string>{"\"octetDeltaCount\":"}));
}

TEST(FlowTemplate, keeps_an_address_of_the_wrong_length_by_name) {
  const auto format = compile({{0, 8, 50}});
  EXPECT_FALSE(decode(*format, Bytes().zeros(50)).has(AddressColumn::src_ip));
  EXPECT_EQ(keys(*format), (std::vector<std::string>{"\"sourceIPv4Address\":"}));
}

TEST(FlowTemplate, gives_the_column_to_the_better_element_and_keeps_the_other_by_name) {
  const auto format = compile({{0, 85, 4}, {0, 1, 4}});
  EXPECT_EQ(decode(*format, Bytes().u32(7).u32(9)).get(NumberColumn::bytes), 9U);
  EXPECT_EQ(keys(*format), (std::vector<std::string>{"\"octetTotalCount\":"}));
}

TEST(FlowTemplate, names_unknown_and_repeated_elements_so_that_no_key_comes_twice) {
  const auto format =
      compile({{0, 999, 2}, {9, 5, 2}, {9, 5, 2}, {0, 1, 4}, {0, 1, 4}, {0, 210, 3}});
  EXPECT_EQ(keys(*format), (std::vector<std::string>{
                               "\"ie_999\":", "\"e9_5\":", "\"e9_5_2\":", "\"octetDeltaCount\":"}));
}

TEST(FlowTemplate, takes_the_address_family_that_says_something) {
  const auto format = compile({{0, 8, 4}, {0, 27, 16}});
  const auto v6 = Bytes().u64(0x20010db800000000).u64(1);
  EXPECT_EQ(decode(*format, Bytes().u32(0).add(v6)).get(AddressColumn::src_ip).text(),
            "2001:db8::1");
  EXPECT_EQ(decode(*format, Bytes().u32(0x0a000001).zeros(16)).get(AddressColumn::src_ip).text(),
            "10.0.0.1");
  EXPECT_EQ(decode(*format, Bytes().u32(0x0a000001).add(v6)).get(AddressColumn::src_ip).text(),
            "10.0.0.1");
}

TEST(FlowTemplate, walks_variable_lengths_of_both_forms_and_finds_a_cut_record) {
  const auto format = compile({{0, 82, variable_length}, {0, 1, 2}});
  EXPECT_EQ(format->min_record_bytes(), 3U);
  std::vector<FieldPlace> scratch;
  std::span<const FieldPlace> places;
  const auto short_form = Bytes().u8(3).text("abc").u16(7);
  EXPECT_EQ(format->locate(short_form.data(), scratch, places), 6U);
  EXPECT_EQ(places[0].offset, 1);
  EXPECT_EQ(places[1].offset, 4);
  const auto long_form = Bytes().u8(255).u16(3).text("abc").u16(7);
  EXPECT_EQ(format->locate(long_form.data(), scratch, places), 8U);
  EXPECT_EQ(format->locate(Bytes().u8(4).text("abc").data(), scratch, places), 0U);
  EXPECT_EQ(format->locate(Bytes().u8(255).u16(65535).text("abc").data(), scratch, places), 0U);
  EXPECT_EQ(format->locate(Bytes().u8(255).u8(0).u8(0).data(), scratch, places), 0U);
}

}  // namespace
}  // namespace netlogd::wire
