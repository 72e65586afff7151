#include "journal_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <memory>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/core/time.hpp"
#include "netlogd/core/unique_fd.hpp"

namespace netlogd::cli {
namespace {

constexpr std::size_t chunk_bytes = 1 << 20;
constexpr std::size_t max_line_bytes = 256 << 20;  // beyond any record

struct CloseGzip {
  void operator()(gzFile file) const { ::gzclose(file); }
};
using GzipFile = std::unique_ptr<std::remove_pointer_t<gzFile>, CloseGzip>;

// 20240117T143215Z.
Micros parse_compact(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return 0;
  const auto number = [&](std::size_t at, std::size_t count) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + at + count, value);
    return value;
  };
  return to_seconds({number(0, 4), number(4, 2), number(6, 2), number(9, 2), number(11, 2), number(13, 2)}) * second_us;
}

// STREAM-TIME-FIRSTID.jsonl[.gz].
bool parse_name(std::string_view name, JournalFile& file) {
  const auto prefix = std::string(name_of(file.stream)) + "-";
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  file.gzip = name.ends_with(".jsonl.gz");
  if (file.gzip) name.remove_suffix(3);
  if (!name.ends_with(".jsonl")) return false;
  name.remove_suffix(6);
  const auto dash = name.find('-');
  if (dash == std::string_view::npos) return false;
  file.closed = parse_compact(name.substr(0, dash));
  TextCursor id(name.substr(dash + 1));
  return id.take_number(file.first_id, 16) && id.at_end() && file.closed > 0;
}

UniqueFd open_plain(const std::string& path) { return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)); }

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

std::uint64_t first_id_of(const std::string& path) {
  const auto fd = open_plain(path);
  char head[32] = {};
  if (!fd) return 0;
  return line_id({head, read_some(fd.get(), head, sizeof head, 0)});
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

std::uint64_t line_id(std::string_view line) {
  constexpr std::string_view head = "{\"id\":";
  if (!line.starts_with(head)) return 0;
  TextCursor cursor(line.substr(head.size()));
  std::uint64_t id = 0;
  return cursor.take_number(id, 16) && cursor.peek() == ',' ? id : 0;
}

Result<std::vector<JournalFile>> list_journal(const std::string& data_dir, Stream stream) {
  std::vector<JournalFile> all;
  const std::string folder = data_dir + "/" + std::string(name_of(stream));
  std::error_code code;
  if (!std::filesystem::exists(folder, code)) return all;
  for (std::filesystem::directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
    JournalFile file;
    file.stream = stream;
    file.path = at->path().string();
    const auto name = at->path().filename().string();
    if (name == std::string(name_of(stream)) + ".jsonl") {
      file.active = true;
      file.first_id = first_id_of(file.path);
    } else if (!parse_name(name, file)) {
      continue;
    }
    all.push_back(std::move(file));
  }
  if (code) return Error{Errc::io, folder + ": " + code.message()};
  std::sort(all.begin(), all.end(), [](const JournalFile& a, const JournalFile& b) {
    if (a.active != b.active) return b.active;
    return a.first_id != b.first_id ? a.first_id < b.first_id : a.gzip && !b.gzip;
  });
  // A plain file beside its finished compressed twin is the same once more.
  all.erase(std::unique(all.begin(), all.end(),
                        [](const JournalFile& a, const JournalFile& b) {
                          return !a.active && !b.active && a.first_id == b.first_id && a.closed == b.closed;
                        }),
            all.end());
  for (std::size_t i = 1; i < all.size(); ++i) all[i].opened = all[i - 1].closed;
  return all;
}

Result<bool> read_forward(const JournalFile& file, std::uint64_t offset, const LineVisitor& visit) {
  const auto path = present_path(file);
  const GzipFile input(::gzopen(path.c_str(), "rbe"));
  if (!input) return errno_error(path, errno);
  ::gzbuffer(input.get(), 256 << 10);
  if (offset > 0 && ::gzseek(input.get(), static_cast<z_off_t>(offset), SEEK_SET) < 0) return Error{Errc::corrupt, path + ": cannot be read"};
  const std::unique_ptr<char[]> chunk(new char[chunk_bytes]);
  LineCutter cutter(offset, visit);
  for (;;) {
    const int got = ::gzread(input.get(), chunk.get(), chunk_bytes);
    if (got < 0) return Error{Errc::corrupt, path + ": damaged"};
    if (got == 0) return true;
    if (!cutter.take({chunk.get(), static_cast<std::size_t>(got)})) return false;
  }
}

Result<bool> read_backward(const JournalFile& file, const LineVisitor& visit) {
  const auto fd = open_plain(file.path);
  if (!fd) return errno_error(file.path, errno);
  std::uint64_t end = size_of(fd.get());
  std::string tail;       // what lies between `end` and the lines already visited
  bool is_partial = true;  // the text behind the last newline is a line still being written
  while (end > 0) {
    const auto size = std::min<std::uint64_t>(chunk_bytes, end);
    std::string chunk(size, '\0');
    if (read_some(fd.get(), chunk.data(), size, end - size) != size) return Error{Errc::io, file.path + ": cannot be read"};
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
    const auto found = newline == std::string_view::npos ? 0 : line_id(text.substr(newline + 1));
    if (found == 0) break;  // an overlong line: go through it
    if (found <= id) low = middle + newline + 1;
    else high = middle;
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
