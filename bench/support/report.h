#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "support/cycles.h"
#include "tribook/base/histogram.h"

namespace tribook::bench {

/// One line of figures: a row of a table, or an object a line with `--json`.
class Report {
 public:
  Report(std::string bench, bool is_json) : bench_(std::move(bench)), is_json_(is_json) {}

  Report& text(const std::string& name, const std::string& value);
  Report& number(const std::string& name, double value, int decimals = 0);
  /// p50 p90 p99 p99.9 max, in microseconds.
  Report& percentiles(const base::Histogram& latency_ns);
  /// p50 p99 p99.9 of single steps in nanoseconds, max in microseconds, and what the timer takes.
  Report& steps(const base::Histogram& cycles, const Cycles& clock);
  /// Prints the line and begins anew; a table's first line, and one with other names, has a head.
  void print();

 private:
  struct Cell {
    std::string name;
    std::string value;
    bool is_text = false;
  };
  void print_head() const;
  void print_object() const;

  std::string bench_;
  bool is_json_;
  std::vector<Cell> cells_;
  std::string names_before_;
};

}  // namespace tribook::bench
