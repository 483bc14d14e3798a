#include "archive/archive_job.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "archive/packed_file.h"
#include "journal/segment_file.h"

namespace tribook::archive {

using journal::DiskStatus;
using journal::SizeResult;

namespace {

constexpr std::size_t kPiece = 1 << 20;
constexpr int kBatchesOfOneStep = 256;

}  // namespace

ArchiveJob::ArchiveJob(journal::Disk& disk, journal::Disk& reading, const Folders& folders,
                       const Segment& segment)
    : disk_(disk),
      reading_(reading),
      folders_(folders),
      segment_(segment),
      path_(journal::join_path(folders.journal, journal::segment_name(segment.id))),
      packed_path_(journal::join_path(folders.archive, file_name(segment.id))),
      unfinished_path_(packed_path_ + std::string(kUnfinished)) {}

ArchiveJob::Step ArchiveJob::step() {
  switch (phase_) {
    case Phase::Begin:
      return begin();
    case Phase::Check:
      return check();
    case Phase::Pack:
      return pack();
    case Phase::Compare:
      return compare();
    case Phase::Publish:
      return publish();
  }
  return Step::Failed;
}

ArchiveJob::Step ArchiveJob::go_to(Phase phase) {
  phase_ = phase;
  return Step::More;
}

ArchiveJob::Step ArchiveJob::fail(std::string problem) {
  problem_ = std::move(problem);
  return Step::Failed;
}

ArchiveJob::Step ArchiveJob::fail(const std::string& path, DiskStatus status) {
  return fail(path + ": " + std::string(to_string(status)));
}

// A copy may be there since before a crash; one that is damaged is made anew.
ArchiveJob::Step ArchiveJob::begin() {
  journal::FileResult opened = disk_.open(path_, journal::Access::Read);
  if (opened.status != DiskStatus::Ok) return fail(path_, opened.status);
  file_ = std::move(opened.file);
  const SizeResult size = file_->size();
  if (size.status != DiskStatus::Ok) return fail(path_, size.status);
  bytes_ = size.bytes;
  journal::FileResult there = open_packed(disk_, packed_path_, segment_.id);
  was_there_ = there.status == DiskStatus::Ok;
  packed_ = std::move(there.file);
  if (was_there_) return go_to(Phase::Compare);
  reader_ = std::make_unique<journal::Reader>(
      reading_, journal::ReaderOptions{folders_.journal, std::nullopt, segment_.first_sequence,
                                       segment_.last_sequence});
  return go_to(Phase::Check);
}

ArchiveJob::Step ArchiveJob::check() {
  for (int batches = 0; batches < kBatchesOfOneStep;) {
    const auto step = reader_->next();
    if (step == journal::Reader::Step::BatchEnd) ++batches;
    if (step != journal::Reader::Step::End) continue;
    const journal::End& end = reader_->end();
    if (end.kind != journal::EndKind::Clean) {
      return fail(end.file + " at offset " + std::to_string(end.offset) + ": " + end.message);
    }
    reader_.reset();
    return begin_to_pack();
  }
  return Step::More;
}

ArchiveJob::Step ArchiveJob::begin_to_pack() {
  const DiskStatus made = disk_.create_directories(folders_.archive);
  if (made != DiskStatus::Ok) return fail(folders_.archive, made);
  const DiskStatus removed = disk_.remove(unfinished_path_);
  if (removed != DiskStatus::Ok && removed != DiskStatus::NotFound) {
    return fail(unfinished_path_, removed);
  }
  journal::FileResult created = disk_.create(unfinished_path_);
  if (created.status != DiskStatus::Ok) return fail(unfinished_path_, created.status);
  packed_ = std::move(created.file);
  FileHeader about{};
  about.segment_id = segment_.id;
  about.segment_bytes = bytes_;
  about.first_sequence = segment_.first_sequence;
  about.last_sequence = segment_.last_sequence;
  packer_ = std::make_unique<Packer>(*file_, *packed_, about);
  return go_to(Phase::Pack);
}

ArchiveJob::Step ArchiveJob::pack() {
  const DiskStatus status = packer_->step();
  if (status != DiskStatus::Ok) return fail(unfinished_path_, status);
  if (!packer_->is_done()) return Step::More;
  packer_.reset();
  journal::FileResult opened = open_packed(disk_, unfinished_path_, segment_.id);
  if (opened.status != DiskStatus::Ok) {
    return opened.problem.empty() ? fail(unfinished_path_, opened.status) : fail(opened.problem);
  }
  packed_ = std::move(opened.file);
  return go_to(Phase::Compare);
}

ArchiveJob::Step ArchiveJob::compare() {
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(2 * kPiece);
  const auto part = std::min<std::uint64_t>(kPiece, bytes_ - compared_);
  const std::span<std::byte> ours(buffer.get(), part);
  const std::span<std::byte> theirs(buffer.get() + kPiece, part);
  const SizeResult read = file_->read_at(compared_, ours);
  if (read.status != DiskStatus::Ok) return fail(path_, read.status);
  const SizeResult unpacked = packed_->read_at(compared_, theirs);
  if (unpacked.status != DiskStatus::Ok) return fail(packed_path_, unpacked.status);
  const bool is_same = read.bytes == part && unpacked.bytes == part &&
                       packed_->size().bytes == bytes_ &&
                       std::memcmp(ours.data(), theirs.data(), part) == 0;
  if (!is_same && was_there_) {
    return fail(packed_path_ + " is there and differs from " + path_ +
                ": one of them is of another journal, or damaged; move that one away");
  }
  if (!is_same) return fail(unfinished_path_ + ": what was written is read otherwise");
  compared_ += part;
  return compared_ == bytes_ ? go_to(Phase::Publish) : Step::More;
}

// The name of a copy that was there may not have been made durable by who gave it.
ArchiveJob::Step ArchiveJob::publish() {
  DiskStatus status = DiskStatus::Ok;
  if (!was_there_) status = disk_.rename(unfinished_path_, packed_path_);
  if (status == DiskStatus::Ok) status = disk_.sync_directory(folders_.archive);
  return status == DiskStatus::Ok ? Step::Done : fail(packed_path_, status);
}

}  // namespace tribook::archive
