// The one event loop that receives: all listeners, their sessions and the answers that leave from
// their sockets, on one thread. It never waits for a disk, a name, a lock or its own log.
//
// Every public function may be called from the owner's thread; they hand over to the loop's thread
// and (open, close, stop) wait for it.

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "netlogd/core/batch_sink.hpp"
#include "netlogd/core/counters.hpp"
#include "netlogd/core/device.hpp"
#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/refused_sources.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/core/text_batch.hpp"
#include "netlogd/core/unique_fd.hpp"
#include "netlogd/observe/log.hpp"

namespace netlogd::listen {

struct TlsSettings {
  std::string certificate;  // PEM chain, file
  std::string key;          // PEM, file
  std::string client_ca;    // PEM, file; empty: clients are not asked for a certificate
  bool require_client = false;
  std::string crl;                         // PEM, file; empty: none
  std::vector<std::string> allowed_names;  // subjectAltName DNS, or CN; empty: any verified client
  std::vector<std::string>
      allowed_fingerprints;  // SHA-256 of the certificate, hex with or without colons
  friend bool operator==(const TlsSettings&, const TlsSettings&) = default;
};

struct ListenerSettings {
  Protocol protocol = Protocol::syslog;
  Transport transport = Transport::udp;
  Endpoint address;
  std::string device;                        // SO_BINDTODEVICE; empty: any
  std::uint32_t receive_buffer = 64U << 20;  // bytes asked of the kernel
  std::vector<IpPrefix> allow;               // empty: everybody
  std::vector<IpPrefix> deny;                // wins over allow
  std::vector<IpPrefix> proxies;  // balancers whose PROXY header is believed and required
  TlsSettings tls;
  friend bool operator==(const ListenerSettings&, const ListenerSettings&) = default;
};

struct LoopLimits {
  std::size_t message = 64 << 10;   // bytes; longer messages are cut and marked
  std::size_t connections = 10000;  // in all
  std::size_t connections_per_source = 1000;
  std::chrono::seconds idle{3600};     // a session without a byte for so long is closed
  std::chrono::seconds handshake{10};  // TLS handshake and PROXY header
  std::uint64_t unknown_rate =
      0;                         // messages/s of a source the inventory does not know; 0: no limit
  std::uint64_t known_rate = 0;  // the same for one that it knows
};

// The address a bound socket has; ::0 when it has none.
[[nodiscard]] Endpoint bound_endpoint(int fd) noexcept;

class ReceivingLoop {
 public:
  ReceivingLoop(LoopLimits limits, BatchSink& sink, std::function<bool(ListenerReply&)> take_reply,
                observe::Log& log);
  ~ReceivingLoop();
  ReceivingLoop(const ReceivingLoop&) = delete;
  ReceivingLoop& operator=(const ReceivingLoop&) = delete;

  // Binds a listener, or takes over `inherited`, a socket bound by the service manager; fills in
  // the counters' name, address and buffer figures. The counters outlive the loop.
  Result<void> open(std::uint32_t index, const ListenerSettings& settings,
                    ListenerCounters& counters, UniqueFd inherited);
  // Stops one listener: reads what the kernel already holds, then closes. Its sessions end
  // likewise.
  void close(std::uint32_t index);
  // New allow/deny lists, balancers, certificates of an open listener. An error changes nothing.
  Result<void> change(std::uint32_t index, const ListenerSettings& settings);
  // Duplicates of the listening sockets, for the service manager to keep across a restart.
  [[nodiscard]] std::vector<std::pair<std::uint32_t, int>> sockets() const;

  void use(std::shared_ptr<const DeviceDirectory> directory);
  void use(const LoopLimits& limits);

  void start();
  // Takes in what the kernel already holds, closes all sockets, hands on the last batches, ends the
  // thread. A session that waits for room is given up to `patience`.
  void stop(std::chrono::milliseconds patience);

  // Room has come, or answers wait. Any thread.
  void wake();
  // Who was turned away by a prefix, a rate, a limit or a handshake. Any thread.
  [[nodiscard]] const RefusedSources& refused() const noexcept;
  // Grows every second while the loop turns. Any thread.
  [[nodiscard]] std::uint64_t heartbeat() const noexcept;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace netlogd::listen
