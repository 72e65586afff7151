#include "netlogd/journal/journal.hpp"

#include <fcntl.h>

#include <algorithm>
#include <map>

#include "journal/gzip_member.hpp"
#include "journal/internals.hpp"
#include "journal/recover.hpp"

namespace netlogd::journal {
namespace {

class TakenSeat final : public Seat {
 public:
  TakenSeat(Catalogue& catalogue, std::shared_ptr<Catalogue::SeatEntry> entry)
      : catalogue_(catalogue), entry_(std::move(entry)) {}
  ~TakenSeat() override {
    const std::lock_guard lock(catalogue_.mutex);
    std::erase(catalogue_.seats, entry_);
  }
  void safe(Stream stream, const Cursor& cursor) override {
    const std::lock_guard lock(catalogue_.mutex);
    entry_->safe_id[static_cast<std::size_t>(stream)] = cursor.last_id;
  }

 private:
  Catalogue& catalogue_;
  std::shared_ptr<Catalogue::SeatEntry> entry_;
};

// The last id of a gzip file that somebody else made: there is no other way than to read it.
std::uint64_t last_id_of(SegmentFile& file) {
  std::string text;
  std::vector<char> block(1 << 16);
  std::uint64_t offset = 0;
  std::uint64_t last = 0;
  for (;;) {
    const auto got = file.read_at(block, offset);
    if (!got || *got == 0) return last;
    offset += *got;
    text.append(block.data(), *got);
    std::size_t start = 0;
    for (auto newline = text.find('\n'); newline != std::string::npos;
         newline = text.find('\n', start)) {
      const auto id = record_id(std::string_view(text).substr(start, newline - start));
      last = std::max(last, id);
      start = newline + 1;
    }
    text.erase(0, start);
    if (text.size() > (256U << 20)) return last;
  }
}

Result<SegmentSummary> read_summary(FileOps& files, const std::string& path, FileStatus& status) {
  auto fd = files.open(path, O_RDONLY | O_NOFOLLOW, 0);
  if (!fd) return fd.error();
  auto of_fd = files.status_of(fd->get());
  if (!of_fd) return of_fd.error();
  status = *of_fd;
  std::string tail(summary_bytes, '\0');
  if (status.size < tail.size()) return Error{Errc::corrupt, path + ": has no summary"};
  const auto got = files.read_at(fd->get(), tail, status.size - tail.size());
  if (!got) return got.error();
  const auto summary = parse_summary(std::string_view(tail).substr(0, *got));
  if (!summary) return Error{Errc::corrupt, path + ": has no summary"};
  return *summary;
}

}  // namespace

Journal::Journal(std::unique_ptr<Internals> internals) : internals_(std::move(internals)) {
  internals_->counters = &counters_;
}

Journal::~Journal() { close(); }

Result<std::unique_ptr<Journal>> Journal::open(JournalSettings settings, FileOps& files,
                                               Clock& clock, Report report) {
  settings.compress_level = std::clamp(settings.compress_level, 1, 9);
  std::unique_ptr<Journal> journal(new Journal(
      std::make_unique<Internals>(std::move(settings), files, clock, std::move(report))));
  Internals& all = *journal->internals_;
  const auto fail = [&](const Error& error) {
    all.closed = true;  // nothing was opened that close() would have to put away
    return error;
  };
  if (auto made = files.make_directories(all.settings.data_dir + "/state", 0750); !made)
    return fail(made.error());
  for (std::size_t i = 0; i < stream_count; ++i) {
    StreamState& state = all.streams[i];
    state.stream = static_cast<Stream>(i);
    state.folder = all.settings.data_dir + "/" + std::string(stream_names[i]);
    state.active_path = state.folder + "/" + active_name(state.stream);
    state.mark_path = all.settings.data_dir + "/state/" + std::string(stream_names[i]) + ".ids";
    if (auto recovered = all.recover_stream(state); !recovered) return fail(recovered.error());
  }
  if (all.settings.background) {
    all.keeper = std::thread([&all] { all.keeper_main(); });
    all.compressor = std::thread([&all] { all.compressor_main(); });
  }
  return journal;
}

Result<void> Journal::Internals::recover_stream(StreamState& state) {
  if (auto made = files.make_directories(state.folder, 0750); !made) return made.error();
  auto& entry = catalogue.of(state.stream);
  auto mark = load_id_mark(files, state.mark_path);
  if (mark) {
    entry.mark = *mark;
  } else if (mark.error().code == Errc::corrupt || mark.error().code == Errc::invalid) {
    report.once(ReportLevel::warn, mark.error().sentence + "; ids go on behind the last record");
  } else if (mark.error().code != Errc::not_found) {
    return mark.error();
  }

  const auto names = files.list(state.folder);
  if (!names) return names.error();
  std::map<std::uint64_t, std::vector<std::pair<std::string, SegmentName>>> groups;
  for (const auto& name : *names) {
    if (name.ends_with(".jsonl.gz.tmp") && name.starts_with(name_of(state.stream))) {
      if (files.unlink(state.folder + "/" + name)) count(counters->cleaned_files);
    } else if (const auto parsed = parse_segment_name(state.stream, name);
               parsed && parsed->form != SegmentForm::active) {
      groups[parsed->first_id].emplace_back(name, *parsed);
    }
  }
  for (auto& [first_id, group] : groups) {
    // A compression that was interrupted between its rename and its unlink leaves a pair. The
    // compressed one was synced before it got its name, so it is whole; if it is not, the plain one
    // is.
    std::sort(group.begin(), group.end(), [](const auto& a, const auto& b) {
      return a.second.form == SegmentForm::gzip && b.second.form != SegmentForm::gzip;
    });
    while (group.size() > 1) {
      FileStatus ignored;
      const bool first_is_whole =
          group.front().second.form == SegmentForm::gzip &&
          read_summary(files, state.folder + "/" + group.front().first, ignored);
      const auto victim = first_is_whole ? group.end() - 1 : group.begin();
      report.once(ReportLevel::info,
                  state.folder + "/" + victim->first + ": removed, its twin is whole");
      if (auto gone = files.unlink(state.folder + "/" + victim->first); !gone) return gone.error();
      count(counters->cleaned_files);
      group.erase(victim);
    }
    auto segment = recover_closed(state, group.front().first, group.front().second);
    if (!segment) {
      report.once(ReportLevel::error, segment.error().sentence + "; left out");
      continue;
    }
    if (!*segment) continue;
    if (!entry.segments.empty()) {
      Segment& before = entry.segments.back();
      if (before.text_bytes == Segment::unknown_bytes) before.last_id = (*segment)->first_id - 1;
      if ((*segment)->first_id <= before.last_id) {
        report.once(ReportLevel::error, state.folder + "/" + (*segment)->name + ": holds ids of " +
                                            before.name + " once more; left out");
        continue;
      }
    }
    entry.segments.push_back(std::move(**segment));
  }
  if (!entry.segments.empty() && entry.segments.back().last_id == 0) {
    Segment& last = entry.segments.back();
    auto file = SegmentFile::open(files, state.folder + "/" + last.name, true);
    last.last_id = file ? std::max(last.first_id, last_id_of(*file)) : last.first_id;
  }

  if (auto recovered = recover_active(state, true); !recovered) return recovered.error();
  const std::uint64_t last_id = entry.segments.empty() ? 0 : entry.segments.back().last_id;
  entry.next_id = std::max(last_id + 1, entry.mark.next);
  if (mark && last_id != 0 && entry.mark.next > last_id + 1)
    entry.mark.add_gap({last_id + 1, entry.mark.next - 1});
  entry.mark.next = std::max<std::uint64_t>(entry.mark.next, 1);
  state.next_id.store(entry.next_id, std::memory_order_relaxed);

  for (std::size_t i = 1; i < entry.segments.size(); ++i) {
    const auto after = entry.segments[i - 1].last_id;
    const auto before = entry.segments[i].first_id;
    if (const auto lost = entry.mark.given_between(after, before); lost > 0 && mark) {
      count(counters->missing_ids, lost);
      report.once(ReportLevel::error, state.folder + ": " + std::to_string(lost) +
                                          " records between id " + std::to_string(after) + " and " +
                                          std::to_string(before) + " are in no segment");
    }
  }
  if (state.file) return {};
  auto opened = open_active(state);
  if (opened || opened.error().code != Errc::no_space) return opened;
  // A full disk is no reason not to receive: the first record tries again.
  report.say(append_trouble, ReportLevel::error, opened.error().sentence);
  return {};
}

Result<std::optional<Segment>> Journal::Internals::recover_closed(StreamState& state,
                                                                  const std::string& name,
                                                                  const SegmentName& parsed) {
  const std::string path = state.folder + "/" + name;
  Segment segment{.form = parsed.form,
                  .name = name,
                  .first_id = parsed.first_id,
                  .closed_seconds = parsed.closed_seconds};
  if (parsed.form == SegmentForm::gzip) {
    FileStatus status;
    const auto summary = read_summary(files, path, status);
    segment.disk_bytes = status.size;
    if (summary && summary->first_id == parsed.first_id && summary->last_id >= parsed.first_id) {
      segment.last_id = summary->last_id;
      segment.text_bytes = summary->text_bytes;
      return std::optional(std::move(segment));
    }
    if (!summary && summary.error().code != Errc::corrupt) return summary.error();
    segment.text_bytes = Segment::unknown_bytes;
    return std::optional(std::move(segment));
  }
  auto fd = files.open(path, O_RDWR | O_NOFOLLOW, 0);
  if (!fd) return fd.error();
  const auto status = files.status_of(fd->get());
  if (!status) return status.error();
  if (!status->is_regular) return Error{Errc::invalid, path + ": not a regular file"};
  const auto content = examine_plain(files, fd->get(), path, parsed.first_id);
  if (!content) return content.error();
  if (content->size > content->good_bytes) {
    const auto kept =
        set_tail_aside(files, fd->get(), *content, state.folder, state.stream, clock.now());
    if (!kept) return kept.error();
    report_torn(path, *content, *kept);
  }
  if (content->last_id == 0) {
    if (auto gone = files.unlink(path); !gone) return gone.error();
    return std::optional<Segment>{};
  }
  segment.last_id = content->last_id;
  segment.text_bytes = segment.disk_bytes = content->good_bytes;
  segment.inode = status->inode;
  return std::optional(std::move(segment));
}

void Journal::Internals::report_torn(const std::string& path, const PlainContent& content,
                                     bool kept) {
  const std::uint64_t bytes = content.size - content.good_bytes;
  count(counters->torn_tails);
  count(counters->torn_bytes, bytes);
  report.once(ReportLevel::warn,
              path + ": " + std::to_string(bytes) +
                  " bytes without a whole record at its end are " +
                  (kept ? "set aside" : "cut off; the disk is too full to keep them"));
}

Result<void> Journal::Internals::recover_active(StreamState& state, bool at_start) {
  const auto status = files.status(state.active_path);
  if (!status) return status.error().code == Errc::not_found ? Result<void>{} : status.error();
  if (!status->is_regular) return {};  // open_active() clears the place
  auto fd = files.open(state.active_path, O_RDWR | O_APPEND | O_NOFOLLOW, 0);
  if (!fd) return fd.error();
  const auto content = examine_plain(files, fd->get(), state.active_path, 0);
  if (!content) return content.error();
  std::uint64_t last_closed = 0;
  {
    const std::lock_guard lock(catalogue.mutex);
    const auto& segments = catalogue.of(state.stream).segments;
    if (!segments.empty()) last_closed = segments.back().last_id;
  }
  if (content->first_id != 0 && content->first_id <= last_closed) {
    report.once(ReportLevel::error,
                state.active_path + ": holds ids of closed segments once more; set aside");
    return {};  // open_active() moves it away
  }
  if (content->size > content->good_bytes) {
    const auto kept =
        set_tail_aside(files, fd->get(), *content, state.folder, state.stream, clock.now());
    if (!kept) return kept.error();
    report_torn(state.active_path, *content, *kept);
  }
  const auto of_fd = files.status_of(fd->get());
  if (!of_fd) return of_fd.error();
  state.file = std::make_shared<OpenSegment>();
  state.file->fd = std::move(*fd);
  state.file->inode = of_fd->inode;
  state.end = content->good_bytes;
  state.first_id = content->first_id;
  state.last_id = content->last_id;
  const auto received = TimePoint(std::chrono::microseconds(content->first_received_us));
  const auto age = std::chrono::nanoseconds(clock.now() - received);
  const auto limit = std::chrono::nanoseconds(settings_of(state.stream).rotate_every);
  state.begun = clock.monotonic() - std::clamp(age, std::chrono::nanoseconds{0}, limit);
  if (state.first_id == 0) return {};
  const std::lock_guard lock(catalogue.mutex);
  auto& entry = catalogue.of(state.stream);
  entry.segments.push_back({.form = SegmentForm::active,
                            .name = active_name(state.stream),
                            .first_id = state.first_id,
                            .last_id = state.last_id,
                            .text_bytes = state.end,
                            .disk_bytes = state.end,
                            .inode = state.file->inode});
  if (at_start) entry.unsynced_active = state.file;
  return {};
}

Result<Appended> Journal::append(TextBatch& batch) {
  StreamState& state = internals_->of(batch.stream);
  const std::lock_guard lock(state.mutex);
  auto appended = internals_->append(state, batch);
  if (!appended) {
    count(counters_.append_failures);
    internals_->report.say(
        append_trouble, ReportLevel::error,
        appended.error().sentence + "; keeping the records until it can be written");
    if (appended.error().code == Errc::no_space) {
      {
        const std::lock_guard wake(internals_->thread_mutex);
        internals_->space_is_short = true;
      }
      internals_->wake_keeper.notify_one();
    }
  }
  return appended;
}

unsigned Journal::id_digits(Stream stream) const noexcept {
  auto next = internals_->of(stream).next_id.load(std::memory_order_relaxed);
  unsigned digits = 1;
  for (; next >= 10; next /= 10) ++digits;
  return digits;
}

void Journal::request_rotate() noexcept {
  for (StreamState& state : internals_->streams)
    state.rotate_requested.store(true, std::memory_order_relaxed);
  internals_->wake_keeper.notify_one();
}

void Journal::use(const JournalSettings& settings) {
  const std::lock_guard lock(internals_->settings_mutex);
  internals_->settings.streams = settings.streams;
  internals_->settings.compress = settings.compress;
  internals_->settings.compress_level = std::clamp(settings.compress_level, 1, 9);
  internals_->settings.sync_every = settings.sync_every;
  internals_->settings.min_free_bytes = settings.min_free_bytes;
}

void Journal::close() {
  Internals& all = *internals_;
  if (std::exchange(all.closed, true)) return;
  {
    const std::lock_guard lock(all.thread_mutex);
    all.closing.store(true);
  }
  all.wake_keeper.notify_all();
  all.wake_compressor.notify_all();
  if (all.keeper.joinable()) all.keeper.join();
  if (all.compressor.joinable()) all.compressor.join();
  end_waits();
  for (StreamState& state : all.streams) {
    all.sync_stream(state);
    IdMark mark;
    {
      const std::lock_guard lock(all.catalogue.mutex);
      auto& entry = all.catalogue.of(state.stream);
      if (entry.mark.next == entry.next_id && !state.reserved_at.count()) continue;
      mark = entry.mark;
      mark.next = entry.next_id;
    }
    if (auto saved =
            save_id_mark(all.files, all.settings.data_dir + "/state", state.mark_path, mark);
        !saved) {
      all.report.say(mark_trouble, ReportLevel::warn, saved.error().sentence);
    }
    state.file.reset();
  }
}

StreamStatus Journal::status(Stream stream) const {
  const std::lock_guard lock(internals_->catalogue.mutex);
  const auto& entry = internals_->catalogue.of(stream);
  StreamStatus status{.next_id = entry.next_id};
  for (const Segment& segment : entry.segments) {
    status.bytes += segment.disk_bytes;
    if (segment.form != SegmentForm::active) ++status.segments;
    if (segment.form == SegmentForm::plain) ++status.waiting;
  }
  if (!entry.segments.empty()) status.oldest_id = entry.segments.front().first_id;
  return status;
}

Resume Journal::resume(Stream stream, const Cursor& cursor) {
  StreamState& state = internals_->of(stream);
  const std::lock_guard appending(state.mutex);
  const std::lock_guard lock(internals_->catalogue.mutex);
  auto& entry = internals_->catalogue.of(stream);
  const auto same = [](const Cursor& at) {
    return Resume{.cursor = at, .keep_through = at.last_id, .drop_through = at.last_id};
  };
  if (cursor == Cursor{}) {
    const auto first = entry.segments.empty() ? entry.next_id : entry.segments.front().first_id;
    return same({.segment = entry.segments.empty() ? 0 : first, .offset = 0, .last_id = first - 1});
  }
  const auto* gap = entry.mark.gap_around(cursor.last_id);
  if (gap == nullptr && cursor.last_id < entry.next_id) return same(cursor);
  if (gap == nullptr && entry.segments.empty()) {
    // The whole journal was taken away, and its marks with it: go on behind the follower, so that
    // no id comes twice.
    entry.next_id = cursor.last_id + 1;
    state.next_id.store(entry.next_id, std::memory_order_relaxed);
    return same(cursor);
  }
  const std::uint64_t keep = gap != nullptr ? gap->first - 1 : entry.segments.back().last_id;
  Resume resume{.cursor = {.last_id = keep}, .keep_through = keep, .drop_through = cursor.last_id};
  for (const Segment& segment : entry.segments) {
    if (segment.last_id == keep && segment.text_bytes != Segment::unknown_bytes) {
      resume.cursor = {.segment = segment.first_id, .offset = segment.text_bytes, .last_id = keep};
    }
  }
  return resume;
}

std::unique_ptr<Seat> Journal::seat(FollowerCounters& counters,
                                    const std::array<Cursor, stream_count>& cursors,
                                    const std::array<bool, stream_count>& takes) {
  auto entry = std::make_shared<Catalogue::SeatEntry>();
  entry->counters = &counters;
  entry->takes = takes;
  const std::lock_guard lock(internals_->catalogue.mutex);
  std::uint64_t backlog = 0;
  for (std::size_t i = 0; i < stream_count; ++i) {
    entry->safe_id[i] = cursors[i].last_id;
    const auto& stream = internals_->catalogue.streams[i];
    if (takes[i]) backlog += stream.mark.given_between(cursors[i].last_id, stream.next_id);
  }
  counters.journaled.store(read(counters.written) + read(counters.expired) + backlog,
                           std::memory_order_relaxed);
  internals_->catalogue.seats.push_back(entry);
  return std::make_unique<TakenSeat>(internals_->catalogue, std::move(entry));
}

bool Journal::wait(Stream stream, std::uint64_t last_id, std::chrono::milliseconds limit) {
  Catalogue& catalogue = internals_->catalogue;
  std::unique_lock lock(catalogue.mutex);
  catalogue.waiting.fetch_add(1, std::memory_order_acq_rel);
  const auto has_more = [&] {
    const auto& segments = catalogue.of(stream).segments;
    return !segments.empty() && segments.back().last_id > last_id;
  };
  catalogue.arrived.wait_for(lock, limit, [&] { return catalogue.waits_ended || has_more(); });
  catalogue.waiting.fetch_sub(1, std::memory_order_acq_rel);
  return has_more();
}

void Journal::end_waits() {
  {
    const std::lock_guard lock(internals_->catalogue.mutex);
    internals_->catalogue.waits_ended = true;
  }
  internals_->catalogue.arrived.notify_all();
}

void Journal::maintain() {
  internals_->keep_once(true);
  while (internals_->compress_one()) {
  }
}

}  // namespace netlogd::journal
