// netlog: the command beside the daemon, for people.

#include "netlogd/cli/command_line.hpp"

int main(int argc, char** argv) { return netlogd::cli::run(argc, argv); }
