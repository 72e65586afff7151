#include "netlogd/wire/usm.hpp"

#include <gtest/gtest.h>

#include "support/snmp_support.hpp"

namespace netlogd::wire {
namespace {

using std::chrono::seconds;
using trap_support::notification;
using trap_support::octets;
using trap_support::pdu;
using trap_support::scoped_pdu;
using trap_support::Sender;

std::string hex(Octets bytes) {
  std::string text;
  for (const std::uint8_t octet : bytes) {
    constexpr char digits[] = "0123456789abcdef";
    text += digits[octet >> 4];
    text += digits[octet & 15];
  }
  return text;
}

// RFC 3414, A.3.
TEST(UsmCrypto, keys_are_those_of_the_rfc) {
  UsmCrypto crypto;
  const std::string engine("\0\0\0\0\0\0\0\0\0\0\0\2", 12);
  const UsmKey md5 = crypto.password_key(AuthProtocol::md5, octets("maplesyrup"));
  EXPECT_EQ(hex(md5.view()), "9faf3283884e92834ebc9847d8edd963");
  EXPECT_EQ(hex(crypto.localize(AuthProtocol::md5, md5, octets(engine)).view()),
            "526f5eed9fcce26f8964c2930787d82b");
  const UsmKey sha = crypto.password_key(AuthProtocol::sha1, octets("maplesyrup"));
  EXPECT_EQ(hex(sha.view()), "9fb5cc0381497b3793528939ff788d5d79145211");
  EXPECT_EQ(hex(crypto.localize(AuthProtocol::sha1, sha, octets(engine)).view()),
            "6695febc9288e36282235fc7151f128497b38f3f");
}

TEST(UsmCrypto, short_keys_are_lengthened_in_two_ways) {
  UsmCrypto crypto;
  const std::string engine("\0\0\0\0\0\0\0\0\0\0\0\2", 12);
  const UsmKey sha = crypto.password_key(AuthProtocol::sha1, octets("maplesyrup"));
  const auto blumenthal =
      crypto.privacy_key(AuthProtocol::sha1, PrivProtocol::aes256, sha, octets(engine));
  const auto reeder =
      crypto.privacy_key(AuthProtocol::sha1, PrivProtocol::aes256_reeder, sha, octets(engine));
  EXPECT_GE(blumenthal.size, 32U);
  EXPECT_GE(reeder.size, 32U);
  EXPECT_EQ(hex(blumenthal.view().first(20)), hex(reeder.view().first(20)));
  EXPECT_NE(hex(blumenthal.view().subspan(20, 12)), hex(reeder.view().subspan(20, 12)));
  // draft-reeder-snmpv3-usm-3desede-00, the SHA-1 example of its appendix.
  EXPECT_EQ(hex(reeder.view().first(32)),
            "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78936ba6e7d19dfd9c");
}

TEST(UsmCrypto, says_what_is_missing) {
  UsmCrypto crypto;
  UsmUser user{.name = "noc", .auth = AuthProtocol::sha512, .priv = PrivProtocol::aes256};
  EXPECT_TRUE(crypto.check(user));
  user.priv = PrivProtocol::des;
  const auto possible = crypto.check(user);
  if (!possible) {
    EXPECT_NE(possible.error().sentence.find("legacy provider"), std::string::npos);
  }
}

class Usm : public ::testing::Test {
 protected:
  static TimePoint start() { return TimePoint{seconds{1'700'000'000}}; }
  static UsmUserWords words() {
    return {.name = "noc",
            .auth = "SHA256",
            .auth_password = "correct horse",
            .priv = "AES",
            .priv_password = "battery staple"};
  }

  UsmReceiver receiver(std::vector<UsmUser> users, std::size_t max_engines = 100) {
    auto compiled = UsmUsers::compile(users);
    EXPECT_TRUE(compiled);
    UsmSettings settings;
    settings.engine_id = own_;
    settings.engine_boots = 7;
    settings.engine_started = start();
    settings.max_engines = max_engines;
    return UsmReceiver(settings, std::make_shared<const UsmUsers>(std::move(*compiled)));
  }
  static Sender sender(const UsmUserWords& as) {
    Sender made;
    made.user = trap_support::user(as);
    return made;
  }
  static std::string trap() { return pdu(0xa7, 1, notification("1.3.6.1.6.3.1.1.5.1", "")); }

  // Keeps the datagram alive, for the message points into it.
  UsmOutcome open(UsmReceiver& usm, std::string bytes, seconds after = seconds{1000}) {
    datagram_ = std::move(bytes);
    EXPECT_EQ(decode_snmp(octets(datagram_), message_), DecodeStatus::ok);
    return usm.open(message_, start() + after);
  }
  UsmVerdict verdict(UsmReceiver& usm, const Sender& from, seconds after = seconds{1000}) {
    return open(usm, v3(from), after).verdict;
  }
  static std::string v3(const Sender& from) {
    return trap_support::v3(from, scoped_pdu(from, trap()));
  }

  std::string own_ = std::string("\x80\x00\x7e\xd9\x05netlogd", 12);
  std::string datagram_;
  SnmpMessage message_;
};

TEST_F(Usm, opens_what_its_users_seal_with_every_protocol) {
  for (const char* auth : {"MD5", "SHA", "SHA224", "SHA256", "SHA384", "SHA512"})
    for (const char* priv : {"", "DES", "AES", "AES192", "AES256", "AES192C", "AES256C"}) {
      SCOPED_TRACE(std::string(auth) + " " + priv);
      const std::string password = *priv == '\0' ? "" : "battery staple";
      Sender from = sender({.name = "noc",
                            .auth = auth,
                            .auth_password = "correct horse",
                            .priv = priv,
                            .priv_password = password});
      UsmReceiver usm = receiver({from.user});
      const UsmOutcome outcome = open(usm, v3(from));
      ASSERT_EQ(outcome.verdict, UsmVerdict::accepted);
      EXPECT_EQ(decode_scoped_pdu(outcome.scoped_pdu, message_), DecodeStatus::ok);
      EXPECT_EQ(message_.varbinds.size(), 2U);
    }
}

TEST_F(Usm, refuses_strangers_forgers_and_downgrades) {
  Sender from = sender(words());
  UsmReceiver usm = receiver({from.user, {.name = "open"}});
  Sender stranger = from;
  stranger.user.name = "nobody";
  EXPECT_EQ(verdict(usm, stranger), UsmVerdict::unknown_user);
  Sender forger = from;
  forger.user.auth_password = "incorrect horse";
  EXPECT_EQ(verdict(usm, forger), UsmVerdict::wrong_digest);
  Sender downgraded = from;
  downgraded.authenticate = false;
  EXPECT_EQ(verdict(usm, downgraded), UsmVerdict::downgraded);
  Sender too_much = from;
  too_much.user.name = "open";
  EXPECT_EQ(verdict(usm, too_much), UsmVerdict::unsupported_level);
  EXPECT_EQ(read(usm.counters().engines), 0U) << "none of them is an engine that we know";
  std::string tampered = v3(from);
  tampered.back() = static_cast<char>(tampered.back() ^ 1);
  EXPECT_EQ(open(usm, tampered).verdict, UsmVerdict::wrong_digest);
  EXPECT_EQ(verdict(usm, from), UsmVerdict::accepted);
}

TEST_F(Usm, a_user_without_keys_is_taken_without) {
  Sender from = sender({.name = "open"});
  UsmReceiver usm = receiver({from.user});
  EXPECT_EQ(verdict(usm, from), UsmVerdict::accepted);
}

TEST_F(Usm, a_user_with_privacy_may_send_authenticated_in_the_clear) {
  Sender from = sender(words());
  UsmReceiver usm = receiver({from.user});
  from.encrypt = false;
  EXPECT_EQ(verdict(usm, from), UsmVerdict::accepted);
}

TEST_F(Usm, a_wrong_privacy_password_decrypts_to_nothing) {
  Sender from = sender(words());
  UsmReceiver usm = receiver({from.user});
  from.user.priv_password = "something else";
  const UsmOutcome outcome = open(usm, v3(from));
  EXPECT_EQ(outcome.verdict, UsmVerdict::accepted) << "the digest is right";
  EXPECT_EQ(decode_scoped_pdu(outcome.scoped_pdu, message_), DecodeStatus::malformed);
}

TEST_F(Usm, boots_and_time_only_grow) {
  Sender from = sender(words());
  UsmReceiver usm = receiver({from.user});
  from.boots = 5;
  from.time = 10'000;
  EXPECT_EQ(verdict(usm, from), UsmVerdict::accepted);
  from.time = 9'851;
  EXPECT_EQ(verdict(usm, from), UsmVerdict::accepted) << "149 s late is within the window";
  from.time = 9'849;
  EXPECT_EQ(verdict(usm, from), UsmVerdict::outside_window);
  from.time = 10'001;
  EXPECT_EQ(verdict(usm, from, seconds{1200}), UsmVerdict::outside_window)
      << "its clock went on for 200 s";
  from.time = 10'200;
  EXPECT_EQ(verdict(usm, from, seconds{1200}), UsmVerdict::accepted);
  from.boots = 4;
  from.time = 99'999;
  EXPECT_EQ(verdict(usm, from, seconds{1201}), UsmVerdict::outside_window);
  from.boots = 6;
  from.time = 1;
  EXPECT_EQ(verdict(usm, from, seconds{1202}), UsmVerdict::accepted) << "it started again";
  from.boots = UsmEngine::max_boots;
  EXPECT_EQ(verdict(usm, from, seconds{1203}), UsmVerdict::outside_window) << "RFC 3414, 2.2.2";
}

TEST_F(Usm, the_same_message_twice_is_a_repeat) {
  Sender from = sender(words());
  UsmReceiver usm = receiver({from.user});
  const std::string bytes = v3(from);
  EXPECT_EQ(open(usm, bytes).verdict, UsmVerdict::accepted);
  EXPECT_EQ(open(usm, bytes).verdict, UsmVerdict::repeated);
  ++from.salt;
  EXPECT_EQ(verdict(usm, from), UsmVerdict::accepted);
}

TEST_F(Usm, a_hundred_thousand_unknown_engines_cost_nothing) {
  Sender from = sender(words());
  UsmReceiver usm = receiver({from.user}, 10);
  EXPECT_EQ(verdict(usm, from), UsmVerdict::accepted);
  std::string forged = v3(from);
  const std::size_t at = forged.find(from.engine_id);
  for (int i = 0; i < 100'000; ++i) {
    for (std::size_t k = 0; k < 3; ++k) forged[at + 5 + k] = static_cast<char>(i >> (8 * k));
    EXPECT_EQ(open(usm, forged).verdict, UsmVerdict::wrong_digest);
  }
  EXPECT_EQ(read(usm.counters().engines), 1U);
  EXPECT_EQ(read(usm.counters().wrong_digests), 100'000U);
  ++from.time;
  EXPECT_EQ(verdict(usm, from), UsmVerdict::accepted);
}

TEST_F(Usm, the_engine_not_heard_of_for_longest_gives_way) {
  Sender from = sender(words());
  UsmReceiver usm = receiver({from.user}, 3);
  const auto hear = [&](char name) {
    from.engine_id[8] = name;
    ++from.time;
    EXPECT_EQ(verdict(usm, from), UsmVerdict::accepted);
  };
  for (const char name : {'a', 'b', 'c', 'a', 'd'}) hear(name);
  EXPECT_EQ(read(usm.counters().engines), 3U);
  EXPECT_EQ(read(usm.counters().engines_evicted), 1U);
  from.engine_id[8] = 'a';
  from.time -= 1'000;
  EXPECT_EQ(verdict(usm, from), UsmVerdict::outside_window)
      << "a was heard again and is still known";
  from.engine_id[8] = 'b';
  EXPECT_EQ(verdict(usm, from), UsmVerdict::accepted) << "b had to go, and with it its clock";
}

TEST_F(Usm, a_user_of_one_engine_is_nobody_under_another) {
  Sender from = sender({.name = "noc",
                        .auth = "SHA",
                        .auth_password = "correct horse",
                        .engine_id = "0x80001f8804726f75746572"});
  UsmReceiver usm = receiver({from.user});
  EXPECT_EQ(verdict(usm, from), UsmVerdict::accepted);
  from.engine_id.back() = 'x';
  EXPECT_EQ(verdict(usm, from), UsmVerdict::unknown_user);
}

TEST_F(Usm, new_users_keep_the_clocks_and_lose_the_keys) {
  Sender from = sender(words());
  UsmReceiver usm = receiver({from.user});
  EXPECT_EQ(verdict(usm, from), UsmVerdict::accepted);
  Sender changed = from;
  changed.user.auth_password = "another horse";
  auto compiled = UsmUsers::compile(std::vector<UsmUser>{changed.user});
  usm.use(std::make_shared<const UsmUsers>(std::move(*compiled)));
  ++from.time;
  EXPECT_EQ(verdict(usm, from), UsmVerdict::wrong_digest);
  changed.time = from.time - 1'000;
  EXPECT_EQ(verdict(usm, changed), UsmVerdict::outside_window);
  changed.time = from.time;
  EXPECT_EQ(verdict(usm, changed), UsmVerdict::accepted);
}

// The answers are read back by the same decoder, as the sender would.
TEST_F(Usm, tells_a_discoverer_our_engine) {
  UsmReceiver usm = receiver({});
  Sender unknown = sender({.name = "x"});
  unknown.user.name = "";
  unknown.engine_id = "";
  unknown.reportable = true;
  const std::string asked = trap_support::v3(unknown, scoped_pdu(unknown, pdu(0xa0, 1, "")), 4711);
  const UsmOutcome outcome = open(usm, asked);
  EXPECT_EQ(outcome.verdict, UsmVerdict::discovery);
  ASSERT_TRUE(outcome.report);
  const Octets answer = usm.report(message_, outcome, start() + seconds{1000});
  EXPECT_LE(answer.size(), asked.size() + 80);
  SnmpMessage told;
  ASSERT_EQ(decode_snmp(answer, told), DecodeStatus::ok);
  EXPECT_EQ(told.usm.message_id, 4711);
  EXPECT_EQ(hex(told.usm.engine_id), hex(octets(own_)));
  EXPECT_EQ(told.usm.boots, 7U);
  EXPECT_EQ(told.usm.time, 1000U);
  EXPECT_EQ(told.usm.flags, 0);
  EXPECT_EQ(decode_scoped_pdu(told.usm.data, told), DecodeStatus::not_a_trap);
  EXPECT_EQ(told.pdu, PduType::report);
  // usmStatsUnknownEngineIDs.0
  EXPECT_NE(hex(told.usm.data).find("060a2b060106030f01010400410101"), std::string::npos);
}

TEST_F(Usm, tells_nobody_who_did_not_ask) {
  UsmReceiver usm = receiver({});
  EXPECT_FALSE(open(usm, v3(sender(words()))).report) << "a trap is not reportable";
}

TEST_F(Usm, an_inform_to_us_is_synchronised_and_answered_under_the_same_keys) {
  for (const char* priv : {"AES", "DES"}) {
    UsmUserWords as = words();
    as.priv = priv;
    Sender from = sender(as);
    UsmReceiver usm = receiver({from.user});
    from.engine_id = own_;
    from.boots = from.time = 0;
    from.reportable = true;
    const std::string inform = pdu(0xa6, 99, notification("1.3.6.1.6.3.1.1.5.1", ""));
    const UsmOutcome unsynchronised = open(usm, trap_support::v3(from, scoped_pdu(from, inform)));
    EXPECT_EQ(unsynchronised.verdict, UsmVerdict::synchronising);
    SnmpMessage told;
    ASSERT_EQ(decode_snmp(usm.report(message_, unsynchronised, start() + seconds{1000}), told),
              DecodeStatus::ok);
    EXPECT_TRUE(told.usm.authenticated() && !told.usm.encrypted());

    from.boots = told.usm.boots;
    from.time = told.usm.time;
    const UsmOutcome outcome = open(usm, trap_support::v3(from, scoped_pdu(from, inform, "ctx")));
    ASSERT_EQ(outcome.verdict, UsmVerdict::accepted);
    ASSERT_EQ(decode_scoped_pdu(outcome.scoped_pdu, message_), DecodeStatus::ok);
    const Octets answer = usm.response(message_, outcome, start() + seconds{1001});
    // The sender knows the same key: a receiver of its own can open the answer.
    const std::string bytes(reinterpret_cast<const char*>(answer.data()), answer.size());
    UsmReceiver other = receiver({from.user});
    const UsmOutcome heard = open(other, bytes, seconds{1001});
    EXPECT_EQ(heard.verdict, UsmVerdict::accepted);
    EXPECT_TRUE(message_.usm.encrypted() && !message_.usm.reportable());
    EXPECT_EQ(decode_scoped_pdu(heard.scoped_pdu, message_), DecodeStatus::not_a_trap);
    EXPECT_EQ(message_.pdu, PduType::response);
    EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(message_.context_name.data()),
                               message_.context_name.size()),
              "ctx");

    from.time += 151;
    EXPECT_EQ(open(usm, trap_support::v3(from, scoped_pdu(from, inform))).verdict,
              UsmVerdict::outside_window);
  }
}

TEST_F(Usm, an_inform_under_the_senders_own_engine_is_answered_in_its_terms) {
  Sender from = sender(words());
  UsmReceiver usm = receiver({from.user});
  from.reportable = true;
  const UsmOutcome outcome = open(usm, trap_support::v3(from, scoped_pdu(from, pdu(0xa6, 5, ""))));
  ASSERT_EQ(outcome.verdict, UsmVerdict::accepted);
  EXPECT_FALSE(outcome.ours);
  ASSERT_EQ(decode_scoped_pdu(outcome.scoped_pdu, message_), DecodeStatus::ok);
  SnmpMessage told;
  ASSERT_EQ(decode_snmp(usm.response(message_, outcome, start() + seconds{1000}), told),
            DecodeStatus::ok);
  EXPECT_EQ(hex(told.usm.engine_id), hex(octets(from.engine_id)));
  EXPECT_EQ(told.usm.boots, from.boots);
  EXPECT_EQ(told.usm.time, from.time);
}

}  // namespace
}  // namespace netlogd::wire
