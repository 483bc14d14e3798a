#include "archive/archiver.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "archive/format.h"
#include "journal/segment_file.h"
#include "tribook/base/assert.h"
#include "tribook/journal/format.h"

namespace tribook::archive {

using journal::DiskStatus;

namespace {

struct HeaderResult {
  DiskStatus status = DiskStatus::Ok;
  std::optional<journal::SegmentHeader> header;
};

HeaderResult read_header(journal::Disk& disk, const std::string& path) {
  const journal::FileResult opened = disk.open(path, journal::Access::Read);
  if (opened.status != DiskStatus::Ok) return {opened.status, std::nullopt};
  std::array<std::byte, journal::kSectorBytes> sector{};
  const journal::SizeResult read = opened.file->read_at(0, sector);
  if (read.status != DiskStatus::Ok) return {read.status, std::nullopt};
  return {DiskStatus::Ok, journal::parse_header(std::span(sector).first(read.bytes))};
}

}  // namespace

Archiver::Archiver(journal::Disk& disk, ArchiverOptions options, Ports ports)
    : disk_(disk),
      reading_(disk, options.folders.journal, options.folders.archive),
      options_(std::move(options)),
      ports_(std::move(ports)) {
  TB_ASSERT(options_.keep_segments > 0);
}

std::size_t Archiver::work(TimeNs now, Sequence settled) {
  if (job_) return go_on(now);
  return is_due(now) ? begin(now, settled) : 0;
}

// A clock that was set back does not put the next attempt off.
bool Archiver::is_due(TimeNs now) {
  if (!std::exchange(has_begun_, true)) clear_away();
  if (std::exchange(looks_at_once_, false)) return true;
  const auto wait = has_failed_ ? options_.retry_after : options_.look_after;
  return now < last_ || now - last_ >= wait;
}

std::size_t Archiver::begin(TimeNs now, Sequence settled) {
  has_failed_ = false;
  last_ = now;
  Choice choice = choose(settled);
  if (choice.status != DiskStatus::Ok) {
    fail(now, choice.problem + ": " + std::string(to_string(choice.status)));
  } else if (!choice.problem.empty()) {
    fail(now, choice.problem);
  } else if (choice.segment) {
    job_ = std::make_unique<ArchiveJob>(disk_, reading_, options_.folders, *choice.segment);
    return 1;
  }
  return 0;
}

std::size_t Archiver::go_on(TimeNs now) {
  const ArchiveJob::Step step = job_->step();
  if (step == ArchiveJob::Step::More) return 1;
  const std::unique_ptr<ArchiveJob> job = std::move(job_);
  const std::string name = journal::segment_name(job->segment().id);
  if (step == ArchiveJob::Step::Failed) {
    fail(now, name + " cannot be archived: " + job->problem());
    return 1;
  }
  const DiskStatus retired = retire(job->segment().id);
  if (retired != DiskStatus::Ok) {
    fail(now, name + " is archived, but its file cannot be given up: " +
                  std::string(to_string(retired)));
    return 1;
  }
  segments_.fetch_add(1, std::memory_order_relaxed);
  ports_.on_archived(job->segment());
  looks_at_once_ = true;
  return 1;
}

/// The oldest segment in the journal's folder, if it may go.
Archiver::Choice Archiver::choose(Sequence settled) {
  const std::string& folder = options_.folders.journal;
  const auto path_of = [&](std::uint64_t id) {
    return journal::join_path(folder, journal::segment_name(id));
  };
  const journal::ListResult listing = disk_.list(folder);
  if (listing.status != DiskStatus::Ok) return {listing.status, folder, std::nullopt};
  std::vector<std::uint64_t> ids = journal::segment_ids(listing.names);
  while (!ids.empty()) {
    const journal::Finding begun = journal::segment_begun(disk_, path_of(ids.back()));
    if (begun.status != DiskStatus::Ok) return {begun.status, path_of(ids.back()), std::nullopt};
    if (begun.yes) break;
    ids.pop_back();
  }
  // Itself, those that stay, and the one that is being written.
  if (ids.size() < options_.keep_segments + 2) return {};
  const std::uint64_t id = ids.front();
  const HeaderResult own = read_header(disk_, path_of(id));
  if (own.status != DiskStatus::Ok) return {own.status, path_of(id), std::nullopt};
  const HeaderResult next = read_header(reading_, path_of(id + 1));
  if (next.status != DiskStatus::Ok) return {next.status, path_of(id + 1), std::nullopt};
  if (!own.header || !next.header) {
    return {DiskStatus::Ok, path_of(own.header ? id + 1 : id) + " has a damaged header", {}};
  }
  const Segment segment{id, own.header->first_sequence, next.header->first_sequence - 1};
  if (segment.last_sequence > settled.value) return {};
  return {DiskStatus::Ok, "", segment};
}

/// Its archived copy is durable. If the power takes this back, the file is given up once more.
DiskStatus Archiver::retire(std::uint64_t segment_id) {
  const std::string& folder = options_.folders.journal;
  const std::string path = journal::join_path(folder, journal::segment_name(segment_id));
  const journal::ListResult listing = disk_.list(folder);
  if (listing.status != DiskStatus::Ok) return listing.status;
  const auto spares = static_cast<std::size_t>(
      std::count_if(listing.names.begin(), listing.names.end(), journal::is_spare_name));
  const std::string spare = journal::join_path(folder, journal::spare_name(segment_id));
  const DiskStatus given_up =
      spares < options_.spares ? disk_.rename(path, spare) : disk_.remove(path);
  return given_up == DiskStatus::Ok ? disk_.sync_directory(folder) : given_up;
}

/// What an attempt that a crash ended has left.
void Archiver::clear_away() {
  const std::string& folder = options_.folders.archive;
  for (const std::string& name : disk_.list(folder).names) {
    if (!name.ends_with(kUnfinished)) continue;
    static_cast<void>(disk_.remove(journal::join_path(folder, name)));
  }
}

void Archiver::fail(TimeNs now, const std::string& what) {
  has_failed_ = true;
  last_ = now;
  failures_.fetch_add(1, std::memory_order_relaxed);
  ports_.on_failure(what + "; nothing is lost, it is tried again");
}

Archiver::Figures Archiver::figures() const {
  return {segments_.load(std::memory_order_relaxed), failures_.load(std::memory_order_relaxed)};
}

}  // namespace tribook::archive
