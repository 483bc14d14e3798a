#pragma once

#include <cstdint>

namespace tribook::sim {

/// An event in short.
struct LogEntry {
  std::uint64_t root = 0;
  std::uint64_t digest = 0;
  friend bool operator==(const LogEntry&, const LogEntry&) = default;
};

}  // namespace tribook::sim
