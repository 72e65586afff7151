#include "tls.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <string_view>

namespace netlogd::listen {
namespace {

std::string openssl_sentence() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "no further reason";
  char text[256];
  ERR_error_string_n(code, text, sizeof text);
  return text;
}

Error openssl_error(const std::string& object) {
  return {Errc::invalid, object + ": " + openssl_sentence()};
}

// "SHA-256:AB:cd…" and its relatives as bare small letters.
std::string plain_fingerprint(std::string_view text) {
  const auto colon = text.find(':');
  if (colon != std::string_view::npos && colon > 2) text.remove_prefix(colon + 1);
  std::string digits;
  for (const char c : text)
    if (c != ':') digits += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return digits;
}

struct FreeCertificate {
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
using Certificate = std::unique_ptr<X509, FreeCertificate>;

std::string fingerprint_of(X509* certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (X509_digest(certificate, EVP_sha256(), digest, &length) != 1) return {};
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < length; ++i) {
    text += digits[digest[i] >> 4];
    text += digits[digest[i] & 15];
  }
  return text;
}

bool is_listed(const TlsSettings& settings, const std::string& fingerprint) {
  return std::any_of(
      settings.allowed_fingerprints.begin(), settings.allowed_fingerprints.end(),
      [&](const std::string& allowed) { return plain_fingerprint(allowed) == fingerprint; });
}

// A certificate that is listed by its fingerprint needs nobody else's word; any other needs the
// chain. `settings` outlives every handshake: the session holds the context.
int verify_client(X509_STORE_CTX* store, void* settings) {
  X509* const leaf = X509_STORE_CTX_get0_cert(store);
  if (leaf != nullptr &&
      is_listed(*static_cast<const TlsSettings*>(settings), fingerprint_of(leaf))) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  return X509_verify_cert(store);
}

// X509_check_host compares whole names with their length, so a NUL inside one never cuts it short.
bool has_name(X509* certificate, const std::string& name) {
  return X509_check_host(certificate, name.data(), name.size(), 0, nullptr) == 1;
}

class TlsStream final : public ByteStream {
 public:
  TlsStream(UniqueFd fd, SSL* ssl, const TlsSettings& settings)
      : fd_(std::move(fd)), ssl_(ssl), settings_(settings) {}

