#include "archive/reading_disk.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "archive/format.h"
#include "archive/packed_file.h"
#include "journal/segment_file.h"
#include "tribook/journal/format.h"

namespace tribook::archive {

using journal::DiskStatus;
using journal::FileResult;
using journal::SizeResult;

/// A segment's file in the journal's folder, until it is another's.
class ReadingDisk::SegmentFile final : public journal::File {
 public:
  SegmentFile(journal::Disk& disk, std::string packed_path, std::uint64_t segment_id,
              std::unique_ptr<File> file)
      : disk_(disk),
        packed_path_(std::move(packed_path)),
        segment_id_(segment_id),
        file_(std::move(file)) {}

  SizeResult read_at(std::uint64_t offset, std::span<std::byte> into) override {
    const SizeResult read = file_->read_at(offset, into);
    if (is_packed_ || read.status != DiskStatus::Ok) return read;
    const DiskStatus status = look_again();
    if (status != DiskStatus::Ok) return {status, 0};
    return is_packed_ ? file_->read_at(offset, into) : read;
  }
  DiskStatus write_at(std::uint64_t, std::span<const std::byte>) override {
    return DiskStatus::Denied;
  }
  DiskStatus sync_data() override { return file_->sync_data(); }
  SizeResult size() override { return file_->size(); }
  DiskStatus allocate(std::uint64_t) override { return DiskStatus::Denied; }

 private:
  /// Is it still what it was opened as? A header that does not say so may also be damaged, or not
  /// written yet: then there is no archived copy, and the caller sees what is there.
  DiskStatus look_again() {
    journal::SegmentHeader header{};
    const SizeResult read = file_->read_at(0, std::as_writable_bytes(std::span(&header, 1)));
    if (read.status != DiskStatus::Ok) return read.status;
    if (header.magic == journal::kMagic && header.segment_id == segment_id_) return DiskStatus::Ok;
    FileResult packed = open_packed(disk_, packed_path_, segment_id_);
    if (packed.status == DiskStatus::NotFound) return DiskStatus::Ok;
    if (packed.status != DiskStatus::Ok) return packed.status;
    file_ = std::move(packed.file);
    is_packed_ = true;
    return DiskStatus::Ok;
  }

  journal::Disk& disk_;
  const std::string packed_path_;
  const std::uint64_t segment_id_;
  std::unique_ptr<File> file_;
  bool is_packed_ = false;
};

ReadingDisk::ReadingDisk(journal::Disk& disk, std::string journal_directory,
                         std::string archive_directory)
    : disk_(disk),
      journal_directory_(std::move(journal_directory)),
      archive_directory_(std::move(archive_directory)) {}

/// Of a path in the journal's folder.
std::optional<std::uint64_t> ReadingDisk::segment_of(const std::string& path) const {
  const std::size_t folder = journal_directory_.size();
  if (path.size() <= folder || path[folder] != '/' || !path.starts_with(journal_directory_)) {
    return std::nullopt;
  }
  return journal::parse_segment_name(std::string_view(path).substr(folder + 1));
}

std::string ReadingDisk::packed_path(std::uint64_t segment_id) const {
  return journal::join_path(archive_directory_, file_name(segment_id));
}

FileResult ReadingDisk::open(const std::string& path, journal::Access access) {
  FileResult opened = disk_.open(path, access);
  const auto id = segment_of(path);
  if (!id) return opened;
  if (opened.status == DiskStatus::Ok && access == journal::Access::Read) {
    opened.file =
        std::make_unique<SegmentFile>(disk_, packed_path(*id), *id, std::move(opened.file));
  }
  if (opened.status != DiskStatus::NotFound) return opened;
  if (access == journal::Access::Read) return open_packed(disk_, packed_path(*id), *id);
  if (disk_.open(packed_path(*id), journal::Access::Read).status == DiskStatus::Ok) {
    opened.problem = path + " is archived and cannot be written: the journal's folder is older " +
                     "than its archive, or was emptied; restore both from the same backup";
  }
  return opened;
}

// The journal's folder first: what goes from it meanwhile is in the archive before. An archive that
// cannot be listed is as good as none: a start from a snapshot does without, and who needs its
// segments says that they are missing.
journal::ListResult ReadingDisk::list(const std::string& directory) {
  journal::ListResult listing = disk_.list(directory);
  if (directory != journal_directory_) return listing;
  if (listing.status != DiskStatus::Ok && listing.status != DiskStatus::NotFound) return listing;
  const std::size_t in_place = listing.names.size();
  for (const std::string& name : disk_.list(archive_directory_).names) {
    if (const auto id = parse_file_name(name)) listing.names.push_back(journal::segment_name(*id));
  }
  if (listing.names.size() == in_place) return listing;
  listing.status = DiskStatus::Ok;
  std::sort(listing.names.begin(), listing.names.end());
  listing.names.erase(std::unique(listing.names.begin(), listing.names.end()), listing.names.end());
  return listing;
}

DiskStatus ReadingDisk::create_directories(const std::string& path) {
  return disk_.create_directories(path);
}
FileResult ReadingDisk::create(const std::string& path) { return disk_.create(path); }
DiskStatus ReadingDisk::rename(const std::string& from, const std::string& to) {
  return disk_.rename(from, to);
}
DiskStatus ReadingDisk::remove(const std::string& path) { return disk_.remove(path); }
DiskStatus ReadingDisk::sync_directory(const std::string& path) {
  return disk_.sync_directory(path);
}
journal::LockResult ReadingDisk::lock(const std::string& path) { return disk_.lock(path); }

}  // namespace tribook::archive
