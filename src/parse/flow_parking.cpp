#include "parse/flow_parking.hpp"

#include <algorithm>
#include <utility>

namespace netlogd::parse {

void FlowParking::park(ParkedDatagram datagram, TextBatch& out) {
  const auto key = datagram.key;
  insert(std::move(datagram));
  // Each round gives up a datagram, at the last the new one itself.
  for (auto at = by_source_.find(key);
       at != by_source_.end() && at->second.bytes > settings_.parked_bytes_per_source;
       at = by_source_.find(key))
    give_up(at->second.datagrams.front(), counters_.parked_evicted, out);
  while (bytes_ > settings_.parked_bytes) give_up(by_age_.begin(), counters_.parked_evicted, out);
  publish();
}

std::vector<ParkedDatagram> FlowParking::take(const SourceKey& key, std::uint16_t id) {
  std::vector<ParkedDatagram> taken;
  const auto source = by_source_.find(key);
  if (source == by_source_.end()) return taken;
  const auto waits = [id](const Datagrams::iterator& at) {
    return std::binary_search(at->waits_for.begin(), at->waits_for.end(), id);
  };
  std::vector<Datagrams::iterator> ready;
  std::copy_if(source->second.datagrams.begin(), source->second.datagrams.end(),
               std::back_inserter(ready), waits);
  for (const auto at : ready) taken.push_back(remove(at));
  publish();
  return taken;
}

void FlowParking::put_back(ParkedDatagram datagram) {
  insert(std::move(datagram));
  publish();
}

void FlowParking::expire(TimePoint oldest, TextBatch& out) {
  if (by_age_.empty() || by_age_.front().message.received >= oldest) return;
  while (!by_age_.empty() && by_age_.front().message.received < oldest)
    give_up(by_age_.begin(), counters_.parked_expired, out);
  publish();
}

FlowParking::Datagrams::iterator FlowParking::insert(ParkedDatagram datagram) {
  // Nearly always at the end; what is put back, or was received by a clock that stepped, goes in
  // between.
  auto place = by_age_.end();
  while (place != by_age_.begin() && std::prev(place)->message.received > datagram.message.received)
    --place;
  const auto at = by_age_.insert(place, std::move(datagram));
  at->message.bytes = at->octets;
  auto& waiting = by_source_[at->key];
  auto spot = waiting.datagrams.end();
  while (spot != waiting.datagrams.begin() &&
         (*std::prev(spot))->message.received > at->message.received)
    --spot;
  waiting.datagrams.insert(spot, at);
  const auto size = bytes_of(*at);
  waiting.bytes += size;
  bytes_ += size;
  sets_ += at->sets;
  return at;
}

ParkedDatagram FlowParking::remove(Datagrams::iterator at) {
  const auto source = by_source_.find(at->key);
  const auto size = bytes_of(*at);
  auto& datagrams = source->second.datagrams;
  datagrams.erase(std::find(datagrams.begin(), datagrams.end(), at));
  source->second.bytes -= size;
  if (datagrams.empty()) by_source_.erase(source);
  bytes_ -= size;
  sets_ -= at->sets;
  ParkedDatagram datagram = std::move(*at);
  by_age_.erase(at);
  datagram.message.bytes = datagram.octets;
  return datagram;
}

void FlowParking::give_up(Datagrams::iterator at, Counter& counter, TextBatch& out) {
  count(counter, at->sets);
  if (at->owes) out.unpark_drop(at->listener, DropReason::template_missing);
  remove(at);
}

void FlowParking::publish() noexcept {
  counters_.parked_bytes.store(bytes_, std::memory_order_relaxed);
  counters_.parked_sets.store(sets_, std::memory_order_relaxed);
}

}  // namespace netlogd::parse
