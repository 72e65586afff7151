// Every file operation of the journal, the followers and the state files, as one seam: tests put a
// layer in between that fails or crashes at the n-th operation. Thread-safe: no state of its own.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/named_text.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/core/unique_fd.hpp"

namespace netlogd {

struct FileStatus {
  std::uint64_t size = 0;
  std::uint64_t inode = 0;
  std::int64_t modified_seconds = 0;
  bool is_regular = false;
  bool is_symlink = false;
};

struct SpaceStatus {
  std::uint64_t free_bytes = 0;  // for us, not for root
  std::uint64_t total_bytes = 0;
};

class FileOps {
 public:
  virtual ~FileOps() = default;
  // `flags` as open(2); O_CLOEXEC is added. Regular files are created with `mode`.
  virtual Result<UniqueFd> open(const std::string& path, int flags, mode_t mode) = 0;
  // Writes all of it or fails; what was written before a failure is in `*written`.
  virtual Result<void> write_all(int fd, std::string_view bytes, std::uint64_t* written) = 0;
  // Reads up to bytes.size(); 0 at the end.
  virtual Result<std::size_t> read_at(int fd, std::span<char> bytes, std::uint64_t offset) = 0;
  virtual Result<void> sync(int fd) = 0;
  // Nobody will read the bytes from `from` to `to` soon: what of them is on the disk leaves the page
  // cache, the rest begins to be written and leaves it when the same is said again. Advice, without
  // a result.
  virtual void drop_cached(int, std::uint64_t /*from*/, std::uint64_t /*to*/) noexcept {}
  virtual Result<void> sync_directory(const std::string& path) = 0;
  virtual Result<void> truncate(int fd, std::uint64_t size) = 0;
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> unlink(const std::string& path) = 0;
  virtual Result<void> make_directories(const std::string& path, mode_t mode) = 0;
  virtual Result<FileStatus> status(const std::string& path) = 0;   // lstat; not_found where there is none
  virtual Result<FileStatus> status_of(int fd) = 0;
  virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;  // names, unsorted
  virtual Result<SpaceStatus> space(const std::string& path) = 0;
};

// The system's own. Stateless; lives as long as the program.
FileOps& system_files();

// Writes `text` to `path` by way of `path`.tmp, fsync and rename: readers see the old or the new.
// `durable` false leaves the fsync out, for files that are worth nothing after a crash of the machine.
Result<void> replace_file(FileOps& files, const std::string& path, std::string_view text, mode_t mode, bool durable = true);
// The whole file; refuses more than `limit` bytes.
Result<std::string> read_file(FileOps& files, const std::string& path, std::uint64_t limit);
// The regular files below a folder and its folders, in the order of their names; hidden ones are left
// out. At most 1,000 files of `limit` bytes each.
Result<std::vector<NamedText>> read_folder(FileOps& files, const std::string& directory, std::uint64_t limit);

}  // namespace netlogd
