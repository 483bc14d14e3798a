#pragma once

#include <functional>
#include <memory>

#include "archive/archiver.h"
#include "config/config.h"
#include "runtime/stage_thread.h"
#include "tribook/base/time.h"
#include "tribook/journal/disk.h"

namespace tribook::app {

/// Archives the journal's old segments, on a thread that gives way to all others.
class ArchiveKeeper {
 public:
  /// Any thread may be asked: up to which record segments may go.
  using Settled = std::function<Sequence()>;

  /// All that is given outlives it. The disk is the one beneath ReadingDisk.
  ArchiveKeeper(const config::Config& config, journal::Disk& disk, const base::Clock& clock,
                Settled settled);
  ~ArchiveKeeper();
  ArchiveKeeper(const ArchiveKeeper&) = delete;
  ArchiveKeeper& operator=(const ArchiveKeeper&) = delete;

  void start();
  /// A segment that is half archived is begun again at the next start.
  void stop();

  /// Any thread.
  [[nodiscard]] archive::Archiver::Figures figures() const { return archiver_.figures(); }

 private:
  class Stage;

  archive::Archiver archiver_;
  std::unique_ptr<Stage> stage_;
  runtime::StageThread thread_;
};

}  // namespace tribook::app
