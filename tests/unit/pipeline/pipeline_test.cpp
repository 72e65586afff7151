#include "netlogd/pipeline/pipeline.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "support/forwarding_files.hpp"

namespace netlogd::pipeline {
namespace {

// Writes the message's text as a record; the words drop, nothing, park and answer do what they say.
class EchoMaker final : public RecordMaker {
 public:
  void make(const RawMessage& message, const DeviceDirectory&, TextBatch& out) override {
    const auto text = message.text();
    if (text == "drop") return out.drop(DropReason::malformed);
    if (text == "nothing") return out.no_record();
    if (text == "park") {
      ++parked_;
      listener_ = out.listener;
      return out.park();
    }
    if (text == "answer") out.reply({message.source, "yes"});
    if (text.starts_with("slow")) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    write(text, out);
  }
  void finish(TextBatch& out) override {
    for (; parked_ > 0; --parked_) {
      write("parked", out);
      out.unpark_journaled(listener_);
    }
  }

 private:
  static void write(std::string_view text, TextBatch& out) {
    auto json = out.begin_record();
    json.raw(",\"text\":");
    json.string(text);
    out.end_record();
  }
  int parked_ = 0;
  std::uint32_t listener_ = 0;
};

// The system's files, whose writes can be made to fail.
class SickFiles final : public testing::ForwardingFiles {
 public:
  std::atomic<bool> full{false};

