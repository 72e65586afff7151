// How the journal and its followers tell the operator of trouble: a plain function, so that neither
// needs to know the logger. It is called from the appender and from background threads, at most
// once a minute for each kind of trouble; it must be thread-safe and must not block for long.

#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "netlogd/core/time.hpp"

namespace netlogd::journal {

enum class ReportLevel : std::uint8_t { info, warn, error };

using Report = std::function<void(ReportLevel level, std::string_view sentence)>;

// Holds each kind of trouble to one line a minute and says how many were left out. Any thread.
class HeldReport {
 public:
  static constexpr std::size_t max_kinds = 16;

  HeldReport(Report report, Clock& clock) : report_(std::move(report)), clock_(clock) {}

  // `kind` is a small number below max_kinds of the caller's own choice.
  void say(std::size_t kind, ReportLevel level, std::string_view sentence);
  // What an operator wants to know each time.
  void once(ReportLevel level, std::string_view sentence) const;

 private:
  struct Held {
    std::chrono::nanoseconds last{};
    std::uint64_t left_out = 0;
    bool said = false;
  };

  Report report_;
  Clock& clock_;
  std::mutex mutex_;
  std::array<Held, max_kinds> held_{};
};

}  // namespace netlogd::journal
