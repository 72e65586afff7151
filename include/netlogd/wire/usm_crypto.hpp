// The cryptography of USM on OpenSSL 3: digests, HMAC, key localisation, DES and AES. It has an
// OpenSSL context of its own, so that neither a system-wide configuration (FIPS) nor our loading of
// the legacy provider changes anything for TLS. One object per thread; no global state, no clock.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "netlogd/core/result.hpp"
#include "netlogd/wire/ber.hpp"
#include "netlogd/wire/snmp_access.hpp"

namespace netlogd::wire {

// A key, or a digest on its way to one.
struct UsmKey {
  std::array<std::uint8_t, 64> octets{};
  std::size_t size = 0;
  [[nodiscard]] Octets view() const noexcept { return {octets.data(), size}; }
};

// The octets of msgAuthenticationParameters: 12, 16, 24, 32 or 48 (RFC 3414, 7860); 0 for none.
[[nodiscard]] std::size_t mac_octets(AuthProtocol auth) noexcept;

class UsmCrypto {
 public:
  UsmCrypto();
  ~UsmCrypto();
  UsmCrypto(UsmCrypto&&) noexcept;
  UsmCrypto& operator=(UsmCrypto&&) noexcept;

  // Whether this machine's OpenSSL can do what a user needs; the sentence says what is missing.
  [[nodiscard]] Result<void> check(const UsmUser& user) const;

  // RFC 3414, A.2: a password to Ku. About a millisecond: once per user, not per message. An empty
  // key means that the digest is not there.
  [[nodiscard]] UsmKey password_key(AuthProtocol auth, Octets password);
  // RFC 3414, 2.6: Ku to the key of one engine.
  [[nodiscard]] UsmKey localize(AuthProtocol auth, const UsmKey& key, Octets engine_id);
  // The localised privacy key, lengthened where the cipher needs more than the digest gives. After
  // Reeder this takes a millisecond.
  [[nodiscard]] UsmKey privacy_key(AuthProtocol auth, PrivProtocol priv, const UsmKey& password_key,
                                   Octets engine_id);

  // Writes the MAC of `message` as if the octets at `mac_at` were zero; mac_octets(auth) of them.
  // False: the digest is not there.
  bool sign(AuthProtocol auth, const UsmKey& key, Octets message, std::size_t mac_at,
            std::uint8_t* mac);
  // Compares in constant time.
  bool verify(AuthProtocol auth, const UsmKey& key, Octets message, std::size_t mac_at);

  // `in` and `out` have the same size; for DES a multiple of eight. False: it cannot be done.
  bool decrypt(PrivProtocol priv, const UsmKey& key, std::uint32_t boots, std::uint32_t time,
               Octets salt, Octets in, std::span<std::uint8_t> out);
  bool encrypt(PrivProtocol priv, const UsmKey& key, std::uint32_t boots, std::uint32_t time,
               Octets salt, Octets in, std::span<std::uint8_t> out);

 private:
  struct Library;
  std::unique_ptr<Library> library_;
};

}  // namespace netlogd::wire
