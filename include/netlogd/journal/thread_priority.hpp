// For the threads that must never slow reception down: compression, followers.

#pragma once

namespace netlogd::journal {

// Compression can wait longest. A follower that gets 1 % of a busy processor would never catch up.
enum class LowPriority : int { compression = 19, follower = 10 };  // nice values
// The calling thread gets that CPU priority and the lowest of the disk. It cannot be raised again.
void lower_this_thread(LowPriority priority) noexcept;
// Names the calling thread for top and perf (at most 15 characters).
void name_this_thread(const char* name) noexcept;

}  // namespace netlogd::journal
