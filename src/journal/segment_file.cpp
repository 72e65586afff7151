#include <fcntl.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "journal/gzip_member.hpp"
#include "netlogd/journal/segments.hpp"

namespace netlogd::journal {

constexpr std::uint64_t to_the_end = std::numeric_limits<std::uint64_t>::max();

struct SegmentFile::Source {
  virtual ~Source() = default;
  virtual Result<std::size_t> read_at(std::span<char> into, std::uint64_t offset) = 0;

  FileOps* files = nullptr;
  std::string path;
  UniqueFd fd;
  std::uint64_t inode = 0;
  std::uint64_t damage_end = 0;

  Error io(const Error& error) const {
    return {error.code == Errc::not_found ? Errc::io : error.code,
            path + ": cannot be read: " + error.sentence};
  }
  Error damaged(std::uint64_t until) {
    damage_end = until;
    return {Errc::corrupt, path + ": damaged"};
  }
};

namespace {

// Fills `into` unless the file ends first.
Result<std::size_t> read_full(FileOps& files, int fd, std::span<char> into, std::uint64_t offset) {
  std::size_t got = 0;
  while (got < into.size()) {
    const auto n = files.read_at(fd, into.subspan(got), offset + got);
    if (!n) return n.error();
    if (*n == 0) break;
    got += *n;
  }
  return got;
}

}  // namespace

namespace sources {

class Plain final : public SegmentFile::Source {
 public:
  Result<std::size_t> read_at(std::span<char> into, std::uint64_t offset) override {
    auto n = files->read_at(fd.get(), into, offset);
    if (!n) return io(n.error());
    return *n;
  }
};

// Our own members: hops from head to head, decompresses the one that is asked for.
class Members final : public SegmentFile::Source {
 public:
  Result<std::size_t> read_at(std::span<char> into, std::uint64_t offset) override {
    for (;;) {
      if (loaded_ && offset >= head_.offset && offset - head_.offset < head_.text_bytes) {
        const auto from = static_cast<std::size_t>(offset - head_.offset);
        const auto count = std::min<std::size_t>(into.size(), head_.text_bytes - from);
        std::memcpy(into.data(), text_.get() + from, count);
        return count;
      }
      auto found = find(offset);
      if (!found) return found.error();
      if (!*found) return std::size_t{0};
      if (auto done = load(); !done) return done.error();
    }
  }

 private:
  // Makes head_ the member that holds `offset`. False: the text ends before it.
  Result<bool> find(std::uint64_t offset) {
    loaded_ = false;
    if (!known_ || offset < head_.offset) {
      position_ = expected_ = 0;
    } else if (offset >= head_.offset + head_.text_bytes) {
      position_ += head_.bytes;
      expected_ = head_.offset + head_.text_bytes;
    } else {
      return true;
    }
    known_ = false;
    for (;;) {
      char bytes[summary_bytes];
      const auto got = read_full(*files, fd.get(), bytes, position_);
      if (!got) return io(got.error());
      const std::string_view seen(bytes, *got);
      const auto head = parse_member_head(seen);
      if (!head || head->offset != expected_) {
        if (seen.empty() || (seen.size() == summary_bytes && parse_summary(seen))) return false;
        return resynchronise(offset);
      }
      if (offset < head->offset + head->text_bytes) {
        head_ = *head;
        known_ = true;
        return true;
      }
      position_ += head->bytes;
      expected_ += head->text_bytes;
    }
  }

  // The chain of heads is broken at position_: looks for the next head that can be believed.
  Result<bool> resynchronise(std::uint64_t offset) {
    std::string block(1 << 16, '\0');
    const std::uint64_t broken_offset = std::max(offset, expected_);
    for (std::uint64_t at = position_ + 1;; at += block.size() - member_head_bytes) {
      const auto got = read_full(*files, fd.get(), block, at);
      if (!got) return io(got.error());
      const std::string_view seen(block.data(), *got);
      for (auto i = seen.find("\x1f\x8b\x08\x04"); i != std::string_view::npos;
           i = seen.find("\x1f\x8b\x08\x04", i + 1)) {
        const auto head = parse_member_head(seen.substr(i));
        if (!head || head->offset <= broken_offset || head->offset >= to_the_end / 2) continue;
        position_ = at + i;
        head_ = *head;
        known_ = true;
        return damaged(head->offset);
      }
      if (*got < block.size()) return damaged(to_the_end);
    }
  }

  Result<void> load() {
    if (member_.size() < head_.bytes) member_.resize(head_.bytes);
    if (!text_) text_.reset(new char[max_member_text]);
    const auto got = read_full(*files, fd.get(), std::span(member_.data(), head_.bytes), position_);
    if (!got) return io(got.error());
    if (*got < head_.bytes) return damaged(to_the_end);
    if (!reader_.read(std::string_view(member_.data(), head_.bytes), head_, text_.get())) {
      return damaged(head_.offset + head_.text_bytes);
    }
    loaded_ = true;
    return {};
  }

