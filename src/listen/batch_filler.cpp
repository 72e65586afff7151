#include "batch_filler.hpp"

namespace netlogd::listen {

bool BatchFiller::append(const RawMessage& message, BatchSink::Importance importance) noexcept {
  if (batch_ == nullptr && !renew(importance)) return false;
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

bool BatchFiller::renew(BatchSink::Importance importance) noexcept {
  auto fresh = sink_.acquire(importance);
  if (fresh == nullptr) return false;
  adopt(std::move(fresh), importance);
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
