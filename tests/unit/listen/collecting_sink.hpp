// A sink that keeps what the loop hands on, and can be told to have no room.

#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "netlogd/core/batch_sink.hpp"

namespace netlogd::listen {

// For what should take far less than a second: the machine may be starved.
constexpr std::chrono::seconds patience{240};

struct Collected {
  std::string text;
  std::string source;
  std::string relay;
  std::uint32_t original_length = 0;
  unsigned worker = 0;
};

class CollectingSink final : public BatchSink {
 public:
  explicit CollectingSink(unsigned workers = 1, std::size_t messages_per_batch = 100)
      : workers_(workers), messages_per_batch_(messages_per_batch) {}

  std::unique_ptr<RawBatch> acquire(Importance importance) noexcept override {
    if (full_ && importance == Importance::normal) return nullptr;
    return std::make_unique<RawBatch>(128 << 10, messages_per_batch_);
  }
  Reserve reserve() const noexcept override { return {reserve_bytes_, reserve_bytes_}; }
  DropReason full_reason() const noexcept override { return DropReason::queue_full; }
  void submit(std::unique_ptr<RawBatch> batch, unsigned worker) noexcept override {
    const std::lock_guard lock(mutex_);
    for (const auto& message : batch->messages())
      collected_.push_back({std::string(message.text()), message.source.address.text(),
                            message.has_relay ? message.relay.text() : "", message.original_length,
                            worker});
    ++batches_;
    changed_.notify_all();
  }
  void give_back(std::unique_ptr<RawBatch>) noexcept override {}
  unsigned worker_count() const noexcept override { return workers_; }
  void wake_when_room() noexcept override { asked_for_room_ = true; }

  void set_full(bool full) { full_ = full; }
  void set_reserve(std::size_t bytes) { reserve_bytes_ = bytes; }
  [[nodiscard]] bool asked_for_room() const { return asked_for_room_; }

  // Waits until `count` messages are here, as long as patience lasts, and returns all there are.
  std::vector<Collected> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [&] { return collected_.size() >= count; });
    return collected_;
  }

 private:
  const unsigned workers_;
  const std::size_t messages_per_batch_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Collected> collected_;
  std::size_t batches_ = 0;
  std::atomic<bool> full_{false};
  std::atomic<std::size_t> reserve_bytes_{0};
  std::atomic<bool> asked_for_room_{false};
};

// Waits for a condition that another thread brings about, as long as patience lasts.
inline bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace netlogd::listen
