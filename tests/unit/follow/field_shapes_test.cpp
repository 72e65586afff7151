#include "follow/field_shapes.hpp"

#include <gtest/gtest.h>

namespace netlogd::follow {
namespace {

TEST(FieldShape, keeps_the_shape_and_points_into_the_message) {
  FieldShape shape;
  ASSERT_TRUE(
      shape.take_apart(R"({"interfaces":["Gi1/0/1","Gi1/0/2"],"vlan":100,"new_state":"down"})",
                       "Gi1/0/1 and Gi1/0/2 in vlan 100 are now down"));
  EXPECT_EQ(shape.format(), R"({"interfaces":["%s","%s"],"vlan":%s,"new_state":"%s"})");
  EXPECT_EQ(shape.pieces(), 4u);
  EXPECT_EQ(shape.packed(0) & 511, 1);
  EXPECT_EQ(shape.packed(0) >> 9 & 127, 7);
  EXPECT_EQ(shape.packed(0) >> 16 & 511, 13);
}

TEST(FieldShape, a_word_of_ours_stands_in_the_shape) {
  FieldShape shape;
  ASSERT_TRUE(shape.take_apart(R"({"action":"deny","list":true,"x":null})", "blocked"));
  EXPECT_EQ(shape.format(), R"({"action":"deny","list":true,"x":null})");
  EXPECT_EQ(shape.pieces(), 0u);
}

TEST(FieldShape, refuses_what_printf_or_substr_would_change) {
  FieldShape shape;
  EXPECT_FALSE(shape.take_apart(R"({"a":"x\"y"})", "x\"y"));
  EXPECT_FALSE(shape.take_apart(R"({"a":"5%"})", "5%"));
  EXPECT_FALSE(shape.take_apart(R"({"a":"x"})", "\u00e9 x"));
  EXPECT_FALSE(shape.take_apart(R"({"a":"10.0.0.1"})", "not there"));
  EXPECT_FALSE(shape.take_apart(
      R"({"a":"1","b":"2","c":"3","d":"4","e":"5","f":"6","g":"7","h":"8","i":"9"})", "123456789"));
  EXPECT_FALSE(shape.take_apart(R"({"a":"f4r"})", std::string(600, '.') + "f4r"));
  EXPECT_FALSE(shape.take_apart(R"({"a":"open)", "open"));
}

}  // namespace
}  // namespace netlogd::follow
