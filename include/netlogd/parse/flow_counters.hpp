// What a flow decoder tells about itself: counters and the exporters that lose most. Written by the
// one worker that owns the decoder, read by any thread at any time.

#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "netlogd/core/counters.hpp"
#include "netlogd/core/ip_address.hpp"

namespace netlogd::parse {

struct FlowCounters {
  Counter records{0};             // flow records written
  Counter lost_flows{0};          // gaps in the numbering: v5 flows, IPFIX data records
  Counter lost_messages{0};       // gaps in the numbering: v9 and sFlow datagrams
  Counter late_messages{0};       // came after a gap had been counted for them, or twice
  Counter restarts{0};            // the numbering began anew
  Counter templates{0};           // a gauge: in memory
  Counter template_bytes{0};      // a gauge: their size
  Counter sources{0};             // a gauge: exporter, domain and version
  Counter template_evictions{0};  // forgotten for want of room
  Counter templates_expired{0};   // not sent again within the age limit
  Counter templates_refused{0};   // definitions that make no sense
  Counter templates_changed{0};   // redefined with other fields
  Counter templates_withdrawn{0};
  Counter source_evictions{0};
  Counter options_records{0};     // options data taken in
  Counter unknown_sets{0};        // set ids 4 to 255
  Counter broken_sets{0};         // a set or a sample whose length does not fit
  Counter broken_records{0};      // a record of variable length that passes the end of its set
  Counter cut_messages{0};        // fewer octets or records than the header promises
  Counter records_over_limit{0};  // sets left unread: the datagram had given its most
  Counter parked_sets{0};         // a gauge: data sets that wait for their template
  Counter parked_bytes{0};        // a gauge
  Counter parked_decoded{0};      // sets whose template came
  Counter parked_expired{0};      // sets whose template did not come in time
  Counter parked_evicted{0};      // sets that gave way to newer ones
};

// One exporter's account; `lost` is in flows or messages as its format numbers them.
struct ExporterLoss {
  IpAddress exporter;
  std::uint64_t lost = 0;
  std::uint64_t late = 0;
  std::uint64_t restarts = 0;
};

// The exporters with the greatest loss, at most `size`. Each place is published under a sequence
// lock of its own: the writer never waits, a reader that was overtaken reads the place again.
class LossTable {
 public:
  static constexpr std::size_t size = 64;

  // The owning worker only. A newcomer takes the place of the smallest where all are taken.
  void add(const IpAddress& exporter, std::uint64_t lost, std::uint64_t late,
           std::uint64_t restarts) noexcept;
  // Any thread: the places in use, greatest loss first.
  [[nodiscard]] std::vector<ExporterLoss> snapshot() const;

 private:
  struct Place {
    std::atomic<std::uint32_t> turn{0};  // odd while being written
    std::array<std::atomic<std::uint64_t>, 2> address{};
    std::atomic<std::uint64_t> lost{0};
    std::atomic<std::uint64_t> late{0};
    std::atomic<std::uint64_t> restarts{0};
  };
  void publish(std::size_t index) noexcept;

  std::array<ExporterLoss, size> mine_{};  // the worker's copy
  std::size_t used_ = 0;
  std::array<Place, size> places_{};
};

}  // namespace netlogd::parse
