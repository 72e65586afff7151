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
constexpr std::size_t spare_texts = 8;

}  // namespace

Pipeline::Pipeline(PipelineSettings settings, std::vector<std::unique_ptr<Processor>> processors,
                   journal::Journal& journal, std::function<void()> wake_loop,
                   std::function<void(DiskNews, std::string)> report)
    : settings_(settings),
      journal_(journal),
      wake_loop_(std::move(wake_loop)),
      report_(std::move(report)),
      counters_(max_listeners),
      spare_raw_(settings.raw_batches),
      spare_text_(spare_texts),
      replies_(reply_capacity),
      slots_(2 * settings.raw_batches + processors.size()),
      stop_patience_(settings.disk_patience) {
  assert(!processors.empty());
  // A queue holds every batch there can be, and the one that ends it.
  for (auto& processor : processors)
    workers_.push_back(std::make_unique<Worker>(std::move(processor), settings.raw_batches + 1));
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
  finish_makers();
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

// Batches of their own, so that there is always room for them.
void Pipeline::finish_makers() {
  for (auto& worker : workers_) {
    auto batch = std::make_unique<RawBatch>(0, 0);
    batch->protocol = Protocol::flow;
    batch->purpose = RawBatch::Purpose::finish;
    batch->ticket = next_ticket_++;
    submitted_.store(next_ticket_, std::memory_order_release);
    [[maybe_unused]] const bool pushed = worker->queue.try_push(std::move(batch));
    assert(pushed);
    worker->bell.ring();
  }
}

bool Pipeline::tell(Worker& worker, Command command) {
  if (!started_) {
    command(*worker.processor);
    return true;
  }
  if (!worker.commands.try_push(std::make_unique<Command>(std::move(command)))) return false;
  worker.bell.ring();
  text_room_.ring();
  return true;
}

bool Pipeline::tell_workers(const Command& command) {
  bool all = true;
  for (auto& worker : workers_) all &= tell(*worker, command);
  return all;
}

void Pipeline::tell_workers_and_wait(const Command& command) {
  std::vector<std::future<void>> answers;
  for (auto& worker : workers_) {
    auto done = std::make_shared<std::promise<void>>();
    auto answer = done->get_future();
    const bool told = tell(*worker, [command, done](Processor& processor) {
      command(processor);
      done->set_value();
    });
    if (told) answers.push_back(std::move(answer));
  }
  for (auto& answer : answers) answer.wait();
}

std::unique_ptr<RawBatch> Pipeline::acquire(Importance importance) noexcept {
  if (importance == Importance::normal && !has_normal_room()) return nullptr;
  const std::uint64_t under_way = next_ticket_ - appended_.load(std::memory_order_acquire);
  if (under_way + lent_ >= tickets()) return nullptr;
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
         under_way + lent_ < tickets() - tickets() / 8;
}

BatchSink::Reserve Pipeline::reserve() const noexcept {
  const std::uint64_t under_way = next_ticket_ - appended_.load(std::memory_order_acquire);
  const std::size_t left = tickets() - std::min(tickets(), under_way + lent_);
  return {.left_bytes = std::min(spare_batches(), left) * settings_.slab_bytes,
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
  [[maybe_unused]] const bool pushed = chosen.queue.try_push(std::move(batch));
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
    worker.obey();
    std::unique_ptr<RawBatch> batch;
    if (!worker.queue.try_pop(batch)) {
      if (stopping_.load()) return worker.obey();
      worker.bell.wait_past(seen);
      continue;
    }
    const std::uint64_t ticket = batch->ticket;
    wait_for_text_room(worker, ticket);
    auto text = blank_text();
    worker.processor->process(*batch, journal_.id_digits(stream_of(batch->protocol)), *text);
    if (batch->purpose != RawBatch::Purpose::finish) retire(std::move(batch));
    text_in_flight_.fetch_add(text->text().size(), std::memory_order_relaxed);
    slots_.put(ticket, std::move(text));
    finished_.ring();
  }
}

void Pipeline::wait_for_text_room(Worker& worker, std::uint64_t ticket) {
  for (;;) {
    const unsigned seen = text_room_.now();
    worker.obey();
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
  for (;;) {
    const auto appended = journal_.append(batch);
    if (appended) {
      if (disk_failing_.exchange(false)) report_(DiskNews::recovered, "journal: writing again");
      return true;
    }
    disk_failing_.store(true);
    report_(DiskNews::trouble, appended.error().sentence);
    if (stopping_.load()) {
      if (stop_patience_ <= std::chrono::milliseconds::zero()) return false;
      stop_patience_ -= settings_.disk_retry;
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
  if (journaled && !batch.lines().empty()) {
    // What was parked is a record of the listener that it came by.
    const bool is_parked = batch.messages == 0 && !batch.unparked().empty();
    const auto listener = is_parked ? batch.unparked().front().listener : batch.listener;
    count(counters(listener).records, batch.lines().size());
  }
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
