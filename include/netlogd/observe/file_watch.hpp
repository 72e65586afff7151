// Tells when one of a few files was closed after writing or was renamed into place, by inotify on
// their folders: a file is never read half-written. The descriptor goes into the owner's own loop.
// One owner, one thread.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "netlogd/core/result.hpp"
#include "netlogd/core/unique_fd.hpp"

namespace netlogd::observe {

class FileWatch {
 public:
  // The folders must be there, the files need not. An empty list watches nothing (fd() stays
  // valid).
  [[nodiscard]] static Result<FileWatch> open(const std::vector<std::string>& paths);

  // Readable when something happened in one of the folders; non-blocking.
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

  // Call when fd() is readable: which of the paths have new content, each once. A link whose target
  // was replaced (as Kubernetes does with its volumes) counts too.
  [[nodiscard]] std::vector<std::string> changed();

 private:
  struct Watched {
    std::string path;
    std::string folder;
    std::string name;
    int watch = -1;
    std::uint64_t inode = 0;  // of the target, to see a link move
  };

  UniqueFd fd_;
  std::vector<Watched> files_;
};

}  // namespace netlogd::observe
