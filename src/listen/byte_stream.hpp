// A connected socket that gives octets: plain, or through TLS. Non-blocking; the loop waits for
// what an answer asks for and calls again.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "netlogd/core/unique_fd.hpp"

namespace netlogd::listen {

class TlsContext;

struct ReadAnswer {
  enum class Kind : std::uint8_t { data, wait_read, wait_write, closed, failed };
  Kind kind = Kind::closed;
  std::size_t length = 0;
  std::string why;  // of failed
};

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  [[nodiscard]] virtual int fd() const noexcept = 0;
  // Before the first octet; data means: done, go on reading.
  virtual ReadAnswer handshake() { return {.kind = ReadAnswer::Kind::data}; }
  virtual ReadAnswer read(std::span<std::uint8_t> into) = 0;
};

std::unique_ptr<ByteStream> plain_stream(UniqueFd fd);

}  // namespace netlogd::listen
