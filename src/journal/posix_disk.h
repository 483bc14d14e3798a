#pragma once

#include "tribook/journal/disk.h"

namespace tribook::journal {

/// The machine's file system.
class PosixDisk final : public Disk {
 public:
  [[nodiscard]] DiskStatus create_directories(const std::string& path) override;
  [[nodiscard]] FileResult open(const std::string& path, Access access) override;
  [[nodiscard]] FileResult create(const std::string& path) override;
  [[nodiscard]] ListResult list(const std::string& directory) override;
  [[nodiscard]] DiskStatus rename(const std::string& from, const std::string& to) override;
  [[nodiscard]] DiskStatus remove(const std::string& path) override;
  [[nodiscard]] DiskStatus sync_directory(const std::string& path) override;
  /// An flock: it goes with the process, however that ends.
  [[nodiscard]] LockResult lock(const std::string& path) override;
};

}  // namespace tribook::journal
