#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <csignal>
#include <cstdio>
#include <filesystem>

#include "loop_fixture.hpp"

namespace netlogd::listen {
namespace {

// A self-signed certificate and its key in files of the test's own folder.
class Identity {
 public:
  Identity(const std::filesystem::path& folder, const std::string& name)
      : certificate((folder / (name + ".pem")).string()), key((folder / (name + ".key")).string()) {
    EVP_PKEY* const pair = EVP_EC_gen("P-256");
    X509* const x509 = X509_new();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -60);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, pair);
    X509_NAME* const subject = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(x509, subject);
    X509_EXTENSION* const alternative =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + name).c_str());
    X509_add_ext(x509, alternative, -1);
    X509_EXTENSION_free(alternative);
    X509_sign(x509, pair, EVP_sha256());
    std::FILE* file = std::fopen(certificate.c_str(), "w");
    PEM_write_X509(file, x509);
    std::fclose(file);
    file = std::fopen(key.c_str(), "w");
    PEM_write_PrivateKey(file, pair, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(x509);
    EVP_PKEY_free(pair);
  }
  const std::string certificate;
  const std::string key;
};

class TlsListener : public LoopFixture {
 protected:
  TlsListener()
      : folder(std::filesystem::temp_directory_path() /
               ("netlogd-tls-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder);
    std::signal(SIGPIPE, SIG_IGN);  // as the daemon does; a refused client's write must not end us
  }
  ~TlsListener() override { std::filesystem::remove_all(folder); }

  // Sends a line through TLS; false when the server would not have it.
  bool send_line(std::string_view line, const Identity* identity) {
    const auto fd = connect(SOCK_STREAM);
    SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    if (identity != nullptr) {
      SSL_CTX_use_certificate_file(context, identity->certificate.c_str(), SSL_FILETYPE_PEM);
      SSL_CTX_use_PrivateKey_file(context, identity->key.c_str(), SSL_FILETYPE_PEM);
    }
    SSL* const ssl = SSL_new(context);
    SSL_set_fd(ssl, fd.get());
    bool sent =
        SSL_connect(ssl) == 1 && SSL_write(ssl, line.data(), static_cast<int>(line.size())) > 0;
    if (sent) SSL_shutdown(ssl);
    // With TLS 1.3 a refusal of our certificate arrives with the first read.
    char c = 0;
    sent = sent && SSL_read(ssl, &c, 1) <= 0 && SSL_get_error(ssl, -1) != SSL_ERROR_SSL;
    SSL_free(ssl);
    SSL_CTX_free(context);
    return sent;
  }

  ListenerSettings tls_settings(const Identity& server) const {
    auto listener = settings(Protocol::syslog, Transport::tls);
    listener.tls.certificate = server.certificate;
    listener.tls.key = server.key;
    return listener;
  }

  const std::filesystem::path folder;
};

TEST_F(TlsListener, takes_frames_and_survives_who_speaks_plain) {
  const Identity server(folder, "server");
  begin(tls_settings(server));
  const auto plain = connect(SOCK_STREAM);
  send(plain, "<13>plain text\n<13>and more of it\n");
  EXPECT_TRUE(send_line("<13>through tls\n", nullptr));
  const auto got = sink.wait_for(1);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].text, "<13>through tls");
}

TEST_F(TlsListener, lets_in_only_clients_with_an_allowed_name) {
  const Identity server(folder, "server");
  const Identity good(folder, "good.example");
  const Identity bad(folder, "bad.example");
  auto listener = tls_settings(server);
  // Both are trusted as issuers; the name decides.
  const std::string both = (folder / "both.pem").string();
  std::filesystem::copy_file(good.certificate, both);
  std::FILE* const append = std::fopen(both.c_str(), "a");
  std::FILE* const other = std::fopen(bad.certificate.c_str(), "r");
  for (int c = std::fgetc(other); c != EOF; c = std::fgetc(other)) std::fputc(c, append);
  std::fclose(other);
  std::fclose(append);
  listener.tls.client_ca = both;
  listener.tls.require_client = true;
  listener.tls.allowed_names = {"good.example"};
  begin(listener);
  send_line("<13>nobody\n", nullptr);
  send_line("<13>bad\n", &bad);
  send_line("<13>good\n", &good);
  const auto got = sink.wait_for(1);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].text, "<13>good");
}

TEST_F(TlsListener, says_which_file_is_at_fault) {
  const Identity server(folder, "server");
  const Identity other(folder, "other");
  loop = std::make_unique<ReceivingLoop>(
      limits, sink, [](ListenerReply&) { return false; }, log);
  auto listener = tls_settings(server);
  listener.tls.key = other.key;
  const auto wrong_key = loop->open(0, listener, counters, {});
  ASSERT_FALSE(wrong_key);
  EXPECT_NE(wrong_key.error().sentence.find("other.key"), std::string::npos);
  listener.tls.certificate = (folder / "none.pem").string();
  const auto no_file = loop->open(0, listener, counters, {});
  ASSERT_FALSE(no_file);
  EXPECT_NE(no_file.error().sentence.find("none.pem"), std::string::npos);
}

}  // namespace
}  // namespace netlogd::listen
