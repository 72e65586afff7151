// Every command: adds its options to the command line, and leaves in `session.action` what is to be done.

#pragma once

#include "session.hpp"

namespace CLI {
class App;
}

namespace netlogd::cli {

void add_tail(CLI::App& app, Session& session);
void add_query(CLI::App& app, Session& session);
void add_show(CLI::App& app, Session& session);
void add_explain(CLI::App& app, Session& session);
void add_unknown(CLI::App& app, Session& session);
void add_count(CLI::App& app, Session& session);
void add_top(CLI::App& app, Session& session);
void add_devices(CLI::App& app, Session& session);
void add_timeline(CLI::App& app, Session& session);
void add_context(CLI::App& app, Session& session);
void add_export(CLI::App& app, Session& session);
void add_import(CLI::App& app, Session& session);
void add_replay(CLI::App& app, Session& session);
void add_check(CLI::App& app, Session& session);
void add_rebuild(CLI::App& app, Session& session);
void add_ledger(CLI::App& app, Session& session);

}  // namespace netlogd::cli
