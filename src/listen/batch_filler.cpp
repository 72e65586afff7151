#include "batch_filler.hpp"

namespace netlogd::listen {

bool BatchFiller::append(const RawMessage& message, BatchSink::Importance importance) noexcept {
  if (batch_ == nullptr && !renew(importance)) return false;
  if (is_pinned(protocol_, message.bytes)) {
    // A change of the worker ends the batch, so that the arrival order holds across workers.
    const auto worker = static_cast<unsigned>(std::hash<IpAddress>{}(message.source.address) % sink_.worker_count());
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

bool BatchFiller::has_room() noexcept { return batch_ != nullptr || renew(BatchSink::Importance::normal); }

bool BatchFiller::renew(BatchSink::Importance importance) noexcept {
  batch_ = sink_.acquire(importance);
  if (batch_ == nullptr) return false;
  batch_->listener = listener_;
  batch_->protocol = protocol_;
  worker_ = BatchSink::any_worker;
  return true;
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
