#include "netlogd/parse/trap_interfaces.hpp"

namespace netlogd::parse {

void TrapInterfaces::learn(const IpAddress& device, std::uint32_t index, std::string_view name) {
  if (name.empty() || name.size() > limits_.name_octets) return;
  auto found = devices_.find(device);
  if (found != devices_.end()) {
    if (const auto known = found->second.names.find(index); known != found->second.names.end()) {
      if (known->second != name) known->second = name;
      return;
    }
  }
  if (names_ >= limits_.names) {
    drop_oldest_device();
    found = devices_.find(device);
  }
  if (found == devices_.end()) {
    found = devices_.emplace(device, Device{}).first;
    arrival_.push_back(device);
  }
  Device& entry = found->second;
  if (entry.order.size() < limits_.names_per_device) {
    entry.order.push_back(index);
    ++names_;
  } else {
    entry.names.erase(entry.order[entry.oldest]);
    entry.order[entry.oldest] = index;
    entry.oldest = (entry.oldest + 1) % entry.order.size();
    ++evicted_;
  }
  entry.names.emplace(index, name);
}

std::string_view TrapInterfaces::name(const IpAddress& device, std::uint32_t index) const noexcept {
  const auto found = devices_.find(device);
  if (found == devices_.end()) return {};
  const auto known = found->second.names.find(index);
  return known == found->second.names.end() ? std::string_view{} : std::string_view(known->second);
}

void TrapInterfaces::drop_oldest_device() {
  const auto found = devices_.find(arrival_.front());
  evicted_ += found->second.names.size();
  names_ -= found->second.names.size();
  devices_.erase(found);
  arrival_.pop_front();
}

}  // namespace netlogd::parse
