#include "netlogd/wire/usm_crypto.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <algorithm>
#include <cassert>
#include <cstring>

namespace netlogd::wire {
namespace {

constexpr std::size_t password_octets = 1 << 20;  // RFC 3414, A.2
constexpr std::size_t salt_octets = 8;

constexpr std::size_t auth_count = 7;
constexpr std::size_t priv_count = 7;
constexpr std::array<const char*, auth_count> digest_names = {
    nullptr, "MD5", "SHA1", "SHA2-224", "SHA2-256", "SHA2-384", "SHA2-512"};
constexpr std::array<std::size_t, auth_count> mac_sizes = {0, 12, 12, 16, 24, 32, 48};
constexpr std::array<const char*, priv_count> cipher_names = {
    nullptr, "DES-CBC", "AES-128-CFB", "AES-192-CFB", "AES-256-CFB", "AES-192-CFB", "AES-256-CFB"};
// DES takes eight octets of key and eight of pre-IV.
constexpr std::array<std::size_t, priv_count> key_sizes = {0, 16, 16, 24, 32, 24, 32};

constexpr std::size_t at(AuthProtocol auth) noexcept { return static_cast<std::size_t>(auth); }
constexpr std::size_t at(PrivProtocol priv) noexcept { return static_cast<std::size_t>(priv); }

template <auto release>
struct Release {
  template <typename T>
  void operator()(T* handle) const noexcept {
    release(handle);
  }
};
using LibraryContext = std::unique_ptr<OSSL_LIB_CTX, Release<OSSL_LIB_CTX_free>>;
using Provider = std::unique_ptr<OSSL_PROVIDER, Release<OSSL_PROVIDER_unload>>;
using Digest = std::unique_ptr<EVP_MD, Release<EVP_MD_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER, Release<EVP_CIPHER_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Release<EVP_CIPHER_CTX_free>>;
using Mac = std::unique_ptr<EVP_MAC, Release<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Release<EVP_MAC_CTX_free>>;

}  // namespace

struct UsmCrypto::Library {
  // Declared in this order: what is fetched goes before the providers, these before the context.
  LibraryContext context{OSSL_LIB_CTX_new()};
  Provider base;
  Provider legacy;
  std::array<Digest, auth_count> digests;
  std::array<MacContext, auth_count> macs;
  std::array<Cipher, priv_count> ciphers;
  DigestContext digest_context{EVP_MD_CTX_new()};
  CipherContext cipher_context{EVP_CIPHER_CTX_new()};

  Library() {
    base.reset(OSSL_PROVIDER_load(context.get(), "default"));
    legacy.reset(OSSL_PROVIDER_load(context.get(), "legacy"));
    const Mac hmac(EVP_MAC_fetch(context.get(), "HMAC", nullptr));
    for (std::size_t i = 1; i < auth_count; ++i) {
      digests[i].reset(EVP_MD_fetch(context.get(), digest_names[i], nullptr));
      if (digests[i] && hmac) macs[i] = mac_context(hmac.get(), digest_names[i]);
    }
    for (std::size_t i = 1; i < priv_count; ++i)
      ciphers[i].reset(EVP_CIPHER_fetch(context.get(), cipher_names[i], nullptr));
  }

  static MacContext mac_context(EVP_MAC* hmac, const char* digest_name) {
    MacContext mac(EVP_MAC_CTX_new(hmac));
    std::string name = digest_name;
    const std::array<OSSL_PARAM, 2> parameters = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
        OSSL_PARAM_construct_end()};
    if (!mac || EVP_MAC_CTX_set_params(mac.get(), parameters.data()) != 1) return nullptr;
    return mac;
  }

  // The digest of up to three pieces, one after the other.
  bool digest(AuthProtocol auth, std::array<Octets, 3> pieces, UsmKey& out) {
    unsigned size = 0;
    EVP_MD_CTX* const md = digest_context.get();
    if (!digests[at(auth)] || EVP_DigestInit_ex2(md, digests[at(auth)].get(), nullptr) != 1)
      return false;
    for (const Octets piece : pieces)
      if (EVP_DigestUpdate(md, piece.data(), piece.size()) != 1) return false;
    if (EVP_DigestFinal_ex(md, out.octets.data(), &size) != 1) return false;
    out.size = size;
    return true;
  }

