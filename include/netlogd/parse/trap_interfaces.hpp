// Names of interface indexes as traps tell them (ifName, ifDescr), per device. Bounded per device
// and in all; what is oldest gives way. One thread.

#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "netlogd/core/ip_address.hpp"

namespace netlogd::parse {

class TrapInterfaces {
 public:
  struct Limits {
    std::size_t names = 65'536;
    std::size_t names_per_device = 4'096;
    std::size_t name_octets = 128;
  };
  explicit TrapInterfaces(Limits limits) : limits_(limits) {}
  TrapInterfaces() : TrapInterfaces(Limits{}) {}

  void learn(const IpAddress& device, std::uint32_t index, std::string_view name);
  // Empty: not heard of. Valid until the next learn().
  [[nodiscard]] std::string_view name(const IpAddress& device, std::uint32_t index) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return names_; }
  [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }

 private:
  struct Device {
    std::unordered_map<std::uint32_t, std::string> names;
    std::vector<std::uint32_t> order;  // a ring once the device is full
    std::size_t oldest = 0;
  };
  void drop_oldest_device();

  Limits limits_;
  std::unordered_map<IpAddress, Device> devices_;
  std::deque<IpAddress> arrival_;  // each device once
  std::size_t names_ = 0;
  std::uint64_t evicted_ = 0;
};

}  // namespace netlogd::parse
