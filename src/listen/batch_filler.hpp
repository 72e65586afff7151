// Fills the raw batches of one listener and hands them on: full ones at once, the last one when the
// loop has nothing more to read at the moment. Receiving loop only.

#pragma once

#include <memory>

#include "netlogd/core/batch_sink.hpp"

namespace netlogd::listen {

class BatchFiller {
 public:
  BatchFiller(BatchSink& sink, std::uint32_t listener, Protocol protocol) noexcept
      : sink_(sink), listener_(listener), protocol_(protocol) {}
  ~BatchFiller() { flush(); }
  BatchFiller(const BatchFiller&) = delete;
  BatchFiller& operator=(const BatchFiller&) = delete;

  // False: there is no room for everybody, the message was not taken.
  [[nodiscard]] bool append(const RawMessage& message) noexcept;
  // Also takes of the reserve. False: that is used up too.
  [[nodiscard]] bool append_to_reserve(const RawMessage& message) noexcept;
  // Whether there is room for everybody: at least one message would be taken now.
  [[nodiscard]] bool has_room() noexcept;
  [[nodiscard]] BatchSink::Reserve reserve() const noexcept;
  void flush() noexcept;
  // The same, but a batch of the reserve stays until it is full or there is room again: a few
  // octets in each would use it up.
  void flush_but_reserve() noexcept {
    if (importance_ == BatchSink::Importance::normal) flush();
  }
  [[nodiscard]] bool has_pending() const noexcept { return batch_ != nullptr && !batch_->empty(); }

 private:
  [[nodiscard]] bool put(const RawMessage& message, BatchSink::Importance importance) noexcept;
  [[nodiscard]] bool renew(BatchSink::Importance importance) noexcept;
  void adopt(std::unique_ptr<RawBatch> batch, BatchSink::Importance importance) noexcept;

  BatchSink& sink_;
  const std::uint32_t listener_;
  const Protocol protocol_;
  std::unique_ptr<RawBatch> batch_;
  BatchSink::Importance importance_ = BatchSink::Importance::normal;  // what batch_ was lent for
  unsigned worker_ = BatchSink::any_worker;
};

}  // namespace netlogd::listen