  bool crypt(PrivProtocol priv, const UsmKey& key, const std::uint8_t* iv, Octets in,
             std::span<std::uint8_t> out, int encrypting) {
    EVP_CIPHER* const cipher = ciphers[at(priv)].get();
    EVP_CIPHER_CTX* const context_ = cipher_context.get();
    if (cipher == nullptr || key.size < key_sizes[at(priv)] || in.size() > (1U << 30)) return false;
    int written = 0;
    int last = 0;
    if (EVP_CipherInit_ex2(context_, cipher, key.octets.data(), iv, encrypting, nullptr) != 1 ||
        EVP_CIPHER_CTX_set_padding(context_, 0) != 1 ||
        EVP_CipherUpdate(context_, out.data(), &written, in.data(), static_cast<int>(in.size())) !=
            1 ||
        EVP_CipherFinal_ex(context_, out.data() + written, &last) != 1)
      return false;
    return static_cast<std::size_t>(written + last) == in.size();
  }
};

std::size_t mac_octets(AuthProtocol auth) noexcept { return mac_sizes[at(auth)]; }

UsmCrypto::UsmCrypto() : library_(std::make_unique<Library>()) {}
UsmCrypto::~UsmCrypto() = default;
UsmCrypto::UsmCrypto(UsmCrypto&&) noexcept = default;
UsmCrypto& UsmCrypto::operator=(UsmCrypto&&) noexcept = default;

Result<void> UsmCrypto::check(const UsmUser& user) const {
  const auto missing = [&user](std::string_view what) {
    return Error{Errc::unsupported, "user " + user.name + ": " + std::string(what)};
  };
  if (user.auth != AuthProtocol::none && !library_->macs[at(user.auth)])
    return missing(std::string("OpenSSL here has no ") + digest_names[at(user.auth)]);
  if (user.priv == PrivProtocol::none || library_->ciphers[at(user.priv)]) return {};
  if (user.priv == PrivProtocol::des && !library_->legacy)
    return missing(
        "DES needs OpenSSL's legacy provider (legacy.so in ossl-modules), which cannot be "
        "loaded; install it or use AES");
  return missing(std::string("OpenSSL here has no ") + cipher_names[at(user.priv)]);
}

UsmKey UsmCrypto::password_key(AuthProtocol auth, Octets password) {
  UsmKey key;
  EVP_MD_CTX* const md = library_->digest_context.get();
  if (password.empty() || !library_->digests[at(auth)] ||
      EVP_DigestInit_ex2(md, library_->digests[at(auth)].get(), nullptr) != 1)
    return key;
  // A mebibyte of the password repeated, in pieces that begin at its front.
  std::string chunk;
  while (chunk.size() < 4096)
    chunk.append(reinterpret_cast<const char*>(password.data()), password.size());
  for (std::size_t left = password_octets; left > 0;) {
    const std::size_t size = std::min(left, chunk.size());
    if (EVP_DigestUpdate(md, chunk.data(), size) != 1) return key;
    left -= size;
  }
  unsigned size = 0;
  if (EVP_DigestFinal_ex(md, key.octets.data(), &size) == 1) key.size = size;
  OPENSSL_cleanse(chunk.data(), chunk.size());
  return key;
}

UsmKey UsmCrypto::localize(AuthProtocol auth, const UsmKey& key, Octets engine_id) {
  UsmKey local;
  if (key.size == 0 || !library_->digest(auth, {key.view(), engine_id, key.view()}, local))
    return UsmKey{};
  return local;
}

