#include "netlogd/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <ctime>

#include "commands.hpp"

namespace netlogd::cli {
namespace {

constexpr const char* about =
    "netlog: what netlogd has collected, for people\n"
    "The data is where --data-dir says, else where the configuration says.";
constexpr const char* statuses = "Exit status: 0 found, or all is well; 1 nothing found, or a check failed; 2 wrong usage.";

// In the order of the help: what is asked most often first.
void add_commands(CLI::App& app, Session& session) {
  add_tail(app, session);
  add_query(app, session);
  add_count(app, session);
  add_top(app, session);
  add_timeline(app, session);
  add_show(app, session);
  add_explain(app, session);
  add_unknown(app, session);
  add_devices(app, session);
  add_ledger(app, session);
  add_context(app, session);
  add_export(app, session);
  add_import(app, session);
  add_replay(app, session);
  add_check(app, session);
  add_rebuild(app, session);
}

}  // namespace

int run(int argc, const char* const* argv) {
  ::tzset();
  Session session;
  session.terminal = Terminal::of_stdout();
  CLI::App app(about);
  app.footer(statuses);
  app.require_subcommand(1);
  app.fallthrough();
  app.option_defaults()->group("Every command");
  app.add_option("-c,--config", session.config_file, "the configuration of netlogd (/etc/netlogd/netlogd.yaml)");
  app.add_option("--data-dir", session.data_dir_option, "the data directory");
  app.add_flag("--json", session.json, "JSON instead of text for people");
  app.add_flag("--utc", session.utc, "times in UTC instead of the local zone, in and out");
  app.option_defaults()->group("Options");
  app.set_version_flag("--version", NETLOGD_VERSION);
  add_commands(app, session);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_found : exit_usage;
  }
  const int status = session.action ? session.action() : exit_usage;
  return std::fflush(stdout) == 0 ? status : exit_usage;
}

}  // namespace netlogd::cli
