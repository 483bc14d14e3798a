#include "durable/bare_disk.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include "tribook/base/assert.h"
#include "tribook/journal/format.h"

namespace tribook::bench {

BareDisk::BareDisk(const std::string& directory, std::uint64_t file_bytes)
    : file_(::open((directory + "/bare").c_str(), O_RDWR | O_CREAT | O_EXCL, 0600)),
      file_bytes_(file_bytes) {
  if (file_ < 0) throw std::runtime_error(directory + ": no file can be made");
  const std::vector<std::byte> zeros(1 << 20);
  for (std::uint64_t at = 0; at < file_bytes_; at += zeros.size()) {
    TB_ASSERT(::pwrite(file_, zeros.data(), zeros.size(), static_cast<off_t>(at)) ==
              static_cast<ssize_t>(zeros.size()));
  }
  TB_ASSERT(::fdatasync(file_) == 0);
}

BareDisk::~BareDisk() { ::close(file_); }

void BareDisk::write(std::uint64_t writes, std::uint64_t bytes, base::Histogram& latency_ns) {
  using Clock = std::chrono::steady_clock;
  const std::uint64_t size = journal::align_up(bytes, journal::kSectorBytes);
  const std::vector<std::byte> data(size, std::byte{0x5A});
  for (std::uint64_t i = 0; i < writes; ++i) {
    if (offset_ + size > file_bytes_) offset_ = 0;
    const auto begin = Clock::now();
    TB_ASSERT(::pwrite(file_, data.data(), size, static_cast<off_t>(offset_)) ==
              static_cast<ssize_t>(size));
    TB_ASSERT(::fdatasync(file_) == 0);
    const auto took = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begin);
    latency_ns.record(static_cast<std::uint64_t>(took.count()));
    offset_ += size;
  }
}

}  // namespace tribook::bench
