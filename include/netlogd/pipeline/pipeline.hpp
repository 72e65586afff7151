// From raw batches to the journal: the bounded queues, the worker threads, the arrival order and
// the appender thread. One ticket sequence orders all batches
// (docs/decisions/0001-one-ticket-sequence.md).
//
//   acquire ─▶ submit ─▶ queue of a worker ─▶ Processor ─▶ slot of the ticket ─▶ appender ─▶
//   journal
//
// Memory: at most `raw_batches` raw batches, and finished text up to `text_bytes` plus one batch
// per worker. A worker waits before it makes more text than that, except for the batch the appender
// needs next, so nothing can wait in a circle. What waits, waits as raw messages: finished text
// takes several times their room.

#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "netlogd/core/batch_sink.hpp"
#include "netlogd/core/bounded_queue.hpp"
#include "netlogd/core/counters.hpp"
#include "netlogd/core/text_batch.hpp"
#include "netlogd/journal/journal.hpp"
#include "netlogd/pipeline/ordered_slots.hpp"
#include "netlogd/pipeline/processor.hpp"

namespace netlogd::pipeline {

struct PipelineSettings {
  std::size_t slab_bytes = 128 << 10;  // at least limits.message
  std::size_t messages_per_batch = 1024;
  std::size_t raw_batches = 512;
  std::size_t text_bytes = 16 << 20;
  std::chrono::milliseconds disk_retry{200};  // how long the appender waits after a failed write
  std::chrono::milliseconds disk_patience{5000};  // and how long a stop as a whole goes on trying

  // What a raw batch takes when it is as full as can be.
  [[nodiscard]] std::size_t raw_batch_bytes() const noexcept {
    return slab_bytes + messages_per_batch * sizeof(RawMessage);
  }
};

// What the pipeline tells of the disk.
enum class DiskNews : std::uint8_t { trouble, recovered };

class Pipeline final : public BatchSink {
 public:
  using Command = std::function<void(Processor&)>;

  // One worker thread per processor. `wake_loop` is called from any thread, after room was asked
  // for or when answers wait; `report` by the appender, at each failure of the disk and when it
  // recovers.
  Pipeline(PipelineSettings settings, std::vector<std::unique_ptr<Processor>> processors,
           journal::Journal& journal, std::function<void()> wake_loop,
           std::function<void(DiskNews, std::string)> report);
  ~Pipeline() override;

  // Before the listener's first batch; the counters outlive the pipeline. Index below
  // max_listeners.
  static constexpr std::size_t max_listeners = 256;
  void set_counters(std::uint32_t listener, ListenerCounters* counters);

  void start();
  // After the last submit, when the loop's thread has ended: workers finish and answer for what
  // their makers have parked, the appender writes all of it, the threads end. Messages that a full
  // disk kept from the journal for disk_patience are counted as disk_full.
  void stop();

  // Runs on every worker between two batches (new tables, saving templates), also while it waits
  // for the disk; after the stop, in the calling thread. The owner's thread only. False: a queue
  // had no room; nothing was done on that worker.
  bool tell_workers(const Command& command);
  // The same, and waits until all have done it.
  void tell_workers_and_wait(const Command& command);

  // The loop's side.
  std::unique_ptr<RawBatch> acquire(Importance importance) noexcept override;
  Reserve reserve() const noexcept override;
  DropReason full_reason() const noexcept override;
  void submit(std::unique_ptr<RawBatch> batch, unsigned worker) noexcept override;
  void give_back(std::unique_ptr<RawBatch> batch) noexcept override;
  unsigned worker_count() const noexcept override { return static_cast<unsigned>(workers_.size()); }
  void wake_when_room() noexcept override;
  // Answers whose records are journaled; for the loop, after wake_loop.
  [[nodiscard]] bool take_reply(ListenerReply& reply) noexcept { return replies_.try_pop(reply); }

  // Batches handed on and not yet in the journal; a snapshot for statistics.
  [[nodiscard]] std::uint64_t batches_under_way() const noexcept;
  [[nodiscard]] bool disk_failing() const noexcept {
    return disk_failing_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t replies_lost() const noexcept { return read(replies_lost_); }

 private:
  struct Worker {
    Worker(std::unique_ptr<Processor> mind, std::size_t depth)
        : processor(std::move(mind)), queue(depth), commands(max_commands) {}
    void obey() {
      for (std::unique_ptr<Command> command; commands.try_pop(command);) (*command)(*processor);
    }
    static constexpr std::size_t max_commands = 64;
    std::unique_ptr<Processor> processor;
    BoundedQueue<std::unique_ptr<RawBatch>> queue;
    BoundedQueue<std::unique_ptr<Command>> commands;
    Bell bell;
    std::thread thread;
  };

  // How many batches may be under way; the slots beyond are for those that end it.
  [[nodiscard]] std::size_t tickets() const noexcept { return slots_.count() - workers_.size(); }
  // Batches that acquire() can still make or take from the spare ones. Loop only.
  [[nodiscard]] std::size_t spare_batches() const noexcept;
  [[nodiscard]] bool has_normal_room() const noexcept;  // loop only
  void run_worker(Worker& worker);
  void wait_for_text_room(Worker& worker, std::uint64_t ticket);
  void run_appender();
  bool append(TextBatch& batch);
  void account(TextBatch& batch, bool journaled);
  [[nodiscard]] ListenerCounters& counters(std::uint32_t listener) const noexcept;
  void send_replies(TextBatch& batch);
  void retire(std::unique_ptr<RawBatch> batch) noexcept;
  void finish_makers();
  bool tell(Worker& worker, Command command);
  std::unique_ptr<TextBatch> blank_text();
  void signal_room() noexcept;

  const PipelineSettings settings_;
  journal::Journal& journal_;
  const std::function<void()> wake_loop_;
  const std::function<void(DiskNews, std::string)> report_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::atomic<ListenerCounters*>> counters_;

  BoundedQueue<std::unique_ptr<RawBatch>> spare_raw_;
  BoundedQueue<std::unique_ptr<TextBatch>> spare_text_;
  BoundedQueue<ListenerReply> replies_;
  OrderedSlots<TextBatch> slots_;

  std::size_t raw_made_ = 0;       // loop only
  std::uint64_t lent_ = 0;         // loop only: acquired, neither submitted nor given back
  std::uint64_t next_ticket_ = 0;  // loop only
  std::atomic<std::uint64_t> submitted_{0};  // next_ticket_ for other threads
  std::atomic<std::uint64_t> appended_{0};
  std::atomic<std::uint64_t> text_in_flight_{0};
  std::atomic<bool> loop_waits_{false};
  std::atomic<bool> disk_failing_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> workers_done_{false};
  Counter replies_lost_{0};
  Bell finished_;                            // rung by workers for the appender
  Bell text_room_;                           // rung by the appender for workers
  std::chrono::milliseconds stop_patience_;  // appender only: what is left of disk_patience
  std::thread appender_;
  bool started_ = false;
};

}  // namespace netlogd::pipeline
