// Counters of the loss ledger, one block per listener and per follower. Written by the threads
// named at each field with relaxed atomics, added up by any reader. At rest, for each listener:
// received = journaled + no_record + sum(dropped), and in between + parked. Messages (datagrams, frames) are counted;
// `records` counts what was written.

#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/names.hpp"

namespace netlogd {

using Counter = std::atomic<std::uint64_t>;

inline void count(Counter& counter, std::uint64_t amount = 1) noexcept {
  counter.fetch_add(amount, std::memory_order_relaxed);
}
[[nodiscard]] inline std::uint64_t read(const Counter& counter) noexcept {
  return counter.load(std::memory_order_relaxed);
}

struct ListenerCounters {
  std::string name;  // "syslog/udp/127.0.0.1:5140"; set before the threads start
  Protocol protocol = Protocol::syslog;
  Transport transport = Transport::udp;
  Endpoint bound;

  Counter received{0};        // loop
  Counter received_bytes{0};  // loop
  Counter truncated{0};       // loop: cut at limits.message; they are still received and journaled
  Counter kernel_drops{0};    // loop: beside the sum
  Counter connections{0};     // loop: accepted since the start
  Counter connections_refused{0};  // loop
  Counter connections_open{0};     // loop: a gauge
  Counter journaled{0};       // appender: messages whose record(s) are in the journal
  Counter no_record{0};       // appender
  Counter parked{0};          // appender: a gauge; messages that wait for their template
  Counter records{0};         // appender
  std::array<Counter, drop_reason_count> dropped{};  // loop and appender
  Counter replies{0};         // loop
  std::uint32_t receive_buffer_asked = 0;  // bytes
  std::uint32_t receive_buffer_got = 0;
};

struct FollowerCounters {
  std::string name;          // "sqlite"
  Counter journaled{0};      // records in the journal that this follower is to take
  Counter written{0};
  Counter expired{0};        // gone from the journal before the follower read them
  Counter failures{0};       // batches that had to be tried again
  [[nodiscard]] std::uint64_t pending() const noexcept {
    const auto done = read(written) + read(expired);
    const auto all = read(journaled);
    return all > done ? all - done : 0;
  }
};

}  // namespace netlogd
