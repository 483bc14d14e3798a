#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "archive/packer.h"
#include "tribook/journal/disk.h"
#include "tribook/journal/reader.h"

namespace tribook::archive {

struct Folders {
  std::string journal;
  std::string archive;
};

struct Segment {
  std::uint64_t id = 0;
  std::uint64_t first_sequence = 0;
  std::uint64_t last_sequence = 0;
};

/// One finished segment on its way into the archive, in pieces of about a mebibyte: every record of
/// it is checked, it is packed under a passing name, synced, read back and compared, renamed, and
/// the folder synced. Only then is it done. The segment itself stays.
class ArchiveJob {
 public:
  /// `disk` is that of both folders, `reading` shows archived segments as well. Both outlive it.
  ArchiveJob(journal::Disk& disk, journal::Disk& reading, const Folders& folders,
             const Segment& segment);

  enum class Step : std::uint8_t { More, Done, Failed };
  /// After Done or Failed it has done its work.
  [[nodiscard]] Step step();
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] const Segment& segment() const { return segment_; }

 private:
  enum class Phase : std::uint8_t { Begin, Check, Pack, Compare, Publish };

  Step begin();
  Step check();
  Step begin_to_pack();
  Step pack();
  Step compare();
  Step publish();
  Step go_to(Phase phase);
  Step fail(const std::string& path, journal::DiskStatus status);
  Step fail(std::string problem);

  journal::Disk& disk_;
  journal::Disk& reading_;
  const Folders folders_;
  const Segment segment_;
  const std::string path_;
  const std::string packed_path_;
  const std::string unfinished_path_;
  Phase phase_ = Phase::Begin;
  std::string problem_;
  std::uint64_t bytes_ = 0;
  std::uint64_t compared_ = 0;
  bool was_there_ = false;  // a copy of an earlier attempt, whole
  std::unique_ptr<journal::File> file_;
  std::unique_ptr<journal::File> packed_;  // as it is written, then as it is read back
  std::unique_ptr<Packer> packer_;
  std::unique_ptr<journal::Reader> reader_;
};

}  // namespace tribook::archive
