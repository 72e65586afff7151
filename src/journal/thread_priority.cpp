#include "netlogd/journal/thread_priority.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace netlogd::journal {

// On Linux a nice value belongs to the thread. SCHED_IDLE would be lower still, but under a full
// load it can starve a thread for minutes, and the disk would fill with what it did not compress.
void lower_this_thread(LowPriority priority) noexcept {
  const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
  static_cast<void>(::setpriority(PRIO_PROCESS, thread, static_cast<int>(priority)));
  constexpr int ioprio_who_process = 1;
  constexpr int ioprio_class_idle = 3 << 13;
  static_cast<void>(::syscall(SYS_ioprio_set, ioprio_who_process, 0, ioprio_class_idle));
}

void name_this_thread(const char* name) noexcept {
  static_cast<void>(::pthread_setname_np(::pthread_self(), name));
}

}  // namespace netlogd::journal
