// A raw batch: many raw messages of one listener in one piece of pooled memory, from the socket to
// the worker. Filled by the receiving loop, read by one worker, then given back to the pool. It is
// handed over whole: at any time one thread has it.

#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/names.hpp"
#include "netlogd/core/time.hpp"

namespace netlogd {

struct RawMessage {
  std::span<const std::uint8_t> bytes;  // points into the batch
  TimePoint received;                   // the kernel's receive time (a stream: when it was read)
  Endpoint source;                      // the sender; behind a PROXY header the original one
  IpAddress relay;                      // the balancer's address when has_relay
  bool has_relay = false;
  std::uint32_t original_length = 0;    // of a message cut at the limit; 0: whole
  Transport transport = Transport::udp;

  [[nodiscard]] std::string_view text() const noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
};

class RawBatch {
 public:
  RawBatch(std::size_t slab_bytes, std::size_t max_messages)
      : slab_(new std::uint8_t[slab_bytes]), slab_bytes_(slab_bytes), max_messages_(max_messages) {}

  // Copies `bytes` in. False: no room, hand the batch on and take a new one. A message longer than
  // an empty slab never fits; listeners cut at limits.message, which is smaller.
  [[nodiscard]] bool append(RawMessage message) {
    if (messages_.size() == max_messages_ || slab_bytes_ - used_ < message.bytes.size()) return false;
    if (!message.bytes.empty()) std::memcpy(slab_.get() + used_, message.bytes.data(), message.bytes.size());
    message.bytes = {slab_.get() + used_, message.bytes.size()};
    used_ += message.bytes.size();
    messages_.push_back(message);
    return true;
  }
  void clear() noexcept {
    purpose = Purpose::messages;
    messages_.clear();
    used_ = 0;
  }

  [[nodiscard]] std::span<const RawMessage> messages() const noexcept { return messages_; }
  [[nodiscard]] bool empty() const noexcept { return messages_.empty(); }
  [[nodiscard]] std::size_t used_bytes() const noexcept { return used_; }
  [[nodiscard]] std::size_t free_bytes() const noexcept { return slab_bytes_ - used_; }

  // An empty batch can stand for "a second has passed" or "nothing more will come": makers that hold
  // messages back answer for them then (RecordMaker::tick, finish).
  enum class Purpose : std::uint8_t { messages, tick, finish };
  Purpose purpose = Purpose::messages;
  TimePoint tick_time{};            // of a tick

  std::uint32_t listener = 0;       // index into the listeners' counters
  Protocol protocol = Protocol::syslog;
  std::uint64_t ticket = 0;         // place in the arrival order of all batches

 private:
  std::unique_ptr<std::uint8_t[]> slab_;
  std::size_t slab_bytes_;
  std::size_t max_messages_;
  std::size_t used_ = 0;
  std::vector<RawMessage> messages_;
};

}  // namespace netlogd
