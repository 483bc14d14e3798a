#include <array>

#include "journal/reader_impl.h"

// A reader's way from segment to segment.

namespace tribook::journal {

bool Reader::Impl::list_segments() {
  ListResult listing = disk_.list(options_.directory);
  if (listing.status == DiskStatus::NotFound) {
    return is_beside_writer() ? ends_early() : finish(EndKind::Clean, 0, "");
  }
  if (listing.status != DiskStatus::Ok) {
    end_.file = options_.directory;
    return unreadable(0, listing.status);
  }
  ids_ = segment_ids(listing.names);
  for (std::size_t i = 1; i < ids_.size(); ++i) {
    if (ids_[i] == ids_[i - 1] + 1) continue;
    index_ = i;
    return finish(EndKind::Corrupt, 0,
                  "the segment before this one, " + segment_name(ids_[i] - 1) +
                      ", is missing; restore it from a backup");
  }
  while (!ids_.empty()) {  // segments prepared and not begun
    index_ = ids_.size() - 1;
    const Finding begun = segment_begun(disk_, path_of(ids_.back()));
    if (begun.status != DiskStatus::Ok) return unreadable(0, begun.status);
    if (begun.yes) break;
    end_.position.next_segment_id = ids_.back();
    ids_.pop_back();
  }
  index_ = 0;
  if (!ids_.empty()) return true;
  return is_beside_writer() ? ends_early() : finish(EndKind::Clean, 0, "");
}

/// The newest segment that begins at or before what is asked for.
bool Reader::Impl::choose_start() {
  if (options_.from_sequence > 0) {
    std::size_t candidate = ids_.size();
    while (candidate > 0) {
      std::optional<SegmentHeader> header;
      index_ = --candidate;
      const DiskStatus status = read_header(ids_[index_], header);
      if (status != DiskStatus::Ok) return unreadable(0, status);
      if (header && header->first_sequence <= options_.from_sequence) break;
      if (header && index_ == 0) {
        return finish(EndKind::Corrupt, 0,
                      "the journal begins with sequence " + std::to_string(header->first_sequence) +
                          ", but reading must begin at " + std::to_string(options_.from_sequence) +
                          "; restore the older segments or use a newer snapshot");
      }
    }
  }
  return enter_segment(true);
}

DiskStatus Reader::Impl::attach(std::uint64_t segment_id) {
  FileResult opened = disk_.open(path_of(segment_id), Access::Read);
  if (opened.status != DiskStatus::Ok) return opened.status;
  file_ = std::move(opened.file);
  const SizeResult size = file_->size();
  window_.attach(file_.get(), size.bytes);
  return size.status;
}

DiskStatus Reader::Impl::read_header(std::uint64_t segment_id,
                                     std::optional<SegmentHeader>& header) {
  FileResult opened = disk_.open(path_of(segment_id), Access::Read);
  if (opened.status != DiskStatus::Ok) return opened.status;
  std::array<std::byte, kSectorBytes> sector{};
  const SizeResult read = opened.file->read_at(0, sector);
  if (read.status != DiskStatus::Ok) return read.status;
  header = parse_header(std::span(sector).first(read.bytes));
  return DiskStatus::Ok;
}

bool Reader::Impl::header_is_wrong(const SegmentHeader& header, bool first) {
  const auto corrupt = [&](const std::string& what) {
    finish(EndKind::Corrupt, 0, what + "; restore this file from a backup");
    return true;
  };
  if (header.format_version != kFormatVersion) {
    finish(EndKind::WrongVersion, 0,
           "journal format " + std::to_string(header.format_version) + ", this program reads " +
               std::to_string(kFormatVersion) + "; use the release that wrote it");
    return true;
  }
  if (options_.rules_version && *options_.rules_version != header.rules_version) {
    finish(EndKind::WrongVersion, 0,
           "written under rules version " + std::to_string(header.rules_version) +
               ", this program has " + std::to_string(*options_.rules_version) +
               ": start the release that wrote it, or give this one another data folder");
    return true;
  }
  if (header.segment_id != ids_[index_]) {
    return corrupt("the header names segment " + std::to_string(header.segment_id) +
                   ": the file was renamed or copied");
  }
  if (header.segment_bytes != window_.file_bytes()) {
    return corrupt("the file has " + std::to_string(window_.file_bytes()) +
                   " bytes, its header says " + std::to_string(header.segment_bytes) +
                   ": it was cut or added to");
  }
  if (first) return false;
  if (header.first_sequence != state_.sequence + 1 || header.chain != state_.chain ||
      header.previous_time_ns != state_.time_ns) {
    return corrupt("the segment does not follow the one before it");
  }
  if (header.fencing_epoch < end_.position.fencing_epoch) {
    return corrupt("the fencing epoch falls from " + std::to_string(end_.position.fencing_epoch) +
                   " to " + std::to_string(header.fencing_epoch) + ": two writers were at work");
  }
  return false;
}

bool Reader::Impl::enter_segment(bool first) {
  const std::uint64_t id = ids_[index_];
  const DiskStatus attached = attach(id);
  if (attached != DiskStatus::Ok) return unreadable(0, attached);
  const FileWindow::View view = window_.at(0);
  if (view.status != DiskStatus::Ok) return unreadable(0, view.status);
  const std::optional<SegmentHeader> header = parse_header(view.bytes);
  EndPosition& position = end_.position;
  if (!header) {
    position.next_segment_id = id;
    if (view.bytes.size() < kSectorBytes) {
      return finish(EndKind::Corrupt, 0,
                    "the file is shorter than its header: it was cut; restore it from a backup");
    }
    return judge(0, "a damaged segment header");
  }
  if (header_is_wrong(*header, first)) return false;
  if (first) {
    state_ = {header->chain, header->first_sequence - 1, header->previous_time_ns};
    position.last_sequence = state_.sequence;
    position.last_time_ns = state_.time_ns;
    position.chain = state_.chain;
  }
  position.segment_id = id;
  position.next_segment_id = id + 1;
  position.segment_bytes = header->segment_bytes;
  position.offset = kFirstRecordOffset;
  position.fencing_epoch = header->fencing_epoch;
  position.rules_version = header->rules_version;
  unproven_.clear();
  return true;
}

/// One that the writer has begun since the folder was listed.
bool Reader::Impl::find_next_segment() {
  const std::uint64_t id = ids_.back() + 1;
  const Finding begun = segment_begun(disk_, path_of(id));
  if (begun.status != DiskStatus::Ok && begun.status != DiskStatus::NotFound) {
    return unreadable(0, begun.status);
  }
  if (!begun.yes) return ends_early();
  ids_.push_back(id);
  return true;
}

}  // namespace tribook::journal
