#include "netlogd/journal/reader.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "journal_testing.hpp"

namespace netlogd::journal {
namespace {

using namespace netlogd::testing;
namespace fs = std::filesystem;

class ReaderTest : public ::testing::Test {
 protected:
  ReaderTest() {
    settings_.data_dir = folder_.path();
    settings_.background = false;
    settings_.min_free_bytes = 0;
    settings_.streams[0].rotate_bytes = 3000;
  }
  void open() {
    auto opened = Journal::open(settings_, system_files(), clock_, {});
    ASSERT_TRUE(opened) << opened.error().sentence;
    journal_ = std::move(*opened);
  }
  void append(std::size_t count, std::string_view padding = "") {
    auto batch = make_batch(*journal_, Stream::syslog, serial_, count, padding);
    ASSERT_TRUE(journal_->append(batch));
    serial_ += count;
  }
  Reader reader(const Cursor& cursor = {}) {
    return Reader(*journal_, Stream::syslog, journal_->resume(Stream::syslog, cursor).cursor);
  }
  // Reads to the end; what was read is counted in read_, what is gone in expired_.
  void read_on(Reader& reader, std::size_t at_once = 7, std::size_t bytes = 1 << 16) {
    for (;;) {
      auto batch = reader.read(at_once, bytes);
      ASSERT_TRUE(batch) << batch.error().sentence;
      expired_ += batch->expired;
      damaged_ += batch->damaged_lines;
      if (batch->records.empty()) return;
      EXPECT_LE(batch->records.size(), at_once);
      for (const auto& record : batch->records) {
        EXPECT_GT(record.id, last_id_);
        last_id_ = record.id;
        serials_.push_back(serial_of(record.text));
      }
      EXPECT_EQ(batch->end.last_id, last_id_);
      EXPECT_EQ(batch->end, reader.cursor());
    }
  }
  void expect_all_once() {
    ASSERT_EQ(serials_.size(), serial_);
    for (std::size_t i = 0; i < serials_.size(); ++i) EXPECT_EQ(serials_[i], i);
  }
  std::vector<ListedSegment> segments() {
    return *list_segments(system_files(), settings_.data_dir, Stream::syslog);
  }

