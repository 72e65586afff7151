// SNMP messages written by hand, for the tests, fuzz targets and benchmarks of the SNMP half: BER
// from the inside out, and v3 messages sealed as a sender would. Header only.

#pragma once

#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "netlogd/wire/snmp.hpp"
#include "netlogd/wire/usm_crypto.hpp"

namespace netlogd::trap_support {

inline wire::UsmUser user(const wire::UsmUserWords& words) {
  auto made = wire::usm_user_from_words(words);
  if (!made) throw std::runtime_error(made.error().sentence);
  return *made;
}

inline std::span<const std::uint8_t> octets(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// BER from the inside out: what is wrapped is a finished string.
inline std::string element(unsigned tag, std::string_view content) {
  std::string length;
  if (content.size() < 0x80) {
    length = std::string(1, static_cast<char>(content.size()));
  } else {
    for (std::size_t left = content.size(); left > 0; left >>= 8)
      length.insert(length.begin(), static_cast<char>(left));
    length.insert(length.begin(), static_cast<char>(0x80 | length.size()));
  }
  return std::string(1, static_cast<char>(tag)) + length + std::string(content);
}
inline std::string number(std::int64_t value, unsigned tag = 0x02) {
  wire::BerWriter writer(32);
  writer.integer(value, static_cast<std::uint8_t>(tag));
  const auto bytes = writer.bytes();
  return {bytes.begin(), bytes.end()};
}
inline std::string oid(std::string_view text) {
  wire::Oid parsed;
  if (!parsed.parse(text)) throw std::runtime_error("no oid: " + std::string(text));
  wire::BerWriter writer(1024);
  writer.oid(parsed.arcs());
  const auto bytes = writer.bytes();
  return {bytes.begin(), bytes.end()};
}
inline std::string varbind(std::string_view name, std::string_view value) {
  return element(0x30, oid(name) + std::string(value));
}
inline std::string pdu(unsigned tag, std::int64_t request_id, std::string_view varbinds) {
  return element(tag, number(request_id) + number(0) + number(0) + element(0x30, varbinds));
}
inline std::string notification(std::string_view trap_oid, std::string_view varbinds,
                                std::int64_t ticks = 100) {
  return varbind("1.3.6.1.2.1.1.3.0", number(ticks, 0x43)) +
         varbind("1.3.6.1.6.3.1.1.4.1.0", oid(trap_oid)) + std::string(varbinds);
}
inline std::string v2c(std::string_view community, std::string_view pdu) {
  return element(0x30, number(1) + element(0x04, community) + std::string(pdu));
}
inline std::string v1(std::string_view enterprise, std::string_view agent, std::int64_t generic,
                      std::int64_t specific, std::string_view varbinds) {
  return element(
      0x30, number(0) + element(0x04, "public") +
                element(0xa4, oid(enterprise) + element(0x40, agent) + number(generic) +
                                  number(specific) + number(100, 0x43) + element(0x30, varbinds)));
}

// What a v3 sender knows.
struct Sender {
  wire::UsmUser user;
  std::string engine_id = std::string("\x80\x00\x1f\x88\x04router", 11);
  std::uint32_t boots = 3;
  std::uint32_t time = 5000;
  bool reportable = false;
  bool authenticate = true;  // where the user has keys
  bool encrypt = true;
  std::uint64_t salt = 1;
};

inline std::string scoped_pdu(const Sender& sender, std::string_view pdu,
                              std::string_view context = "") {
  return element(0x30, element(0x04, sender.engine_id) + element(0x04, context) + std::string(pdu));
}

// Hashing a password takes a millisecond: once for each.
inline const wire::UsmKey& password_key(wire::UsmCrypto& crypto, wire::AuthProtocol auth,
                                        const std::string& password) {
  static std::map<std::pair<wire::AuthProtocol, std::string>, wire::UsmKey> known;
  const auto [at, fresh] = known.try_emplace({auth, password});
  if (fresh) at->second = crypto.password_key(auth, octets(password));
  return at->second;
}

// The whole v3 message around a scoped PDU (any octets), encrypted and signed as RFC 3414 says.
inline std::string v3(const Sender& sender, std::string_view scoped, std::int64_t message_id = 42) {
  static wire::UsmCrypto crypto;
  const wire::UsmUser& user = sender.user;
  const bool auth = sender.authenticate && user.auth != wire::AuthProtocol::none;
  const bool priv = auth && sender.encrypt && user.priv != wire::PrivProtocol::none;
  const auto engine = octets(sender.engine_id);
  std::string salt;
  std::string data(scoped);
  if (priv) {
    for (int shift = 56; shift >= 0; shift -= 8) salt += static_cast<char>(sender.salt >> shift);
    if (user.priv == wire::PrivProtocol::des) data.resize((data.size() + 7) / 8 * 8);
    const auto key = crypto.privacy_key(
        user.auth, user.priv, password_key(crypto, user.auth, user.priv_password), engine);
    std::vector<std::uint8_t> sealed(data.size());
    if (!crypto.encrypt(user.priv, key, sender.boots, sender.time, octets(salt), octets(data),
                        sealed))
      throw std::runtime_error("cannot encrypt");
    data = element(0x04, {reinterpret_cast<const char*>(sealed.data()), sealed.size()});
  }
  const std::size_t mac_size = auth ? wire::mac_octets(user.auth) : 0;
  const char flags =
      static_cast<char>((auth ? 1 : 0) | (priv ? 2 : 0) | (sender.reportable ? 4 : 0));
  const std::string mark(mac_size, '\x5a');
  std::string message = element(
      0x30, number(3) +
                element(0x30, number(message_id) + number(65507) + element(0x04, {&flags, 1}) +
                                  number(3)) +
                element(0x04, element(0x30, element(0x04, sender.engine_id) + number(sender.boots) +
                                                number(sender.time) + element(0x04, user.name) +
                                                element(0x04, mark) + element(0x04, salt))) +
                data);
  if (!auth) return message;
  const std::size_t at = message.find(element(0x04, mark)) + element(0x04, mark).size() - mac_size;
  const auto key =
      crypto.localize(user.auth, password_key(crypto, user.auth, user.auth_password), engine);
  if (!crypto.sign(user.auth, key, octets(message), at,
                   reinterpret_cast<std::uint8_t*>(message.data()) + at))
    throw std::runtime_error("cannot sign");
  return message;
}

}  // namespace netlogd::trap_support
