#include "netlogd/core/bounded_queue.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <thread>
#include <vector>

namespace netlogd {
namespace {

TEST(BoundedQueue, acts_like_a_plain_deque) {
  BoundedQueue<int> queue(8);
  std::deque<int> model;
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    if (random() % 2 == 0) {
      const bool pushed = queue.try_push(int{i});
      EXPECT_EQ(pushed, model.size() < queue.capacity());
      if (pushed) model.push_back(i);
    } else {
      int value = -1;
      const bool popped = queue.try_pop(value);
      EXPECT_EQ(popped, !model.empty());
      if (popped) {
        EXPECT_EQ(value, model.front());
        model.pop_front();
      }
    }
    EXPECT_EQ(queue.size(), model.size());
  }
}

TEST(BoundedQueue, loses_and_doubles_nothing_between_threads) {
  constexpr std::uint64_t per_producer = 20000;
  BoundedQueue<std::uint64_t> queue(64);
  std::atomic<std::uint64_t> sum{0};
  std::atomic<std::uint64_t> taken{0};
  std::vector<std::thread> threads;
  for (std::uint64_t p = 0; p < 2; ++p)
    threads.emplace_back([&queue, p] {
      for (std::uint64_t i = 0; i < per_producer; ++i)
        while (!queue.try_push(p * per_producer + i)) std::this_thread::yield();
    });
  for (int c = 0; c < 2; ++c)
    threads.emplace_back([&] {
      std::uint64_t value = 0;
      while (taken.load() < 2 * per_producer) {
        if (!queue.try_pop(value)) {
          std::this_thread::yield();
          continue;
        }
        sum += value;
        ++taken;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sum.load(), 2 * per_producer * (2 * per_producer - 1) / 2);
}

}  // namespace
}  // namespace netlogd
