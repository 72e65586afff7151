// An inventory of any content in each of its forms (the first octet chooses): tables or faults, and
// every device in the tables is found by its name.

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "netlogd/enrich/inventory.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace netlogd;
  if (size == 0) return 0;
  static enrich::ZoneDatabase zones;
  constexpr const char* names[] = {"f.yaml", "f.json", "f.csv", "f"};
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto loaded = enrich::Inventory::read(text, names[data[0] % 4], zones);
  assert((loaded.inventory != nullptr) == loaded.faults.empty());
  for (const auto& fault : loaded.faults)
    assert(fault.starts_with("f") && fault.find('\n') == std::string::npos);
  if (!loaded.inventory) return 0;

  // The text itself as addresses and names to ask for.
  std::array<std::uint8_t, 16> octets{};
  for (std::size_t at = 0; at + 16 <= text.size(); at += 16) {
    std::copy_n(data + at, 16, octets.begin());
    const Device* device = loaded.inventory->by_address(IpAddress::v6_bytes(octets.data()));
    (void)loaded.inventory->interface_name(device, octets[0]);
  }
  (void)loaded.inventory->by_hostname(text.substr(0, 300));
  return 0;
}
