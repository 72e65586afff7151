#include "netlogd/journal/reader.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include "journal/internals.hpp"

namespace netlogd::journal {
namespace {

// How often a segment may be renamed, compressed or removed under the eyes of who opens it.
constexpr int most_tries = 64;

constexpr std::size_t max_line = 256 << 20;
constexpr std::size_t kept_buffer = 24 << 20;

}  // namespace

// The buffer holds the uncompressed bytes [base, base + filled) of the open segment; everything
// before `at` is behind the cursor.
struct Reader::Internals {
  Journal::Internals& journal;
  Stream stream;
  Cursor cursor;

  std::optional<SegmentFile> file;
  std::uint64_t open_segment = 0;
  bool skipping = false;   // lines up to cursor.last_id come again: the offset was of no use
  bool in_damage = false;  // the rest of a line whose beginning was damaged or too long

  std::unique_ptr<char[]> buffer;
  std::size_t capacity = 0;
  std::size_t filled = 0;
  std::size_t at = 0;
  std::uint64_t base = 0;
  std::vector<RecordLine> lines;

  struct View {
    bool found = false;
    std::uint64_t first_id = 0;
    std::uint64_t limit = 0;  // bytes that may be read
    bool is_active = false;
    bool gzip = false;
    std::uint64_t inode = 0;
    std::string path;
  };

  View look(const Segment* segment) const {
    if (segment == nullptr) return {};
    return {.found = true,
            .first_id = segment->first_id,
            .limit = segment->text_bytes,
            .is_active = segment->form == SegmentForm::active,
            .gzip = segment->form == SegmentForm::gzip,
            .inode = segment->inode,
            .path = journal.of(stream).folder + "/" + segment->name};
  }
  View look_at(std::uint64_t first_id) const {
    const std::lock_guard lock(journal.catalogue.mutex);
    return look(journal.catalogue.find(stream, first_id));
  }
  View look_above(std::uint64_t id) const {
    const std::lock_guard lock(journal.catalogue.mutex);
    return look(journal.catalogue.above(stream, id));
  }

  void forget() {
    file.reset();
    open_segment = 0;
    filled = at = 0;
    in_damage = false;
  }

  // Opens what the cursor points to. False: there is nothing behind the cursor yet.
  Result<bool> open() {
    for (int tries = 0; tries < most_tries; ++tries) {
      View view = look_at(cursor.segment);
      const bool as_stated = view.found && (cursor.offset <= view.limit);
      if (!as_stated) view = look_above(cursor.last_id);
      if (!view.found) return false;
      auto opened = SegmentFile::open(journal.files, view.path, view.gzip);
      if (!opened) {
        // Renamed, compressed or removed since we looked: look again.
        if (opened.error().code == Errc::not_found) continue;
        return opened.error();
      }
      if (view.inode != 0 && view.inode != opened->inode()) continue;
      file.emplace(std::move(*opened));
      open_segment = view.first_id;
      filled = at = 0;
      base = as_stated ? cursor.offset : 0;
      skipping = !as_stated;
      in_damage = false;
      if (as_stated && !begins_line(cursor.offset)) {
        base = 0;
        skipping = true;
      }
      return true;
    }
    return Error{Errc::busy,
                 journal.of(stream).folder + ": segments change faster than they can be opened"};
  }

  bool begins_line(std::uint64_t offset) {
    if (offset == 0) return true;
    char before = 0;
    const auto got = file->read_at(std::span(&before, 1), offset - 1);
    return !got ? got.error().code == Errc::corrupt : *got == 1 && before == '\n';
  }

  // While nothing comes, no memory is held.
  void release() {
    base += at;
    filled = at = capacity = 0;
    buffer.reset();
  }

  // The file that we hold was cut by somebody and is being written anew under another first id.
  bool is_in_other_use() const {
    const std::lock_guard lock(journal.catalogue.mutex);
    const auto& segments = journal.catalogue.of(stream).segments;
    return std::any_of(segments.begin(), segments.end(),
                       [&](const Segment& s) { return s.inode == file->inode(); });
  }

  void make_room(std::size_t wanted) {
    if (at > 0) {
      std::memmove(buffer.get(), buffer.get() + at, filled - at);
      base += at;
      filled -= at;
      at = 0;
    }
    if (capacity >= wanted) return;
    std::unique_ptr<char[]> bigger(new char[wanted]);
    if (filled > 0) std::memcpy(bigger.get(), buffer.get(), filled);
    buffer = std::move(bigger);
    capacity = wanted;
  }

  enum class Filled { full, end, damaged };

  // Reads on until `wanted` bytes are buffered, the limit is reached or damage is met.
  Result<Filled> fill(std::size_t wanted, std::uint64_t limit) {
    make_room(wanted);
    while (filled < wanted) {
      const std::uint64_t from = base + filled;
      if (from >= limit) return Filled::end;
      const auto count =
          static_cast<std::size_t>(std::min<std::uint64_t>(wanted - filled, limit - from));
      const auto got = file->read_at(std::span(buffer.get() + filled, count), from);
      if (!got && got.error().code == Errc::corrupt) {
        return file->damage_end() == ~std::uint64_t{0} ? Filled::end : Filled::damaged;
      }
      if (!got) return got.error();
      if (*got == 0) return Filled::end;
      filled += *got;
    }
    return Filled::full;
  }

