// A bounded lock-free queue after Dmitry Vyukov's array queue: many producers, many consumers,
// each element handed over whole. try_push and try_pop never block and never allocate.

#pragma once

#include <atomic>
#include <bit>
#include <cassert>
#include <cstddef>
#include <memory>
#include <utility>

namespace netlogd {

template <typename T>
class BoundedQueue {
 public:
  // `capacity` is rounded up to a power of two, at least two.
  explicit BoundedQueue(std::size_t capacity)
      : mask_(std::bit_ceil(capacity < 2 ? std::size_t{2} : capacity) - 1), cells_(new Cell[mask_ + 1]) {
    for (std::size_t i = 0; i <= mask_; ++i) cells_[i].turn.store(i, std::memory_order_relaxed);
  }
  BoundedQueue(const BoundedQueue&) = delete;
  BoundedQueue& operator=(const BoundedQueue&) = delete;

  // False: full, `value` is untouched.
  [[nodiscard]] bool try_push(T&& value) noexcept {
    std::size_t at = tail_.load(std::memory_order_relaxed);
    for (;;) {
      Cell& cell = cells_[at & mask_];
      const std::size_t turn = cell.turn.load(std::memory_order_acquire);
      if (turn == at) {
        if (!tail_.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) continue;
        cell.value = std::move(value);
        cell.turn.store(at + 1, std::memory_order_release);
        return true;
      }
      if (turn < at) return false;
      at = tail_.load(std::memory_order_relaxed);
    }
  }

  // False: empty, `value` is untouched.
  [[nodiscard]] bool try_pop(T& value) noexcept {
    std::size_t at = head_.load(std::memory_order_relaxed);
    for (;;) {
      Cell& cell = cells_[at & mask_];
      const std::size_t turn = cell.turn.load(std::memory_order_acquire);
      if (turn == at + 1) {
        if (!head_.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) continue;
        value = std::move(cell.value);
        cell.turn.store(at + mask_ + 1, std::memory_order_release);
        return true;
      }
      if (turn < at + 1) return false;
      at = head_.load(std::memory_order_relaxed);
    }
  }

  // A snapshot; exact only while nobody else is at the queue.
  [[nodiscard]] std::size_t size() const noexcept {
    const auto head = head_.load(std::memory_order_relaxed);
    const auto tail = tail_.load(std::memory_order_relaxed);
    return tail >= head ? tail - head : 0;
  }
  [[nodiscard]] std::size_t capacity() const noexcept { return mask_ + 1; }

 private:
  struct Cell {
    std::atomic<std::size_t> turn{0};
    T value{};
  };

  const std::size_t mask_;
  const std::unique_ptr<Cell[]> cells_;
  alignas(64) std::atomic<std::size_t> tail_{0};
  alignas(64) std::atomic<std::size_t> head_{0};
};

// Wakes a thread that found nothing to do. The sleeper reads `now()`, looks once more, then waits;
// a ring in between is never missed.
class Bell {
 public:
  [[nodiscard]] unsigned now() const noexcept { return rings_.load(std::memory_order_acquire); }
  void ring() noexcept {
    rings_.fetch_add(1, std::memory_order_acq_rel);
    rings_.notify_all();
  }
  void wait_past(unsigned seen) const noexcept { rings_.wait(seen, std::memory_order_acquire); }

 private:
  std::atomic<unsigned> rings_{0};
};

}  // namespace netlogd