  GzipMemberReader reader_;
  std::string member_;
  std::unique_ptr<char[]> text_;
  MemberHead head_;
  std::uint64_t position_ = 0;  // of head_ in the file
  std::uint64_t expected_ = 0;
  bool known_ = false;
  bool loaded_ = false;
};

// Any gzip file: one stream after the other from the beginning.
class Foreign final : public SegmentFile::Source {
 public:
  ~Foreign() override {
    if (open_) ::inflateEnd(&stream_);
  }

  Result<std::size_t> read_at(std::span<char> into, std::uint64_t offset) override {
    if (!open_ || offset < done_) {
      if (auto begun = begin(); !begun) return begun.error();
    }
    char waste[16384];
    while (done_ < offset) {
      const auto skip = std::min<std::uint64_t>(sizeof waste, offset - done_);
      const auto n = next(std::span(waste, static_cast<std::size_t>(skip)));
      if (!n || *n == 0) return n;
    }
    return next(into);
  }

 private:
  Result<void> begin() {
    if (open_) ::inflateEnd(&stream_);
    stream_ = {};
    open_ = ::inflateInit2(&stream_, 15 + 16) == Z_OK;
    if (!open_) return Error{Errc::io, path + ": no memory to decompress it"};
    done_ = position_ = 0;
    between_ = true;
    return {};
  }

  Result<std::size_t> next(std::span<char> into) {
    if (into.empty()) return std::size_t{0};
    stream_.next_out = reinterpret_cast<Bytef*>(into.data());
    stream_.avail_out = static_cast<uInt>(into.size());
    while (stream_.avail_out == into.size()) {
      if (stream_.avail_in == 0) {
        const auto got = read_full(*files, fd.get(), input_, position_);
        if (!got) return io(got.error());
        if (*got == 0) {
          if (between_) return std::size_t{0};
          return damaged(to_the_end);
        }
        position_ += *got;
        stream_.next_in = reinterpret_cast<Bytef*>(input_);
        stream_.avail_in = static_cast<uInt>(*got);
      }
      between_ = false;
      const int status = ::inflate(&stream_, Z_NO_FLUSH);
      if (status == Z_STREAM_END) {
        between_ = true;
        if (::inflateReset(&stream_) != Z_OK) return damaged(to_the_end);
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        return damaged(to_the_end);
      }
    }
    const std::size_t got = into.size() - stream_.avail_out;
    done_ += got;
    return got;
  }

  z_stream stream_{};
  char input_[65536];
  std::uint64_t position_ = 0;
  std::uint64_t done_ = 0;
  bool open_ = false;
  bool between_ = true;
};

}  // namespace sources

SegmentFile::SegmentFile(std::unique_ptr<Source> source) : source_(std::move(source)) {}
SegmentFile::SegmentFile(SegmentFile&&) noexcept = default;
SegmentFile& SegmentFile::operator=(SegmentFile&&) noexcept = default;
SegmentFile::~SegmentFile() = default;

Result<SegmentFile> SegmentFile::open(FileOps& files, const std::string& path, bool gzip) {
  auto fd = files.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
  if (!fd) return fd.error();
  const auto status = files.status_of(fd->get());
  if (!status) return Error{Errc::io, path + ": " + status.error().sentence};
  if (!status->is_regular) return Error{Errc::invalid, path + ": not a regular file"};
  std::unique_ptr<Source> source;
  if (!gzip) {
    source = std::make_unique<sources::Plain>();
  } else {
    char bytes[summary_bytes];
    const auto head = read_full(files, fd->get(), bytes, 0);
    if (!head) return Error{Errc::io, path + ": " + head.error().sentence};
    bool ours = parse_member_head({bytes, *head}).has_value();
    if (!ours && status->size >= summary_bytes) {
      const auto tail = read_full(files, fd->get(), bytes, status->size - summary_bytes);
      if (!tail) return Error{Errc::io, path + ": " + tail.error().sentence};
      ours = parse_summary({bytes, *tail}).has_value();
    }
    if (ours) {
      source = std::make_unique<sources::Members>();
    } else {
      source = std::make_unique<sources::Foreign>();
    }
  }
  source->files = &files;
  source->path = path;
  source->fd = std::move(*fd);
  source->inode = status->inode;
  return SegmentFile(std::move(source));
}

Result<std::size_t> SegmentFile::read_at(std::span<char> into, std::uint64_t offset) {
  return source_->read_at(into, offset);
}
std::uint64_t SegmentFile::damage_end() const noexcept { return source_->damage_end; }
std::uint64_t SegmentFile::inode() const noexcept { return source_->inode; }

}  // namespace netlogd::journal
