// netlogd: the daemon's command line.

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "netlogd/app/daemon.hpp"
#include "netlogd/config/load.hpp"
#include "settings.hpp"

namespace {

using namespace netlogd;

// What is ordered by signal while netlogd starts waits until it can be carried out; without a
// handler it would be the end.
void block_orders(int how) {
  sigset_t orders;
  sigemptyset(&orders);
  for (const int signal : {SIGHUP, SIGUSR1, SIGUSR2}) sigaddset(&orders, signal);
  ::pthread_sigmask(how, &orders, nullptr);
}

int check(const config::LoadedConfig& loaded) {
  if (!loaded.config) {
    std::fputs(loaded.fault_text().c_str(), stderr);
    return 2;
  }
  for (const auto& warning : loaded.warnings) std::fprintf(stderr, "%s\n", warning.text().c_str());
  const std::string faults = app::check_everything(*loaded.config);
  std::fputs(faults.c_str(), stderr);
  return faults.empty() ? 0 : 2;
}

int run(config::LoadedConfig loaded) {
  if (!loaded.config) {
    std::fputs(loaded.fault_text().c_str(), stderr);
    return 2;
  }
  observe::Log log(app::log_level(loaded.config->log_level));
  for (const auto& warning : loaded.warnings) log.warn("{}", warning.text());
  auto daemon = app::Daemon::make(std::move(*loaded.config), log);
  if (!daemon) {
    log.flush();
    std::fprintf(stderr, "%s\n", daemon.error().sentence.c_str());
    return daemon.error().code == Errc::invalid ? 2 : 1;
  }
  block_orders(SIG_UNBLOCK);
  return (*daemon)->run();
}

}  // namespace

int main(int argc, char** argv) {
  block_orders(SIG_BLOCK);
  std::string file = "/etc/netlogd/netlogd.yaml";
  bool check_only = false;
  CLI::App arguments("netlogd: takes syslog, SNMP traps and flows; writes JSON lines and SQLite");
  arguments.add_option("-c,--config", file, "the configuration file")->capture_default_str();
  arguments.add_flag(
      "--check-config", check_only,
      "check the configuration and all it names, then exit (2 when there is a fault)");
  arguments.set_version_flag("--version", NETLOGD_VERSION);
  CLI11_PARSE(arguments, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  auto loaded = config::load_config(system_files(), file);
  return check_only ? check(loaded) : run(std::move(loaded));
}
