#include "udp_listener.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "sockets.hpp"

namespace netlogd::listen {
namespace {

constexpr std::size_t slots = 64;
constexpr std::size_t largest_datagram = 65536;
constexpr std::size_t control_bytes = 128;
// A turn of the loop takes at most this many rounds, so that the other sockets get theirs.
constexpr int rounds_per_turn = 16;
constexpr auto pressure_look = std::chrono::milliseconds(5);

}  // namespace

// Memory that only the pages of real datagrams touch.
struct UdpListener::Scratch {
  std::array<mmsghdr, slots> headers{};
  std::array<iovec, slots> vectors{};
  std::array<sockaddr_storage, slots> addresses{};
  std::array<std::array<char, control_bytes>, slots> controls;
  std::unique_ptr<std::uint8_t[]> bytes{new std::uint8_t[slots * largest_datagram]};

  Scratch() {
    for (std::size_t i = 0; i < slots; ++i) {
      vectors[i] = {bytes.get() + i * largest_datagram, largest_datagram};
      headers[i].msg_hdr.msg_iov = &vectors[i];
      headers[i].msg_hdr.msg_iovlen = 1;
      headers[i].msg_hdr.msg_name = &addresses[i];
      headers[i].msg_hdr.msg_control = controls[i].data();
    }
  }
  void rewind() noexcept {
    for (auto& header : headers) {
      header.msg_hdr.msg_namelen = sizeof(sockaddr_storage);
      header.msg_hdr.msg_controllen = control_bytes;
    }
  }
};

UdpListener::UdpListener(LoopContext& context, std::uint32_t index, ListenerSettings settings,
                         ListenerCounters& counters, UniqueFd fd)
    : Listener(context, index, std::move(settings), counters),
      descriptor_(context.io),
      pressure_timer_(context.io),
      fd_(fd.get()),
      family_(family_of(fd.get())),
      scratch_(std::make_unique<Scratch>()) {
  const int on = 1;
  ::setsockopt(fd_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  ::setsockopt(fd_, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  last_drops_ = socket_memory(fd_).drops;  // an inherited socket has a past
  descriptor_.assign(fd.release());
}

UdpListener::~UdpListener() = default;

void UdpListener::start() { wait(); }

void UdpListener::wait() {
  descriptor_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                         [this](const boost::system::error_code& error) {
                           if (!error && !closed_) receive();
                         });
}

void UdpListener::receive() {
  paused_ = false;
  for (int round = 0; round < rounds_per_turn; ++round) {
    const bool pressed = !filler_.has_room();
    if (!pressed) context_.shares.begin_anew();
    // The kernel's buffer is the end of our queue: only when that fills too do we choose what goes.
    if (pressed && !kernel_is_filling()) return pause();
    bool drained = false;
    const bool went_well = receive_round(pressed, drained);
    if (!went_well || drained) {
      if (draining_) return close();
      if (pressed) return pause();
      filler_.flush();
      return wait();
    }
  }
  filler_.flush_but_reserve();
  wait();
}

bool UdpListener::receive_round(bool pressed, bool& drained) {
  scratch_->rewind();
  const int got =
      ::recvmmsg(fd_, scratch_->headers.data(), slots, MSG_DONTWAIT | MSG_TRUNC, nullptr);
  if (got < 0) {
    drained = errno == EAGAIN || errno == EWOULDBLOCK;
    // A pending ICMP error of an answer we sent; the next call goes on.
    return drained || errno == EINTR || errno == ECONNREFUSED || errno == EHOSTUNREACH ||
           errno == ENETUNREACH;
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) take(i, pressed);
  drained = static_cast<std::size_t>(got) < slots;
  return true;
}

void UdpListener::take(std::size_t slot, bool pressed) {
  msghdr& header = scratch_->headers[slot].msg_hdr;
  const std::size_t length = scratch_->headers[slot].msg_len;
  count(counters_.received);
  count(counters_.received_bytes, length);
  RawMessage message;
  message.source = to_endpoint(scratch_->addresses[slot]);
  message.transport = Transport::udp;
  message.bytes = {scratch_->bytes.get() + slot * largest_datagram,
                   std::min(length, largest_datagram)};
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec at{};
    std::memcpy(&at, CMSG_DATA(c), sizeof at);
    message.received =
        TimePoint(std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec));
  }
  if (message.received == TimePoint{}) message.received = context_.clock.now();

