// netlog import: log files of before through the same reader as what comes over the network. While
// netlogd runs, the lines go to its own TCP listener; else they are journaled here.

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>

#include "commands.hpp"
#include "import_state.hpp"
#include "input_file.hpp"
#include "inputs.hpp"
#include "netlogd/core/printable.hpp"
#include "store.hpp"
#include "syslog_sender.hpp"

namespace netlogd::cli {
namespace {

constexpr std::size_t max_line = 64 << 10;
constexpr std::size_t most_kept = 4 << 20;  // of a line, to remember where it begins
constexpr std::size_t batch_bytes = 1 << 20;
constexpr std::size_t batch_lines = 4096;
constexpr std::size_t chunk_bytes = 1 << 20;

struct ImportOptions {
  std::vector<std::string> files;
  std::string received;
  std::string source = "127.0.0.1";
  bool again = false;
};

// Where lines go. flush: what was given is safe, or on its way.
class ImportSink {
 public:
  virtual ~ImportSink() = default;
  virtual Result<void> add(std::string_view line, std::size_t original_length,
                           TimePoint received) = 0;
  virtual Result<void> flush() = 0;
  virtual Result<void> close() = 0;
  [[nodiscard]] virtual bool keeps_time() const = 0;
};

class JournalSink final : public ImportSink {
 public:
  JournalSink(std::unique_ptr<Store> store, const Inputs& inputs, const IpAddress& source)
      : store_(std::move(store)),
        devices_(inputs.devices),
        maker_(inputs.knowledge.syslog),
        source_(source) {
    begin();
  }
  Result<void> add(std::string_view line, std::size_t original_length,
                   TimePoint received) override {
    RawMessage raw;
    raw.bytes = {reinterpret_cast<const std::uint8_t*>(line.data()), line.size()};
    raw.received = received;
    raw.source.address = source_;
    raw.original_length = static_cast<std::uint32_t>(original_length);
    raw.transport = Transport::tcp;
    if (batch_.messages == 0) batch_.first_received = received;
    maker_.make(raw, *devices_, batch_);
    return ++batch_.messages < batch_lines && batch_.text().size() < batch_bytes ? Result<void>()
                                                                                 : flush();
  }
  Result<void> flush() override {
    if (batch_.messages == 0) return {};
    auto appended = store_->journal().append(batch_);
    if (!appended) return appended.error();
    begin();
    return {};
  }
  Result<void> close() override { return store_->close(); }
  [[nodiscard]] bool keeps_time() const override { return true; }

 private:
  void begin() {
    batch_.reset(store_->journal().id_digits(Stream::syslog));
    batch_.stream = Stream::syslog;
  }

  std::unique_ptr<Store> store_;
  std::shared_ptr<const DeviceDirectory> devices_;
  parse::SyslogRecordMaker maker_;
  IpAddress source_;
  TextBatch batch_;
};

class DaemonSink final : public ImportSink {
 public:
  explicit DaemonSink(MessageSender sender) : sender_(std::move(sender)) {}
  Result<void> add(std::string_view line, std::size_t, TimePoint) override {
    return sender_.send(line);
  }
  Result<void> flush() override { return {}; }
  Result<void> close() override { return sender_.finish(); }
  [[nodiscard]] bool keeps_time() const override { return false; }

 private:
  MessageSender sender_;
};

// A line whose end has not been read. Of an endless one only the front is kept.
struct OpenLine {
  std::string text;
  std::size_t length = 0;
  bool hashed = false;  // already, so that nothing can be remembered up to here

