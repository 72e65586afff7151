#include "parse/flow_names.hpp"

#include <iterator>

namespace netlogd::parse {

const ExporterNames* FlowNames::find(const IpAddress& exporter) const noexcept {
  if (by_exporter_.empty()) return nullptr;
  const auto at = by_exporter_.find(exporter);
  return at == by_exporter_.end() ? nullptr : &*at->second;
}

void FlowNames::set_interface(const IpAddress& exporter, std::uint64_t index,
                              std::string_view name) {
  auto& names = touch(exporter);
  set(names, names.interfaces, index, name);
}

void FlowNames::set_application(const IpAddress& exporter, std::uint64_t id,
                                std::string_view name) {
  auto& names = touch(exporter);
  set(names, names.applications, id, name);
}

void FlowNames::set_sampling(const IpAddress& exporter, std::uint64_t interval) {
  touch(exporter).sampling = interval;
}

ExporterNames& FlowNames::touch(const IpAddress& exporter) {
  const auto found = by_exporter_.find(exporter);
  if (found != by_exporter_.end()) {
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return by_use_.front();
  }
  while (!by_use_.empty() && by_use_.size() >= settings_.named_exporters) evict_last();
  by_use_.emplace_front().exporter = exporter;
  by_exporter_.emplace(exporter, by_use_.begin());
  return by_use_.front();
}

void FlowNames::set(ExporterNames& names, std::unordered_map<std::uint64_t, std::string>& map,
                    std::uint64_t key, std::string_view name) {
  name = name.substr(0, max_name);
  const auto found = map.find(key);
  if (found != map.end()) {
    if (found->second == name) return;
    names.bytes += name.size() - found->second.size();
    bytes_ += name.size() - found->second.size();
    found->second = name;
    return;
  }
  if (names.interfaces.size() + names.applications.size() >= settings_.names_per_exporter) return;
  map.emplace(key, name);
  names.bytes += name.size() + entry_bytes;
  bytes_ += name.size() + entry_bytes;
  while (bytes_ > settings_.name_bytes && by_use_.size() > 1) evict_last();
}

void FlowNames::evict_last() {
  bytes_ -= by_use_.back().bytes;
  by_exporter_.erase(by_use_.back().exporter);
  by_use_.pop_back();
}

}  // namespace netlogd::parse
