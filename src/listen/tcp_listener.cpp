#include "tcp_listener.hpp"

#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <chrono>
#include <system_error>

#include "sockets.hpp"

namespace netlogd::listen {
namespace {

constexpr int accepts_per_turn = 64;
constexpr auto accept_pause = std::chrono::milliseconds(100);
constexpr auto later_pause = std::chrono::milliseconds(20);

}  // namespace

TcpListener::TcpListener(LoopContext& context, std::uint32_t index, ListenerSettings settings,
                         ListenerCounters& counters, UniqueFd fd,
                         std::shared_ptr<const TlsContext> tls)
    : Listener(context, index, std::move(settings), counters),
      descriptor_(context.io, fd.get()),
      accept_timer_(context.io),
      later_timer_(context.io),
      fd_(fd.get()),
      tls_(std::move(tls)) {
  static_cast<void>(fd.release());
}

TcpListener::~TcpListener() = default;

void TcpListener::start() { wait_for_connection(); }

void TcpListener::wait_for_connection() {
  descriptor_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                         [this](const boost::system::error_code& error) {
                           if (!error && !closed_) accept_some();
                         });
}

void TcpListener::accept_some() {
  for (int i = 0; i < accepts_per_turn; ++i) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    UniqueFd fd(::accept4(fd_, reinterpret_cast<sockaddr*>(&address), &length,
                          SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) {
      admit(std::move(fd), to_endpoint(address));
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    // Out of descriptors or memory: the connection stays in the backlog; look again soon.
    context_.log.error_held(accept_held_, "{}: accept: {}", counters_.name,
                            std::generic_category().message(errno));
    accept_timer_.expires_after(accept_pause);
    accept_timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error && !closed_) accept_some();
    });
    return;
  }
  if (!closed_) wait_for_connection();
}

void TcpListener::admit(UniqueFd fd, const Endpoint& peer) {
  std::size_t& of_source = context_.connections_by_source[peer.address];
  // A balancer's connection is judged by the source that its header names.
  const bool allowed = is_proxy(settings_, peer.address) || may_send(settings_, peer.address);
  const char* refusal = !allowed ? "not allowed"
                        : context_.open_connections >= context_.limits.connections
                            ? "limits.connections reached"
                        : of_source >= context_.limits.connections_per_source
                            ? "limits.connections_per_source reached"
                            : nullptr;
  if (refusal != nullptr) {
    if (of_source == 0) context_.connections_by_source.erase(peer.address);
    count(counters_.connections_refused);
    context_.refused.add(peer.address);
    context_.log.warn_held(refused_held_, "{}: connection from {} refused: {}", counters_.name,
                           peer.text(), refusal);
    return;
  }
  ++of_source;
  ++context_.open_connections;
  count(counters_.connections);
  count(counters_.connections_open);
  const SessionId id = next_id_++;
  auto make_stream = [tls = tls_](UniqueFd socket) {
    return tls ? tls->accept(std::move(socket)) : plain_stream(std::move(socket));
  };
  sessions_.emplace(id, std::make_unique<TcpSession>(context_, settings_, counters_, filler_,
                                                     std::move(fd), peer, make_stream));
  settle(id, TcpSession::Want::turn);
}

void TcpListener::advance(SessionId id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  const auto want = found->second->advance();
  if (filler_.has_pending()) flush_soon();
  settle(id, want);
}

void TcpListener::settle(SessionId id, TcpSession::Want want) {
  using Wait = boost::asio::posix::descriptor_base;
  switch (want) {
    case TcpSession::Want::end:
      return end(id);
    case TcpSession::Want::turn:
      boost::asio::post(context_.io, [this, id] { advance(id); });
      return;
    case TcpSession::Want::room:
      filler_.flush();
      waiting_for_room_.push_back(id);
      context_.sink.wake_when_room();
      return;
    case TcpSession::Want::tokens:
      return later(id);
    case TcpSession::Want::read:
    case TcpSession::Want::write:
      sessions_.at(id)->descriptor().async_wait(
          want == TcpSession::Want::read ? Wait::wait_read : Wait::wait_write,
          [this, id](const boost::system::error_code& error) {
            if (error != boost::asio::error::operation_aborted) advance(id);
          });
  }
}

void TcpListener::end(SessionId id) {
  const auto found = sessions_.find(id);
  const TcpSession& session = *found->second;
  if (!session.trouble().empty())
    context_.log.warn_held(trouble_held_, "{}: connection from {} ended: {}", counters_.name,
                           session.peer().text(), session.trouble());
  const auto of_source = context_.connections_by_source.find(session.connected_address());
  if (--of_source->second == 0) context_.connections_by_source.erase(of_source);
  --context_.open_connections;
  counters_.connections_open.fetch_sub(1, std::memory_order_relaxed);
  sessions_.erase(found);
}

void TcpListener::later(SessionId id) {
  waiting_for_time_.push_back(id);
  if (later_due_) return;
  later_due_ = true;
  later_timer_.expires_after(later_pause);
  later_timer_.async_wait([this](const boost::system::error_code& error) {
    later_due_ = false;
    if (!error) run_later();
  });
}

void TcpListener::run_later() {
  const auto due = std::move(waiting_for_time_);
  waiting_for_time_.clear();
  for (const SessionId id : due) advance(id);
}

void TcpListener::resume() {
  // First come, first served; who finds no room again goes to the end of a new line.
  const auto due = std::move(waiting_for_room_);
  waiting_for_room_.clear();
  for (const SessionId id : due) advance(id);
}

void TcpListener::flush_soon() {
  if (flush_due_) return;
  flush_due_ = true;
  boost::asio::post(context_.io, [this] {
    flush_due_ = false;
    filler_.flush();
  });
}

void TcpListener::tick() {
  const auto now = context_.clock.monotonic();
  std::vector<SessionId> overdue;
  for (const auto& [id, session] : sessions_)
    if (session->is_overdue(now)) overdue.push_back(id);
  for (const SessionId id : overdue) {
    sessions_.at(id)->give_up_drain();
    end(id);
  }
}

Result<void> TcpListener::change(const ListenerSettings& settings) {
  if (settings.transport == Transport::tls) {
    auto tls = TlsContext::make(settings.tls);
    if (!tls) return tls.error();
    tls_ = std::move(*tls);  // sessions keep the one they began with
  }
  settings_ = settings;
  return {};
}

void TcpListener::drain() {
  if (closed_) return;
  accept_timer_.cancel();
  descriptor_.cancel();
  closed_ = true;
  accept_some();  // who is in the backlog has been told that we are there
  boost::system::error_code ignored;
  descriptor_.close(ignored);
  std::vector<SessionId> ids;
  for (auto& [id, session] : sessions_) {
    session->begin_drain();
    session->descriptor().cancel();
    ids.push_back(id);
  }
  waiting_for_room_.clear();
  waiting_for_time_.clear();
  for (const SessionId id : ids) advance(id);
}

}  // namespace netlogd::listen
