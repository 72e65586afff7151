#include "netlogd/journal/journal.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "journal_testing.hpp"
#include "support/forwarding_files.hpp"

namespace netlogd::journal {
namespace {

using namespace netlogd::testing;
namespace fs = std::filesystem;

class JournalTest : public ::testing::Test {
 protected:
  JournalTest() {
    settings_.data_dir = folder_.path() + "/data";
    settings_.background = false;
    settings_.min_free_bytes = 0;
  }

  void open() {
    auto opened =
        Journal::open(settings_, system_files(), clock_,
                      [this](ReportLevel, std::string_view text) { said_.emplace_back(text); });
    ASSERT_TRUE(opened) << opened.error().sentence;
    journal_ = std::move(*opened);
  }
  Appended append(std::size_t count, Stream stream = Stream::syslog,
                  std::string_view padding = "") {
    auto batch = make_batch(*journal_, stream, serial_, count, padding);
    auto appended = journal_->append(batch);
    EXPECT_TRUE(appended) << appended.error().sentence;
    serial_ += count;
    return *appended;
  }
  void expect_all_stored(Stream stream = Stream::syslog) {
    const auto records = stored_records(settings_.data_dir, stream);
    ASSERT_EQ(records.size(), serial_);
    for (std::size_t i = 0; i < records.size(); ++i) {
      EXPECT_EQ(records[i].serial, i);
      EXPECT_GT(records[i].id, i > 0 ? records[i - 1].id : 0);
    }
  }
  std::string syslog(const std::string& name = "") const {
    return settings_.data_dir + "/syslog/" + name;
  }

  TemporaryFolder folder_{true};
  TurnedClock clock_;
  SystemClock system_clock_;
  JournalSettings settings_;
  std::vector<std::string> said_;
  std::unique_ptr<Journal> journal_;
  std::uint64_t serial_ = 0;
};

TEST_F(JournalTest, gives_ids_in_order_and_writes_whole_lines) {
  open();
  const auto first = append(3);
  EXPECT_EQ(first.first_id, 1u);
  EXPECT_EQ(first.records, 3u);
  EXPECT_EQ(append(2).first_id, 4u);
  const std::string text = read_whole(syslog("syslog.jsonl"));
  EXPECT_TRUE(text.starts_with("{\"id\":1,\"record_type\":\"syslog\","));
  EXPECT_TRUE(text.ends_with("}\n"));
  expect_all_stored();
}

TEST_F(JournalTest, composes_lines_anew_where_ids_get_another_number_of_digits) {
  open();
  append(7);
  append(8);  // 8, 9, 10 … in a batch with room for one digit
  auto stale = make_batch(*journal_, Stream::syslog, serial_, 3);
  append(95);  // beyond 100
  for (auto id = 1u; const auto& record : stored_records(settings_.data_dir, Stream::syslog))
    EXPECT_EQ(record.id, id++);
  auto appended = journal_->append(stale);  // room for two digits, ids of three
  ASSERT_TRUE(appended);
  EXPECT_EQ(appended->first_id, 111u);
}

TEST_F(JournalTest, keeps_each_stream_by_itself) {
  open();
  append(2, Stream::syslog);
  append(2, Stream::trap);
  append(2, Stream::flow);
  for (const auto stream : {Stream::syslog, Stream::trap, Stream::flow}) {
    const auto records = stored_records(settings_.data_dir, stream);
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].id, 1u);
  }
}

TEST_F(JournalTest, a_batch_without_records_touches_nothing) {
  open();
  auto batch = make_batch(*journal_, Stream::syslog, 0, 0);
  ASSERT_TRUE(journal_->append(batch));
  EXPECT_EQ(fs::file_size(syslog("syslog.jsonl")), 0u);
}

