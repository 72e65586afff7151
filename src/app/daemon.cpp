#include "netlogd/app/daemon.hpp"

#include <charconv>
#include <csignal>

#include "daemon_state.hpp"
#include "netlogd/observe/ledger.hpp"
#include "settings.hpp"

namespace netlogd::app {
namespace {

using std::chrono::seconds;

constexpr auto ledger_every = std::chrono::milliseconds(500);
constexpr auto senders_every = seconds(10);
constexpr auto templates_every = seconds(60);
constexpr auto take_in_patience = seconds(10);
constexpr std::uint64_t max_template_file = 256ULL << 20;

journal::Report report_to(observe::Log& log) {
  return [&log](journal::ReportLevel level, std::string_view sentence) {
    if (level == journal::ReportLevel::info) log.info("{}", sentence);
    if (level == journal::ReportLevel::warn) log.warn("{}", sentence);
    if (level == journal::ReportLevel::error) log.error("{}", sentence);
  };
}

}  // namespace

Result<void> Daemon::State::make() {
  auto loaded = load_inputs(config_, true);
  if (!loaded.faults.empty()) return Error{Errc::invalid, joined(loaded.faults, "\n")};
  if (auto made = make_store(); !made) return made.error();
  if (auto made = make_pipeline(loaded.inputs); !made) return made.error();
  if (config_.inventory.file.empty())
    log_.info("inventory: none configured, every sender is unknown");
  else
    log_.info("inventory {}: {} devices, {} subnets", config_.inventory.file, loaded.inputs.devices,
              loaded.inputs.subnets);
  return {};
}

Result<void> Daemon::State::make_store() {
  auto files = StateFiles::open(files_, config_.data_dir);
  if (!files) return files.error();
  state_files_.emplace(std::move(*files));
  auto journal = journal::Journal::open(journal_settings(config_), files_, clock_, report_to(log_));
  if (!journal) return journal.error();
  journal_ = std::move(*journal);
  if (!config_.sqlite.enabled) return {};
  sqlite_counters_.name = "sqlite";
  sqlite_ = std::make_unique<follow::SqliteFollower>(sqlite_settings(config_), files_, clock_,
                                                     report_to(log_));
  sqlite_runner_ = std::make_unique<follow::FollowerRunner>(*sqlite_, *journal_, sqlite_counters_,
                                                            clock_, report_to(log_));
  return {};
}

Result<void> Daemon::State::make_pipeline(const Inputs& inputs) {
  const auto engine = state_files_->next_snmp_engine();
  if (!engine.trouble.empty())
    log_.warn("{}; the SNMP engine has another identity until the next start", engine.trouble);
  auto processors =
      build_processors(config_, inputs.knowledge, inputs.directory, engine, worker_count(config_));
  for (const auto& processor : processors) {
    flow_makers_.push_back(&flow_maker(*processor));
    trap_makers_.push_back(&trap_maker(*processor));
  }
  pipeline_ = std::make_unique<pipeline::Pipeline>(
      pipeline_settings(config_), std::move(processors), *journal_, [this] { loop_->wake(); },
      [this](pipeline::DiskNews news, const std::string& sentence) {
        tell_of_disk(news, sentence);
      });
  loop_ = std::make_unique<listen::ReceivingLoop>(
      loop_limits(config_), *pipeline_,
      [this](ListenerReply& reply) { return pipeline_->take_reply(reply); }, log_);
  loop_->use(inputs.directory);
  listeners_ = std::make_unique<Listeners>(*loop_, *pipeline_, service_, log_);
  return listeners_->open(config_);
}

int Daemon::State::run() {
  if (sqlite_runner_) sqlite_runner_->start();
  pipeline_->start();
  restore_flow_templates();
  loop_->start();
  publish("listeners.json", observe::listeners_json(listeners_->bound()));
  write_ledger();
  start_control();
  if (auto started = start_http(); !started) {
    log_.error("{}", started.error().sentence);
    stop();
    return 1;
  }
  service_.ready("receiving");
  log_.info("ready: data in {}", config_.data_dir);
  control_.run();
  return stop();
}

void Daemon::State::start_control() {
  wait_for_signal();
  every(ledger_timer_, ledger_every, [this] {
    write_ledger();
    observe_health();
  });
  every(senders_timer_, senders_every, [this] { write_senders(); });
  every(templates_timer_, templates_every, [this] { write_templates(); });
  begin_statistics();
  if (const auto interval = service_.watchdog_interval())
    every(watchdog_timer_, std::chrono::duration_cast<std::chrono::milliseconds>(*interval) / 2,
          [this] { feed_watchdog(); });
  watch_files();
}

void Daemon::State::every(boost::asio::steady_timer& timer, std::chrono::milliseconds pause,
                          std::function<void()> action) {
  timer.expires_after(pause);
  timer.async_wait(
      [this, &timer, pause, action = std::move(action)](const boost::system::error_code& error) {
        if (error) return;
        action();
        every(timer, pause, action);
      });
}

void Daemon::State::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    on_signal(signal);
    if (signal != SIGTERM && signal != SIGINT) wait_for_signal();
  });
}

