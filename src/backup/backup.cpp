#include "backup/backup.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "backup/archived_check.h"
#include "backup/folder.h"
#include "backup/journal_copy.h"
#include "backup/read_back.h"
#include "backup/rotation.h"
#include "journal/segment_file.h"
#include "snapshot/shelf.h"

namespace tribook::backup {
namespace {

using journal::Access;
using journal::DiskStatus;

/// Each time a segment was archived while it was copied: it will not happen three times over.
constexpr int kTries = 3;
constexpr std::size_t kPieceBytes = 1 << 20;
constexpr std::uint64_t kLargestSmallFile = 1 << 20;
constexpr const char* kPutBack =
    "; put this file back from an earlier backup, until then no new one can be taken";

TimeNs to_second(TimeNs time) { return {time.ns - time.ns % 1'000'000'000}; }

/// One try at a file's contents.
class Attempt {
 public:
  Attempt(journal::Disk& disk, const Request& request, ChunkWriter& chunks)
      : disk_(disk),
        request_(request),
        should_stop_([&request] { return request.should_stop && request.should_stop(); }),
        contents_(chunks),
        journal_(disk, path_of(kJournalFolder), contents_, should_stop_) {
    if (request.store) farthest_ = *request.store;
  }

  // Snapshots first, so that the journal goes as far as each of them; the archive last, so that
  // what leaves the journal meanwhile is there.
  Outcome run() {
    Outcome outcome = copy_small_files();
    if (outcome == Outcome::Done) outcome = copy_snapshots();
    if (outcome == Outcome::Done) outcome = copy_journal();
    if (outcome == Outcome::Done) outcome = copy_archive();
    if (outcome != Outcome::Done) return outcome;
    journal_.state().tell(about_);
    contents_.finish(about_);
    return written();
  }
  [[nodiscard]] const About& about() const { return about_; }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  [[nodiscard]] std::string path_of(std::string_view name) const {
    return journal::join_path(request_.data, std::string(name));
  }
  Outcome fail(const std::string& path, DiskStatus status) {
    problem_ = path + ": " + std::string(to_string(status));
    return Outcome::Failed;
  }
  // A disk that refused the copy is told by whoever has its name.
  [[nodiscard]] Outcome written() const {
    if (should_stop_()) return Outcome::Stopped;
    return contents_.status() == DiskStatus::Ok ? Outcome::Done : Outcome::Failed;
  }

  Outcome copy_small_files() {
    const journal::ListResult listing = disk_.list(request_.data);
    if (listing.status != DiskStatus::Ok && listing.status != DiskStatus::NotFound) {
      return fail(request_.data, listing.status);
    }
    for (const std::string& name : listing.names) {
      if (name != kSecretName && !is_config_name(name)) continue;
      const Outcome outcome = copy_file(name, kLargestSmallFile);
      if (outcome != Outcome::Done) return outcome;
    }
    return Outcome::Done;
  }

  // One that is damaged is of no use, and one that has gone was not needed.
  Outcome copy_snapshots() {
    const snapshot::Shelf shelf(disk_, path_of(kSnapshotFolder), 1);
    for (const Sequence sequence : shelf.list()) {
      const snapshot::DecodeResult read = shelf.get(sequence);
      if (!read.snapshot) continue;
      const std::vector<std::byte> bytes = snapshot::encode(*read.snapshot);
      contents_.begin_file(std::string(kSnapshotFolder) + "/" + snapshot::file_name(sequence),
                           bytes.size());
      contents_.put(bytes);
      contents_.end_file();
      ++about_.snapshots;
      if (sequence.value > farthest_.last) farthest_ = {shelf.path_of(sequence), sequence.value};
      if (const Outcome outcome = written(); outcome != Outcome::Done) return outcome;
    }
    return Outcome::Done;
  }

  Outcome copy_journal() {
    const Outcome outcome = journal_.run();
    problem_ = journal_.problem();
    if (outcome != Outcome::Done || journal_.state().chain.sequence >= farthest_.last) {
      return outcome;
    }
    // With each durability: it was made of records that were in the journal by then.
    problem_ = path_of(kJournalFolder) + ": the journal ends with record " +
               std::to_string(journal_.state().chain.sequence) + ", but " + farthest_.path +
               " has the records up to " + std::to_string(farthest_.last) +
               ": what clients were told of is lost or damaged, and would not be in the backup. "
               "`tribook verify` tells what a start would do; older backups stay";
    return Outcome::Failed;
  }

  // What the journal's folder has, too, is copied from there; a newer one is of later.
  Outcome copy_archive() {
    const std::string folder = path_of(kArchiveFolder);
    const journal::ListResult listing = disk_.list(folder);
    if (listing.status != DiskStatus::Ok && listing.status != DiskStatus::NotFound) {
      return fail(folder, listing.status);
    }
    std::set<std::uint64_t> missing = journal_.gone();
    for (const std::string& name : listing.names) {
      const auto id = archive::parse_file_name(name);
      if (!id || *id >= journal_.state().first_segment) continue;
      const Outcome outcome =
          copy_file(std::string(kArchiveFolder) + "/" + name, ~std::uint64_t{0}, id);
      if (outcome != Outcome::Done) return outcome;
      missing.erase(*id);
    }
    if (missing.empty()) return Outcome::Done;
    problem_ = path_of(kJournalFolder) + ": segment " + std::to_string(*missing.begin()) +
               " is neither here nor in the archive";
    return Outcome::Changed;
  }

  // As it is when it is opened; it is written once and never changed.
  Outcome copy_file(const std::string& name, std::uint64_t largest,
                    std::optional<std::uint64_t> archived = std::nullopt) {
    const std::string path = path_of(name);
    const journal::FileResult opened = disk_.open(path, Access::Read);
    if (opened.status == DiskStatus::NotFound) return Outcome::Done;
    if (opened.status != DiskStatus::Ok) return fail(path, opened.status);
    const journal::SizeResult size = opened.file->size();
    if (size.status != DiskStatus::Ok) return fail(path, size.status);
    if (size.bytes > largest) return Outcome::Done;
    std::string fault = archived ? archived_.begin(*archived, size.bytes) : std::string();
    if (!fault.empty()) return damaged(path, fault);
    if (archived) ++about_.archived_segments;
    contents_.begin_file(name, size.bytes);
    std::vector<std::byte> piece(std::min<std::uint64_t>(size.bytes, kPieceBytes));
    for (std::uint64_t at = 0; at < size.bytes; at += piece.size()) {
      piece.resize(std::min<std::uint64_t>(size.bytes - at, kPieceBytes));
      const journal::SizeResult read = opened.file->read_at(at, piece);
      if (read.status != DiskStatus::Ok) return fail(path, read.status);
      if (read.bytes != piece.size()) {
        problem_ = path + ": was cut while it was copied";
        return Outcome::Changed;
      }
      if (archived) fault = archived_.put(piece);
      if (!fault.empty()) return damaged(path, fault);
      contents_.put(piece);
      if (const Outcome outcome = written(); outcome != Outcome::Done) return outcome;
    }
    if (archived) fault = archived_.end();
    if (!fault.empty()) return damaged(path, fault);
    contents_.end_file();
    return Outcome::Done;
  }
  Outcome damaged(const std::string& path, const std::string& fault) {
    problem_ = path + ": " + fault + kPutBack;
    return Outcome::Failed;
  }

  journal::Disk& disk_;
  const Request& request_;
  const std::function<bool()> should_stop_;
  ContentsWriter contents_;
  JournalCopy journal_;
  ArchivedCheck archived_;
  Witness farthest_;  // of those that were there before the journal was copied
  About about_;
  std::string problem_;
};

class Backup {
 public:
  Backup(journal::Disk& disk, const Request& request, const Key& key)
      : disk_(disk),
        request_(request),
        key_(key),
        folder_(disk, request.folder),
        name_{to_second(request.now), 0} {
    const std::string name = request.file.empty() ? file_name(name_) : request.file;
    unfinished_ = journal::join_path(request.folder, name + std::string(kUnfinished));
  }

  Taken run() {
    std::unique_ptr<journal::DirectoryLock> lock;
    taken_.problem = folder_.lock(lock);
    if (!taken_.problem.empty() || is_there_already()) return taken_;
    folder_.remove_unfinished();
    Outcome outcome = Outcome::Changed;
    for (int i = 0; i < kTries && outcome == Outcome::Changed; ++i) outcome = write();
    if (outcome == Outcome::Done) outcome = read_back();
    if (outcome == Outcome::Done) outcome = name_it();
    taken_.was_stopped = outcome == Outcome::Stopped;
    if (taken_.was_stopped) taken_.problem = "stopped";
    if (outcome == Outcome::Done) {
      taken_.problem.clear();
      if (request_.keep) rotate();
    } else {
      static_cast<void>(disk_.remove(unfinished_));
    }
    return taken_;
  }

 private:
  Outcome fail(const std::string& path, DiskStatus status) {
    taken_.problem = path + ": the backup cannot be written: " + std::string(to_string(status));
    return Outcome::Failed;
  }

  [[nodiscard]] std::string path_of_file() const {
    return request_.file.empty() ? folder_.path_of(name_)
                                 : journal::join_path(request_.folder, request_.file);
  }

  bool is_there_already() {
    if (request_.file.empty()) return false;
    const std::string path = path_of_file();
    if (disk_.open(path, Access::Read).status == DiskStatus::NotFound) return false;
    taken_.problem = path + ": is there already; a backup is never written over";
    return true;
  }

  Outcome write() {
    const DiskStatus removed = disk_.remove(unfinished_);
    if (removed != DiskStatus::Ok && removed != DiskStatus::NotFound) {
      return fail(unfinished_, removed);
    }
    const journal::FileResult made = disk_.create(unfinished_);
    if (made.status != DiskStatus::Ok) return fail(unfinished_, made.status);
    ChunkWriter chunks(*made.file, key_, request_.now);
    Attempt attempt(disk_, request_, chunks);
    const Outcome outcome = attempt.run();
    taken_.problem = attempt.problem();
    taken_.about = attempt.about();
    taken_.bytes = chunks.bytes_written();
    if (chunks.status() != DiskStatus::Ok) return fail(unfinished_, chunks.status());
    return outcome;
  }

  Outcome read_back() {
    const Inspection seen = backup::read_back(disk_, unfinished_, key_, {}, request_.should_stop);
    if (seen.was_stopped) return Outcome::Stopped;
    taken_.problem = seen.problem;
    taken_.about = seen.about;
    taken_.warnings = seen.warnings;
    name_.last_sequence = seen.about.last_sequence;
    if (seen.problem.empty() && !seen.hole.empty()) {
      taken_.problem = request_.data + ": " + seen.hole + "; until then no new one can be taken";
    }
    return taken_.problem.empty() ? Outcome::Done : Outcome::Failed;
  }

  Outcome name_it() {
    taken_.path = path_of_file();
    DiskStatus status = disk_.rename(unfinished_, taken_.path);
    if (status == DiskStatus::Ok) status = disk_.sync_directory(request_.folder);
    return status == DiskStatus::Ok ? Outcome::Done : fail(taken_.path, status);
  }

  void rotate() {
    const Rotated rotated = remove_old(disk_, folder_, {name_, taken_.about}, *request_.keep, key_);
    taken_.removed = rotated.removed;
    taken_.warnings.insert(taken_.warnings.end(), rotated.stay.begin(), rotated.stay.end());
  }

  journal::Disk& disk_;
  const Request& request_;
  const Key& key_;
  Folder folder_;
  FileName name_;
  std::string unfinished_;
  Taken taken_;
};

}  // namespace

Taken take_backup(journal::Disk& disk, const Request& request, const Key& key) {
  return Backup(disk, request, key).run();
}

}  // namespace tribook::backup
