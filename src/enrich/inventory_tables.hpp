// The tables behind an Inventory. Filled by the builder, then never changed: the pointers between
// them stay good.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "netlogd/enrich/inventory.hpp"

namespace netlogd::enrich {

struct NameHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view name) const noexcept {
    return std::hash<std::string_view>()(name);
  }
};

struct PrefixTable {
  std::uint8_t length = 0;  // in the 128-bit form
  std::unordered_map<IpAddress, const Device*> by_network;
};

struct InterfaceName {
  std::uint32_t device = 0;  // index into Tables::devices
  std::uint32_t index = 0;
  std::string name;
};

struct Inventory::Tables {
  std::vector<Device> devices;
  std::vector<Device> subnets;
  std::vector<Device> shared;  // what stands for an address that several devices share
  std::unordered_map<IpAddress, const Device*> by_address;
  std::vector<PrefixTable> prefixes;  // the longest first
  // Lower case. A short name that two domains use leads to nobody (nullptr).
  std::unordered_map<std::string, const Device*, NameHash, std::equal_to<>> by_name;
  std::unordered_map<std::string, const Device*, NameHash, std::equal_to<>> by_short_name;
  std::vector<InterfaceName> interfaces;  // sorted by device, index
  std::vector<std::shared_ptr<const TimeZone>> zones;
};

// `address` with all bits beyond `length` cleared.
[[nodiscard]] IpAddress network_of(const IpAddress& address, std::uint8_t length) noexcept;

// The entry of the longest prefix around the address that `wanted` accepts; nullptr: none.
template <typename Wanted>
[[nodiscard]] const Device* longest_prefix(const std::vector<PrefixTable>& prefixes,
                                           const IpAddress& address, Wanted&& wanted) noexcept {
  const bool v4 = address.is_v4();
  for (const auto& table : prefixes) {
    if (v4 && table.length < 96) return nullptr;  // "::/0" speaks of IPv6
    const auto found = table.by_network.find(network_of(address, table.length));
    if (found != table.by_network.end() && wanted(*found->second)) return found->second;
  }
  return nullptr;
}

}  // namespace netlogd::enrich
