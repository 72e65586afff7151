#include "journal/recover.hpp"

#include <fcntl.h>

#include <algorithm>
#include <vector>

#include "journal/gzip_member.hpp"
#include "netlogd/journal/segments.hpp"

namespace netlogd::journal {
namespace {

constexpr std::size_t first_window = 64 << 10;
// A line is at most this long; what has no record within it has none.
constexpr std::size_t last_window = 256 << 20;

Result<std::size_t> read_window(FileOps& files, int fd, std::vector<char>& window,
                                std::uint64_t from, std::size_t count) {
  window.resize(count);
  std::size_t got = 0;
  while (got < count) {
    const auto n = files.read_at(fd, std::span(window).subspan(got), from + got);
    if (!n) return n.error();
    if (*n == 0) break;
    got += *n;
  }
  window.resize(got);
  return got;
}

// Where the zeros at the end of the file begin.
Result<std::uint64_t> end_without_zeros(FileOps& files, int fd, std::uint64_t size) {
  std::vector<char> window;
  std::uint64_t end = size;
  while (end > 0) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(end, 1 << 20));
    if (auto got = read_window(files, fd, window, end - count, count); !got) return got.error();
    const auto last =
        std::find_if(window.rbegin(), window.rend(), [](char c) { return c != '\0'; });
    if (last != window.rend()) return end - static_cast<std::uint64_t>(last - window.rbegin());
    end -= count;
  }
  return std::uint64_t{0};
}

// The last whole record before `end`: its id, and the offset behind its newline.
struct LastRecord {
  std::uint64_t id = 0;
  std::uint64_t end = 0;
};

// Ids have no gaps within a segment and no line is shorter than 20 bytes, so an id far beyond what
// the file can hold (`first` and up) is a damaged one. `first` 0: anything goes.
Result<LastRecord> last_record(FileOps& files, int fd, std::uint64_t end, std::uint64_t first) {
  const auto is_likely = [&](std::uint64_t id) {
    return id != 0 && (first == 0 || (id >= first && id - first <= end / 20));
  };
  std::vector<char> window;
  for (std::size_t want = first_window;; want *= 8) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(want, end));
    const std::uint64_t from = end - count;
    if (auto got = read_window(files, fd, window, from, count); !got) return got.error();
    std::string_view text(window.data(), window.size());
    for (auto newline = text.rfind('\n'); newline != std::string_view::npos;
         newline = text.rfind('\n')) {
      text = text.substr(0, newline);
      const auto before = text.rfind('\n');
      if (before == std::string_view::npos && from > 0)
        break;  // its beginning is not in the window
      const auto start = before == std::string_view::npos ? 0 : before + 1;
      if (const auto id = record_id(text.substr(start)); is_likely(id))
        return LastRecord{id, from + newline + 1};
      text = text.substr(0, start);
    }
    if (from == 0 || want >= last_window) return LastRecord{};
  }
}

struct FirstRecord {
  std::uint64_t id = 0;
  std::int64_t received = 0;
};

Result<FirstRecord> first_record(FileOps& files, int fd, std::uint64_t end, std::uint64_t last_id) {
  std::vector<char> window;
  for (std::size_t want = first_window;; want *= 8) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(want, end));
    if (auto got = read_window(files, fd, window, 0, count); !got) return got.error();
    std::string_view text(window.data(), window.size());
    for (auto newline = text.find('\n'); newline != std::string_view::npos;
         newline = text.find('\n')) {
      const auto line = text.substr(0, newline);
      const auto id = record_id(line);
      if (id != 0 && id <= last_id) return FirstRecord{id, received_us(line)};
      text.remove_prefix(newline + 1);
    }
    if (count == end || want >= last_window) return FirstRecord{};
  }
}

}  // namespace

Result<PlainContent> examine_plain(FileOps& files, int fd, const std::string& path,
                                   std::uint64_t first_id) {
  const auto failed = [&](const Error& error) {
    return Error{error.code, path + ": cannot be read: " + error.sentence};
  };
  const auto status = files.status_of(fd);
  if (!status) return failed(status.error());
  PlainContent content{.size = status->size};
  const auto end = end_without_zeros(files, fd, content.size);
  if (!end) return failed(end.error());
  content.text_end = *end;
  auto first = first_record(files, fd, *end, ~std::uint64_t{0});
  if (!first) return failed(first.error());
  auto last = last_record(files, fd, *end, first_id != 0 ? first_id : first->id);
  if (last && last->id == 0 && first->id != 0) {  // the first line was the damaged one
    last = last_record(files, fd, *end, 0);
    if (last) first = first_record(files, fd, last->end, last->id);
  }
  if (!last) return failed(last.error());
  if (!first) return failed(first.error());
  if (last->id == 0 || first->id == 0) return content;
  content.first_id = first->id;
  content.first_received_us = first->received;
  content.last_id = last->id;
  content.good_bytes = last->end;
  return content;
}

namespace {

Result<void> copy_tail(FileOps& files, int fd, const PlainContent& content,
                       const std::string& path) {
  auto out = files.open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0640);
  if (!out) return out.error();
  std::vector<char> window;
  for (std::uint64_t at = content.good_bytes; at < content.text_end;) {
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(content.text_end - at, 1 << 20));
    const auto got = read_window(files, fd, window, at, count);
    if (!got) return got.error();
    if (*got == 0) break;
    if (auto written = files.write_all(out->get(), {window.data(), *got}, nullptr); !written)
      return Error{written.error().code, path + ": " + written.error().sentence};
    at += *got;
  }
  return files.sync(out->get());
}

}  // namespace

Result<bool> set_tail_aside(FileOps& files, int fd, const PlainContent& content,
                            const std::string& folder, Stream stream, TimePoint now) {
  bool kept = true;
  if (content.text_end > content.good_bytes) {
    const std::string path =
        folder + "/" + std::string(name_of(stream)) + "-" + utc_compact(now) + ".torn";
    const auto copied = copy_tail(files, fd, content, path);
    if (!copied && copied.error().code != Errc::no_space) return copied.error();
    kept = static_cast<bool>(copied);
  }
  if (auto cut = files.truncate(fd, content.good_bytes); !cut) return cut.error();
  if (auto synced = files.sync(fd); !synced) return synced.error();
  return kept;
}

}  // namespace netlogd::journal
