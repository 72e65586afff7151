#include "cli/symptom.hpp"

#include <gtest/gtest.h>

namespace netlogd::cli {
namespace {

using Words = std::vector<std::string>;

std::vector<SenderInfo> network() {
  SenderInfo core;
  core.source_ip = "192.0.2.1";
  core.hostname = "core-01";
  core.site = "ny";
  SenderInfo edge;
  edge.source_ip = "192.0.2.2";
  edge.hostname = "Edge-01.example.net";
  edge.site = "la";
  return {core, edge};
}

TEST(Symptom, finds_devices_by_name_first_label_address_and_site) {
  EXPECT_EQ(read_symptom("BGP flapping on core-01.", network()).devices,
            (Words{"core-01", "192.0.2.1"}));
  EXPECT_EQ(read_symptom("EDGE-01 is down", network()).devices,
            (Words{"Edge-01.example.net", "192.0.2.2"}));
  EXPECT_EQ(read_symptom("(192.0.2.2): slow", network()).devices,
            (Words{"Edge-01.example.net", "192.0.2.2"}));
  EXPECT_EQ(read_symptom("all of NY", network()).devices, (Words{"core-01", "192.0.2.1"}));
  EXPECT_EQ(read_symptom("core-011 core", network()).devices, Words{});
  EXPECT_EQ(read_symptom("192", network()).devices, Words{});
}

TEST(Symptom, finds_event_types_by_their_parts_and_by_what_people_say) {
  EXPECT_EQ(read_symptom("BGP", {}).events, Words{"routing_protocol_bgp"});
  EXPECT_EQ(read_symptom("PSU and fan failed", {}).events,
            (Words{"hardware_power", "hardware_fan"}));
  EXPECT_EQ(read_symptom("somebody changed something?", {}).events, Words{"configuration_change"});
  EXPECT_EQ(read_symptom("colourless green ideas", {}).events, Words{});
}

TEST(Symptom, keeps_what_else_may_stand_in_a_message) {
  EXPECT_EQ(read_symptom("packet loss on Gi0/1 to 198.51.100.7, since the change", {}).phrases,
            (Words{"packet", "loss", "gi0/1", "198.51.100.7", "change"}));
  EXPECT_EQ(read_symptom("", {}).phrases, Words{});
}

}  // namespace
}  // namespace netlogd::cli
