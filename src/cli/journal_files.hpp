// The journal as a reader outside the daemon sees it: the files of a stream, their lines forwards
// and backwards, through rotation and compression under our eyes. One thread.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/names.hpp"
#include "netlogd/core/result.hpp"
#include "time_words.hpp"

namespace netlogd::cli {

struct JournalFile {
  std::string path;
  Stream stream = Stream::syslog;
  bool gzip = false;
  bool active = false;
  std::uint64_t first_id = 0;  // 0: of the active one, when it is empty
  Micros closed = 0;           // 0: active
  Micros opened = 0;           // when the one before was closed; 0: not known
};

// Oldest first, the one being written last. A folder that is not there has none.
Result<std::vector<JournalFile>> list_journal(const std::string& data_dir, Stream stream);

// False: enough.
using LineVisitor = std::function<bool(std::string_view line, std::uint64_t offset)>;

// Whole lines only, from an uncompressed offset on. False in the result: the visitor had enough.
Result<bool> read_forward(const JournalFile& file, std::uint64_t offset, const LineVisitor& visit);
// The last line first; plain files only.
Result<bool> read_backward(const JournalFile& file, const LineVisitor& visit);
// The offset of the first line with an id of at least `id`; plain files only, whose ids rise.
Result<std::uint64_t> offset_of_id(const JournalFile& file, std::uint64_t id);

// `{"id":N,…`: N, or 0.
[[nodiscard]] std::uint64_t line_id(std::string_view line);

}  // namespace netlogd::cli
