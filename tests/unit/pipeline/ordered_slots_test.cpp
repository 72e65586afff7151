#include "netlogd/pipeline/ordered_slots.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>
#include <vector>

namespace netlogd::pipeline {
namespace {

TEST(OrderedSlots, gives_in_ticket_order_whatever_the_order_of_the_puts) {
  OrderedSlots<int> slots(8);
  slots.put(1, std::make_unique<int>(11));
  EXPECT_EQ(slots.take(0), nullptr);
  slots.put(0, std::make_unique<int>(10));
  EXPECT_EQ(*slots.take(0), 10);
  EXPECT_EQ(*slots.take(1), 11);
  EXPECT_EQ(slots.take(2), nullptr);
}

TEST(OrderedSlots, comes_round_its_ring_between_threads) {
  constexpr std::uint64_t count = 20000;
  OrderedSlots<std::uint64_t> slots(16);
  std::atomic<std::uint64_t> taken{0};
  std::vector<std::thread> workers;
  for (std::uint64_t w = 0; w < 3; ++w)
    workers.emplace_back([&, w] {
      for (std::uint64_t ticket = w; ticket < count; ticket += 3) {
        while (ticket >= taken.load() + slots.count()) std::this_thread::yield();
        slots.put(ticket, std::make_unique<std::uint64_t>(ticket * 7));
      }
    });
  for (std::uint64_t ticket = 0; ticket < count;) {
    const auto value = slots.take(ticket);
    if (value == nullptr) {
      std::this_thread::yield();
      continue;
    }
    EXPECT_EQ(*value, ticket * 7);
    taken.store(++ticket);
  }
  for (auto& worker : workers) worker.join();
}

}  // namespace
}  // namespace netlogd::pipeline
