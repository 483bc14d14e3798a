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
  if (!check_names()) return false;
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

/// None may be missing between two others. What lies before a gap is not looked at when reading
/// begins later than with the first record: it may well begin behind the gap.
bool Reader::Impl::check_names() {
  for (std::size_t i = ids_.size(); i > 1; --i) {
    const std::uint64_t missing = ids_[i - 1] - 1;
    if (ids_[i - 2] == missing) continue;
    if (options_.from_sequence > 1) {
      ids_.erase(ids_.begin(), ids_.begin() + static_cast<std::ptrdiff_t>(i - 1));
      return true;
    }
    index_ = i - 1;
    return finish(EndKind::Corrupt, 0,
                  "the segment before this one, " + segment_name(missing) +
                      ", is missing; restore it from a backup");
  }
  return true;
}

/// The newest segment that begins at or before what is asked for. Where that is the first record of
/// all, only the oldest can be it.
bool Reader::Impl::choose_start() {
  index_ = 0;
  if (options_.from_sequence > 1) {
    for (index_ = ids_.size() - 1; index_ > 0; --index_) {
      std::optional<SegmentHeader> header;
      if (!read_header(ids_[index_], header)) return false;
      if (header && header->first_sequence <= options_.from_sequence) break;
    }
  }
  return enter_segment(true);
}

bool Reader::Impl::begins_late(const SegmentHeader& header) {
  const std::string older = header.segment_id > 1
                                ? "the segments up to " + segment_name(header.segment_id - 1)
                                : "older segments";
  return finish(EndKind::Corrupt, 0,
                "the journal begins here with record " + std::to_string(header.first_sequence) +
                    ", but record " + std::to_string(options_.from_sequence) +
                    " is needed: " + older + " are missing, and so are their archived copies. " +
                    "Put them back, from a backup if need be" +
                    (options_.from_sequence > 1 ? ", or use a newer snapshot" : ""));
}

/// What is kept in another form and damaged there, the disk has checked and can name.
bool Reader::Impl::cannot_open(const FileResult& opened) {
  if (opened.problem.empty()) return unreadable(0, opened.status);
  return finish(EndKind::Corrupt, 0, opened.problem);
}

bool Reader::Impl::attach(std::uint64_t segment_id) {
  FileResult opened = disk_.open(path_of(segment_id), Access::Read);
  if (opened.status != DiskStatus::Ok) return cannot_open(opened);
  file_ = std::move(opened.file);
  const SizeResult size = file_->size();
  window_.attach(file_.get(), size.bytes);
  return size.status == DiskStatus::Ok || unreadable(0, size.status);
}

bool Reader::Impl::read_header(std::uint64_t segment_id, std::optional<SegmentHeader>& header) {
  const FileResult opened = disk_.open(path_of(segment_id), Access::Read);
  if (opened.status != DiskStatus::Ok) return cannot_open(opened);
  std::array<std::byte, kSectorBytes> sector{};
  const SizeResult read = opened.file->read_at(0, sector);
  if (read.status != DiskStatus::Ok) return unreadable(0, read.status);
  header = parse_header(std::span(sector).first(read.bytes));
  return true;
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
  if (!attach(id)) return false;
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
  if (first && options_.from_sequence != 0 && header->first_sequence > options_.from_sequence) {
    return begins_late(*header);
  }
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
