// The file of SNMP communities and v3 users, as plain values; the app maps them to what wire needs.
//
//     communities: [public, "", 0x00ff]      # text, empty, or octets
//     users:
//       - {name: noc, auth: SHA256, auth_password: ..., priv: AES, priv_password: ..., engine_id:
//       any}
//
// A plain list of users is taken too, and the spellings user, authpass, privpass. JSON is YAML
// enough. Secrets: refused when others may read the file; no fault ever quotes a password or a
// community.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "netlogd/config/fault.hpp"
#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/named_text.hpp"

namespace netlogd::config {

// RFC 3414 (MD5, SHA), RFC 7860 (SHA-2).
enum class SnmpAuth : std::uint8_t { none, md5, sha, sha224, sha256, sha384, sha512 };
// RFC 3414 (DES), RFC 3826 (AES); AES-192/256 with the key extension of Blumenthal, or, with c, of
// Reeder.
enum class SnmpPriv : std::uint8_t { none, des, aes, aes192, aes256, aes192c, aes256c };

enum class SnmpEngine : std::uint8_t {
  usual,  // not stated: traps from any engine, informs under our own engine id
  any,    // also informs sent under a foreign engine id
  exact,  // only under `engine_id`
};

struct SnmpUserSetting {
  std::string name;
  SnmpAuth auth = SnmpAuth::none;
  std::string auth_password;  // at least 8 octets (RFC 3414, 11.2)
  SnmpPriv priv = SnmpPriv::none;
  std::string priv_password;
  SnmpEngine engine = SnmpEngine::usual;
  std::string engine_id;  // octets, 5 to 32, for SnmpEngine::exact
  bool operator==(const SnmpUserSetting&) const = default;
};

struct SnmpAccessSetting {
  bool any_community = true;             // false as soon as the file has the key `communities`
  std::vector<std::string> communities;  // octets
  std::vector<SnmpUserSetting> users;
  bool operator==(const SnmpAccessSetting&) const = default;
};

struct LoadedSnmpUsers {
  SnmpAccessSetting access;
  Faults faults;
  Faults warnings;
};

// Looks at the mode of the file too: any right for others is a fault, for the group to write too.
[[nodiscard]] LoadedSnmpUsers load_snmp_users(FileOps& files, const std::string& path);
[[nodiscard]] LoadedSnmpUsers parse_snmp_users(const NamedText& file);

}  // namespace netlogd::config
