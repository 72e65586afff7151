// The service manager's side: sd_notify(3), the watchdog, the file descriptor store and socket
// activation (sd_listen_fds(3)), spoken directly over the datagram socket that $NOTIFY_SOCKET
// names. Without a service manager every call does nothing and answers true. Any thread.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/unique_fd.hpp"

namespace netlogd::observe {

struct PassedSocket {
  UniqueFd fd;
  std::string name;  // LISTEN_FDNAMES, or what store() was given; "unknown" when there is none
};

// What the service manager says through the environment; tests fill their own.
struct ServiceEnvironment {
  std::string notify_socket;   // NOTIFY_SOCKET
  std::string watchdog_usec;   // WATCHDOG_USEC
  std::string watchdog_pid;    // WATCHDOG_PID
  std::string listen_pid;      // LISTEN_PID
  std::string listen_fds;      // LISTEN_FDS
  std::string listen_fdnames;  // LISTEN_FDNAMES
  // Reads them and removes them from the environment, so that no child believes them.
  [[nodiscard]] static ServiceEnvironment take();
};

class ServiceManager {
 public:
  explicit ServiceManager(ServiceEnvironment environment);

  [[nodiscard]] bool present() const noexcept { return !environment_.notify_socket.empty(); }

  bool ready(std::string_view status);
  bool reloading();  // with MONOTONIC_USEC, as Type=notify-reload asks; ready() ends it
  bool stopping();
  bool status(std::string_view text);
  bool watchdog();
  // Keeps a copy of the descriptor over a restart. At most max_name characters; what a name may not
  // hold (control characters, ':', beyond ASCII) becomes '_', and PassedSocket::name says it so.
  bool store(std::string_view name, int fd);
  bool forget(std::string_view name);
  static constexpr std::size_t max_name = 255;
  [[nodiscard]] static std::string stored_name(std::string_view name);

  // How long the service manager waits for watchdog(); call it twice as often. None: not asked for.
  [[nodiscard]] std::optional<std::chrono::microseconds> watchdog_interval() const;
  // The descriptors 3, 4, … that were passed to this process; the second call has none. They are
  // set close-on-exec.
  [[nodiscard]] std::vector<PassedSocket> take_sockets();

 private:
  bool send(std::string_view state, int fd = -1);

  ServiceEnvironment environment_;
  bool taken_ = false;
};

}  // namespace netlogd::observe
