#include "netlogd/observe/metrics_text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace netlogd::observe {
namespace {

TEST(MetricsText, escapes_help_and_labels) {
  MetricsText metrics;
  metrics.family("a_total", MetricType::counter, "back\\slash and \"quote\"\nnext");
  metrics.sample({{"source",
                   "a\"b\\c\nd\xff"
                   "e"}},
                 std::uint64_t{7});
  EXPECT_EQ(metrics.text(),
            "# HELP a_total back\\\\slash and \"quote\"\\nnext\n# TYPE a_total counter\n"
            "a_total{source=\"a\\\"b\\\\c\\nd\xef\xbf\xbd"
            "e\"} 7\n");
}

TEST(MetricsText, writes_the_odd_numbers_in_prometheus_words) {
  MetricsText metrics;
  metrics.family("g", MetricType::gauge, "x");
  metrics.sample({}, 0.25);
  metrics.sample({}, std::numeric_limits<double>::infinity());
  metrics.sample({}, -std::numeric_limits<double>::infinity());
  metrics.sample({}, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(metrics.text(), "# HELP g x\n# TYPE g gauge\ng 0.25\ng +Inf\ng -Inf\ng NaN\n");
}

}  // namespace
}  // namespace netlogd::observe
