#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace tribook::app {

/// Errors that outsiders may be able to provoke at will: a few a second are
/// logged. One thread.
class ErrorLog {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::uint64_t kLinesOfOneSecond = 5;

  /// Empty, or the line to log: `line`, and how many had to be left out before it.
  [[nodiscard]] std::string note(std::string line, Time now);

 private:
  Time second_{};
  std::uint64_t lines_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace tribook::app
