// The listeners of the config and the sockets behind them: opened at start, compared on a reload,
// taken over from the service manager and left with it. Main thread.

#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "netlogd/config/config.hpp"
#include "netlogd/core/counters.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/listen/receiving_loop.hpp"
#include "netlogd/observe/systemd.hpp"
#include "netlogd/pipeline/pipeline.hpp"

namespace netlogd::app {

class Listeners {
 public:
  Listeners(listen::ReceivingLoop& loop, pipeline::Pipeline& pipeline,
            observe::ServiceManager& service, observe::Log& log)
      : loop_(loop), pipeline_(pipeline), service_(service), log_(log) {}

  // The first fault names the line of the config: "FILE:LINE: sentence".
  Result<void> open(const config::Config& config);
  // What differs is changed, what is new is opened, what is gone is closed; all or nothing. Adds a
  // sentence to `changes` for each.
  Result<void> change(const config::Config& config, std::vector<std::string>& changes);

  // Of all listeners since the start, closed ones too: the ledger goes on counting them.
  [[nodiscard]] std::vector<const ListenerCounters*> all() const;
  [[nodiscard]] std::vector<const ListenerCounters*> bound() const;

 private:
  struct Entry {
    listen::ListenerSettings settings;
    ListenerCounters counters;
    std::string identity;  // what it was asked to be; two with port 0 are told apart by their order
    bool is_open = false;
  };

  Result<void> open_one(const config::Config& config, std::size_t position,
                        const std::string& identity);
  [[nodiscard]] UniqueFd inherited(const listen::ListenerSettings& settings,
                                   const std::string& identity);
  void keep_socket(std::uint32_t index);

  listen::ReceivingLoop& loop_;
  pipeline::Pipeline& pipeline_;
  observe::ServiceManager& service_;
  observe::Log& log_;
  std::deque<Entry> entries_;  // the index is the listener's; never shrinks
  std::vector<observe::PassedSocket> passed_;
  bool asked_for_sockets_ = false;
};

}  // namespace netlogd::app
