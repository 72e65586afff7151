#include "netlogd/wire/template_store.hpp"

#include <utility>

namespace netlogd::wire {
namespace {

void add(TemplateStore::Change& sum, const TemplateStore::Change& more) noexcept {
  sum.templates += more.templates;
  sum.bytes += more.bytes;
  sum.evicted += more.evicted;
}

}  // namespace

const FlowTemplate* TemplateStore::find(std::uint16_t id) noexcept {
  const auto at = by_id_.find(id);
  if (at == by_id_.end()) return nullptr;
  if (at->second != by_use_.begin()) by_use_.splice(by_use_.begin(), by_use_, at->second);
  return at->second->get();
}

FlowTemplate* TemplateStore::peek(std::uint16_t id) noexcept {
  const auto at = by_id_.find(id);
  return at == by_id_.end() ? nullptr : at->second->get();
}

TemplateStore::Change TemplateStore::put(std::unique_ptr<FlowTemplate> compiled,
                                         std::size_t limit) {
  const auto id = compiled->definition().id;
  Change change = remove(id);
  while (!by_use_.empty() && by_use_.size() >= limit) add(change, evict_last());
  const auto size = bytes_of(*compiled);
  by_use_.push_front(std::move(compiled));
  by_id_.emplace(id, by_use_.begin());
  bytes_ += size;
  add(change, {.templates = 1, .bytes = static_cast<std::int64_t>(size)});
  return change;
}

TemplateStore::Change TemplateStore::remove(std::uint16_t id) {
  const auto at = by_id_.find(id);
  return at == by_id_.end() ? Change{} : remove_at(at->second);
}

TemplateStore::Change TemplateStore::evict_last() {
  if (by_use_.empty()) return {};
  Change change = remove_at(std::prev(by_use_.end()));
  change.evicted = 1;
  return change;
}

TemplateStore::Change TemplateStore::remove_all(bool options) {
  Change change;
  for (auto at = by_use_.begin(); at != by_use_.end();) {
    const auto next = std::next(at);
    if ((*at)->definition().options == options) add(change, remove_at(at));
    at = next;
  }
  return change;
}

TemplateStore::Change TemplateStore::expire(TimePoint oldest) {
  Change change;
  for (auto at = by_use_.begin(); at != by_use_.end();) {
    const auto next = std::next(at);
    if ((*at)->received < oldest) add(change, remove_at(at));
    at = next;
  }
  return change;
}

TemplateStore::Change TemplateStore::remove_at(Templates::iterator at) {
  const auto size = bytes_of(**at);
  by_id_.erase((*at)->definition().id);
  by_use_.erase(at);
  bytes_ -= size;
  return {.templates = -1, .bytes = -static_cast<std::int64_t>(size)};
}

}  // namespace netlogd::wire
