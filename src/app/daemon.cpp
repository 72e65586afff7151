#include "netlogd/app/daemon.hpp"

#include <fcntl.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <csignal>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "health.hpp"
#include "http_server.hpp"
#include "inputs.hpp"
#include "listeners.hpp"
#include "makers.hpp"
#include "metrics.hpp"
#include "netlogd/config/load.hpp"
#include "netlogd/config/settings_table.hpp"
#include "netlogd/follow/follower_runner.hpp"
#include "netlogd/follow/sqlite_follower.hpp"
#include "netlogd/journal/journal.hpp"
#include "netlogd/observe/file_watch.hpp"
#include "netlogd/observe/ledger.hpp"
#include "netlogd/observe/metrics_text.hpp"
#include "netlogd/observe/systemd.hpp"
#include "settings.hpp"
#include "state_files.hpp"
#include "statistics.hpp"

namespace netlogd::app {
namespace {

using std::chrono::seconds;

constexpr auto ledger_every = std::chrono::milliseconds(500);
constexpr auto senders_every = seconds(10);
constexpr auto templates_every = seconds(60);
constexpr auto take_in_patience = seconds(10);
constexpr std::uint64_t max_template_file = 256ULL << 20;

std::string joined(const std::vector<std::string>& lines, std::string_view between) {
  std::string text;
  for (const auto& line : lines) {
    if (!text.empty()) text += between;
    text += line;
  }
  return text;
}

// Of a sentence of changed_settings(): what a running netlogd cannot change.
bool needs_restart(std::string_view change) {
  constexpr std::string_view fixed[] = {
      "workers:", "sqlite.enabled:",      "sqlite.file:", "sqlite.text_index:", "limits.memory:",
      "http",     "snmp.write_community:"};
  return std::any_of(std::begin(fixed), std::end(fixed),
                     [&](std::string_view key) { return change.starts_with(key); });
}

journal::Report report_to(observe::Log& log) {
  return [&log](journal::ReportLevel level, std::string_view sentence) {
    if (level == journal::ReportLevel::info) log.info("{}", sentence);
    if (level == journal::ReportLevel::warn) log.warn("{}", sentence);
    if (level == journal::ReportLevel::error) log.error("{}", sentence);
  };
}

}  // namespace

class Daemon::State {
 public:
  State(config::Config config, observe::Log& log, FileOps& files)
      : config_(std::move(config)),
        log_(log),
        files_(files),
        service_(observe::ServiceEnvironment::take()) {}

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
  boost::asio::signal_set signals_{control_, SIGTERM, SIGINT};
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
  for (const int signal : {SIGHUP, SIGUSR1, SIGUSR2}) signals_.add(signal);
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

// The inventory is read again when it was closed after writing or renamed into place.
void Daemon::State::watch_files() {
  if (config_.inventory.file.empty()) return;
  auto watch = observe::FileWatch::open({config_.inventory.file});
  if (!watch)
    return log_.warn("inventory: changes are not noticed without SIGHUP: {}",
                     watch.error().sentence);
  file_watch_.emplace(std::move(*watch));
  file_watch_descriptor_.emplace(control_, ::fcntl(file_watch_->fd(), F_DUPFD_CLOEXEC, 3));
  wait_for_files();
}

void Daemon::State::begin_statistics() {
  statistics_timer_.cancel();
  if (config_.statistics_every.count() > 0)
    every(statistics_timer_, config_.statistics_every, [this] { print_statistics(); });
}

void Daemon::State::wait_for_files() {
  file_watch_descriptor_->async_wait(
      boost::asio::posix::descriptor_base::wait_read,
      [this](const boost::system::error_code& error) {
        if (error) return;
        if (!file_watch_->changed().empty()) {
          auto loaded = load_inputs(config_, false);
          if (loaded.faults.empty()) {
            renew_inputs(loaded.inputs);
            log_.info("inventory {}: changed, {} devices, {} subnets", config_.inventory.file,
                      loaded.inputs.devices, loaded.inputs.subnets);
          } else {
            keep_old("inventory", "one", loaded.faults);
          }
        }
        wait_for_files();
      });
}

void Daemon::State::renew_inputs(const Inputs& inputs) {
  const bool told = pipeline_->tell_workers([inputs](pipeline::Processor& processor) {
    renew(processor, inputs.knowledge, inputs.directory);
  });
  if (!told) log_.error("reload: a worker's queue was full; send SIGHUP again");
  loop_->use(inputs.directory);
}

void Daemon::State::keep_old(const char* why, std::string_view what,
                             std::span<const std::string> faults) {
  for (const auto& fault : faults) log_.error("{}: {}", why, fault);
  log_.error("{}: the old {} stays", why, what);
}

void Daemon::State::reload(const char* why) {
  service_.reloading();
  auto loaded = config::load_config(system_files(), config_.file);
  LoadedInputs inputs;
  if (loaded.config) inputs = load_inputs(*loaded.config, false);
  std::vector<std::string> faults = std::move(inputs.faults);
  for (const auto& fault : loaded.faults) faults.push_back(fault.text());
  if (faults.empty() && loaded.config->data_dir != config_.data_dir)
    faults.push_back(loaded.config->fault("data_dir", "needs a restart to change").text());
  std::vector<std::string> changes;
  if (faults.empty())
    if (auto changed = listeners_->change(*loaded.config, changes); !changed)
      faults.push_back(changed.error().sentence);
  if (!faults.empty()) {
    keep_old(why, "configuration", faults);
  } else {
    for (const auto& warning : loaded.warnings) log_.warn("{}", warning.text());
    for (const auto& change : config::changed_settings(config_, *loaded.config))
      log_.info("{}: {}{}", why, change, needs_restart(change) ? " (from the next start on)" : "");
    apply(*loaded.config);
    renew_inputs(inputs.inputs);
    changes.push_back(
        fmt::format("{} devices, {} subnets", inputs.inputs.devices, inputs.inputs.subnets));
    log_.info("{}: reloaded: {}", why, joined(changes, ", "));
    publish("listeners.json", observe::listeners_json(listeners_->bound()));
  }
  service_.ready("receiving");
}

void Daemon::State::apply(const config::Config& next) {
  log_.set_level(log_level(next.log_level));
  loop_->use(loop_limits(next));
  journal_->use(journal_settings(next));
  if (sqlite_) sqlite_->use_keep_age(sqlite_settings(next).keep_age);
  const bool watch_anew = next.inventory.file != config_.inventory.file;
  const bool other_statistics = next.statistics_every != config_.statistics_every;
  config_ = next;
  if (other_statistics) begin_statistics();
  if (!watch_anew) return;
  file_watch_descriptor_.reset();
  file_watch_.reset();
  watch_files();
}

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

Result<void> Daemon::State::start_http() {
  if (!config_.http.enabled) return {};
  auto server = HttpServer::start(
      {config_.http.address, config_.http.port}, [this](const std::string& target) {
        // The counters' owners live on the control thread.
        auto answer = std::make_shared<std::promise<HttpAnswer>>();
        auto future = answer->get_future();
        boost::asio::post(control_,
                          [this, target, answer] { answer->set_value(answer_http(target)); });
        if (future.wait_for(seconds(2)) == std::future_status::ready) return future.get();
        return HttpAnswer{.status = 503, .body = "busy or stopping\n"};
      });
  if (!server) return server.error();
  http_ = std::move(*server);
  log_.info("http {}: /metrics /healthz /readyz /ledger", http_->bound().text());
  publish("http.json", fmt::format("{{\"address\": \"{}\", \"port\": {}}}\n",
                                   http_->bound().address.text(), http_->bound().port));
  return {};
}

HttpAnswer Daemon::State::answer_http(const std::string& target) {
  if (target == "/ledger") return {.content_type = "application/json", .body = ledger_text()};
  if (target == "/metrics") {
    std::vector<const FollowerCounters*> followers;
    if (sqlite_) followers.push_back(&sqlite_counters_);
    const auto listeners = listeners_->all();
    return {.content_type = std::string(observe::MetricsText::content_type),
            .body = metrics_text({.ledger = {.started_at = started_at_,
                                             .written_at = clock_.now(),
                                             .listeners = listeners,
                                             .followers = followers},
                                  .journal = journal_.get(),
                                  .sqlite = sqlite_.get(),
                                  .pipeline = pipeline_.get(),
                                  .flow_makers = flow_makers_,
                                  .trap_makers = trap_makers_})};
  }
  if (target != "/healthz" && target != "/readyz")
    return {.status = 404, .body = "/metrics /healthz /readyz /ledger\n"};
  const Health health = judge(health_facts());
  const bool good = target == "/healthz" ? health.healthy : health.ready;
  return {.status = good ? 200 : 503,
          .body = (good ? "ok\n" : "") + joined(health.reasons, "\n") +
                  (health.reasons.empty() ? "" : "\n")};
}

HealthFacts Daemon::State::health_facts() {
  HealthFacts facts;
  facts.loop_turns = clock_.monotonic() - heartbeat_seen_ < seconds(10);
  facts.disk_failing = pipeline_->disk_failing();
  if (!drops_seen_.empty())
    facts.drops_last_minute = dropped_for_want_of_room() - drops_seen_.front().second;
  if (sqlite_) facts.follower_pending = sqlite_counters_.pending();
  facts.min_free_bytes = config_.journal.min_free_bytes;
  const auto space = files_.space(config_.data_dir);
  facts.free_bytes = space ? space->free_bytes : 0;
  // The journal holds its reserve to a tenth of the disk; so does the judgement.
  if (space) facts.min_free_bytes = std::min(facts.min_free_bytes, space->total_bytes / 10);
  return facts;
}

std::uint64_t Daemon::State::dropped_for_want_of_room() const {
  std::uint64_t sum = 0;
  for (const auto* listener : listeners_->all())
    sum += read(listener->kernel_drops) +
           read(listener->dropped[static_cast<std::size_t>(DropReason::queue_full)]) +
           read(listener->dropped[static_cast<std::size_t>(DropReason::disk_full)]);
  return sum;
}

void Daemon::State::observe_health() {
  const auto now = clock_.monotonic();
  if (const auto heartbeat = loop_->heartbeat(); heartbeat != last_heartbeat_) {
    last_heartbeat_ = heartbeat;
    heartbeat_seen_ = now;
  }
  drops_seen_.emplace_back(now, dropped_for_want_of_room());
  while (now - drops_seen_.front().first > seconds(60)) drops_seen_.pop_front();
}

std::string Daemon::State::ledger_text() const {
  std::vector<const FollowerCounters*> followers;
  if (sqlite_) followers.push_back(&sqlite_counters_);
  const auto listeners = listeners_->all();
  std::vector<observe::ExporterGap> exporters;
  for (const auto* maker : flow_makers_)
    for (const auto& loss : maker->losses().snapshot())
      exporters.push_back({loss.exporter.text(), loss.lost, loss.late, loss.restarts});
  return observe::ledger_json({.started_at = started_at_,
                               .written_at = clock_.now(),
                               .listeners = listeners,
                               .followers = followers,
                               .exporters = exporters});
}

void Daemon::State::write_ledger() {
  publish("ledger.json", ledger_text());
  for (auto file = unpublished_.begin(); file != unpublished_.end();)
    file = state_files_->write_run(file->first, file->second) ? unpublished_.erase(file)
                                                              : std::next(file);
}

void Daemon::State::publish(const std::string& name, std::string text) {
  unpublished_.erase(name);
  const auto written = state_files_->write_run(name, text);
  if (written) return;
  log_.warn_held(state_held_, "{}", written.error().sentence);
  unpublished_.emplace(name, std::move(text));
}

// Each line about trouble has one about its end, however often the disk changes its mind.
void Daemon::State::tell_of_disk(pipeline::DiskNews news, const std::string& sentence) {
  if (news == pipeline::DiskNews::trouble)
    told_of_disk_ |= log_.error_held(disk_held_, "{}", sentence);
  else if (std::exchange(told_of_disk_, false))
    log_.warn("{}", sentence);
}

void Daemon::State::write_senders() {
  using Answer = std::pair<std::vector<pipeline::Sender>, std::uint64_t>;
  std::unordered_map<IpAddress, pipeline::Sender> together;
  std::uint64_t evictions = 0;
  const auto answers = ask_workers<Answer>([](pipeline::Processor& processor) {
    return Answer(processor.senders().snapshot(), processor.senders().evictions());
  });
  for (const auto& [senders, forgotten] : answers) {
    evictions += forgotten;
    for (const auto& sender : senders) {
      auto [found, fresh] = together.emplace(sender.address, sender);
      if (fresh) continue;
      for (std::size_t i = 0; i < stream_count; ++i)
        found->second.messages[i] += sender.messages[i];
      found->second.first = std::min(found->second.first, sender.first);
      found->second.last = std::max(found->second.last, sender.last);
      found->second.known = sender.known;
    }
  }
  std::vector<pipeline::Sender> all;
  for (const auto& [address, sender] : together) all.push_back(sender);
  Refusals refusals;
  refusals.add(loop_->refused());
  for (const auto* maker : trap_makers_) refusals.add(maker->refused());
  publish("senders.json", senders_json(all, evictions, refusals));
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

void Daemon::State::print_statistics() {
  std::vector<const FollowerCounters*> followers;
  if (sqlite_) followers.push_back(&sqlite_counters_);
  log_.info("{}", statistics_.next(listeners_->all(), followers, pipeline_->batches_under_way(),
                                   clock_.monotonic()));
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
