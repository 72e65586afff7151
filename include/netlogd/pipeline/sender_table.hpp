// Who sends, how much and since when: one table per worker, counted as messages pass. Bounded; when
// it is full the sender that was silent longest gives way, counted. One thread.

#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "netlogd/core/device.hpp"
#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/names.hpp"
#include "netlogd/core/raw_batch.hpp"

namespace netlogd::pipeline {

struct Sender {
  IpAddress address;
  bool known = false;  // the inventory has a device or a prefix for it
  std::array<std::uint64_t, stream_count> messages{};
  TimePoint first{};
  TimePoint last{};
};

class SenderTable {
 public:
  static constexpr std::size_t max_senders = 16384;

  void count(const RawBatch& batch, const DeviceDirectory& directory);
  // Known or not is decided when a sender is new: ask again after a reload.
  void look_again(const DeviceDirectory& directory);

  [[nodiscard]] std::vector<Sender> snapshot() const;
  [[nodiscard]] std::uint64_t evictions() const noexcept { return evictions_; }

 private:
  Sender& sender(const IpAddress& address, TimePoint received, const DeviceDirectory& directory);
  void make_room();

  std::unordered_map<IpAddress, Sender> senders_;
  std::uint64_t evictions_ = 0;
};

}  // namespace netlogd::pipeline
