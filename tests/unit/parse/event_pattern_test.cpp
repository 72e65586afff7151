#include "parse/event_pattern.hpp"

#include <gtest/gtest.h>

#include <string>

#include "event_support.hpp"

namespace netlogd::parse {
namespace {

constexpr std::string_view head =
    "[event_types]\nother\nalpha\nbeta\n[fields]\nip ip\nport port\nn number\nasn asn\nuser "
    "user\nw word\n"
    "interface interface\nd decimal\n[interfaces]\nGi slots\nVlan number\n[ports]\nssh 22\n";

// The fields that one rule takes from a text; "no" when it does not match.
std::string taken(const std::string& rule, std::string_view text) {
  const NamedText files[] = {
      {"t", std::string(head) + "[messages]\nX-1-Y other\n    " + rule + " => alpha\n"}};
  auto catalogue = EventCatalogue::load(files);
  if (!catalogue) return catalogue.error().sentence;
  const auto read = read_event(
      *catalogue,
      {.vendor = {}, .message_id = "%X-1-Y", .process = {}, .message = text, .parameters = {}});
  if (read.type != "alpha") return "no";
  return read.fields;
}

TEST(EventPattern, matches_text_in_any_case_and_any_number_of_blanks) {
  EXPECT_EQ(taken("link  {w} here", "LINK   up HERE"), R"({"w":"up"})");
  EXPECT_EQ(taken("link {w}", "links up"), "no");
  EXPECT_EQ(taken("a~:~{w}", "a : b"), R"({"w":"b"})");
  EXPECT_EQ(taken("a~:~{w}", "a:b"), R"({"w":"b"})");
  EXPECT_EQ(taken("\\{{w}\\}", "{b}"), R"({"w":"b"})");
  EXPECT_EQ(taken("Zebra~ZONE {w}", "zEBRAzone up"), R"({"w":"up"})");
  EXPECT_EQ(taken("a~b {w}", "a~b up"), "no");
  EXPECT_EQ(taken("a~b {w}", "aZb up"), "no");
  EXPECT_EQ(taken("line protocol went {w}", "Line\tprotocol \r\n went\t\tdown"), R"({"w":"down"})");
  EXPECT_EQ(taken("line protocol went {w}", "Line protocol"), "no");
  EXPECT_EQ(taken("line protocol @ {w}", "line protocol ` up"), "no");
  EXPECT_EQ(taken("line protocol [ {w}", "line protocol { up"), "no");
}

TEST(EventPattern, takes_values_of_each_kind) {
  EXPECT_EQ(taken("{ip}/{port}", "192.0.2.1/ssh"),
            R"({"ip_addresses":["192.0.2.1"],"ip":"192.0.2.1","port":22})");
  EXPECT_EQ(taken("{ip}:{port}", "2001:db8::1:61664"),
            R"({"ip_addresses":["2001:db8::1"],"ip":"2001:db8::1","port":61664})");
  EXPECT_EQ(taken("AS {asn}", "AS 1.10"), R"({"asn":65546})");
  EXPECT_EQ(taken("AS {asn})", "AS 65000)"), R"({"asn":65000})");
  EXPECT_EQ(taken("{n} of {n}", "5 of 6"), R"({"n":5})");
  EXPECT_EQ(taken("{d}C", "-3.5C"), R"({"d":-3.5})");
  EXPECT_EQ(taken("{d}C", "007C"), R"({"d":"007"})");
  EXPECT_EQ(taken("on {interface}, x", "on Gi1/0/1, x"),
            R"({"interfaces":["Gi1/0/1"],"interface":"Gi1/0/1"})");
  EXPECT_EQ(taken("on {interface}, x", "on vlan 20, x"),
            R"({"interfaces":["vlan 20"],"interface":"vlan 20"})");
  EXPECT_EQ(taken("on {interface}.", "on uplink7."),
            R"({"interfaces":["uplink7"],"interface":"uplink7"})");
  EXPECT_EQ(taken("by {user}", "by 'ada b'"), R"({"users":["ada b"],"user":"ada b"})");
  EXPECT_EQ(taken("by {user}", "by *****"), "{}");
  EXPECT_EQ(taken("{ip}", "1.2.3.4.5"), "no");
}

TEST(EventPattern, ends_a_word_at_every_mark_that_may_follow) {
  EXPECT_EQ(taken("{w}{?/{port}}{?({user})} end", "host end"), R"({"w":"host"})");
  EXPECT_EQ(taken("{w}{?/{port}}{?({user})} end", "host/80 end"), R"({"w":"host","port":80})");
  EXPECT_EQ(taken("{w}{?/{port}}{?({user})} end", "host/80(ada) end"),
            R"({"users":["ada"],"w":"host","port":80,"user":"ada"})");
}

TEST(EventPattern, leaves_out_optional_parts_as_a_whole) {
  EXPECT_EQ(taken("a{? b {w} c}{? d {n}}", "a b x d 5"), "{}");
  EXPECT_EQ(taken("a{? b {w} c}{? d {n}}", "a b x c d 5"), R"({"w":"x","n":5})");
  EXPECT_EQ(taken("a{? b {w}{? c {n}}}", "a b x c 5"), R"({"w":"x","n":5})");
}

TEST(EventPattern, searches_and_skips) {
  EXPECT_EQ(taken("... port {port}", "the port 5 on airport 6"), R"({"port":5})");
  EXPECT_EQ(taken("... port {port}", "airport 6"), "no");
  EXPECT_EQ(taken("... {ip}", "between 10 and 192.0.2.1 now"),
            R"({"ip_addresses":["192.0.2.1"],"ip":"192.0.2.1"})");
  EXPECT_EQ(taken("... {interface} ... to {w/up|down}", "x Gi1/1 changed to Down."),
            R"({"interfaces":["Gi1/1"],"interface":"Gi1/1","w":"Down"})");
  EXPECT_EQ(taken("{w:text} on {ip}", "some text on 192.0.2.1"),
            R"({"ip_addresses":["192.0.2.1"],"w":"some text","ip":"192.0.2.1"})");
  EXPECT_EQ(taken("{w:text}{ip}", "some text 192.0.2.1"),
            R"({"ip_addresses":["192.0.2.1"],"w":"some text","ip":"192.0.2.1"})");
  EXPECT_EQ(taken("{w:rest}", "  all of it  "), R"({"w":"all of it"})");
}

TEST(EventPattern, sets_constants_and_fills_two_fields) {
  EXPECT_EQ(taken("{w=down}went", "went"), R"({"w":"down"})");
  EXPECT_EQ(taken("to {w,state:word}", "to Idle"), R"({"w":"Idle","state":"Idle"})");
}

TEST(EventPattern, reads_pairs) {
  EXPECT_EQ(taken("{pairs}", "a=1 b=\"x y\" c= =d e"), R"({"a":"1","b":"x y"})");
  EXPECT_EQ(
      taken("{colon_pairs}", "SrcIP: 192.0.2.1, User Agent: a (b, c): d, Empty:, Last: z"),
      R"({"ip_addresses":["192.0.2.1"],"SrcIP":"192.0.2.1","User Agent":"a (b, c): d","Last":"z"})");
}

TEST(EventPattern, says_what_is_wrong_with_a_rule) {
  const std::pair<std::string, std::string> cases[] = {
      {"{nope}", "t:21: the rule names the field \"nope\", which has no kind"},
      {"{w:nope}", "t:21: the rule asks for \"nope\", which is no kind of value"},
      {"{w", "t:21: the rule has a '{' without '}'"},
      {"a{? b", "t:21: the rule has an optional part without end"},
      {"a{?}", "t:21: the rule has an empty optional part"},
      {"a } b", "t:21: the rule has a '}' too much"},
      {"a ...", "t:21: the rule ends with \"...\""},
      {"... {? a}", "t:21: the rule has \"...\" in front of an optional part"},
  };
  for (const auto& [rule, sentence] : cases) EXPECT_EQ(taken(rule, "x"), sentence) << rule;
}

TEST(EventPattern, is_bounded_on_hostile_text) {
  const std::string text = std::string(60000, '(') + std::string(60000, 'a') + " on";
  EXPECT_EQ(taken("{w:text} on {ip}", text), "no");
  EXPECT_EQ(taken("... {w:word} x ... {ip}", text), "no");
}

}  // namespace
}  // namespace netlogd::parse
