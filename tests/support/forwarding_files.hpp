// The system's files, for tests to derive from and change what they are about.

#pragma once

#include "netlogd/core/file_ops.hpp"

namespace netlogd::testing {

class ForwardingFiles : public FileOps {
 public:
  Result<UniqueFd> open(const std::string& path, int flags, mode_t mode) override {
    return system_files().open(path, flags, mode);
  }
  Result<void> write_all(int fd, std::string_view bytes, std::uint64_t* written) override {
    return system_files().write_all(fd, bytes, written);
  }
  Result<std::size_t> read_at(int fd, std::span<char> bytes, std::uint64_t offset) override {
    return system_files().read_at(fd, bytes, offset);
  }
  Result<void> sync(int fd) override { return system_files().sync(fd); }
  void drop_cached(int fd, std::uint64_t from, std::uint64_t to) noexcept override {
    system_files().drop_cached(fd, from, to);
  }
  Result<void> sync_directory(const std::string& path) override {
    return system_files().sync_directory(path);
  }
  Result<void> truncate(int fd, std::uint64_t size) override {
    return system_files().truncate(fd, size);
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    return system_files().rename(from, to);
  }
  Result<void> unlink(const std::string& path) override { return system_files().unlink(path); }
  Result<void> make_directories(const std::string& path, mode_t mode) override {
    return system_files().make_directories(path, mode);
  }
  Result<FileStatus> status(const std::string& path) override {
    return system_files().status(path);
  }
  Result<FileStatus> status_of(int fd) override { return system_files().status_of(fd); }
  Result<std::vector<std::string>> list(const std::string& directory) override {
    return system_files().list(directory);
  }
  Result<SpaceStatus> space(const std::string& path) override { return system_files().space(path); }
};

}  // namespace netlogd::testing
