// For the threads that must never slow reception down: compression, followers.

#pragma once

namespace netlogd::journal {

// The calling thread gets the lowest CPU and disk priority. It cannot be raised again.
void lower_this_thread() noexcept;
// Names the calling thread for top and perf (at most 15 characters).
void name_this_thread(const char* name) noexcept;

}  // namespace netlogd::journal
