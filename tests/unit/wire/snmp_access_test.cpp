#include "netlogd/wire/snmp_access.hpp"

#include <gtest/gtest.h>

#include "netlogd/wire/usm_users.hpp"

namespace netlogd::wire {
namespace {

TEST(SnmpAccess, knows_the_words_of_every_protocol) {
  const auto auth_of = [](std::string_view word) {
    return usm_user_from_words({.name = "u", .auth = word, .auth_password = "12345678"})->auth;
  };
  EXPECT_EQ(auth_of("MD5"), AuthProtocol::md5);
  EXPECT_EQ(auth_of("sha"), AuthProtocol::sha1);
  EXPECT_EQ(auth_of("SHA-224"), AuthProtocol::sha224);
  EXPECT_EQ(auth_of("SHA256"), AuthProtocol::sha256);
  EXPECT_EQ(auth_of("SHA384"), AuthProtocol::sha384);
  EXPECT_EQ(auth_of("SHA512"), AuthProtocol::sha512);
  const auto priv_of = [](std::string_view word) {
    return usm_user_from_words({.name = "u",
                                .auth = "SHA",
                                .auth_password = "12345678",
                                .priv = word,
                                .priv_password = "12345678"})
        ->priv;
  };
  EXPECT_EQ(priv_of("DES"), PrivProtocol::des);
  EXPECT_EQ(priv_of("aes"), PrivProtocol::aes128);
  EXPECT_EQ(priv_of("AES192"), PrivProtocol::aes192);
  EXPECT_EQ(priv_of("AES-256"), PrivProtocol::aes256);
  EXPECT_EQ(priv_of("AES192C"), PrivProtocol::aes192_reeder);
  EXPECT_EQ(priv_of("AES256C"), PrivProtocol::aes256_reeder);
}

TEST(SnmpAccess, refuses_users_that_cannot_be_and_never_quotes_a_password) {
  const std::vector<UsmUserWords> wrong = {
      {.name = ""},
      {.name = "u", .auth = "SHA3", .auth_password = "12345678"},
      {.name = "u", .auth = "SHA", .auth_password = "secret7"},
      {.name = "u", .auth = "SHA"},
      {.name = "u", .auth_password = "12345678"},
      {.name = "u", .priv = "AES", .priv_password = "12345678"},
      {.name = "u",
       .auth = "SHA",
       .auth_password = "12345678",
       .priv = "AES",
       .priv_password = "secret7"},
      {.name = "u",
       .auth = "SHA",
       .auth_password = "12345678",
       .priv = "BLOWFISH",
       .priv_password = "12345678"},
      {.name = "u", .engine_id = "0x8000"},
      {.name = "u", .engine_id = "not hex at all"},
      {.name = "a name that is longer than thirty-two octets"}};
  for (const UsmUserWords& words : wrong) {
    const auto user = usm_user_from_words(words);
    ASSERT_FALSE(user);
    EXPECT_EQ(user.error().sentence.find("secret"), std::string::npos);
  }
}

TEST(SnmpAccess, an_engine_id_is_any_or_octets) {
  EXPECT_EQ(usm_user_from_words({.name = "u", .engine_id = "any"})->engine_id, std::nullopt);
  EXPECT_EQ(usm_user_from_words({.name = "u"})->engine_id, std::nullopt);
  EXPECT_EQ(usm_user_from_words({.name = "u", .engine_id = "0x8000000001"})->engine_id,
            std::string("\x80\x00\x00\x00\x01", 5));
}

TEST(SnmpAccess, a_community_is_text_or_octets) {
  EXPECT_EQ(*community_from_text("public"), "public");
  EXPECT_EQ(*community_from_text(""), "");
  EXPECT_EQ(*community_from_text("0x00ff"), std::string("\x00\xff", 2));
  EXPECT_FALSE(community_from_text("0x0"));
  EXPECT_FALSE(community_from_text("0xzz"));
}

TEST(UsmUsers, one_name_may_have_a_key_for_each_engine) {
  const std::vector<UsmUser> users = {
      {.name = "noc"}, {.name = "noc", .engine_id = "engine-1"}, {.name = "aaa"}};
  const auto compiled = UsmUsers::compile(users);
  ASSERT_TRUE(compiled);
  EXPECT_EQ((*compiled)[compiled->find("noc", "engine-1")].settings.engine_id, "engine-1");
  EXPECT_EQ((*compiled)[compiled->find("noc", "engine-2")].settings.engine_id, std::nullopt);
  EXPECT_EQ(compiled->find("no", "engine-1"), UsmUsers::none);
  const std::vector<UsmUser> twice = {{.name = "noc"}, {.name = "noc"}};
  EXPECT_FALSE(UsmUsers::compile(twice));
}

}  // namespace
}  // namespace netlogd::wire
