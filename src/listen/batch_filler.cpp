#include "batch_filler.hpp"

namespace netlogd::listen {

bool BatchFiller::append(const RawMessage& message) noexcept {
  return has_room() && put(message, BatchSink::Importance::normal);
}

bool BatchFiller::append_to_reserve(const RawMessage& message) noexcept {
  if (batch_ == nullptr && !renew(BatchSink::Importance::high)) return false;
  return put(message, BatchSink::Importance::high);
}

bool BatchFiller::put(const RawMessage& message, BatchSink::Importance importance) noexcept {
  if (is_pinned(protocol_, message.bytes)) {
    // A change of the worker ends the batch, so that the arrival order holds across workers.
    const auto worker = worker_of(message.source.address, sink_.worker_count());
    if (worker_ != worker && worker_ != BatchSink::any_worker && !batch_->empty()) {
      flush();
      if (!renew(importance)) return false;
    }
    worker_ = worker;
  }
  if (batch_->append(message)) return true;
  const unsigned worker = worker_;
  flush();
  if (!renew(importance)) return false;
  worker_ = is_pinned(protocol_, message.bytes) ? worker : BatchSink::any_worker;
  return batch_->append(message);
}

bool BatchFiller::has_room() noexcept {
  if (batch_ != nullptr && importance_ == BatchSink::Importance::normal) return true;
  // A batch of the reserve is no room for everybody.
  auto fresh = sink_.acquire(BatchSink::Importance::normal);
  if (fresh == nullptr) return false;
  flush();
  adopt(std::move(fresh), BatchSink::Importance::normal);
  return true;
}

BatchSink::Reserve BatchFiller::reserve() const noexcept {
  BatchSink::Reserve reserve = sink_.reserve();
  if (batch_ != nullptr) reserve.left_bytes += batch_->free_bytes();
  return reserve;
}

// The reserve is drawn on only when there is no room for everybody.
bool BatchFiller::renew(BatchSink::Importance importance) noexcept {
  auto lent_for = BatchSink::Importance::normal;
  auto fresh = sink_.acquire(lent_for);
  if (fresh == nullptr && importance == BatchSink::Importance::high)
    fresh = sink_.acquire(lent_for = importance);
  if (fresh == nullptr) return false;
  adopt(std::move(fresh), lent_for);
  return true;
}

void BatchFiller::adopt(std::unique_ptr<RawBatch> batch,
                        BatchSink::Importance importance) noexcept {
  batch_ = std::move(batch);
  batch_->listener = listener_;
  batch_->protocol = protocol_;
  importance_ = importance;
  worker_ = BatchSink::any_worker;
}

void BatchFiller::flush() noexcept {
  if (batch_ == nullptr) return;
  if (batch_->empty())
    sink_.give_back(std::move(batch_));
  else
    sink_.submit(std::move(batch_), worker_);
  worker_ = BatchSink::any_worker;
}

}  // namespace netlogd::listen
