// What an interrupted run leaves behind, put right when a stream is opened: tails without an end,
// zeros after a power loss, twins and temporary files of a compression. Called before any other
// thread knows of the stream.

#pragma once

#include <cstdint>
#include <string>

#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/names.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/core/time.hpp"

namespace netlogd::journal {

// What stands in a plain segment.
struct PlainContent {
  std::uint64_t first_id = 0;  // 0: not a single record
  std::uint64_t last_id = 0;
  std::int64_t first_received_us = 0;
  std::uint64_t good_bytes = 0;  // up to the end of the last record
  std::uint64_t text_end = 0;    // … and up to where it is only zeros
  std::uint64_t size = 0;
};

// `first_id` is what the name says, 0 if it says nothing; a damaged id is told from a good one by
// it.
Result<PlainContent> examine_plain(FileOps& files, int fd, const std::string& path,
                                   std::uint64_t first_id);

// Copies [good_bytes, text_end) to FOLDER/STREAM-TIME.torn and cuts the file behind its last
// record. `fd` must be open for writing. False: the disk was full, so there is no copy.
Result<bool> set_tail_aside(FileOps& files, int fd, const PlainContent& content,
                            const std::string& folder, Stream stream, TimePoint now);

}  // namespace netlogd::journal