TEST_F(JournalTest, closes_a_segment_by_size_and_compresses_it_to_ordinary_gzip) {
  settings_.streams[0].rotate_bytes = 2000;
  open();
  for (int i = 0; i < 30; ++i) append(5);
  journal_->maintain();
  EXPECT_GE(read(journal_->counters().rotations), 5u);
  EXPECT_TRUE(names_in(syslog(), ".jsonl-").empty());
  const auto compressed = names_in(syslog(), ".jsonl.gz");
  EXPECT_GE(compressed.size(), 5u);
  EXPECT_TRUE(names_in(syslog(), ".tmp").empty());
  expect_all_stored();
  // The shape of the name is a promise: time of closing, then the first id.
  const auto listed = list_segments(system_files(), settings_.data_dir, Stream::syslog);
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->front().name.first_id, 1u);
  EXPECT_NE(listed->front().path.find("syslog-20240117T143215Z-1.jsonl.gz"), std::string::npos);
  EXPECT_EQ(
      std::system(("zcat " + listed->front().path + " | head -1 | grep -q '^{\"id\":1,'").c_str()),
      0);
}

TEST_F(JournalTest, rotates_by_time_also_when_nothing_comes) {
  settings_.streams[0].rotate_every = std::chrono::hours{1};
  open();
  append(1);
  journal_->maintain();
  EXPECT_EQ(journal_->status(Stream::syslog).segments, 0u);
  clock_.pass(std::chrono::hours{2});
  journal_->maintain();
  EXPECT_EQ(journal_->status(Stream::syslog).segments, 1u);
  EXPECT_EQ(fs::file_size(syslog("syslog.jsonl")), 0u);
  clock_.pass(std::chrono::hours{2});
  journal_->maintain();
  EXPECT_EQ(journal_->status(Stream::syslog).segments, 1u) << "an empty file is not rotated";
}

TEST_F(JournalTest, rotates_when_asked) {
  open();
  append(1, Stream::syslog);
  append(1, Stream::flow);
  journal_->request_rotate();
  journal_->maintain();
  EXPECT_EQ(journal_->status(Stream::syslog).segments, 1u);
  EXPECT_EQ(journal_->status(Stream::flow).segments, 1u);
  EXPECT_EQ(journal_->status(Stream::trap).segments, 0u);
}

TEST_F(JournalTest, the_age_of_a_segment_survives_a_restart) {
  settings_.streams[0].rotate_every = std::chrono::hours{1};
  open();
  append(1);
  clock_.pass(std::chrono::minutes{40});
  journal_.reset();
  open();
  clock_.pass(std::chrono::minutes{30});
  journal_->maintain();
  EXPECT_EQ(journal_->status(Stream::syslog).segments, 1u);
}

TEST_F(JournalTest, ids_go_on_without_a_gap_after_a_clean_stop) {
  open();
  append(5);
  journal_.reset();
  open();
  EXPECT_EQ(append(1).first_id, 6u);
  expect_all_stored();
}

TEST_F(JournalTest, an_empty_journal_does_not_start_over_at_one) {
  open();
  append(5);
  journal_.reset();
  fs::remove_all(syslog());
  open();
  EXPECT_EQ(append(1).first_id, 6u);
}

TEST_F(JournalTest, ids_are_never_given_twice_after_a_crash) {
  open();
  append(5);
  const auto copy = folder_.path() + "/crashed";
  fs::copy(settings_.data_dir, copy, fs::copy_options::recursive);  // as the disk was at the crash
  journal_.reset();
  settings_.data_dir = copy;
  fs::resize_file(syslog("syslog.jsonl"), 0);  // the power took what was not synced
  open();
  EXPECT_GT(append(1).first_id, 5u);
}

TEST_F(JournalTest, a_gap_after_a_crash_begins_a_new_segment) {
  open();
  append(5);
  const auto copy = folder_.path() + "/crashed";
  fs::copy(settings_.data_dir, copy, fs::copy_options::recursive);
  settings_.data_dir = copy;
  journal_.reset();
  open();
  const auto next = append(1);
  EXPECT_GT(next.first_id, 6u);
  EXPECT_EQ(journal_->status(Stream::syslog).segments, 1u);
  EXPECT_EQ(read(journal_->counters().missing_ids), 0u);
  journal_.reset();
  open();
  EXPECT_EQ(read(journal_->counters().missing_ids), 0u) << "the gap is remembered";
}

