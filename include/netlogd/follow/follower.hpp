// A follower takes records out of the journal at its own speed and says up to where they are safe.
// It is called by one thread, its FollowerRunner's; nothing in it is shared or locked.

#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "netlogd/core/names.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/journal/cursor.hpp"

namespace netlogd::follow {

class Follower {
 public:
  virtual ~Follower() = default;

  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  [[nodiscard]] virtual bool takes(Stream stream) const noexcept = 0;

  // Opens its store and says where it stands; {} means nothing yet. Called again after an error,
  // and whenever the runner has to start over.
  virtual Result<std::array<journal::Cursor, stream_count>> open() = 0;

  // Records with ids in (keep_through, drop_through] are no longer in the journal (a power loss
  // took them): forget them, and stand at `cursor`.
  virtual Result<void> roll_back(Stream stream, std::uint64_t keep_through,
                                 std::uint64_t drop_through, const journal::Cursor& cursor) = 0;

  // Makes the batch and its cursor safe, both or neither. After an error the same records come
  // again. Views in the batch are valid during the call.
  virtual Result<void> take(Stream stream, const journal::ReadBatch& batch) = 0;

  // One small piece of its own upkeep (retention, checkpoints, text index), well under 100 ms of
  // waiting for anybody. `caught_up`: nothing is pending. True: there is more to do soon.
  virtual Result<bool> maintain(bool caught_up) = 0;

  // How much it likes to get at once, and how long records may gather before they are taken.
  struct Appetite {
    std::size_t records = 20'000;
    std::size_t bytes = 16 << 20;
    std::chrono::milliseconds gather{250};
  };
  [[nodiscard]] virtual Appetite appetite() const noexcept { return {}; }
};

}  // namespace netlogd::follow
