#include "netlogd/parse/oid_table.hpp"

#include <gtest/gtest.h>

#include "support/trap_support.hpp"

namespace netlogd::parse {
namespace {

wire::Oid oid(std::string_view text) {
  wire::Oid made;
  EXPECT_TRUE(made.parse(text)) << text;
  return made;
}

constexpr std::string_view header = "oid,name,mib,kind,syntax,enum,members,v1_oid\n";

Result<OidTable> load(const std::string& rows, const std::string& more = "") {
  std::vector<NamedText> files = {{"own.csv", std::string(header) + rows}};
  if (!more.empty()) files.push_back({"more.csv", more});
  return OidTable::load(files);
}

std::string fault(const std::string& rows, const std::string& more = "") {
  const auto table = load(rows, more);
  return table ? "" : table.error().sentence;
}

TEST(OidIndex, finds_the_longest_prefix_and_nothing_else) {
  OidIndex index;
  index.add(oid("1.3.6").arcs(), 1);
  index.add(oid("1.3.6.1.4").arcs(), 2);
  index.add(oid("1.3.6.1.4.1.9").arcs(), 3);
  index.build();
  const auto match = [&index](std::string_view text) {
    const auto made = oid(text);
    const auto found = index.longest_prefix(made.arcs());
    return found ? std::pair(found->value, found->length)
                 : std::pair(std::uint32_t{0}, std::size_t{0});
  };
  EXPECT_EQ(match("1.3.6.1.4.1.9.2.5"), std::pair(std::uint32_t{3}, std::size_t{7}));
  EXPECT_EQ(match("1.3.6.1.4.1.8"), std::pair(std::uint32_t{2}, std::size_t{5}));
  EXPECT_EQ(match("1.3.6"), std::pair(std::uint32_t{1}, std::size_t{3}));
  EXPECT_EQ(match("1.3"), std::pair(std::uint32_t{0}, std::size_t{0}));
  EXPECT_EQ(match("2.3.6"), std::pair(std::uint32_t{0}, std::size_t{0}));
  EXPECT_EQ(index.exact(oid("1.3.6.1.4").arcs()), 2U);
  EXPECT_EQ(index.exact(oid("1.3.6.1").arcs()), std::nullopt);
}

TEST(OidIndex, an_empty_one_knows_nothing) {
  OidIndex index;
  EXPECT_FALSE(index.exact(oid("1.3").arcs()));
  index.build();
  EXPECT_FALSE(index.longest_prefix(oid("1.3").arcs()));
}

TEST(OidTable, the_projects_own_knowledge_loads) {
  const auto files = trap_support::knowledge(NETLOGD_SOURCE_DIR);
  const auto table = OidTable::load(files);
  ASSERT_TRUE(table) << table.error().sentence;
  EXPECT_GE(table->object_count(), 600U);
  EXPECT_GE(table->trap_count(), 400U);
  const auto status = oid("1.3.6.1.2.1.2.2.1.8.17");
  const auto found = table->object(status.arcs());
  ASSERT_NE(found.object, nullptr);
  EXPECT_EQ(found.object->name, "ifOperStatus");
  EXPECT_EQ(found.length, 10U);
  EXPECT_EQ(found.object->word_of(7), "lowerLayerDown");
  EXPECT_EQ(found.object->word_of(8), "");
}

TEST(OidTable, every_notification_of_ours_has_an_event_type) {
  const auto files = trap_support::knowledge(NETLOGD_SOURCE_DIR);
  const auto table = OidTable::load(files);
  ASSERT_TRUE(table);
  for (const char* text : {"1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.15.7.2", "1.3.6.1.4.1.9.9.43.2.0.1",
                           "1.3.6.1.4.1.2636.4.1.2"}) {
    const TrapFacts* trap = table->trap(oid(text).arcs());
    ASSERT_NE(trap, nullptr) << text;
    EXPECT_FALSE(trap->event_type.empty()) << text;
    EXPECT_GE(trap->severity, 0) << text;
  }
}

TEST(OidTable, a_notification_is_found_with_and_without_the_zero_before_its_number) {
  const auto table = load(
      "1.3.6.1.4.1.32473.1.7,withoutZero,X,trap,,,,\n1.3.6.1.4.1.32473.2.0.8,withZero,X,trap,,,,\n"
      "1.3.6.1.4.1.32473.3,odd,X,trap,,,,1.3.6.1.4.1.32473.99.5\n");
  ASSERT_TRUE(table);
  const auto name = [&table](std::string_view text) {
    const TrapFacts* trap = table->trap(oid(text).arcs());
    return trap != nullptr ? trap->name : "";
  };
  EXPECT_EQ(name("1.3.6.1.4.1.32473.1.7"), "withoutZero");
  EXPECT_EQ(name("1.3.6.1.4.1.32473.1.0.7"), "withoutZero");
  EXPECT_EQ(name("1.3.6.1.4.1.32473.2.0.8"), "withZero");
  EXPECT_EQ(name("1.3.6.1.4.1.32473.2.8"), "withZero");
  EXPECT_EQ(name("1.3.6.1.4.1.32473.99.5"), "odd");
  EXPECT_EQ(name("1.3.6.1.4.1.32473.2.0.9"), "");
  EXPECT_EQ(name("1.3"), "");
}

TEST(OidTable, later_rows_override_earlier_ones) {
  const auto table =
      load("1.3.6.1.4.1.32473.1,old,X,object,INTEGER,1=up,,\n",
           std::string(header) + "1.3.6.1.4.1.32473.1,new,X,object,DisplayString,,,\n");
  ASSERT_TRUE(table);
  const auto found = table->object(oid("1.3.6.1.4.1.32473.1.0").arcs());
  ASSERT_NE(found.object, nullptr);
  EXPECT_EQ(found.object->name, "new");
  EXPECT_EQ(found.object->syntax, OctetSyntax::text);
}

TEST(OidTable, a_row_of_ones_own_gives_a_trap_its_meaning) {
  const auto table = load(
      "1.3.6.1.4.1.32473.0.1,doorOpened,ACME-MIB,trap,,,,\n1.3.6.1.4.1.32473.1,doorName,ACME-MIB,"
      "object,DisplayString,,,\n",
      "trap,event_type,severity,fields\ndoorOpened,other,4,new_state='open'\n");
  ASSERT_TRUE(table);
  const TrapFacts* trap = table->trap(oid("1.3.6.1.4.1.32473.0.1").arcs());
  ASSERT_NE(trap, nullptr);
  EXPECT_EQ(trap->event_type, "other");
  EXPECT_EQ(trap->severity, 4);
  ASSERT_EQ(trap->fields.size(), 1U);
  EXPECT_EQ(trap->fields[0].constant, "open");
}

TEST(OidTable, takes_quotes_comments_crlf_and_a_byte_order_mark) {
  const std::vector<NamedText> files = {
      {"own.csv",
       "\xef\xbb\xbf# "
       "mine\r\noid,name,kind,enum\r\n1.3.6.1.4.1.32473.1,a,object,\"1=x;2=\"\"y\"\", z\"\r\n"}};
  const auto table = OidTable::load(files);
  ASSERT_TRUE(table) << table.error().sentence;
  EXPECT_EQ(table->object(oid("1.3.6.1.4.1.32473.1.5").arcs()).object->word_of(2), "\"y\", z");
}

TEST(OidTable, a_fault_names_file_and_line_and_nothing_is_half_loaded) {
  EXPECT_TRUE(fault("1.3.x,name,X,object,,,,\n").starts_with("own.csv:2: oid"));
  EXPECT_TRUE(fault("1.3.6,,X,object,,,,\n").starts_with("own.csv:2: name"));
  EXPECT_TRUE(fault("1.3.6,a,X,table,,,,\n").starts_with("own.csv:2: kind"));
  EXPECT_TRUE(fault("1.3.6,a,X,object,,up,,\n").starts_with("own.csv:2: enum"));
  EXPECT_TRUE(fault("1.3.6,a,X,trap,,,,x\n").starts_with("own.csv:2: v1_oid"));
  EXPECT_TRUE(fault("1.3.6,\"a,X\n").starts_with("own.csv:2: a quote"));
  EXPECT_TRUE(fault("1.3.6,a,X,object,,,,,,\n").starts_with("own.csv:2: more cells"));
  EXPECT_TRUE(fault("", "what,ever\n").starts_with("more.csv:1: the header"));
  const std::string good = "1.3.6,anObject,X,object,,,,\n1.3.7,aTrap,X,trap,,,,\n";
  EXPECT_TRUE(fault(good, "object,fields\nother,a=value\n").starts_with("more.csv:2: no object"));
  EXPECT_TRUE(fault(good, "trap,event_type,severity,fields\nother,x,1,\n")
                  .starts_with("more.csv:2: no notification"));
  EXPECT_TRUE(fault(good, "trap,event_type,severity,fields\naTrap,x,8,\n")
                  .starts_with("more.csv:2: severity"));
  EXPECT_TRUE(fault(good, "trap,event_type,severity,fields\naTrap,x,1,a=value\n")
                  .starts_with("more.csv:2: a notification's"));
  for (const char* rule : {"a", "a=", "=value", "a=values", "a=index", "a=index()", "a=index(128)",
                           "a=label:none", "a=''", "a b=value"})
    EXPECT_TRUE(fault(good, std::string("object,fields\nanObject,") + rule + "\n")
                    .starts_with("more.csv:2: fields"))
        << rule;
}

}  // namespace
}  // namespace netlogd::parse
