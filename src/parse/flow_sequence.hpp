// The numbering of one exporter: what is missing, what came late, and when it began anew. A plain
// value, one owner.

#pragma once

#include <cstdint>

namespace netlogd::parse {

class FlowSequence {
 public:
  struct Answer {
    std::uint32_t lost = 0;  // units (flows, records or messages) that never came before this
    bool late = false;  // older than what was expected: a gap was counted for it, or it is a copy
    bool restarted = false;
  };

  // A message numbered `number`; `uptime_ms` of its header, where there is one (else 0).
  Answer see(std::uint32_t number, std::uint32_t uptime_ms) noexcept {
    Answer answer;
    const bool rebooted = known_ && static_cast<std::int32_t>(uptime_ms - uptime_ms_) < -reboot_ms;
    const auto ahead = static_cast<std::int32_t>(number - expected_);
    late_ = false;
    if (!known_ || (number == 0 && number_ == 0)) {
      // The first, or an exporter that does not number at all.
    } else if (rebooted) {
      answer.restarted = true;
    } else if (ahead > 0 && ahead <= max_gap) {
      answer.lost = static_cast<std::uint32_t>(ahead);
    } else if (ahead < 0 && ahead >= -max_back && !(number == late_expected_ && late_run_ >= 2)) {
      late_run_ = number == late_expected_ ? late_run_ + 1 : 1;
      late_ = answer.late = true;
    } else if (ahead != 0) {
      answer.restarted = true;
    }
    if (!late_) {
      late_run_ = 0;
      uptime_ms_ = uptime_ms;
    }
    number_ = number;
    return answer;
  }

  // The message seen last held `units`; not called, or with `certain` false: the next one sets the
  // count anew.
  void advance(std::uint32_t units, bool certain) noexcept {
    if (late_) {
      late_expected_ = number_ + units;
      return;
    }
    known_ = certain;
    expected_ = number_ + units;
  }

 private:
  static constexpr std::int32_t max_gap = 1 << 24;
  static constexpr std::int32_t max_back = 1 << 16;
  static constexpr std::int32_t reboot_ms = 60'000;

  std::uint32_t expected_ = 0;
  std::uint32_t number_ = 0;
  std::uint32_t uptime_ms_ = 0;
  std::uint32_t late_expected_ = 0;  // three late ones in a row that follow each other: a restart
  unsigned late_run_ = 0;
  bool known_ = false;
  bool late_ = false;
};

}  // namespace netlogd::parse
