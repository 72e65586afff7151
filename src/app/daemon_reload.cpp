#include "daemon_state.hpp"

#include <fcntl.h>

#include <algorithm>

#include "netlogd/config/load.hpp"
#include "netlogd/config/settings_table.hpp"
#include "netlogd/observe/ledger.hpp"
#include "settings.hpp"

namespace netlogd::app {
namespace {

// Of a sentence of changed_settings(): what a running netlogd cannot change.
bool needs_restart(std::string_view change) {
  constexpr std::string_view fixed[] = {
      "workers:", "sqlite.enabled:",      "sqlite.file:", "sqlite.text_index:", "limits.memory:",
      "http",     "snmp.write_community:"};
  return std::any_of(std::begin(fixed), std::end(fixed),
                     [&](std::string_view key) { return change.starts_with(key); });
}

}  // namespace

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

}  // namespace netlogd::app
