#include "tcp_session.hpp"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "netlogd/wire/proxy_protocol.hpp"

namespace netlogd::listen {
namespace {

constexpr int reads_per_turn = 4;
// How long a stop waits for the rest of a frame.
constexpr auto frame_patience = std::chrono::milliseconds(500);

}  // namespace

TcpSession::TcpSession(LoopContext& context, const ListenerSettings& settings,
                       ListenerCounters& counters, BatchFiller& filler, UniqueFd fd, Endpoint peer,
                       StreamMaker make_stream)
    : context_(context),
      settings_(settings),
      counters_(counters),
      filler_(filler),
      make_stream_(std::move(make_stream)),
      fd_(std::move(fd)),
      descriptor_(context.io, fd_.get()),
      connected_(peer.address),
      peer_(peer),
      behind_proxy_(is_proxy(settings, peer.address)),
      framer_(context.limits.message),
      last_heard_(context.clock.monotonic()) {
  const int on = 1;
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

// The stream closes the socket; Asio must only forget it.
TcpSession::~TcpSession() { descriptor_.release(); }

bool TcpSession::is_overdue(std::chrono::nanoseconds now) const noexcept {
  if (last_frame_) return now - last_heard_ > frame_patience;
  if (!greeted_) return now - last_heard_ > context_.limits.handshake;
  return context_.limits.idle.count() > 0 && now - last_heard_ > context_.limits.idle;
}

void TcpSession::begin_drain() noexcept {
  int held = 0;
  ::ioctl(descriptor_.native_handle(), FIONREAD, &held);
  drain_bytes_ = static_cast<std::size_t>(std::max(held, 0));
  last_frame_ = held <= 0 && framer_.held_bytes() > 0;
}

void TcpSession::give_up_drain() {
  if (last_frame_ && !last_frame_taken_) static_cast<void>(finish());
}

TcpSession::Want TcpSession::advance() {
  if (stream_ == nullptr) {
    if (behind_proxy_)
      if (const Want want = read_proxy_header(); want != Want::turn) return want;
    stream_ = make_stream_(std::move(fd_));
    if (stream_ == nullptr) return Want::end;
  }
  if (!greeted_) {
    if (const Want want = do_handshake(); want != Want::turn) return want;
    greeted_ = true;
    last_heard_ = context_.clock.monotonic();
  }
  return at_end_ ? finish() : read_frames();
}

// Peeks, so that exactly the header is taken and the handshake finds its first octet. turn: done.
TcpSession::Want TcpSession::read_proxy_header() {
  std::uint8_t bytes[wire::max_proxy_header];
  const ssize_t n = ::recv(fd_.get(), bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    return drain_bytes_ ? Want::end : Want::read;
  if (n <= 0) return Want::end;
  const auto header = wire::parse_proxy_header({bytes, static_cast<std::size_t>(n)});
  switch (header.status) {
    case wire::ProxyStatus::invalid:
      trouble_ = "no PROXY header from a balancer";
      return Want::end;
    case wire::ProxyStatus::need_more:
      // Readiness will not tell of more while some is there; what a balancer sends comes in one
      // piece, so look again in a while, until the handshake time is over.
      return static_cast<std::size_t>(n) == sizeof bytes || drain_bytes_ ? Want::end : Want::tokens;
    case wire::ProxyStatus::complete:
      break;
  }
  ::recv(fd_.get(), bytes, header.length, MSG_DONTWAIT);
  if (!header.has_source) return Want::turn;
  peer_ = header.source;
  if (may_send(settings_, peer_.address)) return Want::turn;
  trouble_ = "not allowed";
  count(counters_.connections_refused);
  context_.refused.add(peer_.address);
  return Want::end;
}

TcpSession::Want TcpSession::do_handshake() {
  const ReadAnswer answer = stream_->handshake();
  if (answer.kind == ReadAnswer::Kind::failed) context_.refused.add(peer_.address);
  return answer.kind == ReadAnswer::Kind::data ? Want::turn : to_want(answer);
}

TcpSession::Want TcpSession::to_want(const ReadAnswer& answer) {
  switch (answer.kind) {
    case ReadAnswer::Kind::data:
      return Want::turn;
    case ReadAnswer::Kind::wait_read:
      return drain_bytes_ && !last_frame_ ? Want::end : Want::read;
    case ReadAnswer::Kind::wait_write:
      return drain_bytes_ ? Want::end : Want::write;
    case ReadAnswer::Kind::closed:
      return Want::end;
    case ReadAnswer::Kind::failed:
      trouble_ = answer.why;
      return Want::end;
  }
  return Want::end;
}

TcpSession::Want TcpSession::read_frames() {
  for (int i = 0; i < reads_per_turn; ++i) {
    if (!leftover_.empty()) {
      const auto data = std::move(leftover_);
      leftover_.clear();
      if (const Want want = feed(data); want != Want::turn) return want;
    }
    if (!filler_.has_room()) return Want::room;
    SourceLimiter* const limiter = context_.limiter_of(peer_.address);
    const auto now = context_.clock.monotonic();
    if (limiter != nullptr && !drain_bytes_ && !limiter->may_send(peer_.address, now))
      return Want::tokens;
    const ReadAnswer answer = stream_->read(context_.read_buffer);
    if (answer.kind != ReadAnswer::Kind::data) {
      const Want want = to_want(answer);
      if (want != Want::end) return want;
      at_end_ = true;
      return finish();
    }
    last_heard_ = now;
    read_at_ = context_.clock.now();
    count(counters_.received_bytes, answer.length);
    frames_ = 0;
    const Want want = feed({context_.read_buffer.data(), answer.length});
    if (limiter != nullptr) limiter->charge(peer_.address, now, frames_);
    if (want != Want::turn) return want;
    // What came after the stop began is the sender's to send again, except for the frame under way.
    if (drain_bytes_ && (*drain_bytes_ -= std::min(*drain_bytes_, answer.length)) == 0 &&
        settings_.transport == Transport::tcp) {
      if (framer_.held_bytes() == 0) return Want::end;
      last_frame_ = true;
    }
  }
  return Want::turn;
}

TcpSession::Want TcpSession::feed(std::span<const std::uint8_t> data) {
  const std::size_t done =
      framer_.feed(data, [this](std::span<const std::uint8_t> frame, std::uint32_t original) {
        return take_frame(frame, original);
      });
  if (last_frame_taken_) return Want::end;
  if (done == data.size()) return Want::turn;
  leftover_.assign(data.begin() + static_cast<std::ptrdiff_t>(done), data.end());
  return Want::room;
}

bool TcpSession::take_frame(std::span<const std::uint8_t> frame, std::uint32_t original_length) {
  if (last_frame_taken_) return false;
  const RawMessage message{.bytes = frame,
                           .received = read_at_,
                           .source = peer_,
                           .relay = connected_,
                           .has_relay = behind_proxy_,
                           .original_length = original_length,
                           .transport = settings_.transport};
  if (!filler_.append(message)) return false;
  count(counters_.received);
  if (original_length > 0) count(counters_.truncated);
  ++frames_;
  last_frame_taken_ = last_frame_;
  return true;
}

TcpSession::Want TcpSession::finish() {
  if (!leftover_.empty()) {
    const auto data = std::move(leftover_);
    leftover_.clear();
    if (const Want want = feed(data); want != Want::turn) return want;
  }
  const bool whole =
      framer_.finish([this](std::span<const std::uint8_t> frame, std::uint32_t original) {
        return take_frame(frame, original);
      });
  return whole ? Want::end : Want::room;
}

}  // namespace netlogd::listen
