#include "netlogd/observe/log.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>

#include "netlogd/core/printable.hpp"

namespace netlogd::observe {
namespace {

constexpr std::size_t queue_lines = 8192;
constexpr std::size_t max_line = 8192;
constexpr auto flush_patience = std::chrono::seconds(2);

// sd-daemon(3): the priority of a line, as syslog counts them.
constexpr std::string_view systemd_prefix(Level level) noexcept {
  switch (level) {
    case Level::debug:
      return "<7>";
    case Level::info:
      return "<6>";
    case Level::warn:
      return "<4>";
    case Level::error:
      return "<3>";
  }
  return "<6>";
}

constexpr spdlog::level::level_enum to_spdlog(Level level) noexcept {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// Writes to stderr and counts, so that flush() knows when everything has arrived.
class CountingSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit CountingSink(bool colours) : colours_(colours) {}
  [[nodiscard]] std::uint64_t written() const noexcept {
    return written_.load(std::memory_order_acquire);
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    base_sink::formatter_->format(message, line);
    if (colours_ && message.color_range_end > message.color_range_start) {
      const std::string_view whole(line.data(), line.size());
      const std::string painted =
          fmt::format("{}\x1b[{}m{}\x1b[0m{}", whole.substr(0, message.color_range_start),
                      message.level >= spdlog::level::err    ? "31"
                      : message.level == spdlog::level::warn ? "33"
                                                             : "2",
                      whole.substr(message.color_range_start,
                                   message.color_range_end - message.color_range_start),
                      whole.substr(message.color_range_end));
      put(painted);
    } else {
      put({line.data(), line.size()});
    }
    written_.fetch_add(1, std::memory_order_release);
  }
  void flush_() override {}

 private:
  // A log that cannot be written is nobody's error: there is nowhere left to say it.
  static void put(std::string_view text) noexcept {
    while (!text.empty()) {
      const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  bool colours_;
  std::atomic<std::uint64_t> written_{0};
};

}  // namespace

std::optional<std::uint64_t> Held::due(std::chrono::nanoseconds now) noexcept {
  std::int64_t next = next_.load(std::memory_order_relaxed);
  if (now.count() >= next &&
      next_.compare_exchange_strong(next, (now + every_).count(), std::memory_order_relaxed))
    return held_.exchange(0, std::memory_order_relaxed);
  held_.fetch_add(1, std::memory_order_relaxed);
  return std::nullopt;
}

struct Log::Output {
  // To a function.
  Writer writer;
  std::mutex one_at_a_time;

  // To stderr. The logger holds the pool weakly; the pool's thread ends with it.
  Form form = Form::plain;
  std::shared_ptr<CountingSink> sink;
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;
  std::atomic<std::uint64_t> posted{0};
  std::atomic<std::uint64_t> overruns_told{0};

  void put(Level level, std::string_view line) {
    if (writer) {
      const std::lock_guard lock(one_at_a_time);
      writer(level, line);
      return;
    }
    tell_overruns();
    post(level, line);
  }

  void post(Level level, std::string_view line) {
    posted.fetch_add(1, std::memory_order_relaxed);
    const spdlog::string_view_t view(line.data(), line.size());
    logger->log(to_spdlog(level), view);
  }

  void tell_overruns() {
    const std::uint64_t overruns = pool->overrun_counter();
    std::uint64_t told = overruns_told.load(std::memory_order_relaxed);
    if (overruns == told || !overruns_told.compare_exchange_strong(told, overruns)) return;
    std::string line(form == Form::systemd ? systemd_prefix(Level::warn) : "");
    line += fmt::format("log: {} lines were lost, stderr is not read fast enough", overruns - told);
    post(Level::warn, line);
  }

  void flush() {
    if (!logger) return;
    const auto until = std::chrono::steady_clock::now() + flush_patience;
    const std::uint64_t wanted = posted.load(std::memory_order_relaxed);
    while (sink->written() + pool->overrun_counter() < wanted &&
           std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
};

Log::Log(Level level, std::optional<Form> form)
    : level_(level), output_(std::make_unique<Output>()) {
  const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
  output_->form = form.value_or(journal ? Form::systemd : Form::plain);
  const bool plain = output_->form == Form::plain;
  const char* no_colour = std::getenv("NO_COLOR");
  const bool colours =
      plain && ::isatty(STDERR_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
  output_->sink = std::make_shared<CountingSink>(colours);
  output_->sink->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      plain ? "%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v" : "%v", spdlog::pattern_time_type::utc));
  output_->pool = std::make_shared<spdlog::details::thread_pool>(queue_lines, 1);
  output_->logger = std::make_shared<spdlog::async_logger>(
      "netlogd", output_->sink, output_->pool, spdlog::async_overflow_policy::overrun_oldest);
  output_->logger->set_level(spdlog::level::trace);
}

Log::Log(Level level, Writer writer) : level_(level), output_(std::make_unique<Output>()) {
  output_->writer = std::move(writer);
}

Log::~Log() { flush(); }

void Log::flush() { output_->flush(); }

void Log::write(Level level, fmt::string_view format, fmt::format_args args) noexcept {
  if (!shows(level)) return;
  try {
    std::string line;
    if (output_->form == Form::systemd && !output_->writer) line = systemd_prefix(level);
    append_printable(line, fmt::vformat(format, args));
    if (line.size() > max_line) {
      line.resize(max_line);
      line += "…";
    }
    output_->put(level, line);
  } catch (...) {
    // A line that cannot be made is not worth a crash.
    return;
  }
}

bool Log::write_held(Held& held, Level level, fmt::string_view format,
                     fmt::format_args args) noexcept {
  if (!shows(level)) return false;
  const auto more = held.due(std::chrono::steady_clock::now().time_since_epoch());
  if (!more) return false;
  if (*more == 0) {
    write(level, format, args);
    return true;
  }
  try {
    const std::string text = fmt::vformat(format, args);
    write(level, "{} ({} more like it since the last line)", fmt::make_format_args(text, *more));
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace netlogd::observe
