// What a stream remembers of its ids apart from the segments, in DATA/state/STREAM.ids: up to where
// ids may have been given (so that none is given twice, not even by an empty journal), and the gaps
// that crashes have left (so that a missing segment is not taken for one). Written and read by the
// journal; the file is text: "next N" and lines of "gap FIRST LAST".

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/result.hpp"

namespace netlogd::journal {

struct IdGap {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

struct IdMark {
  static constexpr std::size_t max_gaps = 512;

  std::uint64_t next = 1;   // no id from here on was ever given
  std::vector<IdGap> gaps;  // in order, apart from each other

  // How many of the ids in the open interval (after, before) were given.
  [[nodiscard]] std::uint64_t given_between(std::uint64_t after,
                                            std::uint64_t before) const noexcept;
  // The gap that holds `id`, or nullptr.
  [[nodiscard]] const IdGap* gap_around(std::uint64_t id) const noexcept;
  void add_gap(IdGap gap);
};

// not_found when there is none; corrupt when it does not read back.
Result<IdMark> load_id_mark(FileOps& files, const std::string& path);
// Durable when it returns.
Result<void> save_id_mark(FileOps& files, const std::string& folder, const std::string& path,
                          const IdMark& mark);

}  // namespace netlogd::journal
