#include "backup/rotation.h"

#include <algorithm>
#include <optional>

namespace tribook::backup {
namespace {

using journal::DiskStatus;

/// The oldest segment in one without holes.
std::uint64_t first_segment(const About& about) {
  return about.last_segment + 1 - about.segments - about.archived_segments;
}

std::optional<std::uint64_t> first_segment_in(journal::Disk& disk, const std::string& path,
                                              const Key& key) {
  const journal::FileResult opened = disk.open(path, journal::Access::Read);
  if (opened.status != DiskStatus::Ok) return std::nullopt;
  ChunkReader chunks(*opened.file, key);
  const std::optional<About> about = read_about(chunks);
  if (!about) return std::nullopt;
  return first_segment(*about);
}

class Rotation {
 public:
  Rotation(journal::Disk& disk, const Folder& folder, const Made& made, const Key& key)
      : disk_(disk),
        folder_(folder),
        key_(key),
        first_(first_segment(made.about)),
        last_(made.name.last_sequence) {}

  /// Why it stays; empty when it may go. Asked of the newest first.
  std::string why_it_stays(const FileName& name) {
    if (name.last_sequence > last_) {
      last_ = name.last_sequence;
      return "by its name it has records up to " + std::to_string(last_) +
             ", and no newer one goes as far";
    }
    // The usual one: there is nothing that the new one could lack.
    if (first_ == 1) return {};
    const auto first = first_segment_in(disk_, folder_.path_of(name), key_);
    if (!first) return "it cannot be read, so nobody knows whether newer ones have what it has";
    if (*first >= first_) return {};
    first_ = *first;
    return "it has the journal from segment " + std::to_string(*first) +
           " on, and no newer one has that";
  }
  /// It is one of those that are kept anyhow.
  void keep(const FileName& name) {
    last_ = std::max(last_, name.last_sequence);
    if (first_ == 1) return;
    const auto first = first_segment_in(disk_, folder_.path_of(name), key_);
    if (first) first_ = std::min(first_, *first);
  }

 private:
  journal::Disk& disk_;
  const Folder& folder_;
  const Key& key_;
  // Of all that stay:
  std::uint64_t first_;  // segment
  std::uint64_t last_;   // record
};

}  // namespace

// Names of a clock that was ahead must not count for more than the one just made.
Rotated remove_old(journal::Disk& disk, const Folder& folder, const Made& made, std::size_t keep,
                   const Key& key) {
  std::vector<FileName> others = folder.list();
  std::erase(others, made.name);
  Rotation rotation(disk, folder, made, key);
  Rotated rotated;
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (i + 1 < keep) {
      rotation.keep(others[i]);
      continue;
    }
    const std::string path = folder.path_of(others[i]);
    const std::string why = rotation.why_it_stays(others[i]);
    if (!why.empty()) {
      rotated.stay.push_back(path + " stays beside those to be kept: " + why +
                             ". Delete it by hand when it is not wanted");
    } else if (disk.remove(path) == DiskStatus::Ok) {
      ++rotated.removed;
    }
  }
  return rotated;
}

}  // namespace tribook::backup
