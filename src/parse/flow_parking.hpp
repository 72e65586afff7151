// Where data sets wait for their template. A datagram is kept with its header and those of its sets
// that could not be read; a message that gave nothing else owes the ledger an answer until then.
// Bounded in octets for each source and for all, and by age; the oldest give way. One owner.

#pragma once

#include <cstdint>
#include <list>
#include <span>
#include <unordered_map>
#include <vector>

#include "netlogd/core/raw_batch.hpp"
#include "netlogd/core/text_batch.hpp"
#include "parse/flow_sources.hpp"

namespace netlogd::parse {

struct ParkedDatagram {
  // Real exporters send a few sets in a datagram; with more, reading them again and again would
  // cost.
  static constexpr std::size_t max_sets = 64;

  SourceKey key;
  RawMessage message;                    // its bytes: `octets`
  std::vector<std::uint8_t> octets;      // the message's header, then the sets that wait
  std::vector<std::uint16_t> waits_for;  // their template ids, sorted, each once
  std::size_t sets = 0;                  // how many wait
  std::uint32_t listener = 0;
  bool owes = false;  // the ledger waits for an answer
};

class FlowParking {
 public:
  FlowParking(const FlowSettings& settings, FlowCounters& counters)
      : settings_(settings), counters_(counters) {}

  // Takes the datagram in; older ones may give way and are answered for in `out`.
  void park(ParkedDatagram datagram, TextBatch& out);
  // Takes out the datagrams of a source that wait for template `id` (and maybe others), oldest
  // first.
  [[nodiscard]] std::vector<ParkedDatagram> take(const SourceKey& key, std::uint16_t id);
  // Puts back what is still waiting, keeping its age.
  void put_back(ParkedDatagram datagram);

  // Datagrams received before `oldest`.
  void expire(TimePoint oldest, TextBatch& out);
  [[nodiscard]] bool empty() const noexcept { return by_age_.empty(); }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  using Datagrams = std::list<ParkedDatagram>;
  struct Waiting {
    std::vector<Datagrams::iterator> datagrams;  // oldest first
    std::size_t bytes = 0;
  };

  static std::size_t bytes_of(const ParkedDatagram& datagram) noexcept {
    return datagram.octets.capacity() + datagram.waits_for.capacity() * 2 + sizeof(ParkedDatagram) +
           64;
  }
  Datagrams::iterator insert(ParkedDatagram datagram);
  ParkedDatagram remove(Datagrams::iterator at);
  void give_up(Datagrams::iterator at, Counter& counter, TextBatch& out);
  void publish() noexcept;

  const FlowSettings& settings_;
  FlowCounters& counters_;
  Datagrams by_age_;  // front: the oldest
  std::unordered_map<SourceKey, Waiting, SourceKeyHash> by_source_;
  std::size_t bytes_ = 0;
  std::size_t sets_ = 0;
};

}  // namespace netlogd::parse
