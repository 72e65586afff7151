#include "tls_client.hpp"

#include <openssl/err.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>

namespace netlogd::gen {
namespace {

Error tls_error(const std::string& what) {
  char text[256] = "";
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  return Error{Errc::io, what + ": " + text};
}

}  // namespace

Result<TlsClient> TlsClient::connect(int fd) {
  const std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_client_method()));
  if (!context) return tls_error("TLS");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  TlsClient client;
  client.session_.reset(SSL_new(context.get()));
  if (!client.session_ || SSL_set_fd(client.session_.get(), fd) != 1) return tls_error("TLS");
  ERR_clear_error();
  if (SSL_connect(client.session_.get()) != 1) return tls_error("TLS handshake");
  return client;
}

ssize_t TlsClient::send(const char* data, std::size_t size) noexcept {
  ERR_clear_error();
  const int most = static_cast<int>(std::min<std::size_t>(size, INT_MAX));
  const int taken = SSL_write(session_.get(), data, most);
  if (taken > 0) return taken;
  const int error = SSL_get_error(session_.get(), taken);
  errno = error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_WANT_READ ? EAGAIN : EPIPE;
  return -1;
}

void TlsClient::finish_writing() noexcept {
  constexpr int patience_ms = 5000;
  for (;;) {
    ERR_clear_error();
    const int done = SSL_shutdown(session_.get());
    if (done >= 0 || SSL_get_error(session_.get(), done) != SSL_ERROR_WANT_WRITE) return;
    pollfd wait{.fd = SSL_get_fd(session_.get()), .events = POLLOUT, .revents = 0};
    if (::poll(&wait, 1, patience_ms) <= 0) return;
  }
}

}  // namespace netlogd::gen
