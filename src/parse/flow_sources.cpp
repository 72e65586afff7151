#include "parse/flow_sources.hpp"

namespace netlogd::parse {

FlowSource& FlowSources::touch(const SourceKey& key, bool listed) {
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    FlowSource& source = *found->second;
    move(source, listed ? Standing::listed : source.standing);
    return source;
  }
  while (by_key_.size() >= settings_.sources && evict_source(Standing::listed, nullptr)) {
  }
  auto made = std::make_unique<FlowSource>();
  FlowSource& source = *made;
  source.key = key;
  source.standing = listed ? Standing::listed : Standing::unproven;
  auto& list = by_standing_[static_cast<std::size_t>(source.standing)];
  source.place = list.insert(list.begin(), &source);
  by_key_.emplace(key, std::move(made));
  counters_.sources.store(by_key_.size(), std::memory_order_relaxed);
  return source;
}

FlowSource* FlowSources::find(const SourceKey& key) noexcept {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : found->second.get();
}

void FlowSources::prove(FlowSource& source) {
  if (source.standing == Standing::unproven) move(source, Standing::proven);
}

void FlowSources::put_template(FlowSource& source, std::unique_ptr<wire::FlowTemplate> compiled) {
  account(source.templates.put(std::move(compiled), settings_.templates_per_source));
  while (source.templates.bytes() > settings_.template_bytes_per_source)
    account(source.templates.evict_last());
  make_room(source);
  if (is_full()) account(source.templates.evict_last());
}

void FlowSources::account_sampling(FlowSource& source, std::size_t before) {
  if (source.sampling.bytes() == before) return;
  account({.bytes = static_cast<std::int64_t>(source.sampling.bytes()) -
                    static_cast<std::int64_t>(before)});
  make_room(source);
}

void FlowSources::remove_template(FlowSource& source, std::uint16_t id) {
  account(source.templates.remove(id));
}

void FlowSources::remove_templates(FlowSource& source, bool options) {
  account(source.templates.remove_all(options));
}

void FlowSources::expire(TimePoint oldest) {
  for_each([&](FlowSource& source) {
    const auto before = source.templates.size();
    account(source.templates.expire(oldest));
    count(counters_.templates_expired, before - source.templates.size());
  });
}

void FlowSources::account(const wire::TemplateStore::Change& change) noexcept {
  templates_ += static_cast<std::size_t>(change.templates);
  template_bytes_ += static_cast<std::size_t>(change.bytes);
  if (change.evicted > 0) count(counters_.template_evictions, change.evicted);
  counters_.templates.store(templates_, std::memory_order_relaxed);
  counters_.template_bytes.store(template_bytes_, std::memory_order_relaxed);
}

bool FlowSources::is_full() const noexcept {
  return templates_ > settings_.templates || template_bytes_ > settings_.template_bytes;
}

void FlowSources::make_room(FlowSource& asking) {
  while (is_full() && evict_source(asking.standing, &asking)) {
  }
  // The one used last may be in use.
  while (is_full() && asking.templates.size() > 1) account(asking.templates.evict_last());
}

bool FlowSources::evict_source(Standing most, const FlowSource* spared) {
  for (std::size_t standing = 0; standing <= static_cast<std::size_t>(most); ++standing) {
    auto& list = by_standing_[standing];
    if (list.empty()) continue;
    auto at = std::prev(list.end());
    if (*at == spared) {
      if (at == list.begin()) continue;
      --at;
    }
    FlowSource* source = *at;
    account(
        {.templates = -static_cast<std::int64_t>(source->templates.size()),
         .bytes = -static_cast<std::int64_t>(source->templates.bytes() + source->sampling.bytes()),
         .evicted = source->templates.size()});
    count(counters_.source_evictions);
    list.erase(at);
    const SourceKey key = source->key;
    by_key_.erase(key);
    counters_.sources.store(by_key_.size(), std::memory_order_relaxed);
    return true;
  }
  return false;
}

void FlowSources::move(FlowSource& source, Standing standing) {
  auto& from = by_standing_[static_cast<std::size_t>(source.standing)];
  auto& to = by_standing_[static_cast<std::size_t>(standing)];
  source.standing = standing;
  if (&from == &to && source.place == to.begin()) return;
  to.splice(to.begin(), from, source.place);
}

}  // namespace netlogd::parse
