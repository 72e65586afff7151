// The running daemon: its parts, in the order in which they depend on each other, and its control
// thread. By subject: made, run and stopped in daemon.cpp, configuration and inventory read again
// in daemon_reload.cpp, what it says of itself in daemon_reports.cpp.

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "health.hpp"
#include "http_server.hpp"
#include "inputs.hpp"
#include "listeners.hpp"
#include "makers.hpp"
#include "netlogd/app/daemon.hpp"
#include "netlogd/follow/follower_runner.hpp"
#include "netlogd/follow/sqlite_follower.hpp"
#include "netlogd/journal/journal.hpp"
#include "netlogd/observe/file_watch.hpp"
#include "netlogd/observe/systemd.hpp"
#include "state_files.hpp"
#include "statistics.hpp"

namespace netlogd::app {

inline std::string joined(const std::vector<std::string>& lines, std::string_view between) {
  std::string text;
  for (const auto& line : lines) {
    if (!text.empty()) text += between;
    text += line;
  }
  return text;
}

class Daemon::State {
 public:
  State(config::Config config, observe::Log& log, FileOps& files)
      : config_(std::move(config)),
        log_(log),
        files_(files),
        service_(observe::ServiceEnvironment::take()) {
    // From here on nobody's signal is the end; what comes before run() is done then.
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2}) signals_.add(signal);
  }

  Result<void> make();
  int run();

 private:
  Result<void> make_store();
  Result<void> make_pipeline(const Inputs& inputs);
  void restore_flow_templates();

  void start_control();
  void wait_for_signal();
  void on_signal(int signal);
  void every(boost::asio::steady_timer& timer, std::chrono::milliseconds pause,
             std::function<void()> action);
  void watch_files();
  void wait_for_files();

  void reload(const char* why);
  void renew_inputs(const Inputs& inputs);
  void apply(const config::Config& next);
  void keep_old(const char* why, std::string_view what, std::span<const std::string> faults);
  void begin_statistics();

  Result<void> start_http();
  HttpAnswer answer_http(const std::string& target);
  HealthFacts health_facts();
  [[nodiscard]] std::uint64_t dropped_for_want_of_room() const;
  void observe_health();

  [[nodiscard]] std::string ledger_text() const;
  void write_ledger();
  void publish(const std::string& name, std::string text);
  void tell_of_disk(pipeline::DiskNews news, const std::string& sentence);
  void write_senders();
  void write_templates();
  void print_statistics();
  void feed_watchdog();
  int stop();

  template <typename T>
  std::vector<T> ask_workers(std::function<T(pipeline::Processor&)> question);

  config::Config config_;
  observe::Log& log_;
  FileOps& files_;
  observe::ServiceManager service_;
  SystemClock clock_;
  TimePoint started_at_ = clock_.now();

  std::optional<StateFiles> state_files_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<follow::SqliteFollower> sqlite_;
  FollowerCounters sqlite_counters_;
  std::unique_ptr<follow::FollowerRunner> sqlite_runner_;
  std::unique_ptr<pipeline::Pipeline> pipeline_;
  std::unique_ptr<listen::ReceivingLoop> loop_;
  std::unique_ptr<Listeners> listeners_;

  boost::asio::io_context control_{1};
  boost::asio::signal_set signals_{control_};
  boost::asio::steady_timer ledger_timer_{control_};
  boost::asio::steady_timer senders_timer_{control_};
  boost::asio::steady_timer templates_timer_{control_};
  boost::asio::steady_timer statistics_timer_{control_};
  boost::asio::steady_timer watchdog_timer_{control_};
  std::optional<observe::FileWatch> file_watch_;
  std::optional<boost::asio::posix::stream_descriptor> file_watch_descriptor_;

  std::vector<const parse::FlowRecordMaker*> flow_makers_;
  std::vector<const parse::TrapRecordMaker*> trap_makers_;
  std::deque<std::pair<std::chrono::nanoseconds, std::uint64_t>> drops_seen_;  // of the last minute
  std::chrono::nanoseconds heartbeat_seen_ = clock_.monotonic();  // a start counts as a turn
  std::unique_ptr<HttpServer> http_;  // its thread asks the control thread

  StatisticsLine statistics_;
  std::uint64_t last_heartbeat_ = 0;
  std::map<std::string, std::string>
      unpublished_;  // files of DATA/run that are still to be written
  observe::Held disk_held_;
  bool told_of_disk_ = false;  // appender only
  observe::Held state_held_;
};

template <typename T>
std::vector<T> Daemon::State::ask_workers(std::function<T(pipeline::Processor&)> question) {
  auto answers = std::make_shared<std::pair<std::mutex, std::vector<T>>>();
  pipeline_->tell_workers_and_wait([answers, question](pipeline::Processor& processor) {
    T answer = question(processor);
    const std::lock_guard lock(answers->first);
    answers->second.push_back(std::move(answer));
  });
  return std::move(answers->second);
}

}  // namespace netlogd::app
