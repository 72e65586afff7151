// Connections: accepts within the limits, keeps the sessions and waits for what they wait for.

#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "loop_context.hpp"
#include "tcp_session.hpp"
#include "tls.hpp"

namespace netlogd::listen {

class TcpListener final : public Listener {
 public:
  // `tls` is null for plain TCP.
  TcpListener(LoopContext& context, std::uint32_t index, ListenerSettings settings,
              ListenerCounters& counters, UniqueFd fd, std::shared_ptr<const TlsContext> tls);
  ~TcpListener() override;

  void start() override;
  void resume() override;
  void tick() override;
  void reply(const Reply&) override {}
  Result<void> change(const ListenerSettings& settings) override;
  void drain() override;
  bool is_closed() const noexcept override { return closed_ && sessions_.empty(); }
  int socket() const noexcept override { return fd_; }

 private:
  using SessionId = std::uint64_t;

  void wait_for_connection();
  void accept_some();
  void admit(UniqueFd fd, const Endpoint& peer);
  void advance(SessionId id);
  void settle(SessionId id, TcpSession::Want want);
  void end(SessionId id);
  void later(SessionId id);
  void run_later();
  void flush_soon();

  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer accept_timer_;
  boost::asio::steady_timer later_timer_;
  const int fd_;  // owned by descriptor_
  std::shared_ptr<const TlsContext> tls_;
  std::unordered_map<SessionId, std::unique_ptr<TcpSession>> sessions_;
  std::deque<SessionId> waiting_for_room_;   // in the order they came
  std::vector<SessionId> waiting_for_time_;  // rate limit, a PROXY header in pieces
  SessionId next_id_ = 1;
  bool flush_due_ = false;
  bool later_due_ = false;
  bool closed_ = false;  // accepts no more
  observe::Held trouble_held_;
  observe::Held refused_held_;
  observe::Held accept_held_;
};

}  // namespace netlogd::listen
