#include "metrics/text.h"

namespace tribook::metrics {

std::string seconds_text(std::uint64_t ns) {
  std::string fraction = std::to_string(ns % 1'000'000'000);
  fraction.insert(0, 9 - fraction.size(), '0');
  return std::to_string(ns / 1'000'000'000) + "." + fraction;
}

Text& Text::family(std::string_view name, std::string_view help, std::string_view type) {
  name_ = name;
  text_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name);
  text_.append(" ").append(type).append("\n");
  return *this;
}

Text& Text::sample_text(std::string_view labels, std::string_view value) {
  text_ += name_;
  if (!labels.empty()) text_.append("{").append(labels).append("}");
  text_.append(" ").append(value).append("\n");
  return *this;
}

Text& Text::sample(std::string_view labels, std::uint64_t value) {
  return sample_text(labels, std::to_string(value));
}

Text& Text::seconds(std::string_view labels, std::uint64_t ns) {
  return sample_text(labels, seconds_text(ns));
}

Text& Text::histogram(std::string_view name, std::string_view help,
                      const LatencyHistogram& histogram) {
  family(name, help, "histogram");
  const std::string whole(name);
  std::uint64_t cumulative = 0;
  name_ = whole + "_bucket";
  for (std::size_t i = 0; i < LatencyHistogram::kBoundsUs.size(); ++i) {
    cumulative += histogram.count(i);
    const auto bound_ns = static_cast<std::uint64_t>(LatencyHistogram::kBoundsUs[i]) * 1'000;
    sample("le=\"" + seconds_text(bound_ns) + "\"", cumulative);
  }
  cumulative += histogram.count(LatencyHistogram::kBoundsUs.size());
  sample("le=\"+Inf\"", cumulative);
  name_ = whole + "_sum";
  seconds({}, histogram.sum_ns());
  name_ = whole + "_count";
  return sample({}, cumulative);
}

}  // namespace tribook::metrics
