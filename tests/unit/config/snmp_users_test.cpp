#include "netlogd/config/snmp_users.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace netlogd::config {
namespace {

std::string faults_of(const std::string& text) {
  std::string faults;
  for (const auto& fault : parse_snmp_users({"u", text}).faults) faults += fault.text() + "\n";
  return faults;
}

TEST(SnmpUsers, read_communities_as_text_as_nothing_and_as_octets) {
  const auto loaded = parse_snmp_users({"u", "communities: [public, '', 0x00ff41]\n"});
  EXPECT_TRUE(loaded.faults.empty());
  EXPECT_FALSE(loaded.access.any_community);
  EXPECT_EQ(loaded.access.communities, (std::vector<std::string>{"public", "",
                                                                 std::string("\0\xff"
                                                                             "A",
                                                                             3)}));
}

TEST(SnmpUsers, allow_every_community_until_some_are_named) {
  EXPECT_TRUE(parse_snmp_users({"u", "users: []\n"}).access.any_community);
  EXPECT_FALSE(parse_snmp_users({"u", "communities: []\n"}).access.any_community);
}

TEST(SnmpUsers, read_users_with_every_key) {
  const auto loaded = parse_snmp_users({"u", R"(
users:
  - {name: noc, auth: SHA256, auth_password: secret-1, priv: AES, priv_password: secret-2, engine_id: any}
  - {name: dc, auth: sha-512, auth_password: secret-3, priv: aes256c, priv_password: secret-4, engine_id: 0x8000000001020304}
  - {name: plain}
  - {name: half, auth: MD5, auth_password: secret-5, priv: none}
)"});
  ASSERT_TRUE(loaded.faults.empty()) << loaded.faults[0].text();
  const auto& users = loaded.access.users;
  ASSERT_EQ(users.size(), 4U);
  EXPECT_EQ(users[0], (SnmpUserSetting{"noc", SnmpAuth::sha256, "secret-1", SnmpPriv::aes,
                                       "secret-2", SnmpEngine::any, ""}));
  EXPECT_EQ(users[1],
            (SnmpUserSetting{"dc", SnmpAuth::sha512, "secret-3", SnmpPriv::aes256c, "secret-4",
                             SnmpEngine::exact, std::string("\x80\0\0\0\1\2\3\4", 8)}));
  EXPECT_EQ(users[2], (SnmpUserSetting{.name = "plain"}));
  EXPECT_EQ(users[3].auth, SnmpAuth::md5);
}

TEST(SnmpUsers, read_json_and_the_other_spellings) {
  const auto loaded = parse_snmp_users({"u", R"([
 {"user": "a", "auth": "SHA1", "authpass": "password-1", "priv": "AES128", "privpass": "password-2", "note": "x"},
 {"user": "b", "note": "y"}])"});
  ASSERT_TRUE(loaded.faults.empty()) << loaded.faults[0].text();
  EXPECT_EQ(loaded.access.users.at(0).auth, SnmpAuth::sha);
  EXPECT_EQ(loaded.access.users.at(0).priv, SnmpPriv::aes);
  EXPECT_EQ(loaded.access.users.at(0).priv_password, "password-2");
  EXPECT_EQ(loaded.access.users.at(1).name, "b");
}

TEST(SnmpUsers, allow_one_name_under_several_engines) {
  EXPECT_EQ(faults_of("users:\n- {name: a}\n- {name: a, engine_id: 8000000001}\n- {name: a, "
                      "engine_id: 8000000002}\n"),
            "");
  EXPECT_EQ(faults_of("users:\n- {name: a}\n- {name: a, engine_id: any}\n"),
            "u:3: users[1]: the user \"a\" stands twice\n");
}

TEST(SnmpUsers, say_what_is_wrong_and_never_a_secret) {
  struct Case {
    const char* text;
    const char* faults;
  };
  const Case cases[] = {
      {"users: [{auth: MD5, auth_password: topsecret}]", "u:1: users[0]: name is missing\n"},
      {"users: [{name: a, auth: MD6, auth_password: topsecret}]",
       "u:1: users[0]: auth is none of NONE, MD5, SHA, SHA224, SHA256, SHA384, SHA512\n"},
      {"users: [{name: a, auth: MD5, auth_password: topsec}]",
       "u:1: users[0]: auth_password is shorter than 8 octets\n"},
      {"users: [{name: a, auth: MD5}]", "u:1: users[0]: auth_password is missing\n"},
      {"users: [{name: a, auth_password: topsecret}]", "u:1: users[0]: auth is missing\n"},
      {"users: [{name: a, priv: AES, priv_password: topsecret}]",
       "u:1: users[0]: priv needs auth: there is no privacy without authentication\n"},
      {"users: [{name: a, auth: SHA, auth_password: topsecret, priv: 3DES, priv_password: "
       "topsecret}]",
       "u:1: users[0]: priv is none of NONE, DES, AES, AES192, AES256, AES192C, AES256C\n"},
      {"users: [{name: a, engine_id: 0x80}]",
       "u:1: users[0]: engine_id is neither \"any\" nor 5 to 32 octets in hexadecimal digits\n"},
      {"users: [{name: a, auth_pasword: topsecret}]",
       "u:1: users[0]: unknown key \"auth_pasword\", the nearest is \"auth_password\"\n"},
      {"users: [{name: [a]}]", "u:1: users[0]: name is a list, it should be a text\n"},
      {"users: [a]", "u:1: users[0]: is a value, it should be a map of keys\n"},
      {"users: {a: b}", "u:1: users: is a map of keys, it should be a list\n"},
      {"comunities: [x]", "u:1: unknown key \"comunities\", the nearest is \"communities\"\n"},
      {"communities: [0xtopsecret]",
       "u:1: communities: one begins with 0x and goes on with something else than pairs of "
       "hexadecimal digits\n"},
      {"communities: [[topsecret]]", "u:1: communities: has a list where a text should be\n"},
      {"users: [{name: a, auth: MD5, auth_password: *topsecret}]",
       "u:1: no valid YAML; a text that begins with a sign needs quotes\n"},
      {"users: [{name: a, auth: MD5, auth_password: !topsecret x}]",
       "u:1: no valid YAML; a text that begins with a sign needs quotes\n"},
      {"just text", "u:1: holds neither users nor communities\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(faults_of(c.text), c.faults) << c.text;
    EXPECT_EQ(faults_of(c.text).find("topsec"), std::string::npos);
  }
}

TEST(SnmpUsers, are_refused_when_others_may_read_them) {
  namespace fs = std::filesystem;
  std::string pattern = (fs::temp_directory_path() / "netlogd_users_XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  const std::string path = pattern + "/users.yaml";
  std::ofstream(path) << "users: [{name: a}]\n";
  struct Case {
    mode_t mode;
    std::size_t faults;
    std::size_t warnings;
  };
  for (const auto& c :
       {Case{0600, 0, 0}, Case{0400, 0, 0}, Case{0640, 0, ::geteuid() == 0 ? 0U : 1U},
        Case{0660, 1, 0}, Case{0604, 1, 0}, Case{0602, 1, 0}}) {
    ::chmod(path.c_str(), c.mode);
    const auto loaded = load_snmp_users(system_files(), path);
    EXPECT_EQ(loaded.faults.size(), c.faults) << std::oct << c.mode;
    EXPECT_EQ(loaded.warnings.size(), c.warnings) << std::oct << c.mode;
    EXPECT_EQ(loaded.access.users.size(), c.faults == 0 ? 1U : 0U) << std::oct << c.mode;
  }
  EXPECT_EQ(load_snmp_users(system_files(), pattern).faults.at(0).sentence, "is no ordinary file");
  fs::remove_all(pattern);
  EXPECT_EQ(load_snmp_users(system_files(), path).faults.at(0).sentence,
            "No such file or directory");
}

}  // namespace
}  // namespace netlogd::config
