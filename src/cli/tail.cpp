// netlog tail: the last records, and with -f those that come, through rotation.

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>

#include "commands.hpp"
#include "hints.hpp"
#include "journal_files.hpp"
#include "netlogd/core/unique_fd.hpp"
#include "record_text.hpp"
#include "records.hpp"

namespace netlogd::cli {
namespace {

constexpr int poll_milliseconds = 200;
constexpr std::size_t chunk_bytes = 4 << 20;

struct TailOptions {
  FilterWords words;
  bool follow = false;
  std::size_t lines = 10;
};

// The file that is being written, from a record on. Only whole lines are taken, and read where they
// stand, so that what an append took back does no harm.
class ActiveFile {
 public:
  ActiveFile(std::string folder, Stream stream)
      : folder_(std::move(folder)),
        stream_(stream),
        path_(folder_ + "/" + std::string(name_of(stream)) + "/" + std::string(name_of(stream)) +
              ".jsonl") {}

  // Stands behind the last record that is there now.
  void go_to_end() {
    open();
    if (!fd_) return;
    JournalFile file{.path = path_, .stream = stream_, .active = true};
    (void)read_backward(file, [&](std::string_view line, std::uint64_t at) {
      last_id_ = line_id(line);
      offset_ = at + line.size() + 1;
      return false;
    });
  }
  // What came is visited; the visitor's answer does not matter.
  void read_new(const LineVisitor& visit) {
    if (!fd_) open();
    if (fd_) drain(visit);
    if (!fd_ || !was_replaced()) return;
    drain(visit);  // what was written between the last look and the rotation
    fd_.reset();
    if (const auto files = list_journal(folder_, stream_)) {
      for (const auto& file : *files)
        if (!file.active && file.first_id > last_id_)
          (void)read_forward(file, 0, [&](std::string_view line, std::uint64_t at) {
            return take(line, at, visit);
          });
    }
    open();
    if (fd_) drain(visit);
  }

 private:
  void open() {
    fd_.reset(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    offset_ = 0;
  }
  [[nodiscard]] bool was_replaced() const {
    struct stat mine {};
    struct stat there {};
    if (::fstat(fd_.get(), &mine) != 0 || ::stat(path_.c_str(), &there) != 0) return true;
    return mine.st_ino != there.st_ino || mine.st_dev != there.st_dev;
  }
  bool take(std::string_view line, std::uint64_t at, const LineVisitor& visit) {
    const auto id = line_id(line);
    if (id <= last_id_) return true;
    last_id_ = id;
    visit(line, at);
    return true;
  }
  void drain(const LineVisitor& visit) {
    std::size_t size = chunk_bytes;
    for (;;) {
      buffer_.resize(size);
      const auto got = ::pread(fd_.get(), buffer_.data(), size, static_cast<off_t>(offset_));
      if (got <= 0) return;
      std::string_view text(buffer_.data(), static_cast<std::size_t>(got));
      const auto end = text.rfind('\n');
      if (end == std::string_view::npos) {
        if (text.size() < size) return;  // a line that is still being written
        size *= 2;
        continue;
      }
      text = text.substr(0, end + 1);
      std::size_t at = 0;
      while (at < text.size()) {
        const auto newline = text.find('\n', at);
        take(text.substr(at, newline - at), offset_ + at, visit);
        at = newline + 1;
      }
      offset_ += text.size();
    }
  }

  std::string folder_;
  Stream stream_;
  std::string path_;
  UniqueFd fd_;
  std::uint64_t offset_ = 0;
  std::uint64_t last_id_ = 0;
  std::string buffer_;
};

class Tail {
 public:
  Tail(const TailOptions& options, const Session& session) : options_(options), session_(session) {}

  int run() {
    const auto data = session_.data();
    if (!data) return Session::fail(data.error());
    auto filter = make_filter(options_.words, {Stream::syslog, Stream::trap}, session_);
    if (!filter) return Session::fail(filter.error());
    std::vector<ActiveFile> files;
    if (options_.follow) {
      for (const auto stream : filter->streams)
        files.emplace_back(data->folder, stream).go_to_end();
    }
    if (auto shown = show_last(*data, *filter); !shown) return Session::fail(shown.error());
    if (!options_.follow) return any_ ? exit_found : exit_nothing;
    for (;;) {
      show_new(files, *filter);
      if (filter->until && now_us() >= *filter->until) return exit_found;
      ::poll(nullptr, 0, poll_milliseconds);
    }
  }

 private:
  void print(Stream stream, const std::string& line) {
    any_ = true;
    if (session_.json)
      session_.print_json(line + "\n");
    else if (reader_.read(line))
      Session::print(
          one_line(describe(stream, reader_, 3, session_.utc), session_.terminal, widths_));
  }

  Result<void> show_last(const Session::Data& data, const Filter& filter) {
    if (options_.lines == 0) return {};
    auto source = RecordSource::open(data, true);
    if (!source) return source.error();
    const auto records = source->newest(filter, options_.lines);
    if (!records) return records.error();
    for (const auto& record : *records) {
      print(record.stream, record.line);
      shown_[record.stream] = std::max(shown_[record.stream], record.id);
    }
    for (const auto& trouble : source->troubles()) Session::remark(trouble);
    if (!any_) {
      auto whole = RecordSource::open(data, false);
      if (whole) Session::remark_if(unknown_name(filter, *whole));
    }
    std::fflush(stdout);
    return {};
  }

  // What came in all streams since the last look, in the order of reception.
  void show_new(std::vector<ActiveFile>& files, const Filter& filter) {
    std::vector<StoredRecord> records;
    for (std::size_t i = 0; i < files.size(); ++i) {
      const auto stream = filter.streams[i];
      files[i].read_new([&](std::string_view line, std::uint64_t) {
        if (line_id(line) <= shown_[stream] || !reader_.read(line) ||
            !matches(filter, stream, reader_))
          return true;
        records.push_back({stream, reader_.id(), reader_.received(), std::string(line)});
        return true;
      });
    }
    std::stable_sort(records.begin(), records.end(),
                     [](const auto& a, const auto& b) { return a.received < b.received; });
    for (const auto& record : records) print(record.stream, record.line);
    if (!records.empty() && std::fflush(stdout) != 0)
      std::exit(exit_found);  // nobody reads any more
  }

  const TailOptions& options_;
  const Session& session_;
  RecordReader reader_;
  LineWidths widths_;
  std::map<Stream, std::uint64_t> shown_;
  bool any_ = false;
};

}  // namespace

void add_tail(CommandLine& line, Session& session) {
  auto options = std::make_shared<TailOptions>();
  auto command =
      line.command("tail", "the last records, one readable line each; -f: and those that come");
  command.flag("-f,--follow", options->follow, "go on, through rotation, until ^C");
  command.option("-n,--lines", options->lines, "how many of the last records first",
                 {.shows_default = true});
  add_filter_options(command, options->words);
  command.action([options, &session] { return Tail(*options, session).run(); });
}

}  // namespace netlogd::cli
