#include "netlogd/observe/metrics_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "netlogd/core/json_writer.hpp"

namespace netlogd::observe {
namespace {

// Prometheus' exposition formats: backslash and line feed in HELP, also the quote in a label.
void append_escaped(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else if (c == '"' && quotes)
      out += "\\\"";
    else
      out += c;
  }
}

// A scraper refuses the whole page for one octet that is no UTF-8.
std::string as_utf8(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = 1;
    while (length < 4 && i + length <= text.size() && !is_utf8(text.substr(i, length))) ++length;
    if (i + length <= text.size() && is_utf8(text.substr(i, length))) {
      out += text.substr(i, length);
      i += length;
    } else {
      out += "\xef\xbf\xbd";
      ++i;
    }
  }
  return out;
}

}  // namespace

void MetricsText::family(std::string_view name, MetricType type, std::string_view help) {
  name_ = name;
  text_ += fmt::format("# HELP {} ", name);
  append_escaped(text_, help, false);
  text_ += fmt::format("\n# TYPE {} {}\n", name, type == MetricType::counter ? "counter" : "gauge");
}

void MetricsText::sample(std::initializer_list<MetricLabel> labels, std::uint64_t value) {
  begin_sample(labels);
  text_ += fmt::format(" {}\n", value);
}

void MetricsText::sample(std::initializer_list<MetricLabel> labels, double value) {
  begin_sample(labels);
  if (std::isnan(value))
    text_ += " NaN\n";
  else if (std::isinf(value))
    text_ += value > 0 ? " +Inf\n" : " -Inf\n";
  else
    text_ += fmt::format(" {}\n", value);
}

void MetricsText::begin_sample(std::initializer_list<MetricLabel> labels) {
  text_ += name_;
  char before = '{';
  for (const auto& label : labels) {
    text_ += fmt::format("{}{}=\"", before, label.name);
    append_escaped(text_, is_utf8(label.value) ? std::string(label.value) : as_utf8(label.value),
                   true);
    text_ += '"';
    before = ',';
  }
  if (labels.size() > 0) text_ += '}';
}

}  // namespace netlogd::observe
