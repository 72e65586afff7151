#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>

#include "sender.hpp"
#include "socket.hpp"

namespace netlogd::gen {
namespace {

constexpr std::size_t batch = 64;

// The messages of one batch and what sendmmsg wants to know of them.
class DatagramBatch {
 public:
  DatagramBatch() : bytes_(batch * MessageSource::max_message) {
    for (std::size_t n = 0; n < batch; ++n) {
      headers_[n] = mmsghdr{};
      headers_[n].msg_hdr.msg_iov = &vectors_[n];
      headers_[n].msg_hdr.msg_iovlen = 1;
    }
  }

  void fill(MessageSource& source, std::size_t count) {
    for (std::size_t n = 0; n < count; ++n) {
      auto* at = bytes_.data() + n * MessageSource::max_message;
      made_[n] = source.next(at);
      vectors_[n] = {at, made_[n].bytes};
    }
  }

  void send(int fd, std::size_t count, ConnectionTotal& total) {
    std::size_t done = 0;
    int refusals = 0;
    while (done < count) {
      const int sent =
          ::sendmmsg(fd, headers_.data() + done, static_cast<unsigned>(count - done), 0);
      if (sent > 0) {
        for (int n = 0; n < sent; ++n) add(made_[done + static_cast<std::size_t>(n)], total);
        done += static_cast<std::size_t>(sent);
        refusals = 0;
        continue;
      }
      if (errno == EINTR) continue;
      // ECONNREFUSED reports an earlier datagram; the one at hand has not been sent yet.
      if (++refusals < 3) continue;
      ++total.errors;
      ++done;
      refusals = 0;
    }
  }

 private:
  static void add(const Made& made, ConnectionTotal& total) {
    ++total.messages;
    total.records += made.records;
    total.bytes += made.bytes;
  }

  std::vector<char> bytes_;
  std::array<mmsghdr, batch> headers_;
  std::array<iovec, batch> vectors_{};
  std::array<Made, batch> made_{};
};

}  // namespace

Result<SendTotal> send_datagrams(SendOrder order, const std::atomic<bool>& stop) {
  std::vector<ConnectedSocket> sockets;
  SendTotal total;
  for (std::uint32_t n = 0; n < order.sources.size(); ++n) {
    std::optional<IpAddress> from = order.first_source;
    if (from)
      from = address_after(*from, order.source_addresses == 0 ? n : n % order.source_addresses);
    auto socket = connect_socket(order.to, false, from);
    if (!socket) return socket.error();
    total.connections.push_back({.source = socket->source});
    sockets.push_back(std::move(*socket));
  }

  const SystemClock clock;
  DatagramBatch datagrams;
  Pacer pacer(order.limits, stop);
  std::size_t turn = 0;
  std::uint64_t share = 1;
  while (!pacer.is_over()) {
    // What is due at the first of them is spread over the connections, so that each sends as much
    // as the others and a slow rate alternates between them.
    const auto due = pacer.allowed(batch * sockets.size());
    if (due == 0) {
      std::this_thread::sleep_for(pacer.pause(std::chrono::milliseconds(50)));
      continue;
    }
    if (turn == 0) share = std::clamp<std::uint64_t>(due / sockets.size(), 1, batch);
    const auto count = std::min(due, share);
    auto& source = *order.sources[turn];
    source.set_time(clock.now());
    datagrams.fill(source, count);
    datagrams.send(sockets[turn].fd.get(), count, total.connections[turn]);
    pacer.made(count);
    turn = turn + 1 == sockets.size() ? 0 : turn + 1;
  }
  total.seconds = pacer.elapsed().count();
  return total;
}

}  // namespace netlogd::gen
