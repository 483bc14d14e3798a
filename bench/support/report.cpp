#include "support/report.h"

#include <algorithm>
#include <cstdio>

namespace tribook::bench {
namespace {

constexpr std::size_t kWidth = 10;

int width_of(const std::string& name) {
  return static_cast<int>(std::max(name.size(), kWidth)) + 1;
}

}  // namespace

Report& Report::text(const std::string& name, const std::string& value) {
  cells_.push_back({name, value, true});
  return *this;
}

Report& Report::number(const std::string& name, double value, int decimals) {
  char digits[64];
  std::snprintf(digits, sizeof digits, "%.*f", decimals, value);
  cells_.push_back({name, digits});
  return *this;
}

Report& Report::percentiles(const base::Histogram& latency_ns) {
  constexpr std::pair<const char*, std::uint32_t> kAsked[]{
      {"p50_us", 500'000}, {"p90_us", 900'000}, {"p99_us", 990'000}, {"p999_us", 999'000}};
  for (const auto& [name, per_million] : kAsked) {
    number(name, static_cast<double>(latency_ns.percentile(per_million)) / 1e3, 2);
  }
  return number("max_us", static_cast<double>(latency_ns.max()) / 1e3, 1);
}

Report& Report::steps(const base::Histogram& cycles, const Cycles& clock) {
  constexpr std::pair<const char*, std::uint32_t> kAsked[]{
      {"p50_ns", 500'000}, {"p99_ns", 990'000}, {"p999_ns", 999'000}};
  for (const auto& [name, per_million] : kAsked)
    number(name, clock.ns(cycles.percentile(per_million)));
  number("max_us", clock.ns(cycles.max()) / 1e3, 1);
  return number("timer_ns", clock.timer_ns());
}

void Report::print_head() const {
  for (const Cell& cell : cells_) std::printf("%*s", width_of(cell.name), cell.name.c_str());
  std::printf("\n");
}

void Report::print_object() const {
  std::printf("{\"bench\":\"%s\"", bench_.c_str());
  for (const Cell& cell : cells_) {
    const char* const quote = cell.is_text ? "\"" : "";
    std::printf(",\"%s\":%s%s%s", cell.name.c_str(), quote, cell.value.c_str(), quote);
  }
  std::printf("}\n");
}

void Report::print() {
  if (is_json_) {
    print_object();
  } else {
    std::string names;
    for (const Cell& cell : cells_) names += cell.name + " ";
    if (names != names_before_) print_head();
    names_before_ = names;
    for (const Cell& cell : cells_) std::printf("%*s", width_of(cell.name), cell.value.c_str());
    std::printf("\n");
  }
  std::fflush(stdout);
  cells_.clear();
}

}  // namespace tribook::bench
