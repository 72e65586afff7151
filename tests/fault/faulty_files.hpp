// A FileOps that breaks: at the n-th operation it fails once, or the whole machine stops there and
// nothing that comes later has any effect. A write that breaks has written its first half. It can
// also play a disk of limited size, and a loss of power that takes everything that was not synced.

#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "support/forwarding_files.hpp"

namespace netlogd::testing {

enum class Break { never, fail_once, fail_from_there_on, stop };

class FaultyFiles final : public ForwardingFiles {
 public:
  // Counts changing operations (open for writing, write, sync, truncate, rename, unlink, mkdir).
  void break_at(std::uint64_t operation, Break how, int error = EIO) {
    at_ = operation;
    how_ = how;
    error_ = error;
    seen_ = 0;
    stopped_ = false;
  }
  [[nodiscard]] std::uint64_t seen() const { return seen_; }
  [[nodiscard]] bool has_broken() const { return how_ != Break::never && seen_ >= at_; }
  void heal() { how_ = Break::never; }

  // Bytes that can still be written; space() reports them as free.
  void limit_space(std::uint64_t bytes) {
    left_ = static_cast<std::int64_t>(bytes);
    limited_ = true;
  }

  // No file can be made that is not there; 0: as usual again.
  void break_new_files(int error) { new_file_error_ = error; }

  // Cuts every file that was written through here to what was synced of it.
  void lose_power() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    for (const auto& [inode, known] : written_) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator(root_)) {
        struct stat info {};
        if (::stat(entry.path().c_str(), &info) != 0 || info.st_ino != inode) continue;
        if (static_cast<std::uint64_t>(info.st_size) > known)
          std::filesystem::resize_file(entry.path(), known);
      }
    }
  }
  void set_root(std::string root) { root_ = std::move(root); }

  Result<UniqueFd> open(const std::string& path, int flags, mode_t mode) override {
    const bool changes = (flags & 3) != 0;
    if (new_file_error_ != 0 && (flags & O_CREAT) != 0 && !system_.status(path))
      return errno_error(path, new_file_error_);
    if (changes && breaks()) return errno_error(path, error_);
    if (stopped_ && changes) return errno_error(path, EIO);
    return system_.open(path, flags, mode);
  }
  Result<void> write_all(int fd, std::string_view bytes, std::uint64_t* written) override {
    if (breaks()) {
      if (!was_stopped_before_)
        static_cast<void>(system_.write_all(fd, bytes.substr(0, bytes.size() / 2), written));
      track(fd);
      return errno_error("write", error_);
    }
    if (stopped_) return errno_error("write", EIO);
    track(fd);
    if (limited_) {
      const auto fits =
          std::clamp<std::int64_t>(left_.load(), 0, static_cast<std::int64_t>(bytes.size()));
      left_ -= fits;
      if (static_cast<std::size_t>(fits) < bytes.size()) {
        static_cast<void>(
            system_.write_all(fd, bytes.substr(0, static_cast<std::size_t>(fits)), written));
        return errno_error("write", ENOSPC);
      }
    }
    return system_.write_all(fd, bytes, written);
  }
  Result<void> sync(int fd) override {
    if (breaks() || stopped_) return errno_error("sync", error_);
    auto done = system_.sync(fd);
    struct stat info {};
    if (done && ::fstat(fd, &info) == 0) {
      const std::lock_guard lock(mutex_);
      written_[info.st_ino] = static_cast<std::uint64_t>(info.st_size);
    }
    return done;
  }
  Result<void> sync_directory(const std::string& path) override {
    if (breaks() || stopped_) return errno_error(path, error_);
    return system_.sync_directory(path);
  }
  Result<void> truncate(int fd, std::uint64_t size) override {
    if (breaks() || stopped_) return errno_error("truncate", error_);
    struct stat info {};
    if (limited_ && ::fstat(fd, &info) == 0)
      left_ += static_cast<std::int64_t>(info.st_size) - static_cast<std::int64_t>(size);
    return system_.truncate(fd, size);
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    if (breaks() || stopped_) return errno_error(from, error_);
    return system_.rename(from, to);
  }
  Result<void> unlink(const std::string& path) override {
    if (breaks() || stopped_) return errno_error(path, error_);
    struct stat info {};
    if (limited_ && ::lstat(path.c_str(), &info) == 0) left_ += info.st_size;
    return system_.unlink(path);
  }
  Result<void> make_directories(const std::string& path, mode_t mode) override {
    if (breaks() || stopped_) return errno_error(path, error_);
    return system_.make_directories(path, mode);
  }
  Result<SpaceStatus> space(const std::string& path) override {
    if (!limited_) return system_.space(path);
    return SpaceStatus{.free_bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(left_, 0)),
                       .total_bytes = 1ULL << 40};
  }

 private:
  // True at the operation that breaks, and at all later ones if it stays broken.
  bool breaks() {
    was_stopped_before_ = stopped_;
    const auto now = ++seen_;
    if (how_ == Break::never) return false;
    if (how_ == Break::fail_once) return now == at_;
    if (now < at_) return false;
    if (how_ == Break::stop) stopped_ = true;
    return true;
  }
  void track(int fd) {
    struct stat info {};
    if (::fstat(fd, &info) != 0) return;
    const std::lock_guard lock(mutex_);
    written_.emplace(info.st_ino, 0);
  }

  FileOps& system_ = system_files();
  std::string root_;
  std::atomic<std::uint64_t> seen_{0};
  std::uint64_t at_ = 0;
  Break how_ = Break::never;
  int error_ = EIO;
  int new_file_error_ = 0;
  std::atomic<bool> stopped_{false};
  bool was_stopped_before_ = false;
  bool limited_ = false;
  std::atomic<std::int64_t> left_{0};
  std::mutex mutex_;
  std::map<std::uint64_t, std::uint64_t> written_;  // inode to synced bytes
};

}  // namespace netlogd::testing
