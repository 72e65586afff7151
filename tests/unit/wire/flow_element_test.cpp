#include "netlogd/wire/flow_element.hpp"

#include <gtest/gtest.h>

namespace netlogd::wire {
namespace {

Result<FlowElements> load(std::initializer_list<NamedText> files) {
  return FlowElements::load({files.begin(), files.size()});
}

TEST(FlowElements, are_found_by_enterprise_and_number_and_a_later_file_overrides) {
  const auto table =
      load({{"a.csv", "# IANA\n0,1,octetDeltaCount,unsigned64\n9, 1 ,mine , string\r\n"},
            {"b.csv", "0,1,octets,unsigned32"}});
  ASSERT_TRUE(table);
  EXPECT_EQ(table->find(0, 1)->name, "octets");
  EXPECT_EQ(table->find(9, 1)->type, ElementType::string);
  EXPECT_EQ(table->find(9, 2), nullptr);
}

TEST(FlowElements, of_the_reverse_direction_follow_from_the_forward_ones) {
  const auto table = load({{"a.csv",
                            "0,1,octetDeltaCount,unsigned64\n0,40000,beyond,string\n29305,2,own,"
                            "string\n0,2,packetDeltaCount,unsigned64\n"}});
  ASSERT_TRUE(table);
  EXPECT_EQ(table->find(29305, 1)->name, "reverseOctetDeltaCount");
  EXPECT_EQ(table->find(29305, 2)->name, "own");
  EXPECT_EQ(table->find(29305, 40000), nullptr);
}

TEST(FlowElements, name_the_file_and_line_of_a_fault) {
  const std::pair<const char*, const char*> cases[] = {
      {"0,1,a", "expected enterprise,number,name,type"},
      {"0,1,a,string,b", "expected enterprise,number,name,type"},
      {"x,1,a,string", "the enterprise is no number"},
      {"0,65536,a,string", "the element number is not 0 to 65535"},
      {"0,1,a b,string", "a name has letters, digits and '_' only, at most 64"},
      {"0,1,,string", "a name has letters, digits and '_' only, at most 64"},
      {"0,1,a,text", "the type is none of RFC 7012"}};
  for (const auto& [line, sentence] : cases) {
    const auto table = load({{"user.csv", std::string("# one\n") + line}});
    ASSERT_FALSE(table) << line;
    EXPECT_EQ(table.error().sentence, std::string("user.csv:2: ") + sentence);
  }
}

}  // namespace
}  // namespace netlogd::wire
