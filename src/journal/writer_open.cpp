#include <array>
#include <cstring>
#include <utility>

#include "journal/batch_check.h"
#include "journal/segment_file.h"
#include "journal/torn_tail.h"
#include "journal/writer_impl.h"

// A writer's start: what the last one left is cut, made durable, or taken over.

namespace tribook::journal {

DiskStatus Writer::Impl::start(const End& found, std::string& message) {
  const EndPosition& end = found.position;
  last_sequence_ = committed_sequence_ = durable_sequence_ = end.last_sequence;
  last_time_ns_ = committed_time_ns_ = end.last_time_ns;
  chain_ = batch_chain_ = end.chain;
  sealed_ = end.sealed;
  const ListResult listing = disk_.list(options_.directory);
  if (listing.status != DiskStatus::Ok) return listing.status;
  DiskStatus status = remove_leftovers(end, listing.names, message);
  if (status == DiskStatus::Ok && !found.kept_as.empty()) {
    status = keep_cut(disk_, options_.directory, found, message);
  }
  if (status == DiskStatus::Ok && end.segment_id != 0) status = resume(end, message);
  if (status == DiskStatus::Ok) status = adopt_prepared(end, message);
  // Names that were read may not have been made durable by who made them.
  if (status == DiskStatus::Ok) status = disk_.sync_directory(options_.directory);
  if (status == DiskStatus::Ok && end.segment_id == 0) status = preparer_.prepare();
  return status;
}

/// Half-made files, and segments that were prepared beyond the one to come: a power cut can leave
/// such a one when it takes back the beginning of the segment before it.
DiskStatus Writer::Impl::remove_leftovers(const EndPosition& end,
                                          const std::vector<std::string>& names,
                                          std::string& message) {
  for (const std::string& name : names) {
    const auto id = parse_segment_name(name);
    const bool passing = name.starts_with("segment-") && name.ends_with(".tmp");
    const bool beyond = id && *id > end.next_segment_id;
    if (!passing && !beyond) continue;
    const std::string path = join_path(options_.directory, name);
    if (beyond) {
      const Finding begun = segment_begun(disk_, path);
      if (begun.status != DiskStatus::Ok) return begun.status;
      if (begun.yes) {
        message = name + " is beyond the end that was read; read the journal again";
        return DiskStatus::Denied;
      }
    }
    const DiskStatus status = disk_.remove(path);
    if (status != DiskStatus::Ok) return status;
  }
  return DiskStatus::Ok;
}

/// Goes on in the last segment. What stands after the last proof of durability is written once more
/// and synced: it may be in the system's memory alone, even after a sync that failed; then the rest
/// of the file is made zero.
DiskStatus Writer::Impl::resume(const EndPosition& end, std::string& message) {
  FileResult opened = disk_.open(path_of(end.segment_id), Access::ReadWrite);
  if (opened.status != DiskStatus::Ok) {
    message = std::move(opened.problem);
    return opened.status;
  }
  file_ = std::move(opened.file);
  segment_id_ = end.segment_id;
  segment_bytes_ = end.segment_bytes;
  offset_ = end.offset;
  prefix_ = offset_ % kSectorBytes;
  roll_needed_ =
      end.rules_version != options_.rules_version || end.fencing_epoch != options_.fencing_epoch;

  FileWindow window;
  window.attach(file_.get(), segment_bytes_);
  const FileWindow::View tail = window.at(offset_);
  if (tail.status != DiskStatus::Ok) return tail.status;
  const ChainState last{chain_, last_sequence_, last_time_ns_};
  if (check_batch(tail.bytes, segment_id_, offset_, last).verdict == BatchVerdict::Good) {
    message = segment_name(segment_id_) + " has grown since it was read; read the journal again";
    return DiskStatus::Denied;
  }
  const std::uint64_t file_end = align_up(offset_, kSectorBytes);
  std::array<std::byte, kSectorBytes> sector{};
  for (std::uint64_t at = end.unproven_offset / kSectorBytes * kSectorBytes; at < file_end;
       at += kSectorBytes) {
    const SizeResult read = file_->read_at(at, sector);
    if (read.status != DiskStatus::Ok) return read.status;
    if (read.bytes != sector.size()) return DiskStatus::IoError;
    if (at + kSectorBytes > offset_) {
      std::memset(sector.data() + prefix_, 0, kSectorBytes - prefix_);
      std::memcpy(image_, sector.data(), prefix_);
    }
    const DiskStatus status = file_->write_at(at, sector);
    if (status != DiskStatus::Ok) return status;
  }
  const Finding rest = zero_from(window, file_end);
  if (rest.status != DiskStatus::Ok) return rest.status;
  return rest.yes ? file_->sync_data() : write_zeros(*file_, file_end, segment_bytes_);
}

/// The segment to come, if an earlier writer has prepared it. Its first batch may have been torn.
DiskStatus Writer::Impl::adopt_prepared(const EndPosition& end, std::string& message) {
  preparer_.start(end.next_segment_id, nullptr);
  FileResult opened = disk_.open(path_of(end.next_segment_id), Access::ReadWrite);
  if (opened.status == DiskStatus::NotFound) return DiskStatus::Ok;
  if (opened.status != DiskStatus::Ok) return opened.status;
  const SizeResult size = opened.file->size();
  if (size.status != DiskStatus::Ok) return size.status;
  FileWindow window;
  window.attach(opened.file.get(), size.bytes);
  const FileWindow::View view = window.at(0);
  if (view.status != DiskStatus::Ok) return view.status;
  if (parse_header(view.bytes)) {
    message = segment_name(end.next_segment_id) +
              " has been begun since the journal was read; read it again";
    return DiskStatus::Denied;
  }
  if (size.bytes != options_.segment_bytes) {
    opened.file.reset();
    return disk_.remove(path_of(end.next_segment_id));
  }
  const Finding clear = zero_from(window, 0);
  if (clear.status != DiskStatus::Ok) return clear.status;
  const DiskStatus status =
      clear.yes ? opened.file->sync_data() : write_zeros(*opened.file, 0, size.bytes);
  if (status == DiskStatus::Ok) preparer_.start(end.next_segment_id, std::move(opened.file));
  return status;
}

namespace {

WriterResult refuse(DiskStatus status, std::string message) {
  return {status, std::move(message), nullptr};
}

/// A full disk under a journal that has no segment yet.
std::string why_not_begun(std::uint64_t segment_bytes) {
  return std::string(to_string(DiskStatus::NoSpace)) + ": a segment of " +
         std::to_string(segment_bytes >> 10) +
         " KiB is made before the first record. Make room, or set journal.segment_bytes lower";
}

/// What is wrong with the options, or empty.
std::string options_fault(const WriterOptions& options, const End& end) {
  if (options.batch_bytes == 0 || options.batch_bytes % kSectorBytes != 0 ||
      options.batch_bytes > kMaxBatchBytes) {
    return "the batch buffer must be whole sectors of 4096 bytes, up to 1 MiB";
  }
  if (options.segment_bytes % kSectorBytes != 0 ||
      options.segment_bytes < kFirstRecordOffset + options.batch_bytes + kSectorBytes) {
    return "a segment must be whole sectors of 4096 bytes, and two more than the batch buffer";
  }
  if (end.position.segment_id != 0 && options.fencing_epoch < end.position.fencing_epoch) {
    return "the journal has fencing epoch " + std::to_string(end.position.fencing_epoch) +
           ", this writer's is " + std::to_string(options.fencing_epoch) +
           ": another writer has taken over";
  }
  if (end.kind != EndKind::Clean && end.kind != EndKind::TornTail) {
    return end.file + " at offset " + std::to_string(end.offset) + ": " + end.message;
  }
  return "";
}

}  // namespace

WriterResult Writer::open(Disk& disk, const WriterOptions& options, const End& end,
                          std::unique_ptr<DirectoryLock> lock) {
  if (std::string fault = options_fault(options, end); !fault.empty()) {
    return refuse(DiskStatus::Denied, std::move(fault));
  }
  const DiskStatus created = disk.create_directories(options.directory);
  if (created != DiskStatus::Ok) {
    return refuse(created, options.directory + ": " + std::string(to_string(created)));
  }
  if (!lock) {
    LockResult taken = disk.lock(join_path(options.directory, kLockName));
    if (taken.status != DiskStatus::Ok) {
      return refuse(taken.status, options.directory + ": " + std::string(to_string(taken.status)) +
                                      "; is another process using this journal?");
    }
    lock = std::move(taken.lock);
  }
  auto impl = std::make_unique<Impl>(disk, options, std::move(lock));
  std::string message;
  const DiskStatus status = impl->start(end, message);
  if (status != DiskStatus::Ok) {
    const bool is_first = end.position.segment_id == 0 && status == DiskStatus::NoSpace;
    if (message.empty()) {
      message = is_first ? why_not_begun(options.segment_bytes) : std::string(to_string(status));
    }
    return refuse(status, options.directory + ": " + message);
  }
  return {DiskStatus::Ok, "", std::unique_ptr<Writer>(new Writer(std::move(impl)))};
}

}  // namespace tribook::journal
