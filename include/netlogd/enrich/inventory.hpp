// The inventory: who stands behind an address, a prefix or a host name. Immutable once loaded, so
// any thread may ask; a reload makes a new one and replaces the pointer whole. Loading reads no
// file but the zone database's.
//
// YAML and JSON:  {devices: [{ip: …, hostname: …}], subnets: [{prefix: …, site: …}]}, or a bare
// list
//                 of devices.
// CSV:            a header line with the same names (comma, semicolon or tab); a row with a prefix
//                 and no ip is a subnet; several addresses in a cell stand apart by blanks or "|".
//
// What a device does not state it takes from the longest prefix around its first address that
// states it; an address of no device likewise. A device without an address is found by its name.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/device.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/enrich/zones.hpp"

namespace netlogd::enrich {

constexpr std::uint64_t max_inventory_bytes = 512ULL * 1024 * 1024;
constexpr std::size_t max_inventory_entries = 2'000'000;

class Inventory;

struct LoadedInventory {
  std::shared_ptr<const Inventory> inventory;  // there when `faults` is empty
  std::vector<std::string> faults;  // "FILE:LINE: sentence", at most 100, then how many more
  bool empty = false;               // the only fault is that it holds nobody
};

class Inventory final : public DeviceDirectory {
 public:
  // `file_name` chooses the form by its extension (.yaml .yml .json .csv .tsv), otherwise the
  // content does; it also stands in the faults.
  [[nodiscard]] static LoadedInventory read(std::string_view text, const std::string& file_name,
                                            ZoneDatabase& zones);
  // The same for who wants one sentence: the first fault and how many more there are.
  // Errc::not_found when it holds nobody (a reload keeps the old one), else Errc::invalid.
  [[nodiscard]] static Result<std::shared_ptr<const Inventory>> load(std::string_view text,
                                                                     const std::string& file_name,
                                                                     ZoneDatabase& zones);

  ~Inventory() override;
  [[nodiscard]] const Device* by_address(const IpAddress& address) const noexcept override;
  [[nodiscard]] const Device* by_hostname(std::string_view hostname) const noexcept override;
  [[nodiscard]] std::string_view interface_name(const Device* device,
                                                std::uint32_t index) const noexcept override;

  [[nodiscard]] std::size_t device_count() const noexcept;
  [[nodiscard]] std::size_t subnet_count() const noexcept;

  // What the builder fills; its shape is private to src/enrich.
  struct Tables;
  explicit Inventory(std::unique_ptr<const Tables> tables) noexcept;

 private:
  std::unique_ptr<const Tables> tables_;
};

}  // namespace netlogd::enrich
