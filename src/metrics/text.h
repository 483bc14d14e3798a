#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "metrics/latency.h"

namespace tribook::metrics {

/// Appends metrics in Prometheus' text format: each family's HELP and TYPE once, then its samples.
class Text {
 public:
  Text& counter(std::string_view name, std::string_view help) {
    return family(name, help, "counter");
  }
  Text& gauge(std::string_view name, std::string_view help) { return family(name, help, "gauge"); }
  /// A sample of the family begun last; `labels` as `a="b",c="d"`, or none.
  Text& sample(std::string_view labels, std::uint64_t value);
  /// A sample in seconds from nanoseconds.
  Text& seconds(std::string_view labels, std::uint64_t ns);
  /// A sample that is already text.
  Text& sample_text(std::string_view labels, std::string_view value);
  Text& histogram(std::string_view name, std::string_view help, const LatencyHistogram& histogram);

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  Text& family(std::string_view name, std::string_view help, std::string_view type);

  std::string text_;
  std::string name_;
};

/// Nanoseconds as seconds, exactly: "0.000123456".
std::string seconds_text(std::uint64_t ns);

}  // namespace tribook::metrics
