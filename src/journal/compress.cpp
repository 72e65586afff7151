// The compressor: closed segments, the oldest first, into NAME.gz.tmp, then synced, renamed, and
// the plain file removed. At the lowest priority; when segments wait, a faster level takes over.

#include <fcntl.h>

#include "journal/gzip_member.hpp"
#include "journal/internals.hpp"
#include "netlogd/journal/thread_priority.hpp"

namespace netlogd::journal {
namespace {

// How many segments may wait before size is given up for speed.
int level_for(int wanted, std::size_t waiting) noexcept {
  if (waiting > 4) return 1;
  if (waiting > 2) return std::min(wanted, 3);
  return wanted;
}

}  // namespace

void Journal::Internals::compressor_main() {
  name_this_thread("journal-gzip");
  lower_this_thread(LowPriority::compression);
  std::unique_lock lock(thread_mutex);
  while (!closing.load()) {
    work_for_compressor = false;
    lock.unlock();
    while (!closing.load() && compress_one()) {
    }
    lock.lock();
    wake_compressor.wait_for(lock, std::chrono::seconds{10},
                             [&] { return closing.load() || work_for_compressor; });
  }
}

// False: nothing to do for now.
bool Journal::Internals::compress_one() {
  int level = 0;
  {
    const std::lock_guard lock(settings_mutex);
    if (!settings.compress) return false;
    level = settings.compress_level;
  }
  if (clock.monotonic() < compress_again) return false;
  Stream stream = Stream::syslog;
  std::optional<Segment> chosen;
  std::size_t waiting = 0;
  {
    const std::lock_guard lock(catalogue.mutex);
    Segment* oldest = nullptr;
    for (std::size_t i = 0; i < stream_count; ++i) {
      for (Segment& segment : catalogue.streams[i].segments) {
        if (segment.form != SegmentForm::plain || segment.refused) continue;
        ++waiting;
        if (oldest == nullptr || segment.closed_seconds < oldest->closed_seconds) {
          oldest = &segment;
          stream = static_cast<Stream>(i);
        }
      }
    }
    if (oldest == nullptr) return false;
    oldest->busy = true;
    chosen = *oldest;
  }
  auto done = compress(stream, *chosen, level_for(level, waiting));
  const std::lock_guard lock(catalogue.mutex);
  if (Segment* segment = catalogue.find(stream, chosen->first_id)) {
    segment->busy = false;
    if (!done && done.error().code == Errc::corrupt) segment->refused = true;
  }
  if (done) return true;
  if (closing.load()) return false;
  count(counters->compress_failures);
  report.say(compress_trouble, ReportLevel::warn, done.error().sentence);
  compress_again = clock.monotonic() + std::chrono::seconds{30};
  return false;
}

Result<void> Journal::Internals::compress(Stream stream, const Segment& segment, int level) {
  const std::string plain = of(stream).folder + "/" + segment.name;
  const std::string temporary = plain + ".gz.tmp";
  const auto failed = [&](const Error& error) {
    static_cast<void>(files.unlink(temporary));
    return Error{error.code, plain + ": cannot be compressed: " + error.sentence};
  };
  auto in = files.open(plain, O_RDONLY | O_NOFOLLOW, 0);
  if (!in) return failed(in.error());
  auto out = files.open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0640);
  if (!out) return failed(out.error());

  GzipWriter writer(level);
  std::string text(max_member_text, '\0');
  std::string member;
  SegmentSummary summary{
      .first_id = segment.first_id, .last_id = segment.last_id, .text_bytes = segment.text_bytes};
  std::uint64_t written = 0;
  for (std::uint64_t offset = 0; offset < segment.text_bytes;) {
    if (closing.load()) return failed({Errc::busy, "stopping"});
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(text.size(), segment.text_bytes - offset));
    std::size_t got = 0;
    while (got < wanted) {
      const auto n =
          files.read_at(in->get(), std::span(text.data() + got, wanted - got), offset + got);
      if (!n) return failed(n.error());
      if (*n == 0) return failed({Errc::corrupt, "it has become shorter"});
      got += *n;
    }
    std::string_view piece(text.data(), got);
    // Members end with a line where they can: each is then good for itself.
    if (offset + got < segment.text_bytes) {
      if (const auto newline = piece.rfind('\n'); newline != std::string_view::npos)
        piece = piece.substr(0, newline + 1);
    }
    MemberHead head{.offset = offset};
    head.first_id = record_id(piece.substr(0, piece.find('\n')));
    head.first_received_us = received_us(piece);
    if (offset == 0) summary.first_received_us = head.first_received_us;
    if (const auto last = piece.substr(0, piece.size() - 1).rfind('\n');
        last != std::string_view::npos) {
      summary.last_received_us = received_us(piece.substr(last + 1));
    }
    member.clear();
    writer.write(piece, head, member);
    if (auto ok = files.write_all(out->get(), member, nullptr); !ok) return failed(ok.error());
    written += member.size();
    offset += piece.size();
  }
  const std::string end = make_summary(summary);
  if (auto ok = files.write_all(out->get(), end, nullptr); !ok) return failed(ok.error());
  written += end.size();
  if (auto ok = files.sync(out->get()); !ok) return failed(ok.error());
  const std::string compressed = segment.name + ".gz";
  if (auto ok = files.rename(temporary, of(stream).folder + "/" + compressed); !ok)
    return failed(ok.error());
  {
    const std::lock_guard lock(catalogue.mutex);
    if (Segment* known = catalogue.find(stream, segment.first_id)) {
      known->form = SegmentForm::gzip;
      known->name = compressed;
      known->disk_bytes = written;
      known->inode = 0;
      known->unsynced.reset();
    }
  }
  count(counters->compressed_segments);
  count(counters->compressed_bytes_in, segment.text_bytes);
  count(counters->compressed_bytes_out, written);
  // The new name must be on the disk before the old file goes. If either fails, the next start
  // finds twins and keeps the compressed one.
  if (auto ok = files.sync_directory(of(stream).folder); !ok)
    return Error{ok.error().code,
                 plain + ": stays beside its compressed twin: " + ok.error().sentence};
  if (auto ok = files.unlink(plain); !ok && ok.error().code != Errc::not_found) {
    return Error{ok.error().code,
                 plain + ": stays beside its compressed twin: " + ok.error().sentence};
  }
  return {};
}

}  // namespace netlogd::journal
