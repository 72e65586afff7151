// Names that exporters send as options data: interfaces (elements 82, 83) and applications (96).
// Kept by exporter address, over all its domains. Bounded; the exporter heard of least recently
// goes first. One owner.

#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "netlogd/core/ip_address.hpp"
#include "netlogd/parse/flow_record.hpp"

namespace netlogd::parse {

struct ExporterNames {
  IpAddress exporter;
  std::unordered_map<std::uint64_t, std::string> interfaces;
  std::unordered_map<std::uint64_t, std::string> applications;
  std::uint64_t sampling = 0;  // stated for any of its domains
  std::size_t bytes = 0;

  [[nodiscard]] std::string_view interface(std::uint64_t index) const noexcept {
    return look_up(interfaces, index);
  }
  [[nodiscard]] std::string_view application(std::uint64_t id) const noexcept {
    return look_up(applications, id);
  }

 private:
  static std::string_view look_up(const std::unordered_map<std::uint64_t, std::string>& names,
                                  std::uint64_t key) noexcept {
    const auto at = names.find(key);
    return at == names.end() ? std::string_view() : std::string_view(at->second);
  }
};

class FlowNames {
 public:
  static constexpr std::size_t max_name = 128;

  explicit FlowNames(const FlowSettings& settings) : settings_(settings) {}

  // nullptr: sent none. Valid until the next set.
  [[nodiscard]] const ExporterNames* find(const IpAddress& exporter) const noexcept;
  void set_interface(const IpAddress& exporter, std::uint64_t index, std::string_view name);
  void set_application(const IpAddress& exporter, std::uint64_t id, std::string_view name);
  void set_sampling(const IpAddress& exporter, std::uint64_t interval);

  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] const std::list<ExporterNames>& all() const noexcept { return by_use_; }

 private:
  static constexpr std::size_t entry_bytes = 96;  // of a map's node and the text's

  ExporterNames& touch(const IpAddress& exporter);
  void set(ExporterNames& names, std::unordered_map<std::uint64_t, std::string>& map,
           std::uint64_t key, std::string_view name);
  void evict_last();

  const FlowSettings& settings_;
  std::list<ExporterNames> by_use_;  // front: told something last
  std::unordered_map<IpAddress, std::list<ExporterNames>::iterator> by_exporter_;
  std::size_t bytes_ = 0;
};

}  // namespace netlogd::parse
