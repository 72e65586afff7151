#include "netlogd/wire/usm_engines.hpp"

#include <algorithm>

namespace netlogd::wire {

UsmEngine::Timeliness UsmEngine::judge(std::uint32_t boots, std::uint32_t time, TimePoint received,
                                       std::uint64_t mac) noexcept {
  if (boots == max_boots || (known_ && boots < boots_)) return Timeliness::outside_window;
  if (known_ && boots == boots_) {
    // The engine's clock as it should stand now. Ours may step back; then no time has passed.
    const auto passed =
        std::chrono::duration_cast<std::chrono::seconds>(received - latest_received_).count();
    const std::int64_t now = latest_time_ + std::max<std::int64_t>(passed, 0);
    if (time < now - window_seconds) return Timeliness::outside_window;
  }
  if (!known_ || boots > boots_ || time > latest_time_) {
    boots_ = boots;
    latest_time_ = time;
    latest_received_ = received;
    known_ = true;
  }
  return remember(mac);
}

UsmEngine::Timeliness UsmEngine::judge_own(std::uint32_t boots, std::uint32_t time,
                                           std::uint32_t own_boots, std::uint32_t own_time,
                                           std::uint64_t mac) noexcept {
  const std::int64_t apart = std::int64_t{time} - own_time;
  if (boots == max_boots || boots != own_boots || apart < -window_seconds || apart > window_seconds)
    return Timeliness::outside_window;
  return remember(mac);
}

UsmEngine::Timeliness UsmEngine::remember(std::uint64_t mac) noexcept {
  if (std::find(macs_.begin(), macs_.end(), mac) != macs_.end()) return Timeliness::repeated;
  macs_[next_mac_++ % macs_.size()] = mac;
  return Timeliness::fresh;
}

UsmEngine::Keys* UsmEngine::keys_of(std::size_t user) noexcept {
  const auto found = std::find_if(keys_.begin(), keys_.end(),
                                  [user](const Keys& keys) { return keys.user == user; });
  return found == keys_.end() ? nullptr : &*found;
}

UsmEngine::Keys& UsmEngine::keep(Keys keys) {
  if (keys_.size() < max_keys) return keys_.emplace_back(keys);
  return keys_[next_key_++ % max_keys] = keys;
}

UsmEngine* UsmEngines::find(std::string_view id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return nullptr;
  const std::size_t at = found->second;
  if (at != newest_) {
    unlink(at);
    link_newest(at);
  }
  return &slots_[at].engine;
}

UsmEngine& UsmEngines::add(std::string_view id) {
  if (UsmEngine* known = find(id)) return *known;
  std::size_t at = slots_.size();
  if (at < limit_) {
    slots_.emplace_back();
  } else {
    at = oldest_;
    unlink(at);
    by_id_.erase(slots_[at].id);
    slots_[at].engine = UsmEngine{};
    ++evicted_;
  }
  slots_[at].id = id;
  by_id_.emplace(slots_[at].id, at);
  link_newest(at);
  return slots_[at].engine;
}

void UsmEngines::forget_keys() noexcept {
  for (Slot& slot : slots_) slot.engine.forget_keys();
}

void UsmEngines::unlink(std::size_t at) noexcept {
  Slot& slot = slots_[at];
  (slot.newer == nowhere ? newest_ : slots_[slot.newer].older) = slot.older;
  (slot.older == nowhere ? oldest_ : slots_[slot.older].newer) = slot.newer;
  slot.newer = slot.older = nowhere;
}

void UsmEngines::link_newest(std::size_t at) noexcept {
  slots_[at].older = newest_;
  (newest_ == nowhere ? oldest_ : slots_[newest_].newer) = at;
  newest_ = at;
}

}  // namespace netlogd::wire