  void add(std::string_view piece, ContentHash& hash) {
    length += piece.size();
    if (hashed) return hash.add(piece);
    text.append(piece);
    if (text.size() <= most_kept) return;
    hash.add(text);
    text.resize(max_line);
    hashed = true;
  }
};

// ^C ends the import at a line, so that nothing comes twice; a second one ends it at once.
volatile std::sig_atomic_t is_interrupted = 0;

void end_at_a_line_when_interrupted() {
  struct sigaction action {};
  action.sa_handler = [](int) { is_interrupted = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

class Import {
 public:
  Import(const ImportOptions& options, const Session& session, ImportSink& sink, ImportState state)
      : options_(options), session_(session), sink_(sink), state_(std::move(state)) {}

  Result<void> file(const std::string& name) {
    name_ = name;
    lines_ = skipped_ = bytes_ = 0;
    auto input = InputFile::open(name);
    if (!input) return input.error();
    const auto front = input->peek();
    if (!front) return front.error();
    if (const auto kind = what_it_is(*front); !kind.empty())
      return Error{Errc::invalid, name + ": " + kind + ", not lines of text"};
    auto received = time_of(*input);
    if (!received) return received.error();
    received_ = TimePoint(std::chrono::microseconds(*received));
    ImportState::Entry known;
    if (!options_.again) {
      known = find_known(*input);
      if (auto again = input->rewind(); !again) return again;
    }
    auto done = import_from(*input, known);
    if (lines_ > 0 || done) report();
    return done;
  }

  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  // When the lines count as received: as given, else when the file was last written. The year of a
  // stamp without one follows from it.
  Result<Micros> time_of(const InputFile& input) const {
    if (!options_.received.empty() && options_.received != "mtime")
      return parse_time(options_.received, now_us(), session_.utc);
    return input.modified() > 0 ? input.modified() : now_us();
  }

  // The longest beginning of the content that is imported already. A fault in the file shows when
  // it is imported.
  [[nodiscard]] ImportState::Entry find_known(InputFile& input) const {
    ImportState::Entry best;
    const std::unique_ptr<char[]> chunk(new char[chunk_bytes]);
    ContentHash hash;
    std::uint64_t at = 0;
    for (const auto length : state_.lengths()) {
      while (at < length) {
        const auto got =
            input.read({chunk.get(), std::min<std::uint64_t>(chunk_bytes, length - at)});
        if (!got || *got == 0) return best;
        hash.add({chunk.get(), *got});
        at += *got;
      }
      if (const auto* entry = state_.find(hash.text(), length)) best = *entry;
    }
    return best;
  }

  Result<void> import_from(InputFile& input, const ImportState::Entry& known) {
    skipped_ = known.lines;
    before_ = known.hash;
    const std::unique_ptr<char[]> chunk(new char[chunk_bytes]);
    ContentHash hash;
    OpenLine open;
    std::uint64_t to_skip = known.bytes;
    while (is_interrupted == 0) {
      const auto want = to_skip > 0 ? std::min<std::uint64_t>(chunk_bytes, to_skip) : chunk_bytes;
      const auto got = input.read({chunk.get(), want});
      if (!got) {
        // Its whole lines are safe; it goes on behind them when the file is whole.
        if (auto saved = checkpoint(input, hash, open, true); !saved) return saved;
        return got.error();
      }
      if (*got == 0) break;
      const std::string_view text(chunk.get(), *got);
      bytes_ += text.size();
      if (to_skip > 0) {
        hash.add(text);
        to_skip -= text.size();
        continue;
      }
      if (auto added = add_lines(text, hash, open); !added) return added;
      if (auto saved = checkpoint(input, hash, open, false); !saved) return saved;
    }
    if (is_interrupted != 0) return checkpoint(input, hash, open, true);
    if (open.length > 0)
      if (auto added = end_line(hash, open); !added) return added;
    return checkpoint(input, hash, open, true);
  }

  // The hash follows the whole lines: what is not yet imported does not belong to it.
  Result<void> add_lines(std::string_view text, ContentHash& hash, OpenLine& open) {
    for (;;) {
      const auto end = text.find('\n');
      open.add(text.substr(0, end), hash);
      if (end == std::string_view::npos) return {};
      if (auto added = end_line(hash, open); !added) return added;
      hash.add("\n");
      text.remove_prefix(end + 1);
    }
  }

  Result<void> end_line(ContentHash& hash, OpenLine& open) {
    if (!open.hashed) hash.add(open.text);
    auto length = open.length;
    std::string_view line = open.text;
    for (; !line.empty() && line.back() == '\r'; --length) line.remove_suffix(1);
    Result<void> added;
    if (!line.empty()) {
      ++lines_;
      ++total_;
      added = sink_.add(line.substr(0, max_line), length > max_line ? length : 0, received_);
    }
    open = {};
    return added;
  }

  // Once a second, and at the end. What comes behind the last one is imported twice after a crash.
  Result<void> checkpoint(const InputFile& input, const ContentHash& hash, const OpenLine& open,
                          bool is_end) {
    const auto now = clock_.monotonic();
    if (!is_end && now - saved_ < std::chrono::seconds(1)) return {};
    saved_ = now;
    if (auto flushed = sink_.flush(); !flushed) return flushed;
    if (::isatty(STDERR_FILENO) == 1)
      std::fprintf(stderr, "\r%s: %llu lines, %.0f %%%s", printable(name_).c_str(),
                   static_cast<unsigned long long>(lines_), 100 * input.progress(),
                   is_end ? "\n" : "");
    if (lines_ == 0 || open.hashed) return {};
    auto text = hash.text();
    auto saved = state_.save({text, bytes_ - open.length, skipped_ + lines_, name_}, before_);
    before_ = std::move(text);
    return saved;
  }

  void report() const {
    std::string sentence =
        name_ + ": " + std::to_string(lines_) + (lines_ == 1 ? " line" : " lines") + " imported";
    if (skipped_ > 0) sentence += ", " + std::to_string(skipped_) + " were there already";
    if (lines_ > 0 && sink_.keeps_time())
      sentence +=
          ", as received at " +
          time_text(
              std::chrono::floor<std::chrono::microseconds>(received_).time_since_epoch().count(),
              0, session_.utc);
    Session::remark(sentence);
  }

  const ImportOptions& options_;
  const Session& session_;
  ImportSink& sink_;
  ImportState state_;
  SystemClock clock_;
  std::string name_;
  std::string before_;
  TimePoint received_{};
  std::chrono::nanoseconds saved_{};
  std::uint64_t lines_ = 0;
  std::uint64_t skipped_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t total_ = 0;
};

Result<std::unique_ptr<ImportSink>> open_sink(const Session::Data& data,
                                              const ImportOptions& options) {
  const auto source = IpAddress::parse(options.source);
  if (!source) return Error{Errc::invalid, "--source " + options.source + ": no address"};
  auto store = Store::open(data);
  if (store) {
    const auto inputs = load_inputs(data.config);
    if (!inputs) return inputs.error();
    return std::unique_ptr<ImportSink>(
        std::make_unique<JournalSink>(std::move(*store), *inputs, *source));
  }
  if (store.error().code != Errc::busy) return store.error();
  const auto listener = find_listener(data.folder, Protocol::syslog, Transport::tcp);
  if (!listener)
    return Error{Errc::busy,
                 data.folder +
                     ": another netlog import is at work here, or netlogd is and has no syslog "
                     "listener over TCP to send to; wait for the one, or stop the other"};
  auto sender = MessageSender::connect(*listener, true);
  if (!sender) return sender.error();
  Session::remark("netlogd is running: the lines go to its listener at " + listener->text() +
                  " and count as received now");
  return std::unique_ptr<ImportSink>(std::make_unique<DaemonSink>(std::move(*sender)));
}

int import_files(const ImportOptions& options, const Session& session) {
  const auto data = session.data();
  if (!data) return Session::fail(data.error());
  for (const auto& file : options.files)
    if (file != "-" && ::access(file.c_str(), R_OK) != 0)
      return Session::fail({Errc::invalid, errno_error(file, errno).sentence});
  auto sink = open_sink(*data, options);
  if (!sink) return Session::fail(sink.error());
  Import import(options, session, **sink, ImportState::load(data->folder));
  int status = exit_found;
  end_at_a_line_when_interrupted();
  for (const auto& file : options.files) {
    if (is_interrupted != 0) break;
    if (auto done = import.file(file); !done) status = Session::fail(done.error());
  }
  if (is_interrupted != 0) {
    Session::remark("interrupted; the same command goes on from here");
    status = exit_nothing;
  }
  if (auto closed = (*sink)->close(); !closed) return Session::fail(closed.error());
  if (session.json) Session::print("{\"lines\":" + std::to_string(import.total()) + "}\n");
  return status;
}

}  // namespace

void add_import(CommandLine& line, Session& session) {
  auto options = std::make_shared<ImportOptions>();
  auto command = line.command(
      "import",
      "log files of before, plain or gz, through the same reader; goes on where it stopped");
  command.option("file", options->files, "syslog lines; -: standard input", {.required = true});
  command.option(
      "--received", options->received,
      "when they count as received: a time, or mtime (the file's time; now for standard input)");
  command.option("--source", options->source, "the address they count as sent from",
                 {.shows_default = true});
  command.flag("--again", options->again, "also what is there already");
  command.action([options, &session] { return import_files(*options, session); });
}

}  // namespace netlogd::cli