UsmKey UsmCrypto::privacy_key(AuthProtocol auth, PrivProtocol priv, const UsmKey& password_key_,
                              Octets engine_id) {
  UsmKey key = localize(auth, password_key_, engine_id);
  const std::size_t wanted = key_sizes[at(priv)];
  const bool reeder = priv == PrivProtocol::aes192_reeder || priv == PrivProtocol::aes256_reeder;
  UsmKey last = key;
  while (key.size > 0 && key.size < wanted) {
    UsmKey more;
    if (reeder) {
      // The key so far is the password of the next one.
      more = localize(auth, password_key(auth, last.view()), engine_id);
    } else if (!library_->digest(auth, {key.view(), Octets{}, Octets{}}, more)) {
      return UsmKey{};
    }
    if (more.size == 0) return more;
    const std::size_t taken = std::min(more.size, key.octets.size() - key.size);
    std::memcpy(key.octets.data() + key.size, more.octets.data(), taken);
    key.size += taken;
    last = more;
  }
  return key;
}

bool UsmCrypto::sign(AuthProtocol auth, const UsmKey& key, Octets message, std::size_t mac_at,
                     std::uint8_t* mac) {
  static constexpr std::array<std::uint8_t, 48> zeros{};
  const std::size_t octets = mac_octets(auth);
  EVP_MAC_CTX* const context = library_->macs[at(auth)].get();
  assert(mac_at + octets <= message.size());
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  std::size_t size = 0;
  const Octets behind = message.subspan(mac_at + octets);
  if (context == nullptr || key.size == 0 ||
      EVP_MAC_init(context, key.octets.data(), key.size, nullptr) != 1 ||
      EVP_MAC_update(context, message.data(), mac_at) != 1 ||
      EVP_MAC_update(context, zeros.data(), octets) != 1 ||
      EVP_MAC_update(context, behind.data(), behind.size()) != 1 ||
      EVP_MAC_final(context, digest.data(), &size, digest.size()) != 1 || size < octets)
    return false;
  std::memcpy(mac, digest.data(), octets);
  return true;
}

bool UsmCrypto::verify(AuthProtocol auth, const UsmKey& key, Octets message, std::size_t mac_at) {
  std::array<std::uint8_t, 48> mac{};
  return sign(auth, key, message, mac_at, mac.data()) &&
         CRYPTO_memcmp(mac.data(), message.data() + mac_at, mac_octets(auth)) == 0;
}

namespace {

// RFC 3414, 8.1.1.1 (DES: the pre-IV of the key, combined with the salt) and RFC 3826, 3.1.2.1.
bool initial_vector(PrivProtocol priv, const UsmKey& key, std::uint32_t boots, std::uint32_t time,
                    Octets salt, std::array<std::uint8_t, 16>& iv) {
  if (salt.size() != salt_octets || key.size < 16) return false;
  if (priv == PrivProtocol::des) {
    for (std::size_t i = 0; i < salt_octets; ++i) iv[i] = key.octets[8 + i] ^ salt[i];
    return true;
  }
  for (std::size_t i = 0; i < 4; ++i) {
    iv[i] = static_cast<std::uint8_t>(boots >> (24 - 8 * i));
    iv[4 + i] = static_cast<std::uint8_t>(time >> (24 - 8 * i));
  }
  std::copy(salt.begin(), salt.end(), iv.begin() + 8);
  return true;
}

}  // namespace

bool UsmCrypto::decrypt(PrivProtocol priv, const UsmKey& key, std::uint32_t boots,
                        std::uint32_t time, Octets salt, Octets in, std::span<std::uint8_t> out) {
  std::array<std::uint8_t, 16> iv{};
  return !in.empty() && out.size() == in.size() &&
         initial_vector(priv, key, boots, time, salt, iv) &&
         library_->crypt(priv, key, iv.data(), in, out, 0);
}

bool UsmCrypto::encrypt(PrivProtocol priv, const UsmKey& key, std::uint32_t boots,
                        std::uint32_t time, Octets salt, Octets in, std::span<std::uint8_t> out) {
  std::array<std::uint8_t, 16> iv{};
  return !in.empty() && out.size() == in.size() &&
         initial_vector(priv, key, boots, time, salt, iv) &&
         library_->crypt(priv, key, iv.data(), in, out, 1);
}

}  // namespace netlogd::wire
