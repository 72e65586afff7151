#include "netlogd/pipeline/sender_table.hpp"

#include <algorithm>

namespace netlogd::pipeline {

void SenderTable::count(const RawBatch& batch, const DeviceDirectory& directory) {
  Sender* current = nullptr;
  for (const RawMessage& message : batch.messages()) {
    if (current == nullptr || current->address != message.source.address)
      current = &sender(message.source.address, message.received, directory);
    ++current->messages[static_cast<std::size_t>(stream_of(batch.protocol))];
    current->last = message.received;
  }
}

Sender& SenderTable::sender(const IpAddress& address, TimePoint received,
                            const DeviceDirectory& directory) {
  if (const auto found = senders_.find(address); found != senders_.end()) return found->second;
  if (senders_.size() == max_senders) make_room();
  Sender fresh{.address = address,
               .known = directory.by_address(address) != nullptr,
               .first = received,
               .last = received};
  return senders_.emplace(address, fresh).first->second;
}

// An eighth at a time, so that a flood of forged addresses does not sort the table for each of
// them.
void SenderTable::make_room() {
  std::vector<TimePoint> times;
  times.reserve(senders_.size());
  for (const auto& [address, sender] : senders_) times.push_back(sender.last);
  const auto cut = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 8);
  std::nth_element(times.begin(), cut, times.end());
  evictions_ += std::erase_if(
      senders_, [limit = *cut](const auto& entry) { return entry.second.last <= limit; });
}

void SenderTable::look_again(const DeviceDirectory& directory) {
  for (auto& [address, sender] : senders_) sender.known = directory.by_address(address) != nullptr;
}

std::vector<Sender> SenderTable::snapshot() const {
  std::vector<Sender> all;
  all.reserve(senders_.size());
  for (const auto& [address, sender] : senders_) all.push_back(sender);
  return all;
}

}  // namespace netlogd::pipeline
