// The appender's way: ids into the text, one write, publish. What goes wrong leaves the file as it
// was, or a note to cut it before the next write.

#include <fcntl.h>

#include <charconv>
#include <cstring>

#include "journal/internals.hpp"
#include "journal/recover.hpp"

namespace netlogd::journal {
namespace {

constexpr std::uint64_t id_limit = std::uint64_t{1} << 53;

unsigned digits_of(std::uint64_t value) noexcept {
  unsigned digits = 1;
  for (; value >= 10; value /= 10) ++digits;
  return digits;
}

void put_id(char* at, unsigned digits, std::uint64_t id) noexcept {
  for (unsigned i = digits; i-- > 0; id /= 10) at[i] = static_cast<char>('0' + id % 10);
}

// The batch's text with its ids: in place when they have the digits that room was left for, else
// composed anew in `scratch`.
std::string_view number_lines(TextBatch& batch, std::uint64_t first_id, std::string& scratch) {
  const auto lines = batch.lines();
  const std::uint64_t last_id = first_id + lines.size() - 1;
  const unsigned room = batch.id_digits();
  constexpr std::size_t head = TextBatch::line_head.size();
  if (digits_of(first_id) == room && digits_of(last_id) == room) {
    char* text = batch.text().data();
    std::uint64_t id = first_id;
    for (const std::size_t start : lines) put_id(text + start + head, room, id++);
    return batch.text().view();
  }
  const std::string_view text = batch.text().view();
  scratch.clear();
  scratch.reserve(text.size() + lines.size() * digits_of(last_id));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t end = i + 1 < lines.size() ? lines[i + 1] : text.size();
    char digits[20];
    const auto written = std::to_chars(digits, digits + sizeof digits, first_id + i);
    scratch.append(TextBatch::line_head);
    scratch.append(digits, written.ptr);
    scratch.append(text.substr(lines[i] + head + room, end - lines[i] - head - room));
  }
  return scratch;
}

}  // namespace

Result<Appended> Journal::Internals::append(StreamState& state, TextBatch& batch) {
  const auto lines = batch.lines();
  if (lines.empty()) return Appended{};
  const std::uint64_t count = lines.size();
  const std::uint64_t first = state.next_id.load(std::memory_order_relaxed);
  if (first + count >= id_limit)
    return Error{Errc::unsupported, state.active_path + ": out of ids"};
  if (state.file) {
    if (auto checked = check_active(state); !checked) return checked.error();
  }
  if (is_rotation_due(state)) {
    if (auto rotated = rotate(state); !rotated) {
      netlogd::count(counters->rotate_failures);
      report.say(rotate_trouble, ReportLevel::warn, rotated.error().sentence);
      state.rotate_again = clock.monotonic() + std::chrono::seconds{1};
      // Ids without a gap are what a segment is: that rotation cannot be put off.
      if (state.first_id != 0 && first != state.last_id + 1) return rotated.error();
    }
  }
  if (!state.file) {
    if (auto opened = open_active(state); !opened) return opened.error();
  }
  if (auto reserved = reserve_ids(state, first + count - 1); !reserved) return reserved.error();

  const std::string_view text = number_lines(batch, first, state.scratch);
  const auto undo = [&](const Error& error) {
    if (!files.truncate(state.file->fd.get(), state.end)) state.has_foreign_tail = true;
    return Error{error.code, state.active_path + ": " + error.sentence};
  };
  if (auto written = files.write_all(state.file->fd.get(), text, nullptr); !written)
    return undo(written.error());
  const bool sync_each = [&] {
    const std::lock_guard lock(settings_mutex);
    return settings.sync_every.count() == 0;
  }();
  if (sync_each) {
    if (auto synced = files.sync(state.file->fd.get()); !synced) return undo(synced.error());
    netlogd::count(counters->syncs);
  }

  state.end += text.size();
  if (state.first_id == 0) {
    state.first_id = first;
    state.begun = clock.monotonic();
  }
  state.last_id = first + count - 1;
  state.next_id.store(first + count, std::memory_order_relaxed);
  if (state.scratch.capacity() > (8U << 20)) std::string().swap(state.scratch);
  {
    const std::lock_guard lock(catalogue.mutex);
    auto& entry = catalogue.of(state.stream);
    if (entry.segments.empty() || entry.segments.back().form != SegmentForm::active) {
      entry.segments.push_back({.form = SegmentForm::active,
                                .name = active_name(state.stream),
                                .first_id = first,
                                .inode = state.file->inode});
    }
    Segment& segment = entry.segments.back();
    segment.last_id = state.last_id;
    segment.text_bytes = segment.disk_bytes = state.end;
    entry.next_id = first + count;
    if (!sync_each) entry.unsynced_active = state.file;
    for (const auto& seat : catalogue.seats) {
      if (seat->takes[static_cast<std::size_t>(state.stream)])
        netlogd::count(seat->counters->journaled, count);
    }
  }
  if (catalogue.waiting.load(std::memory_order_acquire) > 0) catalogue.arrived.notify_all();
  if (!sync_each && state.end - state.file->told >= cached_bytes) {
    state.file->told = state.end;
    {
      const std::lock_guard lock(thread_mutex);
      cache_is_full = true;
    }
    wake_keeper.notify_one();
  }
  netlogd::count(counters->records, count);
  netlogd::count(counters->bytes, text.size());
  return Appended{.first_id = first, .records = count};
}

