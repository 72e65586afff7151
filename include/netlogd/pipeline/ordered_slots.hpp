// Where finished batches wait for their turn: workers put them in whatever order they finish, the
// appender takes them in ticket order. A ring; a slot is reserved together with its ticket, so a
// put always finds room. put: any thread, once per ticket. take: the appender only.

#pragma once

#include <atomic>
#include <bit>
#include <cassert>
#include <cstdint>
#include <memory>

namespace netlogd::pipeline {

template <typename T>
class OrderedSlots {
 public:
  explicit OrderedSlots(std::size_t count)
      : mask_(std::bit_ceil(count) - 1), slots_(new std::atomic<T*>[mask_ + 1]) {
    for (std::size_t i = 0; i <= mask_; ++i) slots_[i].store(nullptr, std::memory_order_relaxed);
  }
  ~OrderedSlots() {
    for (std::size_t i = 0; i <= mask_; ++i) delete slots_[i].load();
  }
  OrderedSlots(const OrderedSlots&) = delete;
  OrderedSlots& operator=(const OrderedSlots&) = delete;

  void put(std::uint64_t ticket, std::unique_ptr<T> value) noexcept {
    [[maybe_unused]] T* const before =
        slots_[ticket & mask_].exchange(value.release(), std::memory_order_acq_rel);
    assert(before == nullptr);
  }
  // Null: the batch with this ticket is not finished yet.
  [[nodiscard]] std::unique_ptr<T> take(std::uint64_t ticket) noexcept {
    return std::unique_ptr<T>(slots_[ticket & mask_].exchange(nullptr, std::memory_order_acq_rel));
  }
  [[nodiscard]] std::size_t count() const noexcept { return mask_ + 1; }

 private:
  const std::size_t mask_;
  const std::unique_ptr<std::atomic<T*>[]> slots_;
};

}  // namespace netlogd::pipeline
