// From entries as they were written to the tables of an Inventory. Collects every fault.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "enrich/entry_text.hpp"
#include "enrich/inventory_tables.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/enrich/inventory.hpp"
#include "netlogd/enrich/zones.hpp"

namespace netlogd::enrich {

class InventoryBuilder {
 public:
  InventoryBuilder(const std::string& file_name, ZoneDatabase& zones)
      : file_name_(file_name), zones_(zones) {}

  void add(const EntryText& entry);
  void fault(int line, std::string_view sentence);
  // Too many faults or entries: there is no use in reading on.
  [[nodiscard]] bool is_full() const noexcept;
  [[nodiscard]] LoadedInventory finish();

 private:
  struct Entry {
    Device device;
    int line = 1;
    bool sampling_stated = false;
    std::vector<IpAddress> addresses;
    IpPrefix prefix;
    bool has_prefix = false;
    std::vector<std::pair<std::uint32_t, std::string>> interfaces;
  };

  void read_field(const FieldText& field, Section section, Entry& entry);
  void read_addresses(const FieldText& field, Entry& entry);
  void read_zone(const FieldText& field, Device& device);
  void read_interfaces(const FieldText& field, Entry& entry);
  [[nodiscard]] const std::string* text_of(const FieldText& field);

  void place_subnets(Inventory::Tables& tables);
  void place_devices(Inventory::Tables& tables);
  void place_addresses(Inventory::Tables& tables);
  void place_names(Inventory::Tables& tables);

  const std::string& file_name_;
  ZoneDatabase& zones_;
  std::vector<Entry> devices_;
  std::vector<Entry> subnets_;
  std::vector<std::shared_ptr<const TimeZone>> used_zones_;
  std::vector<std::string> faults_;
  std::size_t fault_count_ = 0;
};

}  // namespace netlogd::enrich
