#include "netlogd/pipeline/pipeline.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <future>

namespace netlogd::pipeline {
namespace {

Counter& disk_full_drops(ListenerCounters& counters) noexcept {
  return counters.dropped[static_cast<std::size_t>(DropReason::disk_full)];
}

constexpr std::size_t reply_capacity = 4096;
// Enough for a steady state; what a burst needed beyond goes back to the system.
constexpr std::size_t spare_texts = 32;

}  // namespace

Pipeline::Pipeline(PipelineSettings settings, std::vector<std::unique_ptr<Processor>> processors,
                   journal::Journal& journal, std::function<void()> wake_loop,
                   std::function<void(std::string)> report_trouble)
    : settings_(settings),
      journal_(journal),
      wake_loop_(std::move(wake_loop)),
      report_trouble_(std::move(report_trouble)),
      counters_(max_listeners),
      spare_raw_(settings.raw_batches),
      spare_text_(spare_texts),
      replies_(reply_capacity),
      slots_(2 * settings.raw_batches) {
  assert(!processors.empty());
  // A queue holds every batch there can be, and a few commands.
  for (auto& processor : processors)
    workers_.push_back(
        std::make_unique<Worker>(std::move(processor), 2 * settings.raw_batches + 64));
}

Pipeline::~Pipeline() { stop(); }

void Pipeline::set_counters(std::uint32_t listener, ListenerCounters* counters) {
  assert(listener < counters_.size());
  counters_[listener].store(counters, std::memory_order_release);
}

void Pipeline::start() {
  assert(!started_);
  started_ = true;
  for (auto& worker : workers_)
    worker->thread = std::thread([this, &worker = *worker] { run_worker(worker); });
  appender_ = std::thread([this] { run_appender(); });
}

void Pipeline::stop() {
  if (!started_) return;
  started_ = false;
  stopping_.store(true);
  for (auto& worker : workers_) {
    worker->bell.ring();
    text_room_.ring();
  }
  for (auto& worker : workers_) worker->thread.join();
  workers_done_.store(true);
  finished_.ring();
  appender_.join();
}

bool Pipeline::tell_workers(const Command& command) {
  bool all = true;
  for (auto& worker : workers_) {
    all &= worker->queue.try_push({nullptr, std::make_unique<Command>(command)});
    worker->bell.ring();
  }
  return all;
}

void Pipeline::tell_workers_and_wait(const Command& command) {
  std::vector<std::future<void>> answers;
  for (auto& worker : workers_) {
    auto done = std::make_shared<std::promise<void>>();
    auto answer = done->get_future();
    auto item = std::make_unique<Command>([command, done](Processor& processor) {
      command(processor);
      done->set_value();
    });
    if (!worker->queue.try_push({nullptr, std::move(item)})) continue;
    worker->bell.ring();
    answers.push_back(std::move(answer));
  }
  for (auto& answer : answers) answer.wait();
}

std::unique_ptr<RawBatch> Pipeline::acquire(Importance importance) noexcept {
  if (importance == Importance::normal && !has_normal_room()) return nullptr;
  const std::uint64_t under_way = next_ticket_ - appended_.load(std::memory_order_acquire);
  if (under_way + lent_ >= slots_.count()) return nullptr;
  std::unique_ptr<RawBatch> batch;
  if (!spare_raw_.try_pop(batch)) {
    if (raw_made_ == settings_.raw_batches) return nullptr;
    ++raw_made_;
    batch = std::make_unique<RawBatch>(settings_.slab_bytes, settings_.messages_per_batch);
  }
  ++lent_;
  return batch;
}

std::size_t Pipeline::spare_batches() const noexcept {
  return settings_.raw_batches - raw_made_ + spare_raw_.size();
}

bool Pipeline::has_normal_room() const noexcept {
  const std::uint64_t under_way = next_ticket_ - appended_.load(std::memory_order_acquire);
  return spare_batches() > settings_.raw_batches / 8 &&
         under_way + lent_ < slots_.count() - slots_.count() / 8;
}

BatchSink::Reserve Pipeline::reserve() const noexcept {
  const std::uint64_t under_way = next_ticket_ - appended_.load(std::memory_order_acquire);
  const std::size_t tickets = slots_.count() - std::min(slots_.count(), under_way + lent_);
  return {.left_bytes = std::min(spare_batches(), tickets) * settings_.slab_bytes,
          .whole_bytes = settings_.raw_batches / 8 * settings_.slab_bytes};
}

DropReason Pipeline::full_reason() const noexcept {
  return disk_failing() ? DropReason::disk_full : DropReason::queue_full;
}

void Pipeline::submit(std::unique_ptr<RawBatch> batch, unsigned worker) noexcept {
  assert(batch != nullptr && lent_ > 0);
  --lent_;
  batch->ticket = next_ticket_++;
  submitted_.store(next_ticket_, std::memory_order_release);
  if (worker == any_worker) {
    worker = 0;
    for (unsigned i = 1; i < workers_.size(); ++i)
      if (workers_[i]->queue.size() < workers_[worker]->queue.size()) worker = i;
  }
  assert(worker < workers_.size());
  Worker& chosen = *workers_[worker];
  [[maybe_unused]] const bool pushed = chosen.queue.try_push({std::move(batch), nullptr});
  assert(pushed);
  chosen.bell.ring();
}

void Pipeline::give_back(std::unique_ptr<RawBatch> batch) noexcept {
  assert(batch != nullptr && lent_ > 0);
  --lent_;
  retire(std::move(batch));
}

void Pipeline::wake_when_room() noexcept {
  loop_waits_.store(true);
  // Room may have come between the failed acquire and the store.
  if (has_normal_room()) signal_room();
}

std::uint64_t Pipeline::batches_under_way() const noexcept {
  const auto appended = appended_.load(std::memory_order_acquire);
  return submitted_.load(std::memory_order_acquire) - appended;
}

void Pipeline::run_worker(Worker& worker) {
  for (;;) {
    const unsigned seen = worker.bell.now();
    WorkItem item;
    if (!worker.queue.try_pop(item)) {
      if (stopping_.load()) return;
      worker.bell.wait_past(seen);
      continue;
    }
    if (item.command) {
      (*item.command)(*worker.processor);
      continue;
    }
    const std::uint64_t ticket = item.batch->ticket;
    wait_for_text_room(ticket);
    auto text = blank_text();
    worker.processor->process(*item.batch, journal_.id_digits(stream_of(item.batch->protocol)),
                              *text);
    retire(std::move(item.batch));
    text_in_flight_.fetch_add(text->text().size(), std::memory_order_relaxed);
    slots_.put(ticket, std::move(text));
    finished_.ring();
  }
}

void Pipeline::wait_for_text_room(std::uint64_t ticket) noexcept {
  for (;;) {
    const unsigned seen = text_room_.now();
    if (text_in_flight_.load(std::memory_order_relaxed) < settings_.text_bytes) return;
    if (appended_.load(std::memory_order_acquire) == ticket) return;
    text_room_.wait_past(seen);
  }
}

void Pipeline::run_appender() {
  for (std::uint64_t next = 0;;) {
    const unsigned seen = finished_.now();
    auto batch = slots_.take(next);
    if (batch == nullptr) {
      if (workers_done_.load() && next == submitted_.load()) return;
      finished_.wait_past(seen);
      continue;
    }
    const bool journaled = append(*batch);
    account(*batch, journaled);
    if (journaled) send_replies(*batch);
    text_in_flight_.fetch_sub(batch->text().size(), std::memory_order_relaxed);
    static_cast<void>(spare_text_.try_push(std::move(batch)));
    appended_.store(++next, std::memory_order_release);
    text_room_.ring();
    signal_room();
  }
}

bool Pipeline::append(TextBatch& batch) {
  if (batch.lines().empty()) return true;
  auto patience = settings_.disk_patience;
  for (;;) {
    const auto appended = journal_.append(batch);
    if (appended) {
      if (disk_failing_.exchange(false)) report_trouble_("journal: writing again");
      return true;
    }
    disk_failing_.store(true);
    report_trouble_(appended.error().sentence);
    if (stopping_.load()) {
      if (patience <= std::chrono::milliseconds::zero()) return false;
      patience -= settings_.disk_retry;
    }
    std::this_thread::sleep_for(settings_.disk_retry);
  }
}

// The sums that text_batch.hpp states.
void Pipeline::account(TextBatch& batch, bool journaled) {
  if (batch.messages > 0) {
    ListenerCounters& own = counters(batch.listener);
    std::uint64_t without_record = batch.no_record_count() + batch.parked();
    for (std::size_t i = 0; i < drop_reason_count; ++i) {
      if (batch.dropped()[i] == 0) continue;
      count(own.dropped[i], batch.dropped()[i]);
      without_record += batch.dropped()[i];
    }
    count(own.no_record, batch.no_record_count());
    count(own.parked, batch.parked());
    count(journaled ? own.journaled : disk_full_drops(own), batch.messages - without_record);
  }
  if (journaled && !batch.lines().empty())
    count(counters(batch.listener).records, batch.lines().size());
  for (const Unparked& unparked : batch.unparked()) {
    ListenerCounters& theirs = counters(unparked.listener);
    std::uint64_t answered = unparked.journaled + unparked.no_record;
    for (std::size_t i = 0; i < drop_reason_count; ++i) {
      count(theirs.dropped[i], unparked.dropped[i]);
      answered += unparked.dropped[i];
    }
    count(theirs.no_record, unparked.no_record);
    count(journaled ? theirs.journaled : disk_full_drops(theirs), unparked.journaled);
    theirs.parked.fetch_sub(answered, std::memory_order_relaxed);
  }
}

ListenerCounters& Pipeline::counters(std::uint32_t listener) const noexcept {
  ListenerCounters* const found = counters_[listener].load(std::memory_order_acquire);
  assert(found != nullptr);
  return *found;
}

void Pipeline::send_replies(TextBatch& batch) {
  if (batch.replies().empty()) return;
  for (Reply& reply : batch.replies())
    if (!replies_.try_push({batch.listener, std::move(reply)})) count(replies_lost_);
  wake_loop_();
}

void Pipeline::retire(std::unique_ptr<RawBatch> batch) noexcept {
  batch->clear();
  [[maybe_unused]] const bool pushed = spare_raw_.try_push(std::move(batch));
  assert(pushed);
  signal_room();
}

std::unique_ptr<TextBatch> Pipeline::blank_text() {
  std::unique_ptr<TextBatch> text;
  if (!spare_text_.try_pop(text)) text = std::make_unique<TextBatch>();
  return text;
}

void Pipeline::signal_room() noexcept {
  if (loop_waits_.load(std::memory_order_relaxed) && loop_waits_.exchange(false)) wake_loop_();
}

}  // namespace netlogd::pipeline
