// What the listeners of the receiving loop share. Everything here belongs to the loop's thread.

#pragma once

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "batch_filler.hpp"
#include "fair_shares.hpp"
#include "netlogd/core/batch_sink.hpp"
#include "netlogd/core/counters.hpp"
#include "netlogd/core/device.hpp"
#include "netlogd/core/refused_sources.hpp"
#include "netlogd/core/time.hpp"
#include "netlogd/listen/receiving_loop.hpp"
#include "netlogd/observe/log.hpp"
#include "source_limiter.hpp"

namespace netlogd::listen {

struct LoopContext {
  boost::asio::io_context& io;
  BatchSink& sink;
  observe::Log& log;
  LoopLimits limits;
  SystemClock clock;
  std::shared_ptr<const DeviceDirectory> directory = std::make_shared<EmptyDirectory>();
  SourceLimiter unknown_limiter{0};
  SourceLimiter known_limiter{0};
  FairShares shares;
  RefusedSources refused;  // read by other threads
  std::size_t open_connections = 0;
  std::unordered_map<IpAddress, std::size_t> connections_by_source;
  std::vector<std::uint8_t> read_buffer = std::vector<std::uint8_t>(64 << 10);

  // The bucket that counts for a source; null: no limit applies.
  [[nodiscard]] SourceLimiter* limiter_of(const IpAddress& source) noexcept {
    if (limits.unknown_rate == 0 && limits.known_rate == 0) return nullptr;
    const bool known = directory->by_address(source) != nullptr;
    if ((known ? limits.known_rate : limits.unknown_rate) == 0) return nullptr;
    return known ? &known_limiter : &unknown_limiter;
  }
};

[[nodiscard]] inline bool may_send(const ListenerSettings& settings,
                                   const IpAddress& source) noexcept {
  for (const IpPrefix& prefix : settings.deny)
    if (prefix.contains(source)) return false;
  if (settings.allow.empty()) return true;
  for (const IpPrefix& prefix : settings.allow)
    if (prefix.contains(source)) return true;
  return false;
}

[[nodiscard]] inline bool is_proxy(const ListenerSettings& settings,
                                   const IpAddress& source) noexcept {
  for (const IpPrefix& prefix : settings.proxies)
    if (prefix.contains(source)) return true;
  return false;
}

// What goes first when there is little room: traps, and syslog of severity warning and worse (the
// priority is in the first octets, RFC 5424, 6.2.1).
[[nodiscard]] inline BatchSink::Importance importance_of(
    Protocol protocol, std::span<const std::uint8_t> bytes) noexcept {
  using enum BatchSink::Importance;
  if (protocol == Protocol::snmp) return high;
  if (protocol == Protocol::flow || bytes.empty() || bytes[0] != '<') return normal;
  unsigned value = 0;
  std::size_t at = 1;
  for (; at < bytes.size() && at <= 3 && bytes[at] >= '0' && bytes[at] <= '9'; ++at)
    value = value * 10 + (bytes[at] - '0');
  return at > 1 && at < bytes.size() && bytes[at] == '>' && (value & 7) <= 4 ? high : normal;
}

// One listening socket. All functions on the loop's thread.
class Listener {
 public:
  Listener(LoopContext& context, std::uint32_t index, ListenerSettings settings,
           ListenerCounters& counters)
      : context_(context),
        index_(index),
        settings_(std::move(settings)),
        counters_(counters),
        filler_(context.sink, index, settings_.protocol) {}
  virtual ~Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  virtual void start() = 0;
  // Room has come: go on where the queue was full.
  virtual void resume() = 0;
  // A second has passed.
  virtual void tick() = 0;
  virtual void reply(const Reply& reply) = 0;
  virtual Result<void> change(const ListenerSettings& settings) = 0;
  // Takes in what the kernel holds, then closes; is_closed() tells when.
  virtual void drain() = 0;
  [[nodiscard]] virtual bool is_closed() const noexcept = 0;
  [[nodiscard]] virtual int socket() const noexcept = 0;
  void flush() noexcept { filler_.flush(); }

  [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
  [[nodiscard]] const ListenerSettings& settings() const noexcept { return settings_; }

 protected:
  void drop(DropReason reason) noexcept {
    count(counters_.dropped[static_cast<std::size_t>(reason)]);
  }

  LoopContext& context_;
  const std::uint32_t index_;
  ListenerSettings settings_;
  ListenerCounters& counters_;
  BatchFiller filler_;
};

}  // namespace netlogd::listen
