// The seam between the receiving loop and the workers: listeners fill raw batches that they are lent
// here and hand them on. Implemented by pipeline; tests put their own in between.

#pragma once

#include <cstdint>
#include <memory>

#include "netlogd/core/names.hpp"
#include "netlogd/core/raw_batch.hpp"

namespace netlogd {

class BatchSink {
 public:
  static constexpr unsigned any_worker = ~0U;

  virtual ~BatchSink() = default;
  // The last eighth of the batches is kept for what must not be lost to a flood of debug messages.
  enum class Importance : std::uint8_t { normal, high };
  struct Reserve {
    std::size_t left_bytes;   // in batches that acquire(high) would still give
    std::size_t whole_bytes;  // when acquire(normal) would just succeed
  };

  // An empty batch to fill, or null: every batch of that importance is in use. Never waits. Loop only.
  [[nodiscard]] virtual std::unique_ptr<RawBatch> acquire(Importance importance) noexcept = 0;
  [[nodiscard]] virtual Reserve reserve() const noexcept = 0;  // loop only
  // Why acquire() has nothing at the moment: the queue is full, or the disk is.
  [[nodiscard]] virtual DropReason full_reason() const noexcept = 0;
  // Hands a filled batch on; the arrival order is the order of these calls. `worker` is an index below
  // worker_count() or any_worker. Always succeeds, for the place was reserved by acquire(). Loop only.
  virtual void submit(std::unique_ptr<RawBatch> batch, unsigned worker) noexcept = 0;
  // Gives back a batch that was not used. Loop only.
  virtual void give_back(std::unique_ptr<RawBatch> batch) noexcept = 0;
  [[nodiscard]] virtual unsigned worker_count() const noexcept = 0;
  // Asks for one call of the loop's waker when acquire(normal) would succeed again. Loop only.
  virtual void wake_when_room() noexcept = 0;
};

// What must always go to the same worker: flow and SNMPv3 messages of one exporter, whose templates
// and engines that worker keeps. All else is stateless.
[[nodiscard]] inline bool is_pinned(Protocol protocol, std::span<const std::uint8_t> bytes) noexcept {
  if (protocol == Protocol::flow) return true;
  if (protocol != Protocol::snmp || bytes.size() < 2) return false;
  // SEQUENCE, a length in any of its forms, then INTEGER 1 octet: the version (RFC 3412, 6).
  const std::size_t at = bytes[1] < 0x80 ? 2 : 2 + (bytes[1] & 0x7fU);
  return at + 2 < bytes.size() && bytes[at] == 0x02 && !(bytes[at + 1] == 1 && bytes[at + 2] <= 1);
}

[[nodiscard]] inline unsigned worker_of(const IpAddress& exporter, unsigned workers) noexcept {
  return static_cast<unsigned>(std::hash<IpAddress>{}(exporter) % workers);
}

}  // namespace netlogd