  void go_behind_damage(ReadBatch& batch) {
    const auto end = file->damage_end();
    journal.report.say(reader_trouble, ReportLevel::error,
                       journal.of(stream).folder + ": a piece of the segment that begins with id " +
                           std::to_string(open_segment) + " is damaged; going on behind it");
    ++batch.damaged_lines;
    base = end;
    filled = at = 0;
    in_damage = !begins_line(end);
  }

  // Splits what is buffered into records.
  void split(ReadBatch& batch, std::size_t max_records) {
    std::uint64_t last = cursor.last_id;
    while (lines.size() < max_records && at < filled) {
      const char* start = buffer.get() + at;
      const auto* newline = static_cast<const char*>(std::memchr(start, '\n', filled - at));
      if (newline == nullptr) break;
      const std::string_view line(start, static_cast<std::size_t>(newline - start));
      at += line.size() + 1;
      if (std::exchange(in_damage, false)) continue;
      const auto id = record_id(line);
      if (id == 0) {
        ++batch.damaged_lines;
        continue;
      }
      if (id <= last) {
        if (!skipping) ++batch.damaged_lines;
        continue;
      }
      if (!is_likely(id)) {
        ++batch.damaged_lines;
        continue;
      }
      skipping = false;
      if (id != last + 1) batch.expired += journal_given_between(last, id);
      last = id;
      lines.push_back({id, line});
    }
    batch.records = lines;
    batch.end = {.segment = open_segment, .offset = base + at, .last_id = last};
  }

  // An id that was never given is a damaged one.
  bool is_likely(std::uint64_t id) const {
    return id < journal.of(stream).next_id.load(std::memory_order_relaxed);
  }
  std::uint64_t journal_given_between(std::uint64_t after, std::uint64_t before) const {
    const std::lock_guard lock(journal.catalogue.mutex);
    return journal.catalogue.of(stream).mark.given_between(after, before);
  }

  Result<ReadBatch> read(std::size_t max_records, std::size_t max_bytes) {
    ReadBatch batch{.end = cursor};
    lines.clear();
    if (capacity > kept_buffer && at == filled) release();
    for (;;) {
      if (!file) {
        auto opened = open();
        if (!opened) return opened.error();
        if (!*opened) return batch;
      }
      const View view = look_at(open_segment);
      if (!view.found && is_in_other_use()) {
        forget();
        continue;
      }
      // A segment that is out of the catalogue can still be read to its end while we hold it.
      const std::uint64_t limit = view.found ? view.limit : Segment::unknown_bytes;
      std::size_t wanted = std::max<std::size_t>(max_bytes, 4096);
      Filled state = Filled::full;
      for (;;) {
        const std::uint64_t left = limit - std::min(limit, base + filled);
        const auto useful =
            std::min<std::uint64_t>(filled - at + std::min<std::uint64_t>(left, max_line), wanted);
        auto filled_up = fill(std::max(static_cast<std::size_t>(useful), filled - at), limit);
        if (!filled_up) return filled_up.error();
        state = *filled_up;
        split(batch, max_records);
        if (!lines.empty()) break;
        if (state == Filled::damaged) {
          go_behind_damage(batch);
        } else if (base + filled >= limit || state == Filled::end) {
          break;
        } else if (at == 0 && filled >= max_line) {  // no line is that long
          ++batch.damaged_lines;
          base += filled;
          filled = 0;
          in_damage = true;
        } else if (at == 0 && filled >= wanted) {
          wanted = std::min(filled * 2, max_line);
        }
      }
      if (!lines.empty()) {
        cursor = batch.end;
        return batch;
      }
      if (view.found && view.is_active) {
        if (at == filled) release();
        return batch;
      }
      // The end of a closed segment: what is left in the buffer is no line. On to the next.
      const View next = look_above(std::max(cursor.last_id, last_of(open_segment)));
      if (!next.found || next.first_id == open_segment) {
        if (at == filled) release();
        return batch;
      }
      cursor.segment = next.first_id;
      cursor.offset = 0;
      forget();
    }
  }

  std::uint64_t last_of(std::uint64_t first_id) const {
    const std::lock_guard lock(journal.catalogue.mutex);
    const Segment* segment = journal.catalogue.find(stream, first_id);
    return segment != nullptr ? segment->last_id : 0;
  }
};

Reader::Reader(Journal& journal, Stream stream, const Cursor& from)
    : internals_(new Internals{.journal = *journal.internals_, .stream = stream, .cursor = from}) {}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

Result<ReadBatch> Reader::read(std::size_t max_records, std::size_t max_bytes) {
  return internals_->read(std::max<std::size_t>(max_records, 1), max_bytes);
}

bool Reader::wait(std::chrono::milliseconds limit) {
  Catalogue& catalogue = internals_->journal.catalogue;
  std::unique_lock lock(catalogue.mutex);
  const auto has_more = [&] {
    const auto& segments = catalogue.of(internals_->stream).segments;
    return !segments.empty() && segments.back().last_id > internals_->cursor.last_id;
  };
  catalogue.waiting.fetch_add(1, std::memory_order_acq_rel);
  catalogue.arrived.wait_for(lock, limit, [&] { return catalogue.waits_ended || has_more(); });
  catalogue.waiting.fetch_sub(1, std::memory_order_acq_rel);
  return has_more();
}

const Cursor& Reader::cursor() const noexcept { return internals_->cursor; }

void Reader::seek(const Cursor& cursor) {
  internals_->cursor = cursor;
  internals_->forget();
}

}  // namespace netlogd::journal