TEST_F(JournalTest, a_torn_last_line_is_set_aside) {
  open();
  append(3);
  journal_.reset();
  append_text(syslog("syslog.jsonl"), "{\"id\":4,\"record_type\":\"sys");
  open();
  EXPECT_EQ(read(journal_->counters().torn_tails), 1u);
  EXPECT_EQ(read(journal_->counters().torn_bytes), 26u);
  const auto torn = names_in(syslog(), ".torn");
  ASSERT_EQ(torn.size(), 1u);
  EXPECT_EQ(read_whole(syslog(torn[0])), "{\"id\":4,\"record_type\":\"sys");
  append(1);
  expect_all_stored();
}

TEST_F(JournalTest, a_tail_of_zeros_is_cut_off) {
  open();
  append(3);
  journal_.reset();
  append_text(syslog("syslog.jsonl"), "{\"id\":4," + std::string(100000, '\0'));
  open();
  const auto torn = names_in(syslog(), ".torn");
  ASSERT_EQ(torn.size(), 1u);
  EXPECT_EQ(read_whole(syslog(torn[0])), "{\"id\":4,");
  append(1);
  expect_all_stored();
}

TEST_F(JournalTest, a_file_of_nothing_but_zeros_is_emptied) {
  open();
  journal_.reset();
  append_text(syslog("syslog.jsonl"), std::string(5'000'000, '\0'));
  open();
  EXPECT_EQ(fs::file_size(syslog("syslog.jsonl")), 0u);
  EXPECT_TRUE(names_in(syslog(), ".torn").empty());
  append(1);
  expect_all_stored();
}

TEST_F(JournalTest, a_damaged_id_in_the_last_line_does_not_push_ids_away) {
  open();
  append(9);
  journal_.reset();
  append_text(syslog("syslog.jsonl"), "{\"id\":9000000000000000,\"record_type\":\"syslog\"}\n");
  open();
  EXPECT_EQ(append(1).first_id, 10u);
}

TEST_F(JournalTest, cleans_up_after_an_interrupted_compression) {
  settings_.streams[0].rotate_bytes = 500;
  open();
  for (int i = 0; i < 6; ++i) append(5);
  const auto before = folder_.path() + "/before";
  fs::copy(settings_.data_dir, before, fs::copy_options::recursive);
  journal_->maintain();
  journal_.reset();
  // Every plain file comes back beside its compressed twin, and one .tmp is left over.
  fs::copy(before + "/syslog", syslog(),
           fs::copy_options::skip_existing | fs::copy_options::recursive);
  append_text(syslog("syslog-20240117T143215Z-77.jsonl.gz.tmp"), "half");
  open();
  EXPECT_GE(read(journal_->counters().cleaned_files), 6u);
  EXPECT_TRUE(names_in(syslog(), ".tmp").empty());
  expect_all_stored();
}

TEST_F(JournalTest, keeps_the_plain_twin_when_the_compressed_one_is_cut) {
  settings_.streams[0].rotate_bytes = 500;
  settings_.compress = false;
  open();
  for (int i = 0; i < 6; ++i) append(5);
  journal_.reset();
  const auto names = names_in(syslog(), "syslog-");
  ASSERT_FALSE(names.empty());
  append_text(syslog(names[0] + ".gz"), "\x1f\x8b\x08 cut");
  open();
  EXPECT_FALSE(fs::exists(syslog(names[0] + ".gz")));
  append(1);
  expect_all_stored();
}

TEST_F(JournalTest, names_the_records_of_a_missing_segment) {
  settings_.streams[0].rotate_bytes = 500;
  open();
  for (int i = 0; i < 6; ++i) append(5);
  journal_.reset();
  auto listed = list_segments(system_files(), settings_.data_dir, Stream::syslog);
  ASSERT_TRUE(listed);
  fs::remove(listed->at(1).path);
  open();
  EXPECT_EQ(read(journal_->counters().missing_ids),
            listed->at(2).name.first_id - listed->at(1).name.first_id);
}

