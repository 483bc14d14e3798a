#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tribook/journal/disk.h"

namespace tribook::archive {

/// A disk on which the archived segments of a journal lie in the journal's folder, to be read, as
/// if they had never been packed and moved. All else passes through.
///
/// The archiver may be at work meanwhile, in this process or another: a segment that is listed and
/// gone when it is opened is found in the archive, where it was before it went. A file that is
/// opened as a segment goes on being that segment, even if it is written anew as another one: after
/// each read its header is looked at, which is the first thing of it to be overwritten, and from
/// then on the archived copy is read.
class ReadingDisk final : public journal::Disk {
 public:
  /// The disk beneath outlives it and the files opened through it.
  ReadingDisk(journal::Disk& disk, std::string journal_directory, std::string archive_directory);

  [[nodiscard]] journal::DiskStatus create_directories(const std::string& path) override;
  [[nodiscard]] journal::FileResult open(const std::string& path, journal::Access access) override;
  [[nodiscard]] journal::FileResult create(const std::string& path) override;
  [[nodiscard]] journal::ListResult list(const std::string& directory) override;
  [[nodiscard]] journal::DiskStatus rename(const std::string& from, const std::string& to) override;
  [[nodiscard]] journal::DiskStatus remove(const std::string& path) override;
  [[nodiscard]] journal::DiskStatus sync_directory(const std::string& path) override;
  [[nodiscard]] journal::LockResult lock(const std::string& path) override;

 private:
  class SegmentFile;

  [[nodiscard]] std::optional<std::uint64_t> segment_of(const std::string& path) const;
  [[nodiscard]] std::string packed_path(std::uint64_t segment_id) const;

  journal::Disk& disk_;
  const std::string journal_directory_;
  const std::string archive_directory_;
};

}  // namespace tribook::archive
