// netlogd's own log: lines to stderr, written by a thread of its own, so that whoever logs never
// waits for a terminal or a pipe (when it is full the oldest lines go, counted). Under systemd each
// line begins with its priority (sd-daemon(3)) and has no time. Control characters and octets that
// are no UTF-8 are escaped, wherever an argument came from. Never per message. Any thread.

#pragma once

#include <fmt/core.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace netlogd::observe {

enum class Level : std::uint8_t { debug, info, warn, error };

// Holds the lines on one trouble to one a minute and counts the others. Any thread.
class Held {
 public:
  explicit Held(std::chrono::nanoseconds every = std::chrono::minutes(1)) noexcept
      : every_(every) {}
  // Whether a line may be written at `now` (monotonic): how many were held back since the last one.
  std::optional<std::uint64_t> due(std::chrono::nanoseconds now) noexcept;

 private:
  std::chrono::nanoseconds every_;
  std::atomic<std::int64_t> next_{INT64_MIN};
  std::atomic<std::uint64_t> held_{0};
};

class Log {
 public:
  enum class Form : std::uint8_t { plain, systemd };  // with time and level; with "<6>" and no time
  using Writer = std::function<void(Level, std::string_view line)>;

  // To stderr. The form follows the environment when none is given: systemd when JOURNAL_STREAM is
  // set.
  explicit Log(Level level, std::optional<Form> form = std::nullopt);
  // To a function, at once and by the calling thread, one at a time: for tests.
  Log(Level level, Writer writer);
  ~Log();  // writes what is waiting
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void set_level(Level level) noexcept { level_.store(level, std::memory_order_relaxed); }
  [[nodiscard]] bool shows(Level level) const noexcept {
    return level >= level_.load(std::memory_order_relaxed);
  }
  // Waits until everything so far is written.
  void flush();

  template <typename... Args>
  void debug(fmt::format_string<Args...> format, Args&&... args) {
    write(Level::debug, format, fmt::make_format_args(args...));
  }
  template <typename... Args>
  void info(fmt::format_string<Args...> format, Args&&... args) {
    write(Level::info, format, fmt::make_format_args(args...));
  }
  template <typename... Args>
  void warn(fmt::format_string<Args...> format, Args&&... args) {
    write(Level::warn, format, fmt::make_format_args(args...));
  }
  template <typename... Args>
  void error(fmt::format_string<Args...> format, Args&&... args) {
    write(Level::error, format, fmt::make_format_args(args...));
  }
  // As above when `held` lets it, which the answer tells; "(12 more like it since)" is added when
  // some were held back.
  template <typename... Args>
  bool warn_held(Held& held, fmt::format_string<Args...> format, Args&&... args) {
    return write_held(held, Level::warn, format, fmt::make_format_args(args...));
  }
  template <typename... Args>
  bool error_held(Held& held, fmt::format_string<Args...> format, Args&&... args) {
    return write_held(held, Level::error, format, fmt::make_format_args(args...));
  }

 private:
  void write(Level level, fmt::string_view format, fmt::format_args args) noexcept;
  bool write_held(Held& held, Level level, fmt::string_view format, fmt::format_args args) noexcept;

  struct Output;
  std::atomic<Level> level_;
  std::unique_ptr<Output> output_;
};

}  // namespace netlogd::observe
