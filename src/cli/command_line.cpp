#include "netlogd/cli/command_line.hpp"

#include <cstdio>
#include <ctime>

#include "arguments.hpp"
#include "commands.hpp"

namespace netlogd::cli {
namespace {

constexpr const char* about =
    "netlog: what netlogd has collected, for people\n"
    "The data is where --data-dir says, else where the configuration says.";
constexpr const char* statuses =
    "netlog COMMAND --help says more; so does man netlog.\n"
    "Exit status: 0 found, or all is well; 1 nothing found, or a check failed; 2 wrong usage.";

void add_shared(Command options, Session& session) {
  const Rules every{.group = "Every command"};
  options.option("-c,--config", session.config_file,
                 "the configuration of netlogd (/etc/netlogd/netlogd.yaml)", every);
  options.option("--data-dir", session.data_dir_option, "the data directory", every);
  options.flag("--json", session.json, "JSON instead of text for people", every.group);
  options.flag("--utc", session.utc, "times in UTC instead of the local zone, in and out",
               every.group);
}

// In the order of the help: what is asked most often first.
void add_commands(CommandLine& line, Session& session) {
  add_tail(line, session);
  add_query(line, session);
  add_count(line, session);
  add_top(line, session);
  add_timeline(line, session);
  add_show(line, session);
  add_explain(line, session);
  add_unknown(line, session);
  add_devices(line, session);
  add_ledger(line, session);
  add_context(line, session);
  add_export(line, session);
  add_import(line, session);
  add_replay(line, session);
  add_check(line, session);
  add_rebuild(line, session);
}

}  // namespace

int run(int argc, const char* const* argv) {
  ::tzset();
  Session session;
  session.terminal = Terminal::of_stdout();
  CommandLine line(about, statuses, NETLOGD_VERSION);
  add_shared(line.shared(), session);
  add_commands(line, session);
  const int status = line.run(argc, argv);
  return std::fflush(stdout) == 0 ? status : exit_usage;
}

}  // namespace netlogd::cli
