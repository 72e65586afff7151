// Metrics in Prometheus' text format 0.0.4: families with HELP and TYPE, samples with escaped
// labels. One owner, one thread.

#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace netlogd::observe {

enum class MetricType : std::uint8_t { counter, gauge };

struct MetricLabel {
  std::string_view name;   // a word of ours
  std::string_view value;  // anything; escaped, octets that are no UTF-8 become U+FFFD
};

class MetricsText {
 public:
  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

  // Begins a family; its samples follow before the next one. A counter's name ends in "_total".
  void family(std::string_view name, MetricType type, std::string_view help);
  void sample(std::initializer_list<MetricLabel> labels, std::uint64_t value);
  void sample(std::initializer_list<MetricLabel> labels, double value);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  void begin_sample(std::initializer_list<MetricLabel> labels);

  std::string name_;
  std::string text_;
};

}  // namespace netlogd::observe