TEST_F(JournalTest, begins_a_new_file_when_the_active_one_is_deleted) {
  open();
  append(2);
  fs::remove(syslog("syslog.jsonl"));
  const auto next = append(2);
  EXPECT_EQ(next.first_id, 3u);
  EXPECT_EQ(read(journal_->counters().replaced_files), 1u);
  EXPECT_EQ(stored_records(settings_.data_dir, Stream::syslog).size(), 2u);
}

TEST_F(JournalTest, never_writes_through_a_symbolic_link) {
  open();
  append(2);
  fs::remove(syslog("syslog.jsonl"));
  append_text(folder_.path() + "/victim", "untouched");
  fs::create_symlink(folder_.path() + "/victim", syslog("syslog.jsonl"));
  append(2);
  EXPECT_EQ(read_whole(folder_.path() + "/victim"), "untouched");
  EXPECT_FALSE(fs::is_symlink(syslog("syslog.jsonl")));
  EXPECT_EQ(stored_records(settings_.data_dir, Stream::syslog).size(), 2u);
}

TEST_F(JournalTest, goes_on_when_the_active_file_is_emptied_by_somebody) {
  open();
  append(2);
  fs::resize_file(syslog("syslog.jsonl"), 0);
  append(2);
  const auto records = stored_records(settings_.data_dir, Stream::syslog);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].id, 3u);
}

TEST_F(JournalTest, sets_aside_what_somebody_else_has_written_to_the_active_file) {
  open();
  append(2);
  append_text(syslog("syslog.jsonl"), "hello");
  append(2);
  ASSERT_EQ(names_in(syslog(), ".torn").size(), 1u);
  expect_all_stored();
}

TEST_F(JournalTest, a_deleted_folder_comes_back) {
  open();
  append(2);
  fs::remove_all(syslog());
  EXPECT_EQ(append(1).first_id, 3u);
}

TEST_F(JournalTest, removes_by_count_size_and_age) {
  settings_.streams[0].rotate_bytes = 1000;
  settings_.streams[0].keep_count = 4;
  open();
  for (int i = 0; i < 20; ++i) append(5);
  journal_->maintain();
  EXPECT_EQ(journal_->status(Stream::syslog).segments, 4u);
  settings_.streams[0].keep_count = 0;
  settings_.streams[0].keep_bytes = journal_->status(Stream::syslog).bytes - 1;
  journal_->use(settings_);
  journal_->maintain();
  EXPECT_EQ(journal_->status(Stream::syslog).segments, 3u);
  settings_.streams[0].keep_bytes = 0;
  settings_.streams[0].keep_age = std::chrono::hours{24};
  journal_->use(settings_);
  for (int hours = 0; hours < 30; ++hours) {
    clock_.pass(std::chrono::hours{1});
    journal_->maintain();
  }
  EXPECT_EQ(journal_->status(Stream::syslog).segments, 0u);
}

TEST_F(JournalTest, a_clock_that_jumps_a_year_ahead_removes_nothing) {
  settings_.streams[0].rotate_bytes = 1000;
  open();
  for (int i = 0; i < 20; ++i) append(5);
  journal_->maintain();
  const auto before = journal_->status(Stream::syslog).segments;
  clock_.step(std::chrono::hours{24 * 365});
  journal_->maintain();
  clock_.pass(std::chrono::minutes{10});
  journal_->maintain();
  EXPECT_EQ(journal_->status(Stream::syslog).segments, before);
  clock_.step(std::chrono::hours{-24 * 365});
  append(5);
  journal_->maintain();
  expect_all_stored();
}

TEST_F(JournalTest, spares_what_a_follower_has_not_read) {
  settings_.streams[0].rotate_bytes = 1000;
  settings_.streams[0].keep_count = 1;
  open();
  FollowerCounters counters;
  auto seat = journal_->seat(counters, {}, {true, true, true});
  for (int i = 0; i < 20; ++i) append(5);
  journal_->maintain();
  EXPECT_GT(journal_->status(Stream::syslog).segments, 4u);
  EXPECT_EQ(read(counters.journaled), 100u);
  seat->safe(Stream::syslog, {.segment = 1, .offset = 0, .last_id = 100});
  journal_->maintain();
  EXPECT_EQ(journal_->status(Stream::syslog).segments, 1u);
}

