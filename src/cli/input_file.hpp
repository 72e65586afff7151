// A file that a person names, read from front to back, plain or gz, or standard input. Pipes are
// spooled, so that everything can be read twice. What cannot be meant is refused by its first
// bytes.

#pragma once

#include <zlib.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "netlogd/core/result.hpp"

namespace netlogd::cli {

class InputFile {
 public:
  // "-": standard input. A folder and what cannot be opened are Errc::invalid.
  static Result<InputFile> open(const std::string& path);

  // From the beginning again.
  Result<void> rewind();
  // The front of what is still to be read, 64 KiB at most. Valid until the next call.
  Result<std::string_view> peek();
  // 0: the end. Errc::corrupt: damaged gz data, or cut off in the middle of them.
  Result<std::size_t> read(std::span<char> into);

  // How much of the file has been read, 0 to 1.
  [[nodiscard]] double progress() const;
  // When the file was last written, in microseconds since 1970; 0 for what has been spooled.
  [[nodiscard]] std::int64_t modified() const { return modified_; }

 private:
  struct Close {
    void operator()(gzFile file) const { ::gzclose(file); }
  };

  std::string name_;
  std::unique_ptr<std::remove_pointer_t<gzFile>, Close> gzip_;
  std::int64_t size_ = 0;
  std::int64_t modified_ = 0;
  std::string front_;
  std::size_t front_at_ = 0;
};

// Each line that is not empty, without its end. An error of the visitor ends it.
Result<void> read_lines(InputFile& file,
                        const std::function<Result<void>(std::string_view line)>& visit);

// What the first bytes of a file say it is, where that cannot be lines of text: "compressed by xz",
// "a capture", "binary data". Empty: text.
[[nodiscard]] std::string what_it_is(std::string_view front);

}  // namespace netlogd::cli
