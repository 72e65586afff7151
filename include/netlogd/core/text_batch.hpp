// A text batch: the finished JSON lines of one raw batch, in order, plus what the ledger must hear
// of it and the answers that go out once it is journaled. Written by one worker, read by the
// journal's appender.
//
// A record is written between begin_record() and end_record(). The id is not known yet: room for
// `id_digits` digits is left and filled in by the appender (see lines()).
//
// What the appender makes of the counts, so that at any time, for each listener,
//   received = journaled + no_record + sum(dropped) + parked   (+ what is still on its way):
//   own listener:     journaled += messages - no_record - sum(dropped) - parked; parked += parked;
//   each Unparked u:  its listener's parked -= u.journaled + u.no_record + sum(u.dropped), and each
//                     of the three is added to the counter of its name.
// A batch may hold records, drops and unparked answers without any message (RecordMaker::tick and
// finish); then messages is 0 and the same sums hold.

#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <string>
#include <vector>

#include "netlogd/core/device.hpp"
#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/json_writer.hpp"
#include "netlogd/core/names.hpp"
#include "netlogd/core/raw_batch.hpp"
#include "netlogd/core/text_buffer.hpp"

namespace netlogd {

// An answer to a sender (inform response, SNMPv3 report), sent from the listener's own socket after
// the batch is journaled.
struct Reply {
  Endpoint to;
  std::string bytes;
};

// An answer and the listener whose socket it leaves from.
struct ListenerReply {
  std::uint32_t listener = 0;
  Reply reply;
};

// What became of messages that had been parked by an earlier batch (or earlier in this one).
struct Unparked {
  std::uint32_t listener = 0;
  std::uint64_t journaled = 0;
  std::uint64_t no_record = 0;
  std::array<std::uint64_t, drop_reason_count> dropped{};
};

class TextBatch {
 public:
  static constexpr std::string_view line_head = "{\"id\":";

  // Begins a line: `{"id":` and room for the id. The caller goes on with `,"record_type":…`.
  // The writer stays valid until end_record.
  JsonWriter begin_record() {
    assert(!open_);
    open_ = true;
    line_starts_.push_back(text_.size());
    text_.append(line_head);
    std::memset(text_.room(id_digits_), '0', id_digits_);
    text_.commit(id_digits_);
    return JsonWriter(text_);
  }
  // Ends it: `}` and the newline.
  void end_record() {
    assert(open_);
    open_ = false;
    text_.append("}\n");
  }
  // Forgets the record that was begun.
  void abandon_record() {
    assert(open_);
    open_ = false;
    text_.resize_down(line_starts_.back());
    line_starts_.pop_back();
  }

  // Exactly one of these for each message that gave no record of its own.
  void no_record() noexcept { ++no_record_; }
  void drop(DropReason reason) noexcept { ++dropped_[static_cast<std::size_t>(reason)]; }
  // The message waits in the maker (flow data before its template). The maker keeps the listener's
  // number and answers for the message later, in whatever batch it then has, exactly once:
  void park() noexcept { ++parked_; }
  void unpark_journaled(std::uint32_t of_listener) { ++unparked_of(of_listener).journaled; }
  void unpark_no_record(std::uint32_t of_listener) { ++unparked_of(of_listener).no_record; }
  void unpark_drop(std::uint32_t of_listener, DropReason reason) {
    ++unparked_of(of_listener).dropped[static_cast<std::size_t>(reason)];
  }
  void reply(Reply reply) { replies_.push_back(std::move(reply)); }

  void reset(unsigned id_digits) {
    text_.clear();
    text_.shrink_above(max_kept_bytes);
    line_starts_.clear();
    replies_.clear();
    dropped_.fill(0);
    unparked_.clear();
    no_record_ = parked_ = messages = 0;
    id_digits_ = id_digits;
    open_ = false;
  }

  [[nodiscard]] TextBuffer& text() noexcept { return text_; }
  [[nodiscard]] std::span<const std::size_t> lines() const noexcept { return line_starts_; }
  [[nodiscard]] unsigned id_digits() const noexcept { return id_digits_; }
  [[nodiscard]] std::uint64_t no_record_count() const noexcept { return no_record_; }
  [[nodiscard]] const std::array<std::uint64_t, drop_reason_count>& dropped() const noexcept { return dropped_; }
  [[nodiscard]] std::uint64_t parked() const noexcept { return parked_; }
  [[nodiscard]] std::span<const Unparked> unparked() const noexcept { return unparked_; }
  [[nodiscard]] std::vector<Reply>& replies() noexcept { return replies_; }

  // Copied from the raw batch by the worker, before the maker sees the first message.
  std::uint64_t messages = 0;  // raw messages this batch answers for
  std::uint32_t listener = 0;
  Stream stream = Stream::syslog;
  std::uint64_t ticket = 0;
  TimePoint first_received{};

 private:
  static constexpr std::size_t max_kept_bytes = 4 << 20;

  Unparked& unparked_of(std::uint32_t of_listener) {
    for (auto& one : unparked_)
      if (one.listener == of_listener) return one;
    unparked_.push_back({.listener = of_listener});
    return unparked_.back();
  }

  TextBuffer text_;
  std::vector<std::size_t> line_starts_;
  std::vector<Reply> replies_;
  std::array<std::uint64_t, drop_reason_count> dropped_{};
  std::vector<Unparked> unparked_;
  std::uint64_t no_record_ = 0;
  std::uint64_t parked_ = 0;
  unsigned id_digits_ = 1;
  bool open_ = false;
};

// Turns the raw messages of one protocol into records. One object per worker, never shared; pure:
// the same state, message and directory give the same text. No throw, no I/O, no clock.
class RecordMaker {
 public:
  virtual ~RecordMaker() = default;
  // Writes zero or more records to `out`. A message that gives none says so: no_record(), drop() or park().
  virtual void make(const RawMessage& message, const DeviceDirectory& devices, TextBatch& out) = 0;
  // For makers that park messages. tick: time has passed, what waited too long is answered for; once
  // a second is often enough, also while nothing comes. finish: nothing more will come, every parked
  // message is answered for. `out` is a batch of its own (messages = 0) or the one at hand.
  virtual void tick(TimePoint now, TextBatch& out) {
    (void)now;
    (void)out;
  }
  virtual void finish(TextBatch& out) { (void)out; }
};

}  // namespace netlogd
