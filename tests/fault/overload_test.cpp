// More comes than can be worked off, by a device that babbles: at three times the sustainable rate
// everything that quiet devices have to say is journaled, and whatever is dropped is counted.

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "netlogd/pipeline/pipeline.hpp"
#include "unit/follow/follow_testing.hpp"
#include "unit/listen/loop_fixture.hpp"

namespace netlogd::listen {
namespace {

using namespace netlogd::testing;

// What it can do in a second is known, on any machine.
class SlowMaker final : public RecordMaker {
 public:
  void make(const RawMessage& message, const DeviceDirectory&, TextBatch& out) override {
    std::this_thread::sleep_for(std::chrono::microseconds(100));
    auto json = out.begin_record();
    json.raw(",\"text\":");
    json.string(message.text());
    out.end_record();
  }
};

class Overload : public LoopFixture, public ::testing::WithParamInterface<const char*> {
 protected:
  static constexpr int quiet_devices = 20;
  static constexpr int rounds = 30;
  static constexpr std::size_t least_worked_off = 256;  // between two messages of a quiet device

  void SetUp() override {
    journal::JournalSettings settings;
    settings.data_dir = folder.path();
    settings.min_free_bytes = 0;
    auto opened = journal::Journal::open(settings, system_files(), clock, {});
    ASSERT_TRUE(opened);
    journal = std::move(*opened);
    std::vector<std::unique_ptr<pipeline::Processor>> processors;
    std::array<std::unique_ptr<RecordMaker>, stream_count> makers;
    for (auto& maker : makers) maker = std::make_unique<SlowMaker>();
    processors.push_back(std::make_unique<pipeline::Processor>(0, std::move(makers),
                                                               std::make_shared<EmptyDirectory>()));
    pipeline = std::make_unique<pipeline::Pipeline>(
        pipeline::PipelineSettings{
            .slab_bytes = 16 << 10, .messages_per_batch = 64, .raw_batches = 64},
        std::move(processors), *journal, [this] { loop->wake(); },
        [](pipeline::DiskNews, const std::string&) {});
    pipeline->set_counters(0, &counters);
    loop = std::make_unique<ReceivingLoop>(
        limits, *pipeline, [this](ListenerReply& reply) { return pipeline->take_reply(reply); },
        log);
    auto listener = this->settings(Protocol::syslog, Transport::udp);
    ASSERT_TRUE(loop->open(0, listener, counters, {}));
    pipeline->start();
    loop->start();
    for (int i = 0; i < quiet_devices; ++i)
      quiet.push_back(connect(SOCK_DGRAM, ("127.0.1." + std::to_string(i + 1)).c_str()));
  }
  void TearDown() override {
    loop.reset();
    pipeline.reset();
  }

  void babble(const UniqueFd& fd, std::string_view message) {
    for (int i = 0; i < 64; ++i) {
      if (sent - read(counters.received) >= window) return std::this_thread::yield();
      send(fd, message);
      ++sent;
    }
  }

  TemporaryFolder folder;
  SystemClock clock;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<pipeline::Pipeline> pipeline;
  std::vector<UniqueFd> quiet;
  std::uint64_t sent = 0;
  std::uint64_t window = 0;
};

TEST_P(Overload, everything_of_quiet_devices_arrives_at_three_times_the_sustainable_rate) {
  const auto babbler = connect(SOCK_DGRAM, "127.0.2.1");
  const std::string message = GetParam() + std::string("port 7 is up and down and up again");
  window = datagrams_that_fit(message);
  while (dropped(DropReason::queue_full) == 0) babble(babbler, message);
  std::uint64_t quiet_messages = 0;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < quiet.size(); ++i) {
      send(quiet[i], "<" + std::to_string(184 + i % 5) + ">critical");
      send(quiet[i], "<190>informational");
      sent += 2;
      quiet_messages += 2;
    }
    const std::uint64_t journaled = read(counters.journaled);
    const std::uint64_t received = read(counters.received);
    while (read(counters.journaled) < journaled + least_worked_off ||
           read(counters.received) < received + 3 * (read(counters.journaled) - journaled))
      babble(babbler, message);
  }
  loop->stop(std::chrono::hours(1));
  pipeline->stop();

  std::uint64_t critical = 0;
  std::uint64_t informational = 0;
  for (const auto& [id, line] : stored_lines(folder.path(), Stream::syslog)) {
    critical += line.find("critical") != std::string::npos;
    informational += line.find("informational") != std::string::npos;
  }
  EXPECT_EQ(critical, quiet_messages / 2);
  EXPECT_EQ(informational, quiet_messages / 2);
  EXPECT_EQ(read(counters.kernel_drops), 0U);
  EXPECT_EQ(read(counters.received), sent);
  EXPECT_EQ(sent, read(counters.journaled) + dropped(DropReason::queue_full));
  EXPECT_GE(sent, 3 * read(counters.journaled) - 64 * 64);
}

INSTANTIATE_TEST_SUITE_P(Babbling, Overload, ::testing::Values("<191>", "<184>"),
                         [](const auto& given) {
                           return given.param == std::string_view("<191>") ? "debug"
                                                                           : "emergencies";
                         });

}  // namespace
}  // namespace netlogd::listen
