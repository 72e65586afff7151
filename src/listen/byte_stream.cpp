#include "byte_stream.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace netlogd::listen {
namespace {

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(UniqueFd fd) noexcept : fd_(std::move(fd)) {}

  int fd() const noexcept override { return fd_.get(); }

  ReadAnswer read(std::span<std::uint8_t> into) override {
    for (;;) {
      const ssize_t n = ::recv(fd_.get(), into.data(), into.size(), MSG_DONTWAIT);
      if (n > 0) return {.kind = ReadAnswer::Kind::data, .length = static_cast<std::size_t>(n)};
      if (n == 0) return {.kind = ReadAnswer::Kind::closed};
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return {.kind = ReadAnswer::Kind::wait_read};
      return {.kind = ReadAnswer::Kind::failed, .why = std::generic_category().message(errno)};
    }
  }

 private:
  UniqueFd fd_;
};

}  // namespace

std::unique_ptr<ByteStream> plain_stream(UniqueFd fd) {
  return std::make_unique<PlainStream>(std::move(fd));
}

}  // namespace netlogd::listen
