// One connection of a syslog sender: PROXY header, handshake, frames. It does as much as it can and
// says what it waits for; the listener does the waiting. Loop's thread.

#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "byte_stream.hpp"
#include "loop_context.hpp"
#include "netlogd/wire/framing.hpp"

namespace netlogd::listen {

class TcpSession {
 public:
  enum class Want : std::uint8_t { read, write, room, tokens, turn, end };

  // `make_stream` turns the socket into the stream once the PROXY header, if one is due, is read.
  using StreamMaker = std::function<std::unique_ptr<ByteStream>(UniqueFd)>;
  TcpSession(LoopContext& context, const ListenerSettings& settings, ListenerCounters& counters,
             BatchFiller& filler, UniqueFd fd, Endpoint peer, StreamMaker make_stream);
  ~TcpSession();

  // Goes on until something is missing. turn: it had its share, others first.
  Want advance();
  // Takes in what the kernel holds at this moment and the rest of a frame that has begun, then
  // ends.
  void begin_drain() noexcept;
  // The rest did not come in time: what is there of the frame is kept as a record.
  void give_up_drain();

  [[nodiscard]] boost::asio::posix::stream_descriptor& descriptor() noexcept { return descriptor_; }
  [[nodiscard]] const Endpoint& peer() const noexcept { return peer_; }
  [[nodiscard]] const IpAddress& connected_address() const noexcept { return connected_; }
  // Why it ended, when that is worth a line.
  [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }
  // Silent for longer than the limits allow at `now` (monotonic).
  [[nodiscard]] bool is_overdue(std::chrono::nanoseconds now) const noexcept;

 private:
  Want read_proxy_header();
  Want do_handshake();
  Want read_frames();
  Want feed(std::span<const std::uint8_t> data);
  bool take_frame(std::span<const std::uint8_t> frame, std::uint32_t original_length);
  Want finish();
  Want to_want(const ReadAnswer& answer);

  LoopContext& context_;
  const ListenerSettings& settings_;
  ListenerCounters& counters_;
  BatchFiller& filler_;
  StreamMaker make_stream_;
  UniqueFd fd_;                         // until the stream takes it
  std::unique_ptr<ByteStream> stream_;  // closed after descriptor_ let go of the number
  boost::asio::posix::stream_descriptor descriptor_;
  const IpAddress connected_;
  Endpoint peer_;
  bool behind_proxy_ = false;
  bool greeted_ = false;     // PROXY header and handshake are done
  bool at_end_ = false;      // the sender has closed; the last frame may still wait for room
  bool last_frame_ = false;  // draining: one frame more, whose beginning is here
  bool last_frame_taken_ = false;
  std::optional<std::size_t> drain_bytes_;
  wire::SyslogFramer framer_;
  std::vector<std::uint8_t> leftover_;  // read, and no room to hand it on
  TimePoint read_at_{};
  std::chrono::nanoseconds last_heard_;
  std::uint64_t frames_ = 0;  // of the read at hand, for the rate limit
  std::string trouble_;
};

}  // namespace netlogd::listen
