#include "enrich/inventory_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "netlogd/core/json_writer.hpp"
#include "netlogd/core/nearest_word.hpp"
#include "netlogd/core/printable.hpp"
#include "netlogd/core/text_cursor.hpp"

namespace netlogd::enrich {
namespace {

constexpr std::size_t max_faults = 100;
constexpr std::size_t max_text = 512;
constexpr std::size_t max_addresses = 1000;      // of one device
constexpr std::size_t max_interfaces = 100'000;  // of one device
constexpr std::size_t max_quoted = 80;

enum class Key : std::uint8_t {
  ip,
  prefix,
  hostname,
  vendor,
  model,
  role,
  location,
  site,
  criticality,
  timezone,
  shared,
  sampling,
  interfaces,
  note
};
constexpr std::array<std::string_view, 14> key_words = {
    "ip",   "prefix",      "hostname", "vendor", "model",    "role",       "location",
    "site", "criticality", "timezone", "shared", "sampling", "interfaces", "note"};
constexpr bool is_for(Key key, Section section) noexcept {
  if (section == Section::devices) return key != Key::prefix;
  return key != Key::ip && key != Key::hostname && key != Key::interfaces;
}

std::string quoted(std::string_view text) {
  return text.size() <= max_quoted ? fmt::format("\"{}\"", text)
                                   : fmt::format("\"{}…\"", text.substr(0, max_quoted));
}

std::optional<bool> parse_boolean(std::string_view text) {
  std::string lower;
  for (const char c : text.substr(0, 8)) lower += to_lower(c);
  if (lower == "true" || lower == "yes" || lower == "on" || lower == "1") return true;
  if (lower == "false" || lower == "no" || lower == "off" || lower == "0") return false;
  return std::nullopt;
}

std::optional<std::uint32_t> parse_number(std::string_view text) noexcept {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The text member that a key fills; nullptr for the others.
std::string* text_member(Device& device, Key key) noexcept {
  switch (key) {
    case Key::hostname:
      return &device.hostname;
    case Key::vendor:
      return &device.vendor;
    case Key::model:
      return &device.model;
    case Key::role:
      return &device.role;
    case Key::location:
      return &device.location;
    case Key::site:
      return &device.site;
    case Key::criticality:
      return &device.criticality;
    default:
      return nullptr;
  }
}

constexpr std::array text_members = {&Device::vendor,   &Device::model, &Device::role,
                                     &Device::location, &Device::site,  &Device::criticality};

void inherit(Device& device, const Device& from) {
  for (const auto member : text_members)
    if ((device.*member).empty()) device.*member = from.*member;
  if (device.zone == nullptr) device.zone = from.zone;
  if (device.sampling == 0) device.sampling = from.sampling;
}

// What holds for all of several devices.
void keep_common(Device& common, const Device& other) {
  for (const auto member : text_members)
    if (common.*member != other.*member) (common.*member).clear();
  if (common.zone != other.zone) common.zone = nullptr;
  if (common.sampling != other.sampling) common.sampling = 0;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  return lower;
}

}  // namespace

void InventoryBuilder::fault(int line, std::string_view sentence) {
  ++fault_count_;
  if (faults_.size() < max_faults)
    faults_.push_back(fmt::format("{}:{}: {}", printable(file_name_), line, printable(sentence)));
}

bool InventoryBuilder::is_full() const noexcept {
  return fault_count_ > 10 * max_faults ||
         devices_.size() + subnets_.size() > max_inventory_entries;
}

void InventoryBuilder::add(const EntryText& text) {
  if (devices_.size() + subnets_.size() == max_inventory_entries)
    fault(text.line, fmt::format("more than {} devices and subnets", max_inventory_entries));
  Entry entry;
  entry.line = text.line;
  const std::size_t faults_before = fault_count_;
  std::uint32_t seen = 0;
  for (const auto& field : text.fields) {
    const auto known = std::find(key_words.begin(), key_words.end(), field.key);
    if (known != key_words.end()) {
      const std::uint32_t bit = 1U << (known - key_words.begin());
      if ((seen & bit) != 0) fault(field.line, fmt::format("{}: stands twice", field.key));
      seen |= bit;
    }
    read_field(field, text.section, entry);
  }
  const bool clean = fault_count_ == faults_before;
  if (text.section == Section::subnets) {
    if (clean && !entry.has_prefix) fault(text.line, "a subnet without a prefix");
    subnets_.push_back(std::move(entry));
    return;
  }
  if (clean && entry.addresses.empty() && entry.device.hostname.empty())
    fault(text.line, "a device without an ip and a hostname");
  entry.device.listed = true;
  devices_.push_back(std::move(entry));
}

void InventoryBuilder::read_field(const FieldText& field, Section section, Entry& entry) {
  const auto known = std::find(key_words.begin(), key_words.end(), field.key);
  const auto key = static_cast<Key>(known - key_words.begin());
  if (known == key_words.end() || !is_for(key, section)) {
    std::vector<std::string_view> words;
    for (std::size_t i = 0; i < key_words.size(); ++i)
      if (is_for(static_cast<Key>(i), section)) words.push_back(key_words[i]);
    return fault(field.line,
                 fmt::format("unknown key {} of a {}, the nearest is \"{}\"", quoted(field.key),
                             section == Section::devices ? "device" : "subnet",
                             nearest_word(field.key, words)));
  }
  if (key == Key::note || field.shape == FieldText::Shape::null) return;
  if (key == Key::ip) return read_addresses(field, entry);
  if (key == Key::interfaces) return read_interfaces(field, entry);
  if (key == Key::timezone) return read_zone(field, entry.device);
  const std::string* text = text_of(field);
  if (text == nullptr || text->empty()) return;
  if (std::string* member = text_member(entry.device, key)) {
    *member = *text;
  } else if (key == Key::prefix) {
    const auto prefix = IpPrefix::parse(*text);
    if (!prefix)
      return fault(field.line,
                   fmt::format("prefix: {} is no prefix (like 10.2.0.0/16)", quoted(*text)));
    entry.prefix = *prefix;
    entry.has_prefix = true;
  } else if (key == Key::shared) {
    const auto value = parse_boolean(*text);
    if (!value)
      return fault(field.line, fmt::format("shared: {} is neither true nor false", quoted(*text)));
    entry.device.shared = *value;
  } else if (key == Key::sampling) {
    const auto value = parse_number(*text);
    if (!value)
      return fault(field.line, fmt::format("sampling: {} is no whole number", quoted(*text)));
    entry.device.sampling = *value;
  }
}

const std::string* InventoryBuilder::text_of(const FieldText& field) {
  if (field.shape != FieldText::Shape::scalar) {
    fault(field.line, fmt::format("{}: is a {}, it should be a text", field.key,
                                  field.shape == FieldText::Shape::list ? "list" : "map of keys"));
    return nullptr;
  }
  const std::string& text = field.values.front().second;
  if (text.size() <= max_text) return &text;
  fault(field.line, fmt::format("{}: is longer than {} octets", field.key, max_text));
  return nullptr;
}

void InventoryBuilder::read_addresses(const FieldText& field, Entry& entry) {
  if (field.shape == FieldText::Shape::map)
    return fault(field.line, "ip: is a map of keys, it should be an address or a list");
  if (field.values.size() > max_addresses)
    return fault(field.line, fmt::format("ip: has more than {} addresses", max_addresses));
  for (const auto& [key, text] : field.values) {
    const auto address = IpAddress::parse(text);
    if (!address)
      fault(field.line, fmt::format("ip: {} is no IPv4 or IPv6 address", quoted(text)));
    else if (std::find(entry.addresses.begin(), entry.addresses.end(), *address) ==
             entry.addresses.end())
      entry.addresses.push_back(*address);
  }
}

void InventoryBuilder::read_zone(const FieldText& field, Device& device) {
  const std::string* text = text_of(field);
  if (text == nullptr || text->empty()) return;
  auto zone = zones_.find(*text);
  if (!zone) return fault(field.line, "timezone: " + zone.error().sentence);
  device.zone = zone->get();
  if (std::find(used_zones_.begin(), used_zones_.end(), *zone) == used_zones_.end())
    used_zones_.push_back(std::move(*zone));
}

void InventoryBuilder::read_interfaces(const FieldText& field, Entry& entry) {
  if (field.shape != FieldText::Shape::map)
    return fault(field.line,
                 "interfaces: should be a map of index and name, like {1: Gi0/0, 2: Gi0/1}");
  if (field.values.size() > max_interfaces)
    return fault(field.line, fmt::format("interfaces: has more than {} names", max_interfaces));
  for (const auto& [key, name] : field.values) {
    const auto index = parse_number(key);
    if (!index)
      fault(field.line, fmt::format("interfaces: {} is no interface index", quoted(key)));
    else if (name.size() > max_text)
      fault(field.line, fmt::format("interfaces: a name is longer than {} octets", max_text));
    else
      entry.interfaces.emplace_back(*index, name);
  }
}

LoadedInventory InventoryBuilder::finish() {
  LoadedInventory loaded;
  auto tables = std::make_unique<Inventory::Tables>();
  if (fault_count_ == 0 && devices_.empty() && subnets_.empty()) {
    loaded.empty = true;
    fault(1, "holds no device and no subnet");
  }
  if (fault_count_ == 0) {
    place_subnets(*tables);
    place_devices(*tables);
    place_addresses(*tables);
    place_names(*tables);
    tables->zones = std::move(used_zones_);
  }
  if (fault_count_ > faults_.size())
    faults_.push_back(
        fmt::format("{}:1: {} more faults", printable(file_name_), fault_count_ - faults_.size()));
  loaded.faults = std::move(faults_);
  if (loaded.faults.empty())
    loaded.inventory = std::make_shared<const Inventory>(std::move(tables));
  return loaded;
}

// From the shortest to the longest, so that each takes what it does not state from a whole one.
void InventoryBuilder::place_subnets(Inventory::Tables& tables) {
  std::sort(subnets_.begin(), subnets_.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.prefix.length, a.line) < std::pair(b.prefix.length, b.line);
  });
  tables.subnets.reserve(subnets_.size());
  std::unordered_map<const Device*, int> lines;
  for (auto& entry : subnets_) {
    const auto& prefix = entry.prefix;
    if (const auto* around =
            longest_prefix(tables.prefixes, prefix.address, [&](const Device&) { return true; });
        around != nullptr)
      inherit(entry.device, *around);
    if (tables.prefixes.empty() || tables.prefixes.front().length != prefix.length)
      tables.prefixes.insert(tables.prefixes.begin(),
                             PrefixTable{.length = prefix.length, .by_network = {}});
    tables.subnets.push_back(std::move(entry.device));
    auto& networks = tables.prefixes.front().by_network;
    const auto [place, is_new] = networks.emplace(prefix.address, &tables.subnets.back());
    if (!is_new)
      fault(entry.line, fmt::format("prefix: {} is already on line {}", prefix.text(),
                                    lines.at(place->second)));
    else
      lines.emplace(&tables.subnets.back(), entry.line);
  }
}

