// The limits of the machine that a collector cannot pass, for tools/bench/compare:
//   netlog-limits receive PORT BUFFER FILE   takes datagrams and counts them until SIGTERM, writes
//   the count to FILE netlog-limits write FILE LINES BYTES     writes LINES lines of BYTES octets
//   in large writes, prints the seconds

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t batch = 256;
constexpr std::size_t most_octets = 2048;
constexpr std::size_t write_octets = 256 * 1024;

volatile std::sig_atomic_t stop_wanted = 0;

void want_stop(int) { stop_wanted = 1; }

int failed(const char* what) {
  std::fprintf(stderr, "netlog-limits: %s: %s\n", what, std::strerror(errno));
  return 1;
}

int open_receiver(std::uint16_t port, int buffer) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) != 0)
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  // A stop is seen within this time.
  const timeval patience{.tv_sec = 0, .tv_usec = 100'000};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_storage storage{};
  std::memcpy(&storage, &address, sizeof address);
  return ::bind(fd, reinterpret_cast<const sockaddr*>(&storage), sizeof address) == 0 ? fd : -1;
}

int receive(std::uint16_t port, int buffer, const char* result) {
  const int fd = open_receiver(port, buffer);
  if (fd < 0) return failed("bind");
  std::vector<char> octets(batch * most_octets);
  std::array<iovec, batch> places{};
  std::array<mmsghdr, batch> headers{};
  for (std::size_t n = 0; n < batch; ++n) {
    places[n] = {octets.data() + n * most_octets, most_octets};
    headers[n].msg_hdr.msg_iov = &places[n];
    headers[n].msg_hdr.msg_iovlen = 1;
  }
  std::uint64_t received = 0;
  while (true) {
    const int got = ::recvmmsg(fd, headers.data(), batch, MSG_WAITFORONE, nullptr);
    if (got > 0)
      received += static_cast<std::uint64_t>(got);
    else if (stop_wanted != 0)
      break;  // what had come is taken first
    else if (errno != EAGAIN && errno != EINTR)
      return failed("recvmmsg");
  }
  ::close(fd);
  std::FILE* file = std::fopen(result, "w");
  if (file == nullptr) return failed(result);
  std::fprintf(file, "%llu\n", static_cast<unsigned long long>(received));
  return std::fclose(file) == 0 ? 0 : failed(result);
}

int write_lines(const char* path, std::uint64_t lines, std::size_t octets) {
  const int fd = ::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return failed(path);
  std::string line(octets > 0 ? octets - 1 : 0, 'x');
  line += '\n';
  std::string block;
  block.reserve(write_octets + octets);
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t n = 1; n <= lines; ++n) {
    block += line;
    if (block.size() < write_octets && n != lines) continue;
    for (std::string_view rest = block; !rest.empty();) {
      const auto written = ::write(fd, rest.data(), rest.size());
      if (written < 0) return failed(path);
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    block.clear();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  ::close(fd);
  timespec busy{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &busy);
  std::printf("{\"seconds\":%.6f,\"cpu\":%.6f}\n", took.count(),
              static_cast<double>(busy.tv_sec) + static_cast<double>(busy.tv_nsec) / 1e9);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  struct sigaction action {};
  action.sa_handler = want_stop;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  const std::string_view what = argc == 5 ? argv[1] : "";
  if (what == "receive")
    return receive(static_cast<std::uint16_t>(std::strtoul(argv[2], nullptr, 10)),
                   static_cast<int>(std::strtoul(argv[3], nullptr, 10)), argv[4]);
  if (what == "write")
    return write_lines(argv[2], std::strtoull(argv[3], nullptr, 10),
                       std::strtoul(argv[4], nullptr, 10));
  std::fputs("usage: netlog-limits receive PORT BUFFER FILE | write FILE LINES BYTES\n", stderr);
  return 2;
}
