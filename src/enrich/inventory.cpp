#include "netlogd/enrich/inventory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "enrich/inventory_builder.hpp"
#include "enrich/inventory_forms.hpp"
#include "enrich/inventory_tables.hpp"
#include "netlogd/core/text_cursor.hpp"

namespace netlogd::enrich {
namespace {

constexpr std::size_t max_hostname = 255;

}  // namespace

IpAddress network_of(const IpAddress& address, std::uint8_t length) noexcept {
  auto bytes = address.bytes();
  const std::size_t whole = length / 8U;
  if (whole < bytes.size()) {
    bytes[whole] = static_cast<std::uint8_t>(bytes[whole] & (0xff00U >> (length % 8U)));
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(whole) + 1, bytes.end(), std::uint8_t{0});
  }
  return IpAddress::v6_bytes(bytes.data());
}

LoadedInventory Inventory::read(std::string_view text, const std::string& file_name,
                                ZoneDatabase& zones) {
  InventoryBuilder builder(file_name, zones);
  if (text.size() > max_inventory_bytes) {
    builder.fault(1, fmt::format("is longer than {} octets", max_inventory_bytes));
    return builder.finish();
  }
  if (text.starts_with("\xef\xbb\xbf"))
    text.remove_prefix(3);  // the mark that Excel puts before UTF-8
  switch (form_of(text, file_name)) {
    case InventoryForm::yaml:
      read_inventory_yaml(text, builder);
      break;
    case InventoryForm::json:
      read_inventory_json(text, builder);
      break;
    case InventoryForm::csv:
      read_inventory_csv(text, builder);
      break;
  }
  return builder.finish();
}

Result<std::shared_ptr<const Inventory>> Inventory::load(std::string_view text,
                                                         const std::string& file_name,
                                                         ZoneDatabase& zones) {
  auto loaded = read(text, file_name, zones);
  if (loaded.inventory) return std::move(loaded.inventory);
  std::string sentence = loaded.faults.front();
  if (loaded.faults.size() > 1)
    sentence += fmt::format(" (and {} more faults)", loaded.faults.size() - 1);
  return Error{loaded.empty ? Errc::not_found : Errc::invalid, std::move(sentence)};
}

Inventory::Inventory(std::unique_ptr<const Tables> tables) noexcept : tables_(std::move(tables)) {}

Inventory::~Inventory() = default;

const Device* Inventory::by_address(const IpAddress& address) const noexcept {
  if (const auto found = tables_->by_address.find(address); found != tables_->by_address.end())
    return found->second;
  return longest_prefix(tables_->prefixes, address, [](const Device&) { return true; });
}

const Device* Inventory::by_hostname(std::string_view hostname) const noexcept {
  if (hostname.ends_with('.')) hostname.remove_suffix(1);
  if (hostname.empty() || hostname.size() > max_hostname) return nullptr;
  char lower[max_hostname];
  std::transform(hostname.begin(), hostname.end(), lower, to_lower);
  const std::string_view name(lower, hostname.size());
  if (const auto found = tables_->by_name.find(name); found != tables_->by_name.end())
    return found->second;

  if (const auto address = IpAddress::parse(name)) {
    const auto found = tables_->by_address.find(*address);
    return found == tables_->by_address.end() ? nullptr : found->second;
  }
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) {
    const auto found = tables_->by_short_name.find(name);
    return found == tables_->by_short_name.end() ? nullptr : found->second;
  }
  // With a domain that the inventory does not write; another domain there is another device.
  const auto found = tables_->by_name.find(name.substr(0, dot));
  return found == tables_->by_name.end() ? nullptr : found->second;
}

std::string_view Inventory::interface_name(const Device* device,
                                           std::uint32_t index) const noexcept {
  const Device* first = tables_->devices.data();
  const Device* last = first + tables_->devices.size();
  if (device == nullptr || std::less<>()(device, first) || !std::less<>()(device, last)) return {};
  const auto number = static_cast<std::uint32_t>(device - first);
  const auto found =
      std::lower_bound(tables_->interfaces.begin(), tables_->interfaces.end(),
                       std::pair(number, index), [](const InterfaceName& name, const auto& wanted) {
                         return std::pair(name.device, name.index) < wanted;
                       });
  if (found == tables_->interfaces.end() || found->device != number || found->index != index)
    return {};
  return found->name;
}

std::size_t Inventory::device_count() const noexcept { return tables_->devices.size(); }

std::size_t Inventory::subnet_count() const noexcept { return tables_->subnets.size(); }

}  // namespace netlogd::enrich
