#include "backup/restore.h"

#include <memory>
#include <set>

#include "journal/segment_file.h"

namespace tribook::backup {
namespace {

using journal::DiskStatus;

constexpr std::uint64_t kLargestSegment = std::uint64_t{4} << 30;

class Restoration {
 public:
  Restoration(journal::Disk& disk, std::string folder) : disk_(disk), folder_(std::move(folder)) {}

  ContentsVisitor visitor() {
    return {[this](const std::string& name, Kind kind, std::uint64_t file_bytes) {
              return begin(name, kind, file_bytes);
            },
            [this](std::span<const std::byte> bytes) { return put(bytes); },
            [this] { return end(); }};
  }
  /// The files' names stay from here on.
  std::string sync() {
    for (const std::string& folder : folders_) {
      const DiskStatus status = disk_.sync_directory(folder);
      if (status != DiskStatus::Ok) return problem(folder, status);
    }
    return {};
  }

 private:
  static std::string problem(const std::string& path, DiskStatus status) {
    if (status == DiskStatus::Ok) return {};
    return path + ": " + std::string(to_string(status));
  }

  std::string begin(const std::string& name, Kind kind, std::uint64_t file_bytes) {
    path_ = journal::join_path(folder_, name);
    file_bytes_ = file_bytes;
    at_ = 0;
    if (kind == Kind::Segment && file_bytes > kLargestSegment) return path_ + ": too large";
    const std::string parent = path_.substr(0, path_.find_last_of('/'));
    DiskStatus status = disk_.create_directories(parent);
    if (status != DiskStatus::Ok) return problem(parent, status);
    folders_.insert(folder_);
    folders_.insert(parent);
    journal::FileResult made = disk_.create(path_);
    if (made.status != DiskStatus::Ok) return problem(path_, made.status);
    file_ = std::move(made.file);
    if (kind == Kind::Segment) status = file_->allocate(file_bytes);
    return problem(path_, status);
  }
  std::string put(std::span<const std::byte> bytes) {
    const DiskStatus status = file_->write_at(at_, bytes);
    at_ += bytes.size();
    return problem(path_, status);
  }
  std::string end() {
    const DiskStatus status = journal::write_zeros(*file_, at_, file_bytes_);
    file_.reset();
    return problem(path_, status);
  }

  journal::Disk& disk_;
  const std::string folder_;
  std::set<std::string> folders_;
  std::unique_ptr<journal::File> file_;
  std::string path_;
  std::uint64_t file_bytes_ = 0;
  std::uint64_t at_ = 0;
};

}  // namespace

Inspection restore(journal::Disk& disk, const std::string& path, const Key& key,
                   const std::string& folder) {
  Restoration restoration(disk, folder);
  Inspection inspection = read_back(disk, path, key, restoration.visitor());
  if (inspection.problem.empty()) inspection.problem = restoration.sync();
  return inspection;
}

}  // namespace tribook::backup
