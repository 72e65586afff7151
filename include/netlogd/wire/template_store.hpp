// The templates of one exporting process: bounded, the least recently used goes first. One owner.

#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>

#include "netlogd/wire/flow_template.hpp"

namespace netlogd::wire {

class TemplateStore {
 public:
  // What a change did to the count and the octets of all stores together.
  struct Change {
    std::int64_t templates = 0;
    std::int64_t bytes = 0;
    std::uint64_t evicted = 0;
  };

  // nullptr: not known. The answer stays valid until the next put, remove or expire.
  [[nodiscard]] const FlowTemplate* find(std::uint16_t id) noexcept;
  // Without a use: for looking only.
  [[nodiscard]] FlowTemplate* peek(std::uint16_t id) noexcept;
  // Replaces one of the same id; `limit` (at least 1) is kept by evicting.
  Change put(std::unique_ptr<FlowTemplate> compiled, std::size_t limit);
  Change remove(std::uint16_t id);
  // The least recently used one.
  Change evict_last();
  Change remove_all(bool options);
  // Those whose newest definition is older than `oldest`.
  Change expire(TimePoint oldest);

  [[nodiscard]] std::size_t size() const noexcept { return by_id_.size(); }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  // Every template, the most recently used first.
  [[nodiscard]] const std::list<std::unique_ptr<FlowTemplate>>& all() const noexcept {
    return by_use_;
  }

 private:
  using Templates = std::list<std::unique_ptr<FlowTemplate>>;
  static constexpr std::size_t entry_bytes = 96;  // of the list and the map

  Change remove_at(Templates::iterator at);
  static std::size_t bytes_of(const FlowTemplate& compiled) noexcept {
    return compiled.memory_bytes() + entry_bytes;
  }

  Templates by_use_;  // front: used last
  std::unordered_map<std::uint16_t, Templates::iterator> by_id_;
  std::size_t bytes_ = 0;
};

}  // namespace netlogd::wire