  if (!may_send(settings_, message.source.address))
    return refuse(message.source.address, DropReason::not_allowed);
  if (message.bytes.empty()) return count(counters_.no_record);
  if (SourceLimiter* const limiter = context_.limiter_of(message.source.address)) {
    const auto now = context_.clock.monotonic();
    if (!limiter->may_send(message.source.address, now))
      return refuse(message.source.address, DropReason::rate_limited);
    limiter->charge(message.source.address, now, 1);
  }
  if (message.bytes.size() > context_.limits.message) {
    message.original_length = static_cast<std::uint32_t>(message.bytes.size());
    message.bytes = message.bytes.first(context_.limits.message);
    count(counters_.truncated);
  }
  if (filler_.append(message)) return;
  // When the room ends within a round, the rest of the round is not chosen from: it could have
  // waited in the kernel.
  if (pressed &&
      !context_.shares.take(message.source.address, message.bytes.size(),
                            importance_of(settings_.protocol, message.bytes), filler_.reserve()))
    return drop(context_.sink.full_reason());
  if (!filler_.append_to_reserve(message)) drop(context_.sink.full_reason());
}

void UdpListener::refuse(const IpAddress& source, DropReason reason) noexcept {
  context_.refused.add(source);
  drop(reason);
}

void UdpListener::pause() {
  filler_.flush_but_reserve();
  paused_ = true;
  context_.sink.wake_when_room();
  pressure_timer_.expires_after(pressure_look);
  pressure_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error && paused_ && !closed_) receive();
  });
}

void UdpListener::resume() {
  if (!paused_ || closed_) return;
  pressure_timer_.cancel();
  receive();
}

void UdpListener::tick() {
  if (!closed_) filler_.flush();
  read_kernel_drops();
}

// SO_RXQ_OVFL would come with the next datagram only; SO_MEMINFO also shows a drop before silence.
void UdpListener::read_kernel_drops() noexcept {
  if (closed_) return;
  const std::uint32_t drops = socket_memory(fd_).drops;
  count(counters_.kernel_drops, drops - last_drops_);  // unsigned: right across a wrap
  last_drops_ = drops;
}

bool UdpListener::kernel_is_filling() const noexcept {
  const SocketMemory memory = socket_memory(fd_);
  return memory.queued_bytes > memory.buffer_bytes / 2;
}

void UdpListener::reply(const Reply& reply) {
  if (closed_) return;
  sockaddr_storage to{};
  const socklen_t length = to_sockaddr(reply.to, family_, to);
  if (::sendto(fd_, reply.bytes.data(), reply.bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr*>(&to), length) >= 0)
    count(counters_.replies);
}

Result<void> UdpListener::change(const ListenerSettings& settings) {
  if (settings.receive_buffer != settings_.receive_buffer) {
    const auto buffer = set_receive_buffer(fd_, settings.receive_buffer);
    counters_.receive_buffer_asked = buffer.asked;
    counters_.receive_buffer_got = buffer.got;
  }
  settings_ = settings;
  return {};
}

void UdpListener::drain() {
  if (closed_ || draining_) return;
  draining_ = true;
  if (paused_) return;  // resume() goes on and ends it
  descriptor_.cancel();
  receive();
}

void UdpListener::close() {
  filler_.flush();
  read_kernel_drops();
  closed_ = true;
  pressure_timer_.cancel();
  boost::system::error_code ignored;
  descriptor_.close(ignored);
}

}  // namespace netlogd::listen