TEST_F(JournalTest, files_are_for_the_owner_and_the_group) {
  settings_.streams[0].rotate_bytes = 100;
  open();
  append(5);
  append(5);
  journal_->maintain();
  for (const auto& entry : fs::recursive_directory_iterator(settings_.data_dir)) {
    const auto mode = static_cast<unsigned>(fs::status(entry.path()).permissions()) & 0777u;
    EXPECT_EQ(mode & ~(entry.is_directory() ? 0750u : 0640u), 0u) << entry.path();
  }
}

TEST_F(JournalTest, a_second_start_reads_counts_from_compressed_segments) {
  settings_.streams[0].rotate_bytes = 1000;
  open();
  for (int i = 0; i < 20; ++i) append(5);
  journal_->maintain();
  journal_.reset();
  open();
  FollowerCounters counters;
  const auto resume = journal_->resume(Stream::syslog, {});
  auto seat = journal_->seat(counters, {resume.cursor}, {true, false, false});
  EXPECT_EQ(read(counters.journaled), 100u);
}

// Which parts of a file should leave the page cache.
class AdvisedFiles final : public ForwardingFiles {
 public:
  std::vector<std::pair<std::uint64_t, std::uint64_t>> dropped;

  void drop_cached(int, std::uint64_t from, std::uint64_t to) noexcept override {
    dropped.emplace_back(from, to);
  }
};

TEST_F(JournalTest, what_nobody_reads_again_leaves_the_page_cache) {
  const std::string padding(1 << 20, 'x');
  const auto append_to = [&](Journal& journal, std::size_t mebibytes) {
    for (std::size_t i = 0; i < mebibytes; ++i) {
      auto batch = make_batch(journal, Stream::syslog, serial_++, 1, padding);
      ASSERT_TRUE(journal.append(batch));
    }
  };
  const auto ranges = [&](bool compress, bool is_followed) {
    settings_.data_dir = folder_.path() + (compress ? "/c" : "") + (is_followed ? "/f" : "") + "/d";
    settings_.compress = compress;
    AdvisedFiles files;
    auto journal = Journal::open(settings_, files, clock_, {});
    EXPECT_TRUE(journal);
    FollowerCounters counters;
    const auto seat = is_followed ? (*journal)->seat(counters, {}, {true, false, false}) : nullptr;
    append_to(**journal, 10);
    (*journal)->maintain();
    EXPECT_TRUE(files.dropped.empty()) << "the newest stay";
    for (int i = 0; i < 4; ++i) {
      append_to(**journal, 17);
      (*journal)->maintain();
      for (const auto& range : files.dropped)
        EXPECT_LE(range.second + (16 << 20), read((*journal)->counters().bytes));
    }
    return files.dropped;
  };
  const auto dropped = ranges(false, false);
  ASSERT_EQ(dropped.size(), 3u);
  EXPECT_EQ(dropped[0].first, 0u);
  EXPECT_EQ(dropped[1].first, 0u) << "what was not on the disk yet is dropped the second time";
  EXPECT_EQ(dropped[2].first, dropped[0].second);
  EXPECT_GT(dropped[2].second, dropped[1].second);
  EXPECT_TRUE(ranges(true, false).empty()) << "compression reads it again";
  EXPECT_TRUE(ranges(false, true).empty()) << "a follower reads it";
}

TEST_F(JournalTest, background_threads_sync_and_compress) {
  settings_.background = true;
  settings_.sync_every = std::chrono::milliseconds{5};
  settings_.streams[0].rotate_bytes = 1000;
  auto opened = Journal::open(settings_, system_files(), system_clock_, {});
  ASSERT_TRUE(opened);
  journal_ = std::move(*opened);
  for (int i = 0; i < 50; ++i) append(5);
  // What is compressed before it was synced needs no sync any more.
  while (journal_->status(Stream::syslog).waiting > 0 || read(journal_->counters().syncs) == 0) {
    append(1);
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  journal_.reset();
  expect_all_stored();
}

}  // namespace
}  // namespace netlogd::journal
