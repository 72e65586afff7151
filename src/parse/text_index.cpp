#include "parse/text_index.hpp"

#include <algorithm>

namespace netlogd::parse {

void TextIndex::set(std::string_view text, std::uint32_t value) {
  if (count_ * 3 >= slots_.size()) grow();
  const auto hash = text_hash(text);
  auto i = hash & mask_;
  for (; slots_[i].value != none; i = (i + 1) & mask_)
    if (slots_[i].hash == hash && slots_[i].text == text) break;
  if (slots_[i].value == none) ++count_;
  slots_[i] = {hash, text, value};
}

void TextIndex::grow() {
  auto old = std::move(slots_);
  slots_.assign(old.empty() ? 64 : old.size() * 2, {});
  mask_ = slots_.size() - 1;
  for (const auto& slot : old) {
    if (slot.value == none) continue;
    auto i = slot.hash & mask_;
    while (slots_[i].value != none) i = (i + 1) & mask_;
    slots_[i] = slot;
  }
}

void PrefixIndex::set(std::string_view prefix, std::uint32_t value) {
  for (auto& entry : entries_)
    if (entry.prefix == prefix) {
      entry.value = value;
      return;
    }
  entries_.push_back({prefix, value, TextIndex::none});
}

void PrefixIndex::finish() {
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return a.prefix < b.prefix; });
  // The entry that begins another stands before it, and before all between them that it begins too.
  for (std::uint32_t i = 0; i < entries_.size(); ++i) {
    auto candidate = i == 0 ? TextIndex::none : i - 1;
    while (candidate != TextIndex::none &&
           !entries_[i].prefix.starts_with(entries_[candidate].prefix))
      candidate = entries_[candidate].shorter;
    entries_[i].shorter = candidate;
  }
}

std::uint32_t PrefixIndex::find(std::string_view text) const noexcept {
  const auto behind =
      std::upper_bound(entries_.begin(), entries_.end(), text,
                       [](std::string_view wanted, const Entry& e) { return wanted < e.prefix; });
  if (behind == entries_.begin()) return TextIndex::none;
  auto at = static_cast<std::uint32_t>(behind - entries_.begin() - 1);
  while (at != TextIndex::none && !text.starts_with(entries_[at].prefix)) at = entries_[at].shorter;
  return at == TextIndex::none ? TextIndex::none : entries_[at].value;
}

}  // namespace netlogd::parse
