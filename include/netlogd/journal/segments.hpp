// The files of a stream, seen from outside: their names, and the uncompressed bytes of one of them.
// For the reader, for recovery, and for tools that look into DATA without a running journal. No
// state between calls; nothing in a file is trusted.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/names.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/core/time.hpp"

namespace netlogd::journal {

enum class SegmentForm : std::uint8_t { active, plain, gzip };

struct SegmentName {
  SegmentForm form = SegmentForm::active;
  std::int64_t closed_seconds = 0;  // since 1970, from the name; 0 for the active one
  std::uint64_t first_id = 0;       // from the name; 0 for the active one
};

[[nodiscard]] std::string active_name(Stream stream);
[[nodiscard]] std::string closed_name(Stream stream, TimePoint closed, std::uint64_t first_id);
// nullopt: not the name of a segment of this stream.
[[nodiscard]] std::optional<SegmentName> parse_segment_name(Stream stream, std::string_view name);

struct ListedSegment {
  std::string path;
  SegmentName name;
};
// Oldest first, the active one last. Where a plain file and its compressed twin are both there, the
// compressed one is listed.
Result<std::vector<ListedSegment>> list_segments(FileOps& files, const std::string& data_dir,
                                                 Stream stream);

// The id of a record line (without its newline): `{"id":N,…}` without control characters. 0: it is
// no such line.
[[nodiscard]] std::uint64_t record_id(std::string_view line) noexcept;

// Reads a segment by its uncompressed offsets. Our own gzip files consist of members that can be
// read each by itself; any other gzip file is read from its beginning. One thread at a time.
class SegmentFile {
 public:
  static Result<SegmentFile> open(FileOps& files, const std::string& path, bool gzip);
  SegmentFile(SegmentFile&&) noexcept;
  SegmentFile& operator=(SegmentFile&&) noexcept;
  ~SegmentFile();

  // Up to into.size() bytes from `offset`; 0 at the end. Errc::corrupt: the bytes there are
  // damaged, and the next ones that may be read begin at damage_end(). Errc::io: try again.
  Result<std::size_t> read_at(std::span<char> into, std::uint64_t offset);
  [[nodiscard]] std::uint64_t damage_end() const noexcept;
  [[nodiscard]] std::uint64_t inode() const noexcept;

  struct Source;  // one for each form of file

 private:
  explicit SegmentFile(std::unique_ptr<Source> source);
  std::unique_ptr<Source> source_;
};

}  // namespace netlogd::journal
