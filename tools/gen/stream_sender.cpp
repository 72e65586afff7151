#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "netlogd/core/text_buffer.hpp"
#include "sender.hpp"
#include "socket.hpp"
#include "tls_client.hpp"

namespace netlogd::gen {
namespace {

constexpr std::size_t buffer_bytes = 128 << 10;

// One connection: messages are rendered into its buffer and leave as fast as the peer takes them,
// so that a peer that stops reading one connection does not hold up the others.
class StreamConnection {
 public:
  StreamConnection(ConnectedSocket socket, std::optional<TlsClient> tls,
                   std::unique_ptr<MessageSource> source)
      : socket_(std::move(socket)), tls_(std::move(tls)), source_(std::move(source)) {
    ::fcntl(socket_.fd.get(), F_SETFL, O_NONBLOCK);
    total_.source = socket_.source;
  }

  [[nodiscard]] bool is_open() const noexcept { return static_cast<bool>(socket_.fd); }
  [[nodiscard]] bool is_idle() const noexcept { return sent_ == buffer_.size(); }
  [[nodiscard]] int fd() const noexcept { return socket_.fd.get(); }
  [[nodiscard]] const ConnectionTotal& total() const noexcept { return total_; }

  // Renders up to `most` messages, as many as the buffer takes; returns how many.
  std::uint64_t fill(std::uint64_t most, TimePoint now) {
    buffer_.clear();
    sent_ = 0;
    source_->set_time(now);
    std::uint64_t count = 0;
    for (; count < most && buffer_.size() < buffer_bytes; ++count) {
      const auto made = source_->next(buffer_.room(MessageSource::max_message));
      buffer_.commit(made.bytes);
      waiting_.records += made.records;
    }
    waiting_.messages = count;
    return count;
  }

  // Sends what the kernel takes now; false: it takes nothing.
  bool send_some() {
    const auto left = buffer_.size() - sent_;
    const char* at = buffer_.data() + sent_;
    const auto taken = tls_ ? tls_->send(at, left) : ::send(fd(), at, left, MSG_NOSIGNAL);
    if (taken < 0) {
      if (errno == EAGAIN || errno == EINTR) return false;
      ++total_.errors;  // the peer has gone; how much it read of the last buffer is not known
      socket_.fd.reset();
      sent_ = buffer_.size();
      return true;
    }
    sent_ += static_cast<std::size_t>(taken);
    total_.bytes += static_cast<std::uint64_t>(taken);
    if (!is_idle()) return true;
    total_.messages += waiting_.messages;
    total_.records += waiting_.records;
    waiting_ = {};
    return true;
  }

  void finish_writing() {
    if (tls_) tls_->finish_writing();
    ::shutdown(fd(), SHUT_WR);
  }

  // Waits until the peer has closed too, which says that it has read everything.
  void await_close(std::chrono::milliseconds patience) {
    pollfd wait{.fd = fd(), .events = POLLIN, .revents = 0};
    char rest[512];
    while (::poll(&wait, 1, static_cast<int>(patience.count())) > 0 &&
           ::recv(fd(), rest, sizeof rest, 0) > 0) {
    }
    socket_.fd.reset();
  }

 private:
  ConnectedSocket socket_;
  std::optional<TlsClient> tls_;
  std::unique_ptr<MessageSource> source_;
  TextBuffer buffer_;
  std::size_t sent_ = 0;
  ConnectionTotal waiting_;  // rendered, not yet sent whole
  ConnectionTotal total_;
};

Result<std::vector<StreamConnection>> connect_all(SendOrder& order) {
  std::vector<StreamConnection> connections;
  connections.reserve(order.sources.size());
  for (std::uint32_t n = 0; n < order.sources.size(); ++n) {
    std::optional<IpAddress> from = order.first_source;
    if (from)
      from = address_after(*from, order.source_addresses == 0 ? n : n % order.source_addresses);
    auto socket = connect_socket(order.to, true, from);
    if (!socket) return socket.error();
    std::optional<TlsClient> tls;
    if (order.tls) {
      auto client = TlsClient::connect(socket->fd.get());
      if (!client) return client.error();
      tls = std::move(*client);
    }
    connections.emplace_back(std::move(*socket), std::move(tls), std::move(order.sources[n]));
  }
  return connections;
}

void await_room(const std::vector<StreamConnection>& connections) {
  std::vector<pollfd> waits;
  for (const auto& connection : connections)
    if (connection.is_open())
      waits.push_back({.fd = connection.fd(), .events = POLLOUT, .revents = 0});
  ::poll(waits.data(), waits.size(), 100);
}

// One turn over all connections, from `first` on; false when none could send and nothing was due.
bool take_turn(std::vector<StreamConnection>& connections, std::size_t first, Pacer& pacer,
               const Clock& clock) {
  bool moved = false;
  bool blocked = false;
  const auto due = pacer.allowed(1U << 20);
  const auto share = std::max<std::uint64_t>(1, due / connections.size());
  const auto now = clock.now();
  for (std::size_t n = 0; n < connections.size(); ++n) {
    auto& connection = connections[(first + n) % connections.size()];
    if (!connection.is_open()) continue;
    if (connection.is_idle()) {
      const auto most = std::min(share, pacer.allowed(share));
      if (most == 0) continue;
      pacer.made(connection.fill(most, now));
    }
    if (connection.send_some())
      moved = true;
    else
      blocked = true;
  }
  if (!moved && blocked) await_room(connections);
  return moved || blocked;
}

}  // namespace

Result<SendTotal> send_streams(SendOrder order, const std::atomic<bool>& stop) {
  auto connected = connect_all(order);
  if (!connected) return connected.error();
  auto& connections = *connected;
  const auto any = [&connections](auto predicate) {
    return std::any_of(connections.begin(), connections.end(), predicate);
  };

  const SystemClock clock;
  Pacer pacer(order.limits, stop);
  for (std::size_t turn = 0; !pacer.is_over() && any([](const auto& c) { return c.is_open(); });
       ++turn)
    if (!take_turn(connections, turn, pacer, clock))
      std::this_thread::sleep_for(pacer.pause(std::chrono::milliseconds(50)));

  // What was rendered leaves whole, unless the peer takes nothing for a long time.
  const auto unsent = [](const auto& c) { return c.is_open() && !c.is_idle(); };
  const auto give_up = Pacer::SteadyClock::now() + std::chrono::seconds(300);
  while (any(unsent) && Pacer::SteadyClock::now() < give_up) {
    bool moved = false;
    for (auto& connection : connections)
      if (unsent(connection) && connection.send_some()) moved = true;
    if (!moved) await_room(connections);
  }

  SendTotal total;
  total.seconds = pacer.elapsed().count();
  for (auto& connection : connections)
    if (connection.is_open()) connection.finish_writing();
  for (auto& connection : connections) {
    if (connection.is_open()) connection.await_close(std::chrono::seconds(300));
    total.connections.push_back(connection.total());
  }
  return total;
}

}  // namespace netlogd::gen
