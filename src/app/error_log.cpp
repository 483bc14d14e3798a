#include "app/error_log.h"

#include <utility>

namespace tribook::app {

std::string ErrorLog::note(std::string line, Time now) {
  if (now - second_ >= std::chrono::seconds{1}) {
    second_ = now;
    lines_ = 0;
  }
  if (++lines_ > kLinesOfOneSecond) {
    ++left_out_;
    return {};
  }
  if (const std::uint64_t others = std::exchange(left_out_, 0); others != 0) {
    line += " (" + std::to_string(others) + " others since the last line)";
  }
  return line;
}

}  // namespace tribook::app
