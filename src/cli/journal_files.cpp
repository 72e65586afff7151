#include "journal_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "netlogd/core/file_ops.hpp"
#include "netlogd/core/text_cursor.hpp"
#include "netlogd/core/unique_fd.hpp"
#include "netlogd/journal/segments.hpp"

namespace netlogd::cli {
namespace {

constexpr std::size_t chunk_bytes = 1 << 20;
constexpr std::size_t max_line_bytes = 256 << 20;  // beyond any record

UniqueFd open_plain(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

std::uint64_t size_of(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

std::size_t read_some(int fd, char* into, std::size_t size, std::uint64_t offset) {
  std::size_t got = 0;
  while (got < size) {
    const auto n = ::pread(fd, into + got, size - got, static_cast<off_t>(offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    got += static_cast<std::size_t>(n);
  }
  return got;
}

// record_id() looks at whole lines; here only the front of one is at hand.
std::uint64_t begin_id(std::string_view text) {
  constexpr std::string_view head = "{\"id\":";
  if (!text.starts_with(head)) return 0;
  TextCursor cursor(text.substr(head.size()));
  std::uint64_t id = 0;
  return cursor.take_number(id, 16) && cursor.peek() == ',' ? id : 0;
}

std::uint64_t first_id_of(const std::string& path) {
  const auto fd = open_plain(path);
  char head[32] = {};
  if (!fd) return 0;
  const std::string_view text(head, read_some(fd.get(), head, sizeof head, 0));
  return begin_id(text);
}

// A file that was compressed since it was listed has ".gz" behind its name now.
std::string present_path(const JournalFile& file) {
  if (file.active || ::access(file.path.c_str(), F_OK) == 0) return file.path;
  return file.gzip ? file.path : file.path + ".gz";
}

// Cuts what comes into lines; keeps the piece behind the last newline.
class LineCutter {
 public:
  LineCutter(std::uint64_t offset, const LineVisitor& visit) : offset_(offset), visit_(visit) {}

  // Behind a gap: what was begun before it is no line.
  void go_on_at(std::uint64_t offset) {
    rest_.clear();
    offset_ = offset;
  }

  bool take(std::string_view piece) {
    while (!piece.empty()) {
      const auto end = piece.find('\n');
      if (end == std::string_view::npos) {
        if (rest_.size() + piece.size() > max_line_bytes) rest_.clear();
        rest_.append(piece);
        return true;
      }
      std::string_view line = piece.substr(0, end);
      if (!rest_.empty()) line = rest_.append(line);
      const auto at = offset_;
      offset_ += line.size() + 1;
      const bool more = line.empty() || visit_(line, at);
      rest_.clear();
      if (!more) return false;
      piece.remove_prefix(end + 1);
    }
    return true;
  }

 private:
  std::uint64_t offset_;
  const LineVisitor& visit_;
  std::string rest_;
};

}  // namespace

std::uint64_t line_id(std::string_view line) { return journal::record_id(line); }

Result<std::vector<JournalFile>> list_journal(const std::string& data_dir, Stream stream) {
  std::vector<JournalFile> all;
  const auto listed = journal::list_segments(system_files(), data_dir, stream);
  if (!listed)
    return listed.error().code == Errc::not_found ? Result<std::vector<JournalFile>>(std::move(all))
                                                  : listed.error();
  for (const auto& segment : *listed) {
    JournalFile file{.path = segment.path, .stream = stream, .first_id = segment.name.first_id};
    file.gzip = segment.name.form == journal::SegmentForm::gzip;
    file.active = segment.name.form == journal::SegmentForm::active;
    file.closed = segment.name.closed_seconds * second_us;
    if (file.active) file.first_id = first_id_of(file.path);
    if (!all.empty()) file.opened = all.back().closed;
    all.push_back(std::move(file));
  }
  return all;
}

Result<bool> read_forward(const JournalFile& file, std::uint64_t offset, const LineVisitor& visit) {
  const auto path = present_path(file);
  auto segment = journal::SegmentFile::open(system_files(), path, path.ends_with(".gz"));
  if (!segment) return segment.error();
  const std::unique_ptr<char[]> chunk(new char[chunk_bytes]);
  LineCutter cutter(offset, visit);
  bool damaged = false;
  for (;;) {
    const auto got = segment->read_at({chunk.get(), chunk_bytes}, offset);
    if (!got && got.error().code == Errc::corrupt && segment->damage_end() > offset) {
      damaged = true;
      offset = segment->damage_end();
      cutter.go_on_at(offset);
      continue;
    }
    if (!got) return got.error();
    if (*got == 0) break;
    offset += *got;
    if (!cutter.take({chunk.get(), *got})) return false;
  }
  if (damaged) return Error{Errc::corrupt, path + ": a part of it is damaged and was left out"};
  return true;
}

Result<bool> read_backward(const JournalFile& file, const LineVisitor& visit) {
  const auto fd = open_plain(file.path);
  if (!fd) return errno_error(file.path, errno);
  std::uint64_t end = size_of(fd.get());
  std::string tail;        // what lies between `end` and the lines already visited
  bool is_partial = true;  // the text behind the last newline is a line still being written
  while (end > 0) {
    const auto size = std::min<std::uint64_t>(chunk_bytes, end);
    std::string chunk(size, '\0');
    if (read_some(fd.get(), chunk.data(), size, end - size) != size)
      return Error{Errc::io, file.path + ": cannot be read"};
    end -= size;
    chunk += tail;
    std::size_t to = chunk.size();
    while (to > 0) {
      const auto newline = chunk.rfind('\n', to - 1);
      if (newline == std::string::npos) break;
      const std::string_view line(chunk.data() + newline + 1, to - newline - 1);
      if (!is_partial && !line.empty() && !visit(line, end + newline + 1)) return false;
      is_partial = false;
      to = newline;
    }
    tail = chunk.substr(0, to);
    if (tail.size() > max_line_bytes) return Error{Errc::corrupt, file.path + ": no lines"};
  }
  if (!is_partial && !tail.empty() && !visit(tail, 0)) return false;
  return true;
}

Result<std::uint64_t> offset_of_id(const JournalFile& file, std::uint64_t id) {
  const auto fd = open_plain(file.path);
  if (!fd) return errno_error(file.path, errno);
  std::uint64_t low = 0;  // the start of a line
  std::uint64_t high = size_of(fd.get());
  const std::unique_ptr<char[]> chunk(new char[chunk_bytes]);
  while (high - low > 2 * chunk_bytes) {
    const auto middle = low + (high - low) / 2;
    const std::string_view text(chunk.get(), read_some(fd.get(), chunk.get(), chunk_bytes, middle));
    const auto newline = text.find('\n');
    const auto found = newline == std::string_view::npos ? 0 : begin_id(text.substr(newline + 1));
    if (found == 0) break;  // an overlong line: go through it
    if (found <= id)
      low = middle + newline + 1;
    else
      high = middle;
  }
  std::uint64_t answer = size_of(fd.get());
  const auto done = read_forward(file, low, [&](std::string_view line, std::uint64_t at) {
    if (line_id(line) < id) return true;
    answer = at;
    return false;
  });
  if (!done) return done.error();
  return answer;
}

}  // namespace netlogd::cli
