// Who exports flows to us: for each exporter address, domain and version its templates, numbering
// and sampling. Bounded in sources, templates and octets. Where room is wanted, those go first that
// have shown nothing but templates, then the unlisted, the least recently heard first: a flood of
// made-up exporters pushes out its own kind. One owner.

#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <unordered_map>

#include "netlogd/core/ip_address.hpp"
#include "netlogd/parse/flow_counters.hpp"
#include "netlogd/parse/flow_record.hpp"
#include "netlogd/wire/template_store.hpp"
#include "parse/flow_sampling.hpp"
#include "parse/flow_sequence.hpp"

namespace netlogd::parse {

struct SourceKey {
  IpAddress exporter;
  std::uint32_t domain = 0;  // v9 source id, IPFIX domain, v5 engine, sFlow sub-agent
  std::uint16_t version = 0;

  friend bool operator==(const SourceKey&, const SourceKey&) noexcept = default;
};

struct SourceKeyHash {
  std::size_t operator()(const SourceKey& key) const noexcept {
    const auto mixed = (std::uint64_t{key.domain} << 16 | key.version) * 0x9e3779b97f4a7c15ULL;
    return std::hash<IpAddress>()(key.exporter) ^ static_cast<std::size_t>(mixed ^ mixed >> 31);
  }
};

// How much a source has earned; the lower go first.
enum class Standing : std::uint8_t { unproven, proven, listed };

struct FlowSource {
  SourceKey key;
  Standing standing = Standing::unproven;
  wire::TemplateStore templates;
  FlowSequence sequence;
  FlowSampling sampling;
  std::optional<std::uint64_t> system_init_ms;  // element 160, from options data
  std::list<FlowSource*>::iterator place;       // in the list of its standing
};

class FlowSources {
 public:
  FlowSources(const FlowSettings& settings, FlowCounters& counters)
      : settings_(settings), counters_(counters) {}

  // Finds or makes it, and marks it as heard. Valid until the next call of touch or put_template.
  FlowSource& touch(const SourceKey& key, bool listed);
  [[nodiscard]] FlowSource* find(const SourceKey& key) noexcept;
  // Its data were decoded with its templates.
  void prove(FlowSource& source);

  void put_template(FlowSource& source, std::unique_ptr<wire::FlowTemplate> compiled);
  // Its sampling tables took `before` octets until now.
  void account_sampling(FlowSource& source, std::size_t before);
  void remove_template(FlowSource& source, std::uint16_t id);
  void remove_templates(FlowSource& source, bool options);
  // Forgets templates whose newest definition is older than `oldest`.
  void expire(TimePoint oldest);

  template <typename Visit>
  void for_each(Visit&& visit) {
    for (auto& list : by_standing_)
      for (auto* source : list) visit(*source);
  }

 private:
  void account(const wire::TemplateStore::Change& change) noexcept;
  // Evicts until there is room for what `asking` has just added: others that have earned no more
  // than it, and at the last its own templates.
  void make_room(FlowSource& asking);
  [[nodiscard]] bool is_full() const noexcept;
  bool evict_source(Standing most, const FlowSource* spared);
  void move(FlowSource& source, Standing standing);

  const FlowSettings& settings_;
  FlowCounters& counters_;
  std::unordered_map<SourceKey, std::unique_ptr<FlowSource>, SourceKeyHash> by_key_;
  std::array<std::list<FlowSource*>, 3> by_standing_;  // front: heard last
  std::size_t templates_ = 0;
  std::size_t template_bytes_ = 0;
};

}  // namespace netlogd::parse
