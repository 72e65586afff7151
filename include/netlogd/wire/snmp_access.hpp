// Who may send traps: communities, source prefixes and SNMPv3 users, as plain values. Filled by
// whoever reads the users file, copied into the trap record maker. Any thread while nobody writes.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/result.hpp"

namespace netlogd::wire {

// RFC 3414 (MD5, SHA-1) and RFC 7860 (SHA-2).
enum class AuthProtocol : std::uint8_t { none, md5, sha1, sha224, sha256, sha384, sha512 };
// RFC 3414 (DES), RFC 3826 (AES-128); AES-192 and -256 lengthen the key after Blumenthal
// (draft-blumenthal-aes-usm) or after Reeder (draft-reeder-snmpv3-usm-3desede, as Cisco does).
enum class PrivProtocol : std::uint8_t {
  none,
  des,
  aes128,
  aes192,
  aes256,
  aes192_reeder,
  aes256_reeder
};

struct UsmUser {
  std::string name;
  AuthProtocol auth = AuthProtocol::none;
  std::string auth_password;
  PrivProtocol priv = PrivProtocol::none;
  std::string priv_password;
  // The octets of the one engine this user sends under. Nothing: any engine, also informs that come
  // under the sender's own engine id.
  std::optional<std::string> engine_id;
};

struct SnmpAccess {
  // True where no users file is configured: every v1/v2c community is taken.
  bool any_community = true;
  std::vector<std::string> communities;  // octets; one may be empty
  std::vector<IpPrefix> sources;         // empty: every source
  std::vector<UsmUser> users;
};

// A user as the words of a file; an empty word is one that was not stated.
struct UsmUserWords {
  std::string_view name;
  std::string_view auth;  // MD5 SHA SHA224 SHA256 SHA384 SHA512, any case, SHA-256 too
  std::string_view auth_password;
  std::string_view priv;  // DES AES AES192 AES256 AES192C AES256C
  std::string_view priv_password;
  std::string_view engine_id;  // any, or 0x… / bare hex octets
};

// Refuses unknown words, passwords under 8 characters (RFC 3414, 11.2), privacy without
// authentication, a name over 32 octets. The sentence names the user, never a password.
[[nodiscard]] Result<UsmUser> usm_user_from_words(const UsmUserWords& words);

// A community as it stands in a file: text, empty, or 0x… octets.
[[nodiscard]] Result<std::string> community_from_text(std::string_view text);

}  // namespace netlogd::wire
