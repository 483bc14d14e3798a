#pragma once

#include <cstdint>
#include <string>

#include "tribook/base/histogram.h"

namespace tribook::bench {

/// What the disk can do at best: whole sectors written one after the other over a file that was
/// filled and synced before, each write followed by fdatasync.
class BareDisk {
 public:
  BareDisk(const std::string& directory, std::uint64_t file_bytes);
  ~BareDisk();
  BareDisk(const BareDisk&) = delete;
  BareDisk& operator=(const BareDisk&) = delete;

  /// So many writes of that size, rounded up to sectors.
  void write(std::uint64_t writes, std::uint64_t bytes, base::Histogram& latency_ns);

 private:
  int file_ = -1;
  std::uint64_t file_bytes_;
  std::uint64_t offset_ = 0;
};

}  // namespace tribook::bench
