#include "app/archive_keeper.h"

#include <sys/resource.h>

#include <chrono>
#include <string>
#include <utility>

#include "app/log.h"
#include "app/settings.h"
#include "tribook/journal/format.h"

namespace tribook::app {
namespace {

constexpr std::chrono::seconds kLongestPark{1};
constexpr int kLowestPriority = 19;

archive::ArchiverOptions archiver_options(const config::Config& config) {
  archive::ArchiverOptions options;
  options.folders = {journal_directory(config.data_directory),
                     archive_directory(config.data_directory)};
  options.keep_segments = config.journal.keep_segments;
  return options;
}

archive::Archiver::Ports archiver_ports() {
  archive::Archiver::Ports ports;
  ports.on_archived = [](const archive::Segment& segment) {
    log_info("archive: " + journal::segment_name(segment.id) + ", records " +
             std::to_string(segment.first_sequence) + " to " +
             std::to_string(segment.last_sequence));
  };
  ports.on_failure = [](const std::string& what) { log_warning("archive: " + what); };
  return ports;
}

runtime::ThreadOptions thread_options() {
  runtime::ThreadOptions options;
  options.name = "archive";
  options.rounds_before_park = 1;
  options.longest_park = kLongestPark;
  return options;
}

}  // namespace

class ArchiveKeeper::Stage final : public runtime::Stage {
 public:
  Stage(archive::Archiver& archiver, Settled settled)
      : archiver_(archiver), settled_(std::move(settled)) {}
  [[nodiscard]] std::string_view name() const override { return "archive"; }
  // On Linux, of this thread alone. It is as well if it cannot be had.
  void on_start() override { static_cast<void>(setpriority(PRIO_PROCESS, 0, kLowestPriority)); }
  std::size_t do_work(TimeNs now) override { return archiver_.work(now, settled_()); }

 private:
  archive::Archiver& archiver_;
  Settled settled_;
};

ArchiveKeeper::ArchiveKeeper(const config::Config& config, journal::Disk& disk,
                             const base::Clock& clock, Settled settled)
    : archiver_(disk, archiver_options(config), archiver_ports()),
      stage_(std::make_unique<Stage>(archiver_, std::move(settled))),
      thread_(thread_options(), clock, {stage_.get()}) {}

ArchiveKeeper::~ArchiveKeeper() { stop(); }

void ArchiveKeeper::start() { thread_.start(); }
void ArchiveKeeper::stop() { thread_.stop(); }

}  // namespace tribook::app
