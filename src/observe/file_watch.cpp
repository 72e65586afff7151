#include "netlogd/observe/file_watch.hpp"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace netlogd::observe {
namespace {

constexpr std::uint32_t events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR;
constexpr int max_reads = 64;  // a call ends, however fast others write; the rest is still readable

struct LinkState {
  bool is_link = false;
  std::uint64_t inode = 0;  // of the target; 0: none
};

LinkState link_state(const std::string& path) noexcept {
  struct stat own {};
  struct stat target {};
  LinkState state;
  if (::lstat(path.c_str(), &own) != 0) return state;
  state.is_link = S_ISLNK(own.st_mode);
  if (::stat(path.c_str(), &target) == 0) state.inode = static_cast<std::uint64_t>(target.st_ino);
  return state;
}

}  // namespace

Result<FileWatch> FileWatch::open(const std::vector<std::string>& paths) {
  FileWatch watch;
  watch.fd_.reset(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!watch.fd_) return errno_error("inotify", errno);
  for (const auto& path : paths) {
    const auto slash = path.rfind('/');
    Watched file;
    file.path = path;
    file.folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
    file.name = slash == std::string::npos ? path : path.substr(slash + 1);
    file.watch = ::inotify_add_watch(watch.fd_.get(), file.folder.c_str(), events);
    if (file.watch < 0) return errno_error(file.folder, errno);
    file.inode = link_state(path).inode;
    watch.files_.push_back(std::move(file));
  }
  return watch;
}

std::vector<std::string> FileWatch::changed() {
  std::vector<bool> hit(files_.size(), false);
  const auto see = [&](int folder, std::uint32_t mask, std::string_view name) {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      auto& file = files_[i];
      const bool overflow = (mask & IN_Q_OVERFLOW) != 0;
      if (!overflow && file.watch != folder) continue;
      if (overflow || name == file.name) {
        hit[i] = true;
      } else if ((mask & IN_MOVED_TO) != 0) {
        // Something else was renamed into the folder: the link may lead elsewhere now.
        const auto state = link_state(file.path);
        if (state.is_link && state.inode != file.inode) hit[i] = true;
      }
    }
  };

  alignas(inotify_event) char buffer[16 * 1024];
  for (int reads = 0; reads < max_reads; ++reads) {
    const ssize_t length = ::read(fd_.get(), buffer, sizeof buffer);
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) break;
    for (ssize_t at = 0; at + static_cast<ssize_t>(sizeof(inotify_event)) <= length;) {
      inotify_event event{};
      std::memcpy(&event, buffer + at, sizeof event);
      const char* name = buffer + at + sizeof event;
      see(event.wd, event.mask, {name, ::strnlen(name, event.len)});
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }

  std::vector<std::string> paths;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    if (!hit[i]) continue;
    files_[i].inode = link_state(files_[i].path).inode;
    paths.push_back(files_[i].path);
  }
  return paths;
}

}  // namespace netlogd::observe
