// The keeper: sync, ids ahead, rotation of idle streams, retention. Nothing here makes the appender
// wait, except the rotation that it would have to do itself.

#include <algorithm>

#include "journal/internals.hpp"
#include "netlogd/journal/thread_priority.hpp"

namespace netlogd::journal {
namespace {

constexpr std::chrono::seconds retention_pause{10};
constexpr std::chrono::minutes belief_pause{10};

}  // namespace

void Journal::Internals::keeper_main() {
  name_this_thread("journal-keep");
  std::unique_lock lock(thread_mutex);
  while (!closing.load()) {
    const bool urgent = std::exchange(space_is_short, false);
    lock.unlock();
    keep_once(urgent);
    lock.lock();
    auto pause = std::chrono::milliseconds{1000};
    {
      const std::lock_guard guard(settings_mutex);
      if (settings.sync_every.count() > 0) pause = std::min(pause, settings.sync_every);
    }
    // Until the next pass only the page cache is looked after.
    const auto next_pass = std::chrono::steady_clock::now() + pause;
    do {
      wake_keeper.wait_until(lock, next_pass, [&] {
        return closing.load() || space_is_short || cache_is_full ||
               std::any_of(streams.begin(), streams.end(), [](const StreamState& s) {
                 return s.rotate_requested.load(std::memory_order_relaxed) &&
                        s.rotate_again.count() == 0;
               });
      });
      if (!std::exchange(cache_is_full, false)) break;
      lock.unlock();
      for (StreamState& state : streams) drop_cached(state);
      lock.lock();
    } while (std::chrono::steady_clock::now() < next_pass);
  }
}

// What nobody of ours reads again would push out of the page cache what others need there, and
// gather for seconds before it is written. The newest 16 MiB stay, for those who follow the file.
void Journal::Internals::drop_cached(StreamState& state) {
  {
    const std::lock_guard lock(settings_mutex);
    if (settings.compress) return;
  }
  std::shared_ptr<OpenSegment> open;
  std::uint64_t end = 0;
  {
    const std::lock_guard lock(catalogue.mutex);
    const auto& entry = catalogue.of(state.stream);
    if (!entry.unsynced_active || entry.segments.empty() || catalogue.is_followed(state.stream))
      return;
    open = entry.unsynced_active;
    end = entry.segments.back().text_bytes;
  }
  if (end < open->written_back + 2 * cached_bytes) return;
  const std::uint64_t old = end - cached_bytes;
  files.drop_cached(open->fd.get(), open->dropped, old);
  open->dropped = std::exchange(open->written_back, old);
}

void Journal::Internals::keep_once(bool everything) {
  for (StreamState& state : streams) {
    drop_cached(state);
    sync_stream(state);
    extend_ids(state);
    const std::lock_guard lock(state.mutex);
    if (state.first_id == 0) state.rotate_requested.store(false, std::memory_order_relaxed);
    if (!state.file || !is_rotation_due(state) || state.next_id.load() != state.last_id + 1)
      continue;
    if (auto rotated = rotate(state); !rotated) {
      count(counters->rotate_failures);
      report.say(rotate_trouble, ReportLevel::warn, rotated.error().sentence);
      state.rotate_again = clock.monotonic() + std::chrono::seconds{1};
    }
  }
  const auto credible = credible_now();
  const auto now = clock.monotonic();
  if (!everything && retained_once && now - last_retention < retention_pause) return;
  retained_once = true;
  last_retention = now;
  for (StreamState& state : streams) retain(state, credible.value_or(0));
  free_space();
}

void Journal::Internals::sync_stream(StreamState& state) {
  std::vector<std::shared_ptr<OpenSegment>> waiting;
  {
    const std::lock_guard lock(catalogue.mutex);
    auto& entry = catalogue.of(state.stream);
    for (Segment& segment : entry.segments) {
      if (segment.unsynced) waiting.push_back(std::exchange(segment.unsynced, nullptr));
    }
    if (entry.unsynced_active) waiting.push_back(std::exchange(entry.unsynced_active, nullptr));
  }
  for (const auto& open : waiting) {
    if (auto synced = files.sync(open->fd.get()); !synced) {
      count(counters->sync_failures);
      report.say(sync_trouble, ReportLevel::error,
                 state.folder + ": cannot be synced: " + synced.error().sentence);
      const std::lock_guard lock(catalogue.mutex);
      auto& entry = catalogue.of(state.stream);
      if (!entry.unsynced_active && open->inode != 0) entry.unsynced_active = open;
    } else {
      count(counters->syncs);
    }
  }
}

// Well before the reserved ids are used up, so that the appender need not do it.
void Journal::Internals::extend_ids(StreamState& state) {
  std::uint64_t left = 0;
  std::uint64_t mark_next = 0;
  {
    const std::lock_guard lock(catalogue.mutex);
    const auto& entry = catalogue.of(state.stream);
    if (entry.segments.empty() || entry.mark.next <= entry.next_id) return;  // nothing given so far
    mark_next = entry.mark.next;
    left = mark_next - entry.next_id;
  }
  {
    const std::lock_guard lock(state.mark_mutex);
    if (state.reserved_at.count() == 0 || left > state.reserve_step / 2) return;
  }
  if (auto reserved = reserve_ids(state, mark_next); !reserved) {
    report.say(mark_trouble, ReportLevel::warn, reserved.error().sentence);
  }
}

std::optional<std::int64_t> Journal::Internals::credible_now() {
  const std::string path = settings.data_dir + "/state/clock";
  std::int64_t before = 0;
  if (!std::exchange(clock_was_asked, true))
    before = load_believed_time(files, path).value_or(newest_closed());
  const auto seconds = credible_clock.now(before);
  const auto now = clock.monotonic();
  if (!seconds || (belief_saved.count() != 0 && now - belief_saved < belief_pause)) return seconds;
  belief_saved = now;
  if (auto saved = save_believed_time(files, path, *seconds); !saved)
    report.say(clock_trouble, ReportLevel::warn, saved.error().sentence);
  return seconds;
}

std::int64_t Journal::Internals::newest_closed() {
  std::int64_t newest = 0;
  const std::lock_guard lock(catalogue.mutex);
  for (const auto& entry : catalogue.streams) {
    for (const Segment& segment : entry.segments) newest = std::max(newest, segment.closed_seconds);
  }
  return newest;
}

void Journal::Internals::retain(StreamState& state, std::int64_t now_seconds) {
  const auto limits = settings_of(state.stream);
  std::vector<Segment> victims;
  {
    const std::lock_guard lock(catalogue.mutex);
    const auto& segments = catalogue.of(state.stream).segments;
    std::uint64_t bytes = 0;
    std::uint64_t count_closed = 0;
    for (const Segment& segment : segments) {
      bytes += segment.disk_bytes;
      if (segment.form != SegmentForm::active) ++count_closed;
    }
    for (const Segment& segment : segments) {
      if (segment.form == SegmentForm::active) break;
      const bool too_old = now_seconds != 0 && limits.keep_age.count() > 0 &&
                           segment.closed_seconds < now_seconds - limits.keep_age.count();
      const bool too_many = limits.keep_count > 0 && count_closed > limits.keep_count;
      const bool too_large = limits.keep_bytes > 0 && bytes > limits.keep_bytes;
      if (!too_old && !too_many && !too_large) continue;
      if (segment.busy || catalogue.is_spared(state.stream, segment)) continue;
      bytes -= segment.disk_bytes;
      --count_closed;
      victims.push_back(segment);
    }
  }
  for (const Segment& segment : victims) {
    if (!remove_segment(state.stream, segment, false)) return;
  }
}

// Below the minimum of free space the oldest closed segments go, whoever has not read them.
void Journal::Internals::free_space() {
  for (;;) {
    const auto space = files.space(settings.data_dir);
    if (!space) return;
    std::uint64_t wanted = 0;
    {
      const std::lock_guard lock(settings_mutex);
      wanted = std::min(settings.min_free_bytes, space->total_bytes / 10);
    }
    if (space->free_bytes >= wanted) return;
    std::optional<Segment> oldest;
    Stream stream = Stream::syslog;
    {
      const std::lock_guard lock(catalogue.mutex);
      for (std::size_t i = 0; i < stream_count; ++i) {
        for (const Segment& segment : catalogue.streams[i].segments) {
          if (segment.form == SegmentForm::active || segment.busy) continue;
          if (!oldest || segment.closed_seconds < oldest->closed_seconds) {
            oldest = segment;
            stream = static_cast<Stream>(i);
          }
          break;
        }
      }
    }
    report.say(space_trouble, ReportLevel::error,
               settings.data_dir + ": only " + std::to_string(space->free_bytes >> 20) +
                   " MiB are free" +
                   (oldest ? "; the oldest segments are removed"
                           : "; and there is no closed segment to remove"));
    if (!oldest || !remove_segment(stream, *oldest, true)) return;
  }
}

bool Journal::Internals::remove_segment(Stream stream, const Segment& segment, bool emergency) {
  const std::string path = of(stream).folder + "/" + segment.name;
  const auto remove = [&](const std::string& file) {
    auto gone = files.unlink(file);
    if (gone || gone.error().code == Errc::not_found) return true;
    report.say(retention_trouble, ReportLevel::warn,
               file + ": cannot be removed: " + gone.error().sentence);
    return false;
  };
  // A twin that compression could not remove would be the segment at the next start.
  if (segment.form == SegmentForm::gzip && !remove(path.substr(0, path.size() - 3))) return false;
  if (!remove(path)) return false;
  const std::lock_guard lock(catalogue.mutex);
  catalogue.erase(stream, segment.first_id);
  count(emergency ? counters->emergency_segments : counters->removed_segments);
  return true;
}

}  // namespace netlogd::journal
