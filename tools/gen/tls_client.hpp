// TLS for a connected socket of the generator (RFC 5425): whatever certificate the collector shows
// is taken, since it is the collector that is being tried.

#pragma once

#include <openssl/ssl.h>
#include <sys/types.h>

#include <cstddef>
#include <memory>

#include "netlogd/core/result.hpp"

namespace netlogd::gen {

class TlsClient {
 public:
  // The handshake, on a socket that blocks and outlives the object.
  [[nodiscard]] static Result<TlsClient> connect(int fd);

  // As send(2) on a socket that does not block: -1 with EAGAIN when nothing can be taken now; the
  // same bytes must be given again then.
  [[nodiscard]] ssize_t send(const char* data, std::size_t size) noexcept;
  // Says that nothing follows (close_notify); waits while the socket takes nothing, five seconds.
  void finish_writing() noexcept;

 private:
  struct Free {
    void operator()(SSL* session) const noexcept { SSL_free(session); }
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  };
  std::unique_ptr<SSL, Free> session_;
};

}  // namespace netlogd::gen