void InventoryBuilder::place_devices(Inventory::Tables& tables) {
  tables.devices.reserve(devices_.size());
  TextBuffer text;
  JsonWriter json(text);
  for (auto& entry : devices_) {
    Device& device = entry.device;
    if (!entry.addresses.empty())
      if (const auto* around = longest_prefix(tables.prefixes, entry.addresses.front(),
                                              [](const Device&) { return true; }))
        inherit(device, *around);
    if (!device.hostname.empty() && !device.vendor.empty()) {
      text.clear();
      write_device(json, &device, {}, {});
      device.json = text.view();
    }
    const auto number = static_cast<std::uint32_t>(tables.devices.size());
    for (auto& [index, name] : entry.interfaces)
      tables.interfaces.push_back({.device = number, .index = index, .name = std::move(name)});
    tables.devices.push_back(std::move(device));
  }
  std::sort(tables.interfaces.begin(), tables.interfaces.end(), [](const auto& a, const auto& b) {
    return std::pair(a.device, a.index) < std::pair(b.device, b.index);
  });
}

// An address of one device leads to it. One that is shared leads to what all that share it have in
// common, and never to a host name: that is the message's to say.
void InventoryBuilder::place_addresses(Inventory::Tables& tables) {
  std::unordered_map<IpAddress, std::size_t> owners;
  std::unordered_map<IpAddress, Device> shared;
  owners.reserve(devices_.size());
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    const Device& device = tables.devices[i];
    for (const auto& address : devices_[i].addresses) {
      const auto [owner, is_new] = owners.emplace(address, i);
      if (!is_new && !(device.shared && tables.devices[owner->second].shared)) {
        fault(
            devices_[i].line,
            fmt::format("ip: {} is already on line {} (shared: true in both lets devices share it)",
                        address.text(), devices_[owner->second].line));
        continue;
      }
      if (!device.shared) {
        tables.by_address.emplace(address, &device);
      } else if (const auto [place, first] = shared.try_emplace(address, device); !first) {
        keep_common(place->second, device);
      }
    }
  }
  tables.shared.reserve(shared.size());
  for (auto& [address, device] : shared) {
    device.hostname.clear();
    device.json.clear();
    tables.shared.push_back(std::move(device));
    tables.by_address.emplace(address, &tables.shared.back());
  }
}

void InventoryBuilder::place_names(Inventory::Tables& tables) {
  tables.by_name.reserve(tables.devices.size());
  for (const auto& device : tables.devices) {
    if (device.hostname.empty()) continue;
    const std::string name = lower_case(device.hostname);
    if (!tables.by_name.emplace(name, &device).second) continue;  // the first of equals
    const auto dot = name.find('.');
    if (dot == std::string::npos || dot == 0 || IpAddress::parse(name)) continue;
    const auto [place, is_new] = tables.by_short_name.emplace(name.substr(0, dot), &device);
    if (!is_new) place->second = nullptr;
  }
}

}  // namespace netlogd::enrich
