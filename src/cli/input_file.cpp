#include "input_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "capture_file.hpp"
#include "netlogd/core/unique_fd.hpp"

namespace netlogd::cli {
namespace {

constexpr std::size_t front_bytes = 64 << 10;
constexpr std::size_t spool_bytes = 1 << 20;
constexpr std::size_t judged_bytes = 4096;
constexpr std::size_t max_line = 64 << 20;

// A pipe can be read once only.
Result<UniqueFd> spooled(int from, const std::string& name) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> spool(std::tmpfile(), &std::fclose);
  if (!spool) return errno_error("temporary file", errno);
  const std::unique_ptr<char[]> chunk(new char[spool_bytes]);
  for (;;) {
    const auto got = ::read(from, chunk.get(), spool_bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error(name, errno);
    if (got == 0) break;
    if (std::fwrite(chunk.get(), 1, static_cast<std::size_t>(got), spool.get()) !=
        static_cast<std::size_t>(got))
      return errno_error("temporary file", errno);
  }
  if (std::fflush(spool.get()) != 0) return errno_error("temporary file", errno);
  UniqueFd fd(::fcntl(::fileno(spool.get()), F_DUPFD_CLOEXEC, 0));
  if (!fd || ::lseek(fd.get(), 0, SEEK_SET) != 0) return errno_error("temporary file", errno);
  return fd;
}

struct Magic {
  std::string_view bytes;
  const char* kind;
};
constexpr std::array<Magic, 7> magics = {
    {{"\xfd"
      "7zXZ",
      "compressed by xz (xzcat FILE | netlog … -)"},
     {"\x28\xb5\x2f\xfd", "compressed by zstd (zstdcat FILE | netlog … -)"},
     {"BZh", "compressed by bzip2 (bzcat FILE | netlog … -)"},
     {"PK\x03\x04", "a zip archive"},
     {"SQLite format 3", "an SQLite file"},
     {"\x7f"
      "ELF",
      "a program"},
     {"LPKSHHRH", "a file of journald"}}};

// Compressed or encrypted bytes hold eleven in a hundred of these; a log with colours, or one with
// a run of NUL where a machine crashed, has fewer among its text.
bool is_binary(std::string_view front) {
  const auto strange = std::count_if(front.begin(), front.end(), [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return (octet < 0x20 && std::strchr("\t\n\r\f\x1b", c) == nullptr) || octet == 0 ||
           octet == 0x7f;
  });
  return strange > 64 && static_cast<std::size_t>(strange) * 20 > front.size();
}

}  // namespace

Result<InputFile> InputFile::open(const std::string& path) {
  const bool is_standard_input = path == "-";
  InputFile file;
  file.name_ = is_standard_input ? "standard input" : path;
  UniqueFd fd(is_standard_input ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return Error{Errc::invalid, errno_error(file.name_, errno).sentence};
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return errno_error(file.name_, errno);
  if (S_ISDIR(status.st_mode)) return Error{Errc::invalid, path + ": a folder, not a file"};
  if (!S_ISREG(status.st_mode) || is_standard_input) {
    auto spool = spooled(fd.get(), file.name_);
    if (!spool) return spool.error();
    fd = std::move(*spool);
    if (::fstat(fd.get(), &status) != 0) return errno_error("temporary file", errno);
  } else {
    file.modified_ = status.st_mtim.tv_sec * 1'000'000 + status.st_mtim.tv_nsec / 1000;
  }
  file.size_ = status.st_size;
  file.gzip_.reset(::gzdopen(fd.get(), "rb"));
  if (!file.gzip_) return errno_error(file.name_, ENOMEM);
  (void)fd.release();
  ::gzbuffer(file.gzip_.get(), 256 << 10);
  return file;
}

Result<void> InputFile::rewind() {
  front_.clear();
  front_at_ = 0;
  return ::gzrewind(gzip_.get()) == 0 ? Result<void>() : errno_error(name_, EIO);
}

Result<std::string_view> InputFile::peek() {
  if (front_at_ == front_.size()) {
    std::string front(front_bytes, '\0');
    const auto got = read(front);
    if (!got) return got.error();
    front.resize(*got);
    front_ = std::move(front);
    front_at_ = 0;
  }
  return std::string_view(front_).substr(front_at_);
}

Result<std::size_t> InputFile::read(std::span<char> into) {
  if (front_at_ < front_.size()) {
    const auto size = std::min(into.size(), front_.size() - front_at_);
    std::memcpy(into.data(), front_.data() + front_at_, size);
    front_at_ += size;
    return size;
  }
  const auto most = std::min<std::size_t>(into.size(), 1U << 30);
  errno = 0;
  const int got = ::gzread(gzip_.get(), into.data(), static_cast<unsigned>(most));
  if (got > 0) return static_cast<std::size_t>(got);
  int code = Z_OK;
  (void)::gzerror(gzip_.get(), &code);
  if (got < 0 && code == Z_ERRNO) return errno_error(name_, errno);
  if (got < 0) return Error{Errc::corrupt, name_ + ": its gzip data are damaged"};
  if (code == Z_BUF_ERROR)
    return Error{Errc::corrupt, name_ + ": cut off in the middle of its gzip data"};
  return std::size_t{0};
}

double InputFile::progress() const {
  const auto at = ::gzoffset(gzip_.get());
  return size_ <= 0 || at < 0 ? 0
                              : std::min(1.0, static_cast<double>(at) / static_cast<double>(size_));
}

Result<void> read_lines(InputFile& file,
                        const std::function<Result<void>(std::string_view line)>& visit) {
  const std::unique_ptr<char[]> chunk(new char[spool_bytes]);
  std::string rest;
  for (;;) {
    const auto got = file.read({chunk.get(), spool_bytes});
    if (!got) return got.error();
    std::string_view text(chunk.get(), *got);
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      rest.append(text.substr(0, end));
      text.remove_prefix(end + 1);
      if (auto done = rest.empty() ? Result<void>() : visit(rest); !done) return done;
      rest.clear();
    }
    if (rest.size() + text.size() > max_line)
      return Error{Errc::invalid, "a line of more than " + std::to_string(max_line >> 20) + " MiB"};
    rest.append(text);
    if (*got == 0) return rest.empty() ? Result<void>() : visit(rest);
  }
}

std::string what_it_is(std::string_view front) {
  if (is_capture(front)) return "a capture (netlog replay sends it)";
  for (const auto& magic : magics)
    if (front.starts_with(magic.bytes)) return magic.kind;
  if (front.starts_with("{\"id\":") &&
      front.substr(0, 100).find("\"record_type\":\"") != std::string_view::npos)
    return "a file of netlogd's own journal (netlog replay sends it)";
  return is_binary(front.substr(0, judged_bytes)) ? "binary data" : "";
}

}  // namespace netlogd::cli