  Result<void> write_all(int fd, std::string_view bytes, std::uint64_t* written) override {
    if (!full) return ForwardingFiles::write_all(fd, bytes, written);
    if (written != nullptr) *written = 0;
    return errno_error("disk", ENOSPC);
  }
};

class PipelineTest : public ::testing::Test {
 protected:
  PipelineTest()
      : folder(std::filesystem::temp_directory_path() /
               ("netlogd-pipeline-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder);
    journal::JournalSettings settings;
    settings.data_dir = folder.string();
    settings.compress = false;
    auto opened = journal::Journal::open(settings, files, clock,
                                         [](journal::ReportLevel, std::string_view) {});
    EXPECT_TRUE(opened);
    journal = std::move(*opened);
  }
  ~PipelineTest() override {
    pipeline.reset();
    journal.reset();
    std::filesystem::remove_all(folder);
  }

  void begin(PipelineSettings settings, unsigned workers) {
    std::vector<std::unique_ptr<Processor>> processors;
    for (unsigned i = 0; i < workers; ++i) {
      std::array<std::unique_ptr<RecordMaker>, stream_count> makers;
      for (auto& maker : makers) maker = std::make_unique<EchoMaker>();
      processors.push_back(
          std::make_unique<Processor>(i, std::move(makers), std::make_shared<EmptyDirectory>()));
    }
    pipeline = std::make_unique<Pipeline>(
        settings, std::move(processors), *journal, [this] { ++wakes; },
        [this](DiskNews news, const std::string&) {
          ++(news == DiskNews::trouble ? troubles : recoveries);
        });
    pipeline->set_counters(0, &counters);
    pipeline->start();
  }

  // As the loop does: waits for room, as a stream would.
  void send(const std::vector<std::string>& texts, unsigned worker = BatchSink::any_worker,
            Protocol protocol = Protocol::syslog) {
    auto batch = pipeline->acquire(BatchSink::Importance::normal);
    while (batch == nullptr) {
      std::this_thread::yield();
      batch = pipeline->acquire(BatchSink::Importance::normal);
    }
    batch->protocol = protocol;
    for (const auto& text : texts) {
      const std::span bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
      ASSERT_TRUE(batch->append({.bytes = bytes, .received = clock.now()}));
      count(counters.received);
    }
    pipeline->submit(std::move(batch), worker);
  }

  [[nodiscard]] std::vector<std::string> lines(std::string_view stream = "syslog") const {
    std::ifstream in(folder / stream / (std::string(stream) + ".jsonl"));
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }
  [[nodiscard]] std::uint64_t dropped(DropReason reason) const {
    return read(counters.dropped[static_cast<std::size_t>(reason)]);
  }
  void expect_balance() const {
    std::uint64_t sum = read(counters.journaled) + read(counters.no_record) + read(counters.parked);
    for (const auto& counter : counters.dropped) sum += read(counter);
    EXPECT_EQ(read(counters.received), sum);
  }

  std::filesystem::path folder;
  SickFiles files;
  SystemClock clock;
  std::unique_ptr<journal::Journal> journal;
  ListenerCounters counters;
  std::atomic<int> wakes{0};
  std::atomic<int> troubles{0};
  std::atomic<int> recoveries{0};
  std::unique_ptr<Pipeline> pipeline;
};

TEST_F(PipelineTest, keeps_arrival_order_though_workers_finish_in_any) {
  begin({}, 3);
  for (int i = 0; i < 300; ++i)
    send({(i % 7 == 0 ? "slow " : "") + std::to_string(i)}, static_cast<unsigned>(i % 3));
  pipeline->stop();
  const auto all = lines();
  ASSERT_EQ(all.size(), 300U);
  for (int i = 0; i < 300; ++i)
    EXPECT_EQ(all[static_cast<std::size_t>(i)], "{\"id\":" + std::to_string(i + 1) +
                                                    ",\"text\":\"" + (i % 7 == 0 ? "slow " : "") +
                                                    std::to_string(i) + "\"}");
  expect_balance();
}

TEST_F(PipelineTest, balances_whatever_becomes_of_the_messages) {
  begin({}, 2);
  send({"a", "drop", "nothing", "b"});
  send({"drop"});
  send({"nothing"});
  send({"park", "c", "park"}, 1, Protocol::flow);
  pipeline->stop();
  EXPECT_EQ(read(counters.journaled), 5U);
  EXPECT_EQ(read(counters.records), 5U);
  EXPECT_EQ(read(counters.no_record), 2U);
  EXPECT_EQ(read(counters.parked), 0U);
  EXPECT_EQ(dropped(DropReason::malformed), 2U);
  EXPECT_EQ(lines("flow").size(), 3U);
  expect_balance();
}

TEST_F(PipelineTest, holds_its_memory_and_still_ends_when_text_is_far_over_the_limit) {
  PipelineSettings settings;
  settings.raw_batches = 16;
  settings.text_bytes = 1;
  begin(settings, 3);
  for (int i = 0; i < 500; ++i) send({std::string(1000, 'x')}, static_cast<unsigned>(i % 3));
  pipeline->stop();
  EXPECT_EQ(lines().size(), 500U);
}

TEST_F(PipelineTest, has_a_reserve_for_what_matters) {
  PipelineSettings settings;
  settings.raw_batches = 16;
  begin(settings, 1);
  std::vector<std::unique_ptr<RawBatch>> held;
  while (auto batch = pipeline->acquire(BatchSink::Importance::normal))
    held.push_back(std::move(batch));
  EXPECT_EQ(held.size(), 14U);
  auto important = pipeline->acquire(BatchSink::Importance::high);
  EXPECT_NE(important, nullptr);
  pipeline->give_back(std::move(important));
  for (auto& batch : held) pipeline->give_back(std::move(batch));
  EXPECT_NE(pipeline->acquire(BatchSink::Importance::normal), nullptr);
}

TEST_F(PipelineTest, waits_for_a_full_disk_and_goes_on_by_itself) {
  PipelineSettings settings;
  settings.disk_retry = std::chrono::milliseconds(1);
  begin(settings, 2);
  files.full = true;
  send({"one"});
  send({"two"});
  while (!pipeline->disk_failing()) std::this_thread::yield();
  EXPECT_EQ(pipeline->full_reason(), DropReason::disk_full);
  files.full = false;
  pipeline->stop();
  EXPECT_EQ(lines().size(), 2U);
  EXPECT_FALSE(pipeline->disk_failing());
  EXPECT_GE(troubles.load(), 1);
  EXPECT_EQ(recoveries.load(), 1);
  expect_balance();
}

TEST_F(PipelineTest, answers_for_what_was_parked_though_a_stop_finds_every_batch_in_use) {
  PipelineSettings settings;
  settings.raw_batches = 16;
  settings.text_bytes = 1;
  settings.disk_retry = std::chrono::milliseconds(1);
  settings.disk_patience = std::chrono::hours(1);
  begin(settings, 2);
  send({"park"}, 0, Protocol::flow);
  send({"park"}, 1, Protocol::flow);
  files.full = true;
  while (auto batch = pipeline->acquire(BatchSink::Importance::high)) {
    count(counters.received);
    batch->protocol = Protocol::syslog;  // some of them were a flow batch before
    ASSERT_TRUE(batch->append({.received = clock.now()}));
    pipeline->submit(std::move(batch), BatchSink::any_worker);
  }
  while (!pipeline->disk_failing()) std::this_thread::yield();
  std::thread stop([this] { pipeline->stop(); });
  files.full = false;
  stop.join();
  EXPECT_EQ(read(counters.parked), 0U);
  EXPECT_EQ(lines("flow").size(), 2U);
  EXPECT_EQ(read(counters.received), read(counters.journaled));
}

TEST_F(PipelineTest, obeys_commands_while_the_disk_is_full) {
  PipelineSettings settings;
  settings.text_bytes = 1;
  settings.disk_retry = std::chrono::milliseconds(1);
  begin(settings, 2);
  files.full = true;
  for (int i = 0; i < 20; ++i) send({"one"}, static_cast<unsigned>(i % 2));
  while (!pipeline->disk_failing()) std::this_thread::yield();
  std::atomic<int> heard{0};
  for (int i = 0; i < 100; ++i) pipeline->tell_workers_and_wait([&heard](Processor&) { ++heard; });
  EXPECT_EQ(heard.load(), 200);
  EXPECT_TRUE(lines().empty());
  files.full = false;
  pipeline->stop();
  EXPECT_EQ(lines().size(), 20U);
}

TEST_F(PipelineTest, has_one_patience_for_a_stop_and_not_one_for_each_batch) {
  PipelineSettings settings;
  settings.raw_batches = 256;
  settings.disk_retry = std::chrono::milliseconds(1);
  settings.disk_patience = std::chrono::milliseconds(50);
  begin(settings, 1);
  files.full = true;
  for (int i = 0; i < 200; ++i) send({"one"});
  while (!pipeline->disk_failing()) std::this_thread::yield();
  const int before = troubles.load();
  pipeline->stop();
  EXPECT_LT(troubles.load() - before, 1000) << "50 tries and one for each batch, and a few";
  EXPECT_EQ(dropped(DropReason::disk_full), 200U);
  expect_balance();
}

TEST_F(PipelineTest, does_what_it_is_told_after_the_stop_too) {
  begin({}, 3);
  pipeline->stop();
  int heard = 0;
  EXPECT_TRUE(pipeline->tell_workers([&heard](Processor&) { ++heard; }));
  pipeline->tell_workers_and_wait([&heard](Processor&) { ++heard; });
  EXPECT_EQ(heard, 6);
}

TEST_F(PipelineTest, counts_what_a_full_disk_keeps_out_at_the_stop) {
  PipelineSettings settings;
  settings.disk_retry = std::chrono::milliseconds(1);
  settings.disk_patience = std::chrono::milliseconds(5);
  begin(settings, 1);
  files.full = true;
  send({"one", "two"});
  pipeline->stop();
  EXPECT_EQ(dropped(DropReason::disk_full), 2U);
  expect_balance();
}

TEST_F(PipelineTest, answers_after_the_record_is_journaled) {
  begin({}, 1);
  send({"answer"}, BatchSink::any_worker, Protocol::snmp);
  ListenerReply reply;
  while (!pipeline->take_reply(reply)) std::this_thread::yield();
  EXPECT_EQ(reply.reply.bytes, "yes");
  EXPECT_EQ(lines("trap").size(), 1U);
  EXPECT_GE(wakes.load(), 1);
  pipeline->stop();
}

TEST_F(PipelineTest, tells_every_worker_between_two_batches) {
  begin({}, 3);
  std::atomic<int> heard{0};
  pipeline->tell_workers_and_wait([&heard](Processor&) { ++heard; });
  EXPECT_EQ(heard.load(), 3);
  pipeline->stop();
}

}  // namespace
}  // namespace netlogd::pipeline