  TemporaryFolder folder_{true};
  TurnedClock clock_;
  SystemClock system_clock_;
  JournalSettings settings_;
  std::unique_ptr<Journal> journal_;
  std::uint64_t serial_ = 0;
  std::uint64_t last_id_ = 0;
  std::uint64_t expired_ = 0;
  std::uint64_t damaged_ = 0;
  std::vector<std::uint64_t> serials_;
};

TEST_F(ReaderTest, follows_through_rotation_and_compression) {
  open();
  auto from = reader();
  for (int i = 0; i < 60; ++i) {
    append(5);
    if (i % 3 == 0) read_on(from);
    if (i % 7 == 0) journal_->maintain();
  }
  read_on(from);
  expect_all_once();
  EXPECT_EQ(expired_, 0u);
}

TEST_F(ReaderTest, any_cursor_goes_on_with_the_next_record_also_after_a_restart) {
  settings_.streams[0].rotate_bytes = 1500;
  open();
  std::vector<Cursor> cursors;
  auto from = reader();
  for (int i = 0; i < 12; ++i) append(5);
  for (;;) {
    auto batch = from.read(1, 1 << 16);
    ASSERT_TRUE(batch);
    if (batch->records.empty()) break;
    cursors.push_back(batch->end);
  }
  ASSERT_EQ(cursors.size(), 60u);
  journal_->maintain();  // now most of it is compressed
  journal_.reset();
  open();
  append(3);
  for (std::size_t i = 0; i < cursors.size(); ++i) {
    auto again = reader(cursors[i]);
    auto batch = again.read(1, 1 << 16);
    ASSERT_TRUE(batch);
    ASSERT_EQ(batch->records.size(), 1u);
    EXPECT_EQ(serial_of(batch->records[0].text), i + 1);
    EXPECT_EQ(batch->expired, 0u);
  }
}

TEST_F(ReaderTest, a_stale_cursor_goes_on_by_the_id) {
  open();
  append(5);
  for (const Cursor& stale : {Cursor{.segment = 1, .offset = 17, .last_id = 3},
                              Cursor{.segment = 1, .offset = 1 << 30, .last_id = 3},
                              Cursor{.segment = 77, .offset = 5, .last_id = 3},
                              Cursor{.segment = 0, .offset = 0, .last_id = 3}}) {
    auto from = reader(stale);
    auto batch = from.read(10, 1 << 16);
    ASSERT_TRUE(batch);
    ASSERT_EQ(batch->records.size(), 2u);
    EXPECT_EQ(batch->records[0].id, 4u);
    EXPECT_EQ(batch->damaged_lines, 0u);
  }
}

TEST_F(ReaderTest, reads_lines_longer_than_it_was_asked_for) {
  settings_.streams[0].rotate_bytes = 0;
  open();
  append(2);
  append(1, std::string(3'000'000, 'x'));
  append(2);
  journal_->request_rotate();
  append(1);
  journal_->maintain();
  auto from = reader();
  read_on(from, 10, 100);
  expect_all_once();
}

TEST_F(ReaderTest, starts_in_the_middle_of_a_large_compressed_segment) {
  settings_.streams[0].rotate_bytes = 0;
  open();
  for (int i = 0; i < 40; ++i) append(1000, std::string(100, static_cast<char>('a' + i % 26)));
  auto from = reader();
  Cursor middle;
  while (last_id_ < 30'000) {
    auto batch = from.read(1000, 1 << 20);
    ASSERT_TRUE(batch);
    middle = batch->end;
    last_id_ = middle.last_id;
  }
  journal_->request_rotate();
  append(1);
  journal_->maintain();
  from = reader(middle);
  auto batch = from.read(1, 1 << 16);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->records[0].id, middle.last_id + 1);
  EXPECT_EQ(batch->expired, 0u);
  serials_.clear();
  last_id_ = 0;
  auto all = reader();
  read_on(all, 5000, 1 << 20);
  expect_all_once();
}

TEST_F(ReaderTest, counts_what_was_removed_under_it) {
  settings_.streams[0].keep_count = 1;
  open();
  append(5);
  auto from = reader();
  read_on(from);
  for (int i = 0; i < 40; ++i) append(5);
  journal_->maintain();
  read_on(from, 1000);
  EXPECT_GT(expired_, 0u);
  EXPECT_EQ(serials_.size() + expired_, serial_);
}

TEST_F(ReaderTest, finishes_an_open_file_that_was_deleted) {
  open();
  append(5);
  auto from = reader();
  ASSERT_TRUE(from.read(2, 1 << 16));
  fs::remove(folder_.path() + "/syslog/syslog.jsonl");
  append(5);
  last_id_ = 2;
  read_on(from);
  EXPECT_EQ(serials_.size(), 8u);
  EXPECT_EQ(expired_, 0u);
}

TEST_F(ReaderTest, a_file_that_was_emptied_under_it_is_read_from_its_new_beginning) {
  open();
  append(5);
  auto from = reader();
  ASSERT_TRUE(from.read(2, 1 << 16));
  from.seek(from.cursor());
  fs::resize_file(folder_.path() + "/syslog/syslog.jsonl", 0);
  append(5);
  last_id_ = 2;
  read_on(from);
  EXPECT_EQ(serials_.size(), 5u);
  EXPECT_EQ(expired_, 3u);
}

TEST_F(ReaderTest, skips_a_damaged_line_and_counts_it) {
  open();
  append(5);
  journal_.reset();
  const auto path = folder_.path() + "/syslog/syslog.jsonl";
  auto text = read_whole(path);
  const auto third = text.find("{\"id\":3");
  text[third + 30] = '\x01';
  std::ofstream(path, std::ios::binary)
      .write(text.data(), static_cast<std::streamsize>(text.size()));
  open();
  auto from = reader();
  read_on(from);
  EXPECT_EQ(serials_.size(), 4u);
  EXPECT_EQ(expired_, 1u);
  EXPECT_EQ(damaged_, 1u);
}

TEST_F(ReaderTest, a_bit_flip_in_a_compressed_segment_costs_one_member_at_most) {
  settings_.streams[0].rotate_bytes = 0;
  open();
  for (int i = 0; i < 40; ++i) append(1000, std::string(100, static_cast<char>('a' + i % 26)));
  journal_->request_rotate();
  append(1);
  journal_->maintain();
  const auto path = segments().front().path;
  const auto whole = read_whole(path);
  for (const std::size_t at :
       {std::size_t{3}, std::size_t{60}, whole.size() / 3, whole.size() / 2, whole.size() - 40}) {
    auto text = whole;
    text[at] = static_cast<char>(text[at] ^ 0x10);
    std::ofstream(path, std::ios::binary)
        .write(text.data(), static_cast<std::streamsize>(text.size()));
    serials_.clear();
    last_id_ = expired_ = 0;
    auto from = reader();
    read_on(from, 5000, 1 << 20);
    EXPECT_EQ(serials_.size() + expired_, serial_) << at;
    EXPECT_LE(expired_, 6000u) << at;
  }
}

TEST_F(ReaderTest, reads_segments_that_somebody_compressed_with_gzip) {
  settings_.compress = false;
  open();
  for (int i = 0; i < 40; ++i) append(5);
  journal_.reset();
  ASSERT_EQ(std::system(("gzip " + folder_.path() + "/syslog/syslog-*.jsonl").c_str()), 0);
  open();
  auto from = reader();
  read_on(from, 3);
  expect_all_once();
}

TEST_F(ReaderTest, a_follower_that_is_ahead_after_a_power_loss_is_told_to_go_back) {
  settings_.streams[0].rotate_bytes = 0;
  open();
  append(5);
  const auto size = fs::file_size(folder_.path() + "/syslog/syslog.jsonl");
  append(5);
  auto from = reader();
  read_on(from);
  const Cursor ahead = from.cursor();
  const auto mark = read_whole(folder_.path() + "/state/syslog.ids");
  journal_.reset();
  fs::resize_file(folder_.path() + "/syslog/syslog.jsonl", size);
  std::ofstream(folder_.path() + "/state/syslog.ids") << mark;  // as it was before the clean stop
  open();
  const auto resume = journal_->resume(Stream::syslog, ahead);
  EXPECT_EQ(resume.keep_through, 5u);
  EXPECT_EQ(resume.drop_through, 10u);
  serial_ = 5;
  append(2);
  auto again = Reader(*journal_, Stream::syslog, resume.cursor);
  auto batch = again.read(10, 1 << 16);
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->records.size(), 2u);
  EXPECT_GT(batch->records[0].id, 10u);
  EXPECT_EQ(batch->expired, 0u) << "ids that a crash has left out are not lost records";
}

