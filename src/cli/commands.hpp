// Every command: adds its options to the command line, and what it does.

#pragma once

#include "arguments.hpp"
#include "session.hpp"

namespace netlogd::cli {

void add_tail(CommandLine& line, Session& session);
void add_query(CommandLine& line, Session& session);
void add_show(CommandLine& line, Session& session);
void add_explain(CommandLine& line, Session& session);
void add_unknown(CommandLine& line, Session& session);
void add_count(CommandLine& line, Session& session);
void add_top(CommandLine& line, Session& session);
void add_devices(CommandLine& line, Session& session);
void add_timeline(CommandLine& line, Session& session);
void add_context(CommandLine& line, Session& session);
void add_export(CommandLine& line, Session& session);
void add_import(CommandLine& line, Session& session);
void add_replay(CommandLine& line, Session& session);
void add_check(CommandLine& line, Session& session);
void add_rebuild(CommandLine& line, Session& session);
void add_ledger(CommandLine& line, Session& session);

}  // namespace netlogd::cli