void Daemon::State::on_signal(int signal) {
  switch (signal) {
    case SIGHUP:
      return reload("SIGHUP");
    case SIGUSR1:
      journal_->request_rotate();
      return log_.info("SIGUSR1: new segments begin");
    case SIGUSR2:
      return print_statistics();
    default:
      log_.info("{}: stopping", signal == SIGTERM ? "SIGTERM" : "SIGINT");
      control_.stop();
  }
}

void Daemon::State::begin_statistics() {
  statistics_timer_.cancel();
  if (config_.statistics_every.count() > 0)
    every(statistics_timer_, config_.statistics_every, [this] { print_statistics(); });
}

void Daemon::State::write_templates() {
  const auto answers = ask_workers<std::string>(
      [](pipeline::Processor& processor) { return save_templates(processor); });
  std::string text;
  for (const auto& answer : answers) text += std::to_string(answer.size()) + "\n" + answer;
  if (auto written = state_files_->write_state("flow-templates", text); !written)
    log_.warn_held(state_held_, "{}", written.error().sentence);
}

void Daemon::State::restore_flow_templates() {
  const auto text = state_files_->read_state("flow-templates", max_template_file);
  if (!text) return;
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text->size();) {
    const auto line = text->find('\n', at);
    std::size_t length = 0;
    const auto [end, error] =
        std::from_chars(text->data() + at, text->data() + std::min(line, text->size()), length);
    if (line == std::string::npos || error != std::errc() || end != text->data() + line ||
        length > text->size() - line - 1) {
      log_.warn("state/flow-templates: damaged, {} parts of it are read", parts.size());
      break;
    }
    parts.push_back(text->substr(line + 1, length));
    at = line + 1 + length;
  }
  const unsigned workers = pipeline_->worker_count();
  auto answers = ask_workers<std::string>([parts, workers](pipeline::Processor& processor) {
    std::string fault;
    for (const auto& part : parts)
      if (auto restored = restore_templates(processor, part, workers); !restored)
        fault = restored.error().sentence;
    return fault;
  });
  for (const auto& fault : answers)
    if (!fault.empty()) log_.warn("state/flow-templates: {}", fault);
}

// Only a loop that turns feeds it: a hung process is started again.
void Daemon::State::feed_watchdog() {
  if (clock_.monotonic() - heartbeat_seen_ < seconds(5)) service_.watchdog();
}

int Daemon::State::stop() {
  service_.stopping();
  http_.reset();
  loop_->stop(take_in_patience);
  pipeline_->stop();
  write_templates();
  write_senders();
  if (sqlite_runner_ && !sqlite_runner_->stop(config_.stop_follower_wait))
    log_.warn("sqlite: {} records are still to be written; the next start goes on with them",
              sqlite_counters_.pending());
  journal_->close();
  write_ledger();
  print_statistics();
  log_.info("stopped");
  return 0;
}

Daemon::Daemon(std::unique_ptr<State> state) : state_(std::move(state)) {}
Daemon::~Daemon() = default;

Result<std::unique_ptr<Daemon>> Daemon::make(config::Config config, observe::Log& log,
                                             FileOps& files) {
  auto state = std::make_unique<State>(std::move(config), log, files);
  if (auto made = state->make(); !made) return made.error();
  return std::unique_ptr<Daemon>(new Daemon(std::move(state)));
}

int Daemon::run() { return state_->run(); }

std::string check_everything(const config::Config& config) {
  const auto loaded = load_inputs(config, true);
  std::string text = joined(loaded.faults, "\n");
  if (!text.empty()) text += "\n";
  return text;
}

}  // namespace netlogd::app
