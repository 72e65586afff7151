#include "netlogd/observe/systemd.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace netlogd::observe {
namespace {

constexpr int first_passed_fd = 3;  // SD_LISTEN_FDS_START
constexpr int max_passed_fds = 4096;

std::string take_variable(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value != nullptr ? value : "";
  ::unsetenv(name);
  return text;
}

template <typename Number>
std::optional<Number> number_of(std::string_view text) noexcept {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_me(const std::string& pid) noexcept {
  const auto number = number_of<long>(pid);
  return number && *number == static_cast<long>(::getpid());
}

// "/run/…" or, with '@', a name in the abstract namespace (unix(7)).
std::optional<socklen_t> fill_address(const std::string& path, sockaddr_un& address) noexcept {
  if (path.size() < 2 || (path[0] != '/' && path[0] != '@')) return std::nullopt;
  if (path.size() >= sizeof address.sun_path) return std::nullopt;
  address = {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const std::size_t length = offsetof(sockaddr_un, sun_path) + path.size();
  if (path[0] != '@') return static_cast<socklen_t>(length + 1);
  address.sun_path[0] = '\0';
  return static_cast<socklen_t>(length);
}

// What follows "STATUS=" ends at a line feed.
std::string one_line(std::string_view text) {
  std::string line(text);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return line;
}

}  // namespace

ServiceEnvironment ServiceEnvironment::take() {
  return {.notify_socket = take_variable("NOTIFY_SOCKET"),
          .watchdog_usec = take_variable("WATCHDOG_USEC"),
          .watchdog_pid = take_variable("WATCHDOG_PID"),
          .listen_pid = take_variable("LISTEN_PID"),
          .listen_fds = take_variable("LISTEN_FDS"),
          .listen_fdnames = take_variable("LISTEN_FDNAMES")};
}

ServiceManager::ServiceManager(ServiceEnvironment environment)
    : environment_(std::move(environment)) {}

bool ServiceManager::ready(std::string_view text) {
  return send("READY=1\nSTATUS=" + one_line(text));
}

bool ServiceManager::reloading() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto microseconds = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
                            static_cast<std::uint64_t>(now.tv_nsec) / 1000;
  return send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

bool ServiceManager::stopping() { return send("STOPPING=1"); }

bool ServiceManager::status(std::string_view text) { return send("STATUS=" + one_line(text)); }

bool ServiceManager::watchdog() { return send("WATCHDOG=1"); }

bool ServiceManager::store(std::string_view name, int fd) {
  return send("FDSTORE=1\nFDNAME=" + stored_name(name), fd);
}

bool ServiceManager::forget(std::string_view name) {
  return send("FDSTOREREMOVE=1\nFDNAME=" + stored_name(name));
}

std::string ServiceManager::stored_name(std::string_view name) {
  std::string stored(name.substr(0, max_name));
  for (char& c : stored) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet >= 0x7f || c == ':') c = '_';
  }
  return stored;
}

std::optional<std::chrono::microseconds> ServiceManager::watchdog_interval() const {
  const auto microseconds = number_of<std::int64_t>(environment_.watchdog_usec);
  if (!microseconds || *microseconds <= 0) return std::nullopt;
  if (!environment_.watchdog_pid.empty() && !is_me(environment_.watchdog_pid)) return std::nullopt;
  return std::chrono::microseconds(*microseconds);
}

std::vector<PassedSocket> ServiceManager::take_sockets() {
  std::vector<PassedSocket> sockets;
  const auto count = number_of<int>(environment_.listen_fds);
  if (taken_ || !is_me(environment_.listen_pid) || !count || *count <= 0) return sockets;
  taken_ = true;
  std::string_view names = environment_.listen_fdnames;
  for (int i = 0; i < *count && i < max_passed_fds; ++i) {
    const auto colon = names.find(':');
    const std::string_view name = names.substr(0, colon);
    names = colon == std::string_view::npos ? std::string_view() : names.substr(colon + 1);
    const int fd = first_passed_fd + i;
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) continue;  // not open: the count was wrong
    sockets.push_back({UniqueFd(fd), name.empty() ? "unknown" : std::string(name)});
  }
  return sockets;
}

bool ServiceManager::send(std::string_view state, int fd) {
  if (!present()) return true;
  sockaddr_un address{};
  const auto length = fill_address(environment_.notify_socket, address);
  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!length || !socket) return false;

  iovec part{const_cast<char*>(state.data()), state.size()};
  alignas(cmsghdr) std::byte control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_name = &address;
  message.msg_namelen = *length;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (fd >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  }
  ssize_t sent = 0;
  do sent = ::sendmsg(socket.get(), &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(state.size());
}

}  // namespace netlogd::observe
