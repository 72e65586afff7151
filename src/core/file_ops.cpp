#include "netlogd/core/file_ops.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

namespace netlogd {
namespace {

FileStatus to_status(const struct stat& info) noexcept {
  return {.size = static_cast<std::uint64_t>(info.st_size),
          .inode = static_cast<std::uint64_t>(info.st_ino),
          .modified_seconds = info.st_mtim.tv_sec,
          .is_regular = S_ISREG(info.st_mode),
          .is_symlink = S_ISLNK(info.st_mode)};
}

std::string describe(int fd) { return "file descriptor " + std::to_string(fd); }

class SystemFiles final : public FileOps {
 public:
  Result<UniqueFd> open(const std::string& path, int flags, mode_t mode) override {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (fd < 0) return errno_error(path, errno);
    return UniqueFd(fd);
  }

  Result<void> write_all(int fd, std::string_view bytes, std::uint64_t* written) override {
    std::uint64_t done = 0;
    while (done < bytes.size()) {
      const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {
        const int error = n < 0 ? errno : EIO;
        if (written != nullptr) *written = done;
        return errno_error(describe(fd), error);
      }
      done += static_cast<std::uint64_t>(n);
    }
    if (written != nullptr) *written = done;
    return {};
  }

  Result<std::size_t> read_at(int fd, std::span<char> bytes, std::uint64_t offset) override {
    for (;;) {
      const ssize_t n = ::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (n >= 0) return static_cast<std::size_t>(n);
      if (errno != EINTR) return errno_error(describe(fd), errno);
    }
  }

  Result<void> sync(int fd) override {
    if (::fdatasync(fd) != 0) return errno_error(describe(fd), errno);
    return {};
  }

  void drop_cached(int fd, std::uint64_t from, std::uint64_t to) noexcept override {
    static_cast<void>(::posix_fadvise(fd, static_cast<off_t>(from), static_cast<off_t>(to - from),
                                      POSIX_FADV_DONTNEED));
  }

  Result<void> sync_directory(const std::string& path) override {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0) return errno_error(path, errno);
    return {};
  }

  Result<void> truncate(int fd, std::uint64_t size) override {
    if (::ftruncate(fd, static_cast<off_t>(size)) != 0) return errno_error(describe(fd), errno);
    return {};
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return errno_error(from, errno);
    return {};
  }

  Result<void> unlink(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return errno_error(path, errno);
    return {};
  }

  Result<void> make_directories(const std::string& path, mode_t mode) override {
    for (std::size_t at = 1; at <= path.size(); ++at) {
      if (at < path.size() && path[at] != '/') continue;
      const std::string part = path.substr(0, at);
      if (::mkdir(part.c_str(), mode) == 0 || errno == EEXIST) continue;
      return errno_error(part, errno);
    }
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return errno_error(path, errno);
    if (!S_ISDIR(info.st_mode)) return errno_error(path, ENOTDIR);
    return {};
  }

  Result<FileStatus> status(const std::string& path) override {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return errno_error(path, errno);
    return to_status(info);
  }

  Result<FileStatus> status_of(int fd) override {
    struct stat info {};
    if (::fstat(fd, &info) != 0) return errno_error(describe(fd), errno);
    return to_status(info);
  }

  Result<std::vector<std::string>> list(const std::string& directory) override {
    const std::unique_ptr<DIR, int (*)(DIR*)> handle(::opendir(directory.c_str()), &::closedir);
    if (!handle) return errno_error(directory, errno);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(handle.get())) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) return errno_error(directory, errno);
    return names;
  }

  Result<SpaceStatus> space(const std::string& path) override {
    struct statvfs info {};
    if (::statvfs(path.c_str(), &info) != 0) return errno_error(path, errno);
    return SpaceStatus{.free_bytes = std::uint64_t{info.f_bavail} * info.f_frsize,
                       .total_bytes = std::uint64_t{info.f_blocks} * info.f_frsize};
  }
};

}  // namespace

FileOps& system_files() {
  static SystemFiles files;
  return files;
}

Result<void> replace_file(FileOps& files, const std::string& path, std::string_view text, mode_t mode, bool durable) {
  const std::string temporary = path + ".tmp";
  auto fd = files.open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode);
  if (!fd) return fd.error();
  const auto named = [&](const Error& error) { return Error{error.code, path + ": " + error.sentence}; };
  if (auto written = files.write_all(fd->get(), text, nullptr); !written) return named(written.error());
  if (durable)
    if (auto synced = files.sync(fd->get()); !synced) return named(synced.error());
  return files.rename(temporary, path);
}

Result<std::string> read_file(FileOps& files, const std::string& path, std::uint64_t limit) {
  auto fd = files.open(path, O_RDONLY, 0);
  if (!fd) return fd.error();
  std::string text;
  char block[65536];
  for (;;) {
    const auto n = files.read_at(fd->get(), block, text.size());
    if (!n) return Error{n.error().code, path + ": cannot be read"};
    if (*n == 0) return text;
    text.append(block, *n);
    if (text.size() > limit) return Error{Errc::invalid, path + ": larger than " + std::to_string(limit) + " bytes"};
  }
}

Result<std::vector<NamedText>> read_folder(FileOps& files, const std::string& directory, std::uint64_t limit) {
  constexpr std::size_t max_files = 1000;
  std::vector<NamedText> texts;
  std::vector<std::string> folders = {directory};
  while (!folders.empty()) {
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    auto names = files.list(folder);
    if (!names) return names.error();
    for (const auto& name : *names) {
      if (name.starts_with('.')) continue;
      const std::string path = folder + "/" + name;
      const auto status = files.status(path);
      if (!status) return status.error();
      if (!status->is_regular) {
        if (!status->is_symlink && folders.size() < max_files && files.list(path)) folders.push_back(path);
        continue;
      }
      if (texts.size() == max_files) return Error{Errc::invalid, directory + ": more than 1000 files"};
      auto text = read_file(files, path, limit);
      if (!text) return text.error();
      texts.push_back({path, std::move(*text)});
    }
  }
  std::sort(texts.begin(), texts.end(), [](const NamedText& a, const NamedText& b) { return a.name < b.name; });
  return texts;
}

}  // namespace netlogd