bool Journal::Internals::is_rotation_due(const StreamState& state) const {
  if (state.first_id == 0) return false;
  // A gap in the ids must begin a new segment, whatever happened to the last attempt.
  if (state.next_id.load(std::memory_order_relaxed) != state.last_id + 1) return true;
  const auto now = clock.monotonic();
  if (now < state.rotate_again) return false;
  const auto limits = settings_of(state.stream);
  return state.rotate_requested.load(std::memory_order_relaxed) ||
         (limits.rotate_bytes > 0 && state.end >= limits.rotate_bytes) ||
         (limits.rotate_every.count() > 0 && now - state.begun >= limits.rotate_every);
}

// Whether the file that we write is still the one that people see under its name.
Result<void> Journal::Internals::check_active(StreamState& state) {
  const auto status = files.status(state.active_path);
  if (!status && status.error().code != Errc::not_found) return status.error();
  const bool is_ours = status && status->is_regular && status->inode == state.file->inode;
  if (is_ours && status->size == state.end) return {};
  if (is_ours && state.has_foreign_tail && status->size > state.end) {
    if (auto cut = files.truncate(state.file->fd.get(), state.end); !cut) {
      return Error{cut.error().code, state.active_path + ": " + cut.error().sentence};
    }
    state.has_foreign_tail = false;
    return {};
  }
  netlogd::count(counters->replaced_files);
  if (is_ours) {
    report.say(replaced_trouble, ReportLevel::warn,
               state.active_path + ": somebody else has written to it or cut it; reading it again");
    forget_active(state);
    return recover_active(state, false);
  }
  report.say(replaced_trouble, ReportLevel::warn,
             state.active_path + ": somebody else has removed or replaced it; beginning a new one");
  forget_active(state);
  return {};  // open_active() clears the place
}

// The records of the file are in no segment any more. Readers that have it open may finish it.
void Journal::Internals::forget_active(StreamState& state) {
  const std::lock_guard lock(catalogue.mutex);
  auto& entry = catalogue.of(state.stream);
  if (state.first_id != 0) catalogue.erase(state.stream, state.first_id);
  entry.unsynced_active.reset();
  state.file.reset();
  state.first_id = state.last_id = state.end = 0;
  state.has_foreign_tail = false;
}

