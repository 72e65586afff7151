#include "netlogd/wire/snmp_access.hpp"

#include <algorithm>
#include <array>

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::wire {
namespace {

constexpr std::size_t min_password = 8;   // RFC 3414, 11.2
constexpr std::size_t max_name = 32;      // SnmpAdminString of usmUserName
constexpr std::size_t min_engine_id = 5;  // SnmpEngineID, RFC 3411
constexpr std::size_t max_engine_id = 32;

template <typename Protocol>
struct Word {
  std::string_view word;
  Protocol protocol;
};

constexpr std::array<Word<AuthProtocol>, 8> auth_words = {{{"MD5", AuthProtocol::md5},
                                                           {"SHA", AuthProtocol::sha1},
                                                           {"SHA1", AuthProtocol::sha1},
                                                           {"SHA224", AuthProtocol::sha224},
                                                           {"SHA256", AuthProtocol::sha256},
                                                           {"SHA384", AuthProtocol::sha384},
                                                           {"SHA512", AuthProtocol::sha512},
                                                           {"NONE", AuthProtocol::none}}};
constexpr std::array<Word<PrivProtocol>, 8> priv_words = {{{"DES", PrivProtocol::des},
                                                           {"AES", PrivProtocol::aes128},
                                                           {"AES128", PrivProtocol::aes128},
                                                           {"AES192", PrivProtocol::aes192},
                                                           {"AES256", PrivProtocol::aes256},
                                                           {"AES192C", PrivProtocol::aes192_reeder},
                                                           {"AES256C", PrivProtocol::aes256_reeder},
                                                           {"NONE", PrivProtocol::none}}};

// "sha-256" is the same word as "SHA256".
bool same_word(std::string_view written, std::string_view word) noexcept {
  std::size_t at = 0;
  for (const char c : written) {
    if (c == '-' || c == '_') continue;
    if (at == word.size() || to_lower(c) != to_lower(word[at])) return false;
    ++at;
  }
  return at == word.size();
}

template <typename Protocol, std::size_t n>
std::optional<Protocol> find(const std::array<Word<Protocol>, n>& words, std::string_view written) {
  for (const auto& entry : words)
    if (same_word(written, entry.word)) return entry.protocol;
  return std::nullopt;
}

std::optional<std::string> octets_of_hex(std::string_view hex) {
  if (hex.size() % 2 != 0 || !std::all_of(hex.begin(), hex.end(), is_hex)) return std::nullopt;
  const auto digit = [](char c) { return is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10; };
  std::string octets;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    octets += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
  return octets;
}

std::string_view without_0x(std::string_view text) {
  return text.starts_with("0x") || text.starts_with("0X") ? text.substr(2) : text;
}

Error refuse(std::string_view name, std::string_view what) {
  std::string sentence = "user ";
  sentence += name;
  sentence += ": ";
  sentence += what;
  return {Errc::invalid, std::move(sentence)};
}

}  // namespace

Result<UsmUser> usm_user_from_words(const UsmUserWords& words) {
  UsmUser user;
  user.name = words.name;
  if (user.name.empty()) return Error{Errc::invalid, "a user needs a name"};
  if (user.name.size() > max_name) return refuse(user.name, "the name is longer than 32 octets");
  if (!words.auth.empty()) {
    const auto auth = find(auth_words, words.auth);
    if (!auth) return refuse(user.name, "auth is none of MD5 SHA SHA224 SHA256 SHA384 SHA512");
    user.auth = *auth;
  }
  if (!words.priv.empty()) {
    const auto priv = find(priv_words, words.priv);
    if (!priv) return refuse(user.name, "priv is none of DES AES AES192 AES256 AES192C AES256C");
    user.priv = *priv;
  }
  if (user.auth == AuthProtocol::none && user.priv != PrivProtocol::none)
    return refuse(user.name, "priv needs auth");
  if (user.auth == AuthProtocol::none && !words.auth_password.empty())
    return refuse(user.name, "auth_password is given but auth is not");
  if (user.priv == PrivProtocol::none && !words.priv_password.empty())
    return refuse(user.name, "priv_password is given but priv is not");
  if (user.auth != AuthProtocol::none && words.auth_password.size() < min_password)
    return refuse(user.name, "auth_password has fewer than 8 characters");
  if (user.priv != PrivProtocol::none && words.priv_password.size() < min_password)
    return refuse(user.name, "priv_password has fewer than 8 characters");
  user.auth_password = words.auth_password;
  user.priv_password = words.priv_password;
  if (!words.engine_id.empty() && !same_word(words.engine_id, "any")) {
    auto octets = octets_of_hex(without_0x(words.engine_id));
    if (!octets || octets->size() < min_engine_id || octets->size() > max_engine_id)
      return refuse(user.name, "engine_id is neither any nor 5 to 32 octets in hex");
    user.engine_id = std::move(*octets);
  }
  return user;
}

Result<std::string> community_from_text(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) return std::string(text);
  auto octets = octets_of_hex(text.substr(2));
  if (!octets) return Error{Errc::invalid, "a community after 0x is pairs of hex digits"};
  return std::move(*octets);
}

}  // namespace netlogd::wire
