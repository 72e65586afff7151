#include "netlogd/wire/snmp.hpp"

#include <gtest/gtest.h>

#include "support/snmp_support.hpp"

namespace netlogd::wire {
namespace {

using trap_support::element;
using trap_support::notification;
using trap_support::number;
using trap_support::octets;
using trap_support::oid;
using trap_support::pdu;
using trap_support::v1;
using trap_support::v2c;
using trap_support::varbind;

std::string_view text_of(Octets bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

DecodeStatus decode(const std::string& bytes, SnmpMessage& message) {
  return decode_snmp(octets(bytes), message);
}

TEST(Snmp, reads_a_v2c_trap_with_every_type) {
  const std::string values =
      varbind("1.3.6.1.4.1.32473.1.1", number(-7)) +
      varbind("1.3.6.1.4.1.32473.1.2", element(0x04, "text")) +
      varbind("1.3.6.1.4.1.32473.1.3", element(0x05, "")) +
      varbind("1.3.6.1.4.1.32473.1.4", oid("1.3.6")) +
      varbind("1.3.6.1.4.1.32473.1.5", element(0x40, "\xc0\x01\x02\x01")) +
      varbind("1.3.6.1.4.1.32473.1.6", number(1, 0x41)) +
      varbind("1.3.6.1.4.1.32473.1.7", number(1, 0x42)) +
      varbind("1.3.6.1.4.1.32473.1.8", number(1, 0x43)) +
      varbind("1.3.6.1.4.1.32473.1.9", element(0x44, "abc")) +
      varbind("1.3.6.1.4.1.32473.1.10", element(0x45, "I")) +
      varbind("1.3.6.1.4.1.32473.1.11", number(1, 0x46)) +
      varbind("1.3.6.1.4.1.32473.1.12", number(1, 0x47)) +
      varbind("1.3.6.1.4.1.32473.1.13", element(0x03, "\x04\xf0")) +
      varbind("1.3.6.1.4.1.32473.1.14", element(0x80, "")) +
      varbind("1.3.6.1.4.1.32473.1.15", element(0x81, "")) +
      varbind("1.3.6.1.4.1.32473.1.16", element(0x82, "")) +
      varbind("1.3.6.1.4.1.32473.1.17", element(0x44, std::string("\x9f\x78\x04\x3f\xc0\0\0", 7))) +
      varbind("1.3.6.1.4.1.32473.1.18",
              element(0x44, std::string("\x9f\x79\x08\xc0\x02\0\0\0\0\0\0", 11)));
  const std::string bytes =
      v2c("public", pdu(0xa7, -5, notification("1.3.6.1.6.3.1.1.5.1", values)));
  SnmpMessage message;
  ASSERT_EQ(decode(bytes, message), DecodeStatus::ok);
  EXPECT_EQ(message.version, SnmpVersion::v2c);
  EXPECT_EQ(message.pdu, PduType::trap_v2);
  EXPECT_EQ(text_of(message.community), "public");
  EXPECT_EQ(message.request_id, -5);
  ASSERT_EQ(message.varbinds.size(), 20U);
  const std::vector<std::string_view> names = {
      "TimeTicks",        "ObjectIdentifier", "Integer32",    "OctetString", "Null",
      "ObjectIdentifier", "IpAddress",        "Counter32",    "Gauge32",     "TimeTicks",
      "Opaque",           "NsapAddress",      "Counter64",    "UInteger32",  "BitString",
      "noSuchObject",     "noSuchInstance",   "endOfMibView", "OpaqueFloat", "OpaqueDouble"};
  for (std::size_t i = 0; i < names.size(); ++i)
    EXPECT_EQ(name_of(message.varbinds[i].type), names[i]);
}

TEST(Snmp, reads_a_v1_trap) {
  SnmpMessage message;
  const std::string bytes = v1("1.3.6.1.4.1.9", std::string("\x0a\0\0\1", 4), 6, 17,
                               varbind("1.3.6.1.2.1.2.2.1.1.3", number(3)));
  ASSERT_EQ(decode(bytes, message), DecodeStatus::ok);
  EXPECT_EQ(message.version, SnmpVersion::v1);
  EXPECT_EQ(message.generic_trap, 6);
  EXPECT_EQ(message.specific_trap, 17);
  EXPECT_EQ(message.agent_address.size(), 4U);
  EXPECT_EQ(message.varbinds.size(), 1U);
}

TEST(Snmp, tells_other_messages_apart) {
  SnmpMessage message;
  for (const unsigned tag : {0xa0U, 0xa1U, 0xa2U, 0xa3U, 0xa5U, 0xa8U})
    EXPECT_EQ(decode(v2c("public", pdu(tag, 1, "")), message), DecodeStatus::not_a_trap);
  EXPECT_EQ(decode(element(0x30, number(2) + element(0x04, "") + pdu(0xa7, 1, "")), message),
            DecodeStatus::unsupported);
  EXPECT_EQ(decode(v2c("public", pdu(0xa9, 1, "")), message), DecodeStatus::malformed);
}

TEST(Snmp, a_trap_of_the_other_version_is_malformed) {
  SnmpMessage message;
  const std::string trap_v1 =
      element(0xa4, oid("1.3.6") + element(0x40, "\x01\x02\x03\x04") + number(0) + number(0) +
                        number(1, 0x43) + element(0x30, ""));
  EXPECT_EQ(decode(v2c("public", trap_v1), message), DecodeStatus::malformed);
  const std::string v1_with_v2 =
      element(0x30, number(0) + element(0x04, "public") + pdu(0xa7, 1, notification("1.3.6", "")));
  EXPECT_EQ(decode(v1_with_v2, message), DecodeStatus::malformed);
}

TEST(Snmp, octets_behind_the_message_are_noted_and_octets_inside_refused) {
  SnmpMessage message;
  const std::string good = v2c("public", pdu(0xa7, 1, notification("1.3.6", "")));
  ASSERT_EQ(decode(good + "xx", message), DecodeStatus::ok);
  EXPECT_TRUE(message.trailing);
  EXPECT_EQ(message.whole.size(), good.size());
  EXPECT_EQ(decode(v2c("public", pdu(0xa7, 1, notification("1.3.6", "")) + number(1)), message),
            DecodeStatus::malformed);
}

TEST(Snmp, refuses_varbinds_that_are_none) {
  SnmpMessage message;
  const auto with = [&message](const std::string& item) {
    return decode(v2c("public", pdu(0xa7, 1, item)), message);
  };
  EXPECT_EQ(with(element(0x30, "")), DecodeStatus::malformed);
  EXPECT_EQ(with(element(0x30, oid("1.3.6"))), DecodeStatus::malformed);
  EXPECT_EQ(with(element(0x30, oid("1.3.6") + number(1) + number(2))), DecodeStatus::malformed);
  EXPECT_EQ(with(element(0x30, element(0x04, "1.3.6") + number(1))), DecodeStatus::malformed);
  EXPECT_EQ(with(element(0x31, oid("1.3.6") + number(1))), DecodeStatus::malformed);
  EXPECT_EQ(with(varbind("1.3.6", element(0x01, "\x01"))), DecodeStatus::malformed) << "BOOLEAN";
  EXPECT_EQ(with(varbind("1.3.6", element(0x30, ""))), DecodeStatus::malformed) << "nesting";
  for (const unsigned tag : {0x02U, 0x06U, 0x41U, 0x42U, 0x43U, 0x46U, 0x47U})
    EXPECT_EQ(with(varbind("1.3.6", element(tag, ""))), DecodeStatus::malformed) << tag;
}

TEST(Snmp, any_prefix_of_a_trap_is_malformed) {
  SnmpMessage message;
  const std::string good =
      v2c("public",
          pdu(0xa6, 1,
              notification("1.3.6.1.6.3.1.1.5.3", varbind("1.3.6.1.2.1.2.2.1.1.3", number(3)))));
  for (std::size_t size = 0; size < good.size(); ++size) {
    const std::string cut = good.substr(0, size);
    EXPECT_EQ(decode(cut, message), DecodeStatus::malformed) << size;
  }
}

TEST(Snmp, reads_the_header_of_v3) {
  trap_support::Sender sender;
  sender.user =
      trap_support::user({.name = "noc", .auth = "SHA", .auth_password = "correct horse"});
  sender.boots = 9;
  sender.time = 70'000;
  sender.reportable = true;
  const std::string bytes =
      trap_support::v3(sender, trap_support::scoped_pdu(sender, pdu(0xa7, 1, ""), "vrf-A"), 77);
  SnmpMessage message;
  ASSERT_EQ(decode(bytes, message), DecodeStatus::ok);
  EXPECT_EQ(message.version, SnmpVersion::v3);
  EXPECT_EQ(message.usm.message_id, 77);
  EXPECT_EQ(text_of(message.usm.engine_id), sender.engine_id);
  EXPECT_EQ(message.usm.boots, 9U);
  EXPECT_EQ(message.usm.time, 70'000U);
  EXPECT_EQ(text_of(message.usm.user), "noc");
  EXPECT_EQ(message.usm.auth.size(), 12U);
  EXPECT_TRUE(message.usm.reportable() && message.usm.authenticated() && !message.usm.encrypted());
  ASSERT_EQ(decode_scoped_pdu(message.usm.data, message), DecodeStatus::ok);
  EXPECT_EQ(text_of(message.context_name), "vrf-A");
}

TEST(Snmp, refuses_v3_headers_that_lie) {
  const auto header = [](const std::string& flags, std::int64_t model, std::int64_t boots,
                         const std::string& user) {
    return element(
        0x30, number(3) +
                  element(0x30, number(1) + number(65507) + element(0x04, flags) + number(model)) +
                  element(0x04, element(0x30, element(0x04, "engine") + number(boots) + number(1) +
                                                  element(0x04, user) + element(0x04, "") +
                                                  element(0x04, ""))) +
                  element(0x30, ""));
  };
  SnmpMessage message;
  EXPECT_EQ(decode(header(std::string(1, '\0'), 3, 1, "u"), message), DecodeStatus::ok);
  EXPECT_EQ(decode(header("", 3, 1, "u"), message), DecodeStatus::malformed);
  EXPECT_EQ(decode(header("\x02", 3, 1, "u"), message), DecodeStatus::malformed)
      << "privacy without authentication";
  EXPECT_EQ(decode(header("\x03", 3, 1, "u"), message), DecodeStatus::malformed) << "not encrypted";
  EXPECT_EQ(decode(header(std::string(1, '\0'), 4, 1, "u"), message), DecodeStatus::unsupported);
  EXPECT_EQ(decode(header(std::string(1, '\0'), 3, -1, "u"), message), DecodeStatus::malformed);
  EXPECT_EQ(decode(header(std::string(1, '\0'), 3, 1, std::string(33, 'u')), message),
            DecodeStatus::malformed);
}

TEST(Snmp, a_response_is_the_inform_with_another_type) {
  const std::string inform =
      v2c("public", pdu(0xa6, 123456, notification("1.3.6.1.6.3.1.1.5.1", "")));
  SnmpMessage message;
  ASSERT_EQ(decode(inform, message), DecodeStatus::ok);
  BerWriter writer(65507);
  EXPECT_EQ(text_of(encode_response(message, writer)),
            v2c("public", pdu(0xa2, 123456, notification("1.3.6.1.6.3.1.1.5.1", ""))));
}

}  // namespace
}  // namespace netlogd::wire