  // Says goodbye, so that the client knows nothing was cut off.
  ~TlsStream() override {
    if (SSL_is_init_finished(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }

  int fd() const noexcept override { return fd_.get(); }

  ReadAnswer handshake() override {
    ERR_clear_error();
    const int answer = SSL_accept(ssl_.get());
    if (answer == 1) return check_client();
    return explain(answer, "handshake");
  }

  ReadAnswer read(std::span<std::uint8_t> into) override {
    std::size_t length = 0;
    ERR_clear_error();
    const int answer = SSL_read_ex(ssl_.get(), into.data(), into.size(), &length);
    if (answer == 1) return {.kind = ReadAnswer::Kind::data, .length = length};
    return explain(answer, "read");
  }

 private:
  struct Free {
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
  };

  ReadAnswer explain(int answer, const char* during) {
    switch (SSL_get_error(ssl_.get(), answer)) {
      case SSL_ERROR_WANT_READ:
        return {.kind = ReadAnswer::Kind::wait_read};
      case SSL_ERROR_WANT_WRITE:
        return {.kind = ReadAnswer::Kind::wait_write};
      case SSL_ERROR_ZERO_RETURN:
        return {.kind = ReadAnswer::Kind::closed};
      default:
        return {.kind = ReadAnswer::Kind::failed,
                .why = std::string("tls ") + during + ": " + openssl_sentence()};
    }
  }

  ReadAnswer check_client() {
    if (settings_.allowed_names.empty() && settings_.allowed_fingerprints.empty())
      return {.kind = ReadAnswer::Kind::data};
    const Certificate certificate(SSL_get1_peer_certificate(ssl_.get()));
    if (certificate == nullptr)
      return {.kind = ReadAnswer::Kind::failed, .why = "tls client: no certificate"};
    const std::string fingerprint = fingerprint_of(certificate.get());
    if (is_listed(settings_, fingerprint)) return {.kind = ReadAnswer::Kind::data};
    for (const auto& allowed : settings_.allowed_names)
      if (has_name(certificate.get(), allowed)) return {.kind = ReadAnswer::Kind::data};
    return {.kind = ReadAnswer::Kind::failed,
            .why = "tls client: its certificate (sha-256 " + fingerprint + ") is not allowed"};
  }

  UniqueFd fd_;
  std::unique_ptr<SSL, Free> ssl_;
  const TlsSettings settings_;
};

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::make(const TlsSettings& settings) {
  std::shared_ptr<TlsContext> context(new TlsContext(settings));
  if (auto loaded = context->load(); !loaded) return loaded.error();
  return std::shared_ptr<const TlsContext>(std::move(context));
}

Result<void> TlsContext::load() {
  ERR_clear_error();
  context_.reset(SSL_CTX_new(TLS_server_method()));
  if (context_ == nullptr) return openssl_error("tls");
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context_.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                          SSL_OP_NO_COMPRESSION);
  // An idle session holds no buffers; senders hold their sessions for weeks.
  SSL_CTX_set_mode(context_.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
  constexpr unsigned char id[] = "netlogd";
  SSL_CTX_set_session_id_context(context_.get(), id, sizeof id - 1);
  if (SSL_CTX_use_certificate_chain_file(context_.get(), settings_.certificate.c_str()) != 1)
    return openssl_error(settings_.certificate);
  if (SSL_CTX_use_PrivateKey_file(context_.get(), settings_.key.c_str(), SSL_FILETYPE_PEM) != 1)
    return openssl_error(settings_.key);
  if (SSL_CTX_check_private_key(context_.get()) != 1)
    return openssl_error(settings_.key + ": not the key of the certificate");
  return load_clients();
}

Result<void> TlsContext::load_clients() {
  const bool named = !settings_.allowed_names.empty() || !settings_.allowed_fingerprints.empty();
  if (settings_.client_ca.empty()) {
    if (!named && !settings_.require_client) return {};
    // A fingerprint alone may vouch for a client (RFC 5425, 4.2.2), so its chain is not looked at.
    if (settings_.require_client && settings_.allowed_fingerprints.empty())
      return Error{Errc::invalid, "tls.require_client: needs client_ca or allowed_fingerprints"};
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                       [](int, X509_STORE_CTX*) { return 1; });
    return {};
  }
  if (SSL_CTX_load_verify_locations(context_.get(), settings_.client_ca.c_str(), nullptr) != 1)
    return openssl_error(settings_.client_ca);
  SSL_CTX_set_client_CA_list(context_.get(), SSL_load_client_CA_file(settings_.client_ca.c_str()));
  SSL_CTX_set_verify(
      context_.get(),
      SSL_VERIFY_PEER | (settings_.require_client || named ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
      nullptr);
  if (!settings_.allowed_fingerprints.empty())
    SSL_CTX_set_cert_verify_callback(context_.get(), verify_client, &settings_);
  if (settings_.crl.empty()) return {};
  X509_STORE* const store = SSL_CTX_get_cert_store(context_.get());
  X509_LOOKUP* const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
  if (lookup == nullptr || X509_load_crl_file(lookup, settings_.crl.c_str(), X509_FILETYPE_PEM) < 1)
    return openssl_error(settings_.crl);
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
  return {};
}

std::unique_ptr<ByteStream> TlsContext::accept(UniqueFd fd) const {
  SSL* const ssl = SSL_new(context_.get());
  if (ssl == nullptr) return nullptr;
  SSL_set_fd(ssl, fd.get());
  return std::make_unique<TlsStream>(std::move(fd), ssl, settings_);
}

}  // namespace netlogd::listen
