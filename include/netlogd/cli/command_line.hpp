// The `netlog` command: what the operator types, in; an exit status, out. 0: found, or all is well;
// 1: nothing found, or a check failed; 2: the command, the configuration or the data cannot be
// used.

#pragma once

namespace netlogd::cli {

int run(int argc, const char* const* argv);

}  // namespace netlogd::cli