TEST_F(ReaderTest, an_empty_journal_goes_on_behind_its_followers) {
  open();
  const auto resume =
      journal_->resume(Stream::syslog, {.segment = 1, .offset = 500, .last_id = 1000});
  EXPECT_EQ(resume.drop_through, resume.keep_through);
  append(1);
  auto from = Reader(*journal_, Stream::syslog, resume.cursor);
  auto batch = from.read(10, 1 << 16);
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->records.size(), 1u);
  EXPECT_EQ(batch->records[0].id, 1001u);
  EXPECT_EQ(batch->expired, 0u);
}

TEST_F(ReaderTest, wait_wakes_up_when_a_record_comes) {
  open();
  auto from = reader();
  EXPECT_FALSE(from.wait(std::chrono::milliseconds{1}));
  std::thread later([&] { append(1); });
  EXPECT_TRUE(from.wait(std::chrono::seconds{60}));
  later.join();
}

TEST_F(ReaderTest, readers_beside_the_appender_see_every_record_once) {
  settings_.background = true;
  settings_.sync_every = std::chrono::milliseconds{2};
  settings_.streams[0].rotate_bytes = 20'000;
  auto opened = Journal::open(settings_, system_files(), system_clock_, {});
  ASSERT_TRUE(opened);
  journal_ = std::move(*opened);
  constexpr std::uint64_t total = 20'000;
  std::thread appender([&] {
    while (serial_ < total) append(10);
  });
  auto from = Reader(*journal_, Stream::syslog, {});
  std::uint64_t seen = 0;
  while (seen < total) {
    auto batch = from.read(100, 1 << 16);
    // Segments of a few records change faster than a starved reader can open them: it asks again.
    if (!batch && batch.error().code == Errc::busy) continue;
    ASSERT_TRUE(batch) << batch.error().sentence;
    ASSERT_EQ(batch->expired, 0u);
    for (const auto& record : batch->records) ASSERT_EQ(serial_of(record.text), seen++);
    if (batch->records.empty()) from.wait(std::chrono::milliseconds{50});
  }
  appender.join();
}

}  // namespace
}  // namespace netlogd::journal
