#include "netlogd/core/json_writer.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace netlogd {
namespace {

using namespace std::string_view_literals;

std::string as_json(std::string_view text, bool* whole = nullptr) {
  TextBuffer buffer;
  JsonWriter json(buffer);
  const bool valid = json.string(text);
  if (whole != nullptr) *whole = valid;
  return std::string(buffer.view());
}

TEST(JsonWriter, escapes_what_json_and_terminals_cannot_take) {
  EXPECT_EQ(as_json("plain"), "\"plain\"");
  EXPECT_EQ(as_json("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(as_json("\n\r\t\b\f"), R"("\n\r\t\b\f")");
  EXPECT_EQ(as_json("\x1b[31m\0x"sv), R"("\u001b[31m\u0000x")");
  EXPECT_EQ(as_json("\x7f"), R"("\u007f")");
  EXPECT_EQ(as_json("\xc2\x9b"), R"("\u009b")");
  EXPECT_EQ(as_json("\xe2\x80\xa8"), R"("\u2028")");
  EXPECT_EQ(as_json("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80"), "\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80\"");
}

TEST(JsonWriter, replaces_each_maximal_subpart_once) {
  const std::pair<std::string_view, std::string> cases[] = {
      {"\xff", "\"\xef\xbf\xbd\""},
      {"\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
      {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
      {"\xe4\xb8", "\"\xef\xbf\xbd\""},
      {"\xf0\x9f\x98x", "\"\xef\xbf\xbdx\""},
      {"a\xe9z", "\"a\xef\xbf\xbdz\""},
  };
  for (const auto& [in, out] : cases) {
    bool whole = true;
    EXPECT_EQ(as_json(in, &whole), out);
    EXPECT_FALSE(whole);
    EXPECT_FALSE(is_utf8(in));
  }
}

TEST(JsonWriter, finds_an_odd_octet_at_every_place_of_a_block) {
  for (std::size_t length = 1; length < 50; ++length)
    for (std::size_t at = 0; at < length; ++at) {
      std::string text(length, 'x');
      text[at] = '"';
      EXPECT_EQ(as_json(text).size(), length + 3);
      text[at] = '\x80';
      EXPECT_EQ(as_json(text).size(), length + 4);
      EXPECT_FALSE(is_utf8(text));
    }
}

TEST(JsonWriter, writes_numbers_addresses_and_octets) {
  TextBuffer buffer;
  JsonWriter json(buffer);
  json.number(std::numeric_limits<std::uint64_t>::max());
  json.raw(' ');
  json.number(std::numeric_limits<std::int64_t>::min());
  json.raw(' ');
  json.real(0.1);
  json.raw(' ');
  json.real(std::numeric_limits<double>::infinity());
  json.raw(' ');
  json.address(*IpAddress::parse("::ffff:192.0.2.1"));
  const std::uint8_t octets[] = {0xfb, 0xff, 0x00, 0x41, 0x42};
  for (std::size_t n = 0; n <= 5; ++n) {
    json.raw(' ');
    json.base64({octets, n});
  }
  json.raw(' ');
  json.hex(octets);
  EXPECT_EQ(buffer.view(),
            "18446744073709551615 -9223372036854775808 0.1 null \"192.0.2.1\" \"\" \"+w==\" \"+/8=\" \"+/8A\" "
            "\"+/8AQQ==\" \"+/8AQUI=\" fbff004142");
}

}  // namespace
}  // namespace netlogd
