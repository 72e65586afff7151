// The whole of netlogd: builds everything from the config, starts it in the direction of the data's
// end, reloads, and stops it in the direction of the data. One thread (main); everything it starts
// has threads of its own.

#pragma once

#include <memory>
#include <string>

#include "netlogd/config/config.hpp"
#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/observe/log.hpp"

namespace netlogd::app {

class Daemon {
 public:
  // Everything but receiving: folders, journal, followers, knowledge, inventory, sockets. The error
  // is one sentence, or several lines "FILE:LINE: sentence". `files` is for what it writes.
  static Result<std::unique_ptr<Daemon>> make(config::Config config, observe::Log& log,
                                              FileOps& files = system_files());
  ~Daemon();

  // Receives until SIGTERM or SIGINT, then stops: everything accepted is journaled. The exit code.
  int run();

 private:
  class State;
  explicit Daemon(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// What --check-config does beyond reading the file: inventory, zones, knowledge, users,
// certificates. Lines "FILE:LINE: sentence"; empty: all is well.
std::string check_everything(const config::Config& config);

}  // namespace netlogd::app
