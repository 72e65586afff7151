// TLS for syslog (RFC 5425) with OpenSSL: the server's side of the certificates, who among the
// clients may speak, and streams. Made on the loop's thread; reads the files when it is made.

#pragma once

#include <openssl/ssl.h>

#include <memory>

#include "byte_stream.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/listen/receiving_loop.hpp"

namespace netlogd::listen {

class TlsContext {
 public:
  static Result<std::shared_ptr<const TlsContext>> make(const TlsSettings& settings);

  // Takes over a connected socket.
  [[nodiscard]] std::unique_ptr<ByteStream> accept(UniqueFd fd) const;

 private:
  struct Free {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  };
  explicit TlsContext(TlsSettings settings) : settings_(std::move(settings)) {}
  [[nodiscard]] Result<void> load();
  [[nodiscard]] Result<void> load_clients();

  TlsSettings settings_;
  std::unique_ptr<SSL_CTX, Free> context_;
};

}  // namespace netlogd::listen
