#include "config/yaml_tree.hpp"

#include <gtest/gtest.h>

namespace netlogd::config {
namespace {

std::string fault_of(const std::string& text) {
  Faults faults;
  const auto root = read_yaml({"f.yaml", text}, faults);
  EXPECT_FALSE(root) << text.substr(0, 80);
  return faults.empty() ? "" : faults.front().text();
}

TEST(YamlTree, knows_the_lines) {
  Faults faults;
  const auto root = read_yaml({"f.yaml", "a:\n  b: 1\n  c: [x,\n      y]\n"}, faults);
  ASSERT_TRUE(root && faults.empty());
  const auto* a = root->find("a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->members[0].line, 2);
  EXPECT_EQ(a->find("c")->items[1].line, 4);
  EXPECT_EQ(a->find("c")->items[1].text, "y");
  EXPECT_EQ(a->find("d"), nullptr);
}

TEST(YamlTree, writes_aliases_out) {
  Faults faults;
  const auto root = read_yaml({"f.yaml", "a: &x [1, 2]\nb: *x\n"}, faults);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->find("b")->items.size(), 2U);
}

TEST(YamlTree, tells_of_keys_that_stand_twice) {
  Faults faults;
  const auto root = read_yaml({"f.yaml", "a: 1\nb: 2\na: 3\n"}, faults);
  ASSERT_TRUE(root);
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].text(), "f.yaml:3: a: stands twice, first on line 1");
  EXPECT_EQ(root->find("a")->text, "1");
}

TEST(YamlTree, takes_an_empty_text_as_nothing) {
  Faults faults;
  for (const char* text : {"", "# remark\n", "---\n", "~"}) {
    const auto root = read_yaml({"f.yaml", text}, faults);
    ASSERT_TRUE(root) << text;
    EXPECT_TRUE(root->is(YamlNode::Kind::null)) << text;
  }
  EXPECT_TRUE(faults.empty());
}

TEST(YamlTree, says_where_it_is_no_yaml) {
  EXPECT_EQ(fault_of("a: 1\nb: [1, 2\n"),
            "f.yaml:3: no valid YAML: end of sequence flow not found");
  EXPECT_EQ(fault_of("a: b: c\n").substr(0, 26), "f.yaml:1: no valid YAML: i");
  EXPECT_EQ(fault_of("a: *x\n").substr(0, 25), "f.yaml:1: no valid YAML: ");
  EXPECT_EQ(fault_of("? [a]\n: b\n"), "f.yaml:1: a key must be a word, this one is a list");
  EXPECT_EQ(fault_of("a: 1\n---\nb: 2\n"),
            "f.yaml:3: a second document (after ---); one is all that is read");
  EXPECT_EQ(fault_of("a: !include x\n"), "f.yaml:1: the tag !include is not known here");
}

TEST(YamlTree, bounds_depth_size_and_aliases) {
  EXPECT_EQ(fault_of(std::string(1000, '[')), "f.yaml:1: more than 32 levels deep");
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_EQ(fault_of(deep), "f.yaml:33: more than 32 levels deep");
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string name = "a" + std::to_string(i);
    const std::string before = "*a" + std::to_string(i - 1);
    bomb +=
        name + ": &" + name + " [" + before + ", " + before + ", " + before + ", " + before + "]\n";
  }
  EXPECT_NE(fault_of(bomb).find("more than 100000 values"), std::string::npos);
  std::string many;
  for (int i = 0; i < 200'000; ++i) many += "- x\n";
  EXPECT_EQ(fault_of(many), "f.yaml:100001: more than 100000 values");
  EXPECT_EQ(fault_of("a: " + std::string(100'000, 'x')),
            "f.yaml:1: a value of more than 65536 characters");
  EXPECT_EQ(fault_of("a: &x {b: *x}\n"), "f.yaml:1: an alias of something around it");
}

}  // namespace
}  // namespace netlogd::config
