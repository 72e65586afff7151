// Syslog over a stream: octets in, frames out (RFC 6587). Octet counting (3.4.1) and text lines
// (3.4.2) are told apart for each message, so one connection may mix them. The frames depend on the
// octets only, never on how the network cut them into reads. One framer per connection, used by the
// thread that reads it; an idle one holds no memory but itself.
//
// A count is 1 to 16,777,216, has no leading zero and is followed by one blank and a priority.
// Where no priority follows ("2018 Apr 20 …", "54 <1 minute elapsed") it is a count only if the
// stream bears it out: see `doubtful` in framing.cpp. A line ends with LF; CR and NUL before it are
// not part of it. NUL ends a line by itself when '<' follows, and from then on always on that
// connection. An empty line is no frame. A frame over the limit is cut, its rest skipped.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace netlogd::wire {

class SyslogFramer {
 public:
  static constexpr std::size_t max_count = std::size_t{16} << 20;

  explicit SyslogFramer(std::size_t limit) noexcept : limit_(limit) {}

  // `sink(std::span<const std::uint8_t> frame, std::uint32_t original_length) -> bool` is called
  // for every complete frame; original_length is 0 unless the frame was cut at the limit. The span
  // is valid during the call (it points into `data` where that is possible). A sink that returns
  // false has not taken the frame: feed stops in front of it and returns how many octets of `data`
  // are done with; give it the others again later.
  template <typename Sink>
  std::size_t feed(std::span<const std::uint8_t> data, Sink&& sink);

  // The sender closed: what is left is a frame too. False: the sink did not take it; call again.
  template <typename Sink>
  bool finish(Sink&& sink);

  // Octets held for a frame that has begun.
  [[nodiscard]] std::size_t held_bytes() const noexcept { return tail_.size(); }

 private:
  enum class Kind : std::uint8_t { need_more, nothing, counted, text };
  struct Step {
    Kind kind = Kind::need_more;
    bool nul_ended = false;
    std::size_t begin = 0;  // of the frame in the buffer
    std::size_t length = 0;
    std::size_t consumed = 0;  // of the buffer
    std::size_t skip = 0;      // octets of the frame behind the buffer, over the limit
    std::uint32_t original_length = 0;
  };

  [[nodiscard]] Step next(std::string_view buffer, bool at_end) const noexcept;
  [[nodiscard]] Step counted_step(std::string_view buffer, std::size_t header, std::size_t count,
                                  bool at_end) const noexcept;
  [[nodiscard]] Step doubtful_step(std::string_view buffer, std::size_t header, std::size_t count,
                                   bool at_end) const noexcept;
  [[nodiscard]] Step text_step(std::string_view buffer, bool at_end) const noexcept;
  [[nodiscard]] Step line_step(std::string_view line, std::size_t consumed) const noexcept;
  [[nodiscard]] std::size_t find_count(std::string_view line) const noexcept;
  [[nodiscard]] std::size_t find_nul_end(std::string_view window,
                                         std::string_view buffer) const noexcept;
  [[nodiscard]] Step long_line_step(std::string_view data) const noexcept;

  void settle(const Step& step) noexcept;
  void keep(std::string_view rest);
  void grow_long_line(std::string_view rest) noexcept;
  void drop_tail() noexcept;

  std::string tail_;  // the beginning of a frame, or the kept part of a long line
  std::size_t limit_;
  std::size_t skip_ = 0;            // octets of a counted frame that are over the limit
  std::uint64_t long_length_ = 0;   // octets of a long line so far; 0: not in one
  std::uint64_t long_trailer_ = 0;  // how many of the last of them are CR or NUL
  bool counted_ = false;            // the last frame was counted
  bool nul_ends_ = false;           // this sender ends its lines with NUL
};

template <typename Sink>
std::size_t SyslogFramer::feed(std::span<const std::uint8_t> data, Sink&& sink) {
  const std::string_view text(reinterpret_cast<const char*>(data.data()), data.size());
  const auto give = [&](std::string_view buffer, const Step& step) {
    if (step.kind == Kind::nothing) return true;
    const auto* first = reinterpret_cast<const std::uint8_t*>(buffer.data()) + step.begin;
    return static_cast<bool>(sink(std::span(first, step.length), step.original_length));
  };
  std::size_t at = 0;
  while (at < text.size()) {
    const auto rest = text.substr(at);
    if (skip_ > 0) {
      const auto skipped = skip_ < rest.size() ? skip_ : rest.size();
      skip_ -= skipped;
      at += skipped;
    } else if (long_length_ > 0) {
      const auto step = long_line_step(rest);
      if (step.kind == Kind::need_more) {
        grow_long_line(rest);
        return text.size();
      }
      if (!give(tail_, step)) return at;
      settle(step);
      drop_tail();
      at += step.consumed;
    } else if (tail_.empty()) {
      const auto step = next(rest, false);
      if (step.kind == Kind::need_more) {
        keep(rest);
        return text.size();
      }
      if (!give(rest, step)) return at;
      settle(step);
      at += step.consumed;
    } else {
      // The frame begins in the tail: add as much of the data as it takes, a little first.
      const auto held = tail_.size();
      auto added = rest.size() < 2048 ? rest.size() : std::size_t{2048};
      tail_.append(rest.substr(0, added));
      auto step = next(tail_, false);
      while (step.kind == Kind::need_more && added < rest.size() && tail_.size() <= limit_ + 16) {
        const auto more = rest.substr(added, limit_ + 17 - held);
        tail_.append(more);
        added += more.size();
        step = next(tail_, false);
      }
      if (step.kind == Kind::need_more) {
        at += added;
        keep({});
        continue;
      }
      if (!give(tail_, step)) {
        tail_.resize(held);
        return at;
      }
      settle(step);
      if (step.consumed >= held) {
        at += step.consumed - held;
        drop_tail();
      } else {
        tail_.resize(held);
        tail_.erase(0, step.consumed);
      }
    }
  }
  return at;
}

template <typename Sink>
bool SyslogFramer::finish(Sink&& sink) {
  const auto give = [&](const Step& step) {
    if (step.kind == Kind::nothing) return true;
    const auto* first = reinterpret_cast<const std::uint8_t*>(tail_.data()) + step.begin;
    return static_cast<bool>(sink(std::span(first, step.length), step.original_length));
  };
  while (!tail_.empty()) {
    const auto step = long_length_ > 0 ? long_line_step("\n") : next(tail_, true);
    if (!give(step)) return false;
    settle(step);
    if (long_length_ > 0) break;
    tail_.erase(0, step.consumed);
  }
  drop_tail();
  return true;
}

}  // namespace netlogd::wire