Result<void> Journal::Internals::open_active(StreamState& state) {
  const auto wrap = [&](const Error& error) {
    return Error{error.code, state.active_path + ": cannot be opened: " + error.sentence};
  };
  // Whatever has appeared under our name is not ours: a symbolic link goes, anything else goes
  // aside.
  if (const auto status = files.status(state.active_path); status) {
    if (status->is_symlink) {
      if (auto gone = files.unlink(state.active_path); !gone) return wrap(gone.error());
    } else {
      const std::string aside = state.active_path + "." + utc_compact(clock.now()) + ".foreign";
      if (auto moved = files.rename(state.active_path, aside); !moved) return wrap(moved.error());
    }
  } else if (status.error().code != Errc::not_found) {
    return wrap(status.error());
  }
  if (auto made = files.make_directories(state.folder, 0750); !made) return wrap(made.error());
  auto fd = files.open(state.active_path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW, 0640);
  if (!fd) return wrap(fd.error());
  const auto status = files.status_of(fd->get());
  if (!status) return wrap(status.error());
  if (auto synced = files.sync_directory(state.folder); !synced) {
    // Without its name on the disk, its records would not survive the power: not yet.
    static_cast<void>(files.unlink(state.active_path));
    return wrap(synced.error());
  }
  state.file = std::make_shared<OpenSegment>();
  state.file->fd = std::move(*fd);
  state.file->inode = status->inode;
  state.end = state.first_id = state.last_id = 0;
  state.has_foreign_tail = false;
  return {};
}

Result<void> Journal::Internals::rotate(StreamState& state) {
  if (state.first_id == 0) return {};
  if (state.has_foreign_tail) {
    if (auto cut = files.truncate(state.file->fd.get(), state.end); !cut) return cut.error();
    state.has_foreign_tail = false;
  }
  const TimePoint now = clock.now();
  const std::string name = closed_name(state.stream, now, state.first_id);
  const std::string path = state.folder + "/" + name;
  if (auto moved = files.rename(state.active_path, path); !moved) {
    return Error{moved.error().code,
                 state.active_path + ": cannot be closed: " + moved.error().sentence};
  }
  state.rotate_requested.store(false, std::memory_order_relaxed);
  netlogd::count(counters->rotations);
  {
    const std::lock_guard lock(catalogue.mutex);
    auto& entry = catalogue.of(state.stream);
    Segment& segment = entry.segments.back();
    segment.form = SegmentForm::plain;
    segment.name = name;
    segment.closed_seconds =
        std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    segment.unsynced = std::move(entry.unsynced_active);
    entry.unsynced_active.reset();
  }
  state.file.reset();
  state.first_id = state.last_id = state.end = 0;
  {
    const std::lock_guard lock(thread_mutex);
    work_for_compressor = true;
  }
  wake_compressor.notify_one();
  return open_active(state);
}

// Ids are given only below a mark that is safe on the disk. The mark moves in steps of a few
// seconds' worth of ids, so that it costs nothing and a crash leaves a small gap.
Result<void> Journal::Internals::reserve_ids(StreamState& state, std::uint64_t through) {
  const auto is_reserved = [&] {
    const std::lock_guard lock(catalogue.mutex);
    return through < catalogue.of(state.stream).mark.next;
  };
  if (is_reserved()) return {};
  const std::lock_guard writing(state.mark_mutex);
  if (is_reserved()) return {};
  IdMark mark;
  {
    const std::lock_guard lock(catalogue.mutex);
    mark = catalogue.of(state.stream).mark;
  }
  const auto now = clock.monotonic();
  if (now - state.reserved_at < std::chrono::seconds{20} && state.reserve_step < (1U << 24)) {
    state.reserve_step *= 2;
  } else if (now - state.reserved_at > std::chrono::minutes{2} && state.reserve_step > 4096) {
    state.reserve_step /= 2;
  }
  mark.next = through + 1 + state.reserve_step;
  if (auto saved = save_id_mark(files, settings.data_dir + "/state", state.mark_path, mark);
      !saved) {
    return saved.error();
  }
  state.reserved_at = now;
  const std::lock_guard lock(catalogue.mutex);
  catalogue.of(state.stream).mark.next = mark.next;
  return {};
}

}  // namespace netlogd::journal
