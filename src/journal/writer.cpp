#include "tribook/journal/writer.h"

#include <array>
#include <atomic>
#include <cstring>
#include <new>
#include <utility>

#include "journal/batch_check.h"
#include "journal/crc32c.h"
#include "journal/segment_file.h"
#include "journal/segment_preparer.h"
#include "tribook/base/assert.h"

// The batch is built where it will be written from:
//
//   buffer_        image_
//   | header sector | last bytes of the batch before | this batch ... | zeros |
//                   ^ begins on a sector's border in memory and in the file
//
// Batches follow one another without gaps, but whole sectors are written: the sector in which the
// batch before ended is written again with the same bytes in front. So the system never has to read
// a page to write a part of it, and a write that tears leaves the earlier batch as it was. Only a
// segment's first write includes the header's sector.
//
// The chain of checksums runs from record to record regardless of segments, so a batch that does not
// fit is moved to the next segment as it is.

namespace tribook::journal {
namespace {

struct AlignedDelete {
  void operator()(std::byte* bytes) const {
    ::operator delete[](bytes, std::align_val_t{kSectorBytes});
  }
};
using AlignedBuffer = std::unique_ptr<std::byte[], AlignedDelete>;

AlignedBuffer aligned_buffer(std::uint64_t bytes) {
  auto* memory = static_cast<std::byte*>(::operator new[](bytes, std::align_val_t{kSectorBytes}));
  std::memset(memory, 0, bytes);
  return AlignedBuffer(memory);
}

bool may_pass(DiskStatus status) {
  return status == DiskStatus::NoSpace || status == DiskStatus::ReadOnly;
}

}  // namespace

class Writer::Impl {
 public:
  Impl(Disk& disk, const WriterOptions& options, std::unique_ptr<DirectoryLock> lock)
      : disk_(disk),
        options_(options),
        lock_(std::move(lock)),
        preparer_(disk, options.directory, options.segment_bytes),
        buffer_(aligned_buffer(2 * kSectorBytes + options.batch_bytes)),
        image_(buffer_.get() + kSectorBytes) {}

  DiskStatus start(const EndPosition& end, std::string& message);

  bool append(std::uint8_t kind, std::uint64_t sequence, std::int64_t time_ns,
              std::span<const std::byte> payload, std::span<const std::byte> attachment);
  DiskStatus commit(std::uint64_t event_digest);
  DiskStatus sync();
  DiskStatus close(std::uint64_t event_digest);
  DiskStatus prepare();

  [[nodiscard]] DiskStatus failure() const { return failure_.load(std::memory_order_acquire); }
  [[nodiscard]] bool sync_mode() const { return options_.durability == Durability::Sync; }

  Disk& disk_;
  const WriterOptions options_;
  std::unique_ptr<DirectoryLock> lock_;
  SegmentPreparer preparer_;
  WriterCounters counters_;

  std::uint64_t fill_ = 0;  // of the batch, bytes
  std::uint32_t batch_records_ = 0;
  std::uint64_t last_sequence_ = 0;
  std::uint64_t committed_sequence_ = 0;
  std::uint64_t durable_sequence_ = 0;

 private:
  DiskStatus resume(const EndPosition& end, std::string& message);
  DiskStatus adopt_prepared(const EndPosition& end, std::string& message);
  DiskStatus remove_leftovers(const EndPosition& end, const std::vector<std::string>& names,
                              std::string& message);
  DiskStatus roll();
  DiskStatus write_batch(std::uint64_t event_digest);
  void put_header();
  std::uint32_t put_footer(std::uint64_t event_digest);
  DiskStatus fail(DiskStatus status) {
    failure_.store(status, std::memory_order_release);
    return status;
  }
  [[nodiscard]] std::string path_of(std::uint64_t segment_id) const {
    return join_path(options_.directory, segment_name(segment_id));
  }

  AlignedBuffer buffer_;
  std::byte* const image_;
  std::unique_ptr<File> file_;
  std::uint64_t segment_id_ = 0;
  std::uint64_t segment_bytes_ = 0;
  std::uint64_t offset_ = 0;  // in the file, where this batch will begin
  std::uint64_t prefix_ = 0;  // bytes of the batch before at the start of image_
  std::uint32_t chain_ = 0;
  std::uint32_t batch_chain_ = 0;  // chain_ where the batch begins
  std::int64_t last_time_ns_ = 0;
  std::int64_t committed_time_ns_ = 0;
  bool header_waits_ = false;  // the segment's header goes with the next write
  bool roll_needed_ = false;   // nothing more may go into this segment
  bool unsynced_ = false;
  bool sealed_ = false;
  bool closed_ = false;
  std::atomic<DiskStatus> failure_{DiskStatus::Ok};
};

DiskStatus Writer::Impl::start(const EndPosition& end, std::string& message) {
  last_sequence_ = committed_sequence_ = durable_sequence_ = end.last_sequence;
  last_time_ns_ = committed_time_ns_ = end.last_time_ns;
  chain_ = batch_chain_ = end.chain;
  sealed_ = end.sealed;
  const ListResult listing = disk_.list(options_.directory);
  if (listing.status != DiskStatus::Ok) return listing.status;
  DiskStatus status = remove_leftovers(end, listing.names, message);
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
  if (opened.status != DiskStatus::Ok) return opened.status;
  file_ = std::move(opened.file);
  segment_id_ = end.segment_id;
  segment_bytes_ = end.segment_bytes;
  offset_ = end.offset;
  prefix_ = offset_ % kSectorBytes;
  roll_needed_ = end.rules_version != options_.rules_version ||
                 end.fencing_epoch != options_.fencing_epoch;

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
  const DiskStatus status = clear.yes ? opened.file->sync_data()
                                      : write_zeros(*opened.file, 0, size.bytes);
  if (status == DiskStatus::Ok) preparer_.start(end.next_segment_id, std::move(opened.file));
  return status;
}

bool Writer::Impl::append(std::uint8_t kind, std::uint64_t sequence, std::int64_t time_ns,
                          std::span<const std::byte> payload,
                          std::span<const std::byte> attachment) {
  TB_ASSERT(!closed_);
  TB_ASSERT(kind != 0 && kind != kFooterKind);
  TB_ASSERT(sequence == last_sequence_ + 1);
  TB_ASSERT(time_ns >= last_time_ns_);
  TB_ASSERT(payload.size() <= kMaxPayloadBytes);
  TB_ASSERT(attachment.size() <= kMaxAttachmentBytes);
  const std::uint64_t extent = record_bytes(payload.size(), attachment.size());
  const std::uint64_t room = options_.batch_bytes - sizeof(BatchFooter);
  TB_ASSERT(extent <= room);
  if (fill_ + extent > room || failure() != DiskStatus::Ok) return false;

  std::byte* const record = image_ + prefix_ + fill_;
  const std::uint64_t size =
      sizeof(RecordHeader) + align_up(payload.size(), kRecordAlignment);
  const std::uint64_t padding = size - sizeof(RecordHeader) - payload.size();
  RecordHeader header{0,    static_cast<std::uint16_t>(size),
                      kind, static_cast<std::uint8_t>(padding << kPaddingShift),
                      sequence, time_ns};
  // The last word of each part first: it holds the padding.
  if (padding != 0) std::memset(record + size - kRecordAlignment, 0, kRecordAlignment);
  if (!payload.empty()) std::memcpy(record + sizeof header, payload.data(), payload.size());
  if (!attachment.empty()) {
    header.flags |= kFlagAttachment;
    const auto attached = static_cast<std::uint32_t>(attachment.size());
    std::memset(record + extent - kRecordAlignment, 0, kRecordAlignment);
    std::memcpy(record + size, &attached, sizeof attached);
    std::memcpy(record + size + sizeof attached, attachment.data(), attachment.size());
  }
  std::memcpy(record, &header, sizeof header);
  header.crc = crc32c(chain_, {record + sizeof header.crc, extent - sizeof header.crc});
  std::memcpy(record, &header.crc, sizeof header.crc);
  chain_ = header.crc;
  last_sequence_ = sequence;
  last_time_ns_ = time_ns;
  fill_ += extent;
  ++batch_records_;
  return true;
}

/// Ends this segment and turns to the next. The batch stays as it is; only its place moves.
DiskStatus Writer::Impl::roll() {
  if (file_) {
    const DiskStatus synced = sync();
    if (synced != DiskStatus::Ok) return synced;
  }
  SegmentPreparer::Taken taken = preparer_.take();
  if (taken.status != DiskStatus::Ok) return taken.status;
  if (taken.late) ++counters_.late_preparations;
  ++counters_.segments;
  file_ = std::move(taken.file);
  segment_id_ = taken.segment_id;
  segment_bytes_ = options_.segment_bytes;
  std::memmove(image_, image_ + prefix_, fill_);
  prefix_ = 0;
  offset_ = kFirstRecordOffset;
  roll_needed_ = false;
  header_waits_ = true;
  put_header();
  return DiskStatus::Ok;
}

void Writer::Impl::put_header() {
  SegmentHeader header{};
  header.magic = kMagic;
  header.format_version = kFormatVersion;
  header.rules_version = options_.rules_version;
  header.segment_id = segment_id_;
  header.segment_bytes = segment_bytes_;
  header.first_sequence = committed_sequence_ + 1;
  header.previous_time_ns = committed_time_ns_;
  header.fencing_epoch = options_.fencing_epoch;
  header.chain = batch_chain_;
  header.crc = header_crc(header);
  std::memset(buffer_.get(), 0, kSectorBytes);
  std::memcpy(buffer_.get(), &header, sizeof header);
}

/// Behind the batch; the caller counts it in once it is written.
std::uint32_t Writer::Impl::put_footer(std::uint64_t event_digest) {
  BatchFooter footer{};
  footer.header = {0, sizeof footer, kFooterKind, 0, last_sequence_, last_time_ns_};
  footer.event_digest = event_digest;
  footer.durable_sequence = durable_sequence_;
  footer.record_count = batch_records_;
  footer.batch_bytes = static_cast<std::uint32_t>(fill_ + sizeof footer);
  footer.self_crc = footer_crc(footer, segment_id_);
  const auto bytes = std::as_bytes(std::span(&footer, 1));
  footer.header.crc = crc32c(chain_, bytes.subspan(sizeof footer.header.crc));
  std::memcpy(image_ + prefix_ + fill_, &footer, sizeof footer);
  return footer.header.crc;
}

/// Writes the batch with its footer where offset_ says, and starts the next one behind it.
DiskStatus Writer::Impl::write_batch(std::uint64_t event_digest) {
  const std::uint32_t footer_chain = put_footer(event_digest);
  const std::uint64_t batch = fill_ + sizeof(BatchFooter);
  const std::uint64_t end = prefix_ + batch;
  const std::uint64_t padded = align_up(end, kSectorBytes);
  std::memset(image_ + end, 0, padded - end);
  const DiskStatus status =
      header_waits_
          ? file_->write_at(0, {buffer_.get(), kSectorBytes + padded})
          : file_->write_at(offset_ - prefix_, {image_, padded});
  if (status != DiskStatus::Ok) return may_pass(status) ? status : fail(status);
  header_waits_ = false;
  unsynced_ = true;
  ++counters_.batches;
  counters_.records += batch_records_;
  counters_.bytes += batch;
  sealed_ = batch_records_ == 0;
  chain_ = batch_chain_ = footer_chain;
  committed_sequence_ = last_sequence_;
  committed_time_ns_ = last_time_ns_;
  offset_ += batch;
  prefix_ = end % kSectorBytes;
  std::memmove(image_, image_ + end - prefix_, prefix_);
  fill_ = 0;
  batch_records_ = 0;
  return DiskStatus::Ok;
}

DiskStatus Writer::Impl::commit(std::uint64_t event_digest) {
  if (failure() != DiskStatus::Ok) return failure();
  if (fill_ == 0) return DiskStatus::Ok;
  // Each batch leaves room for a seal behind it, so that a seal never begins a segment.
  const std::uint64_t needed = fill_ + 2 * sizeof(BatchFooter);
  if (!file_ || roll_needed_ || offset_ + needed > segment_bytes_) {
    const DiskStatus rolled = roll();
    if (rolled != DiskStatus::Ok) return may_pass(rolled) ? rolled : fail(rolled);
  }
  const DiskStatus written = write_batch(event_digest);
  if (written != DiskStatus::Ok || !sync_mode()) return written;
  return sync();
}

DiskStatus Writer::Impl::sync() {
  if (failure() != DiskStatus::Ok) return failure();
  if (!unsynced_) return DiskStatus::Ok;
  const DiskStatus status = file_->sync_data();
  if (status != DiskStatus::Ok) return fail(status);
  ++counters_.syncs;
  unsynced_ = false;
  durable_sequence_ = committed_sequence_;
  return DiskStatus::Ok;
}

DiskStatus Writer::Impl::close(std::uint64_t event_digest) {
  DiskStatus status = commit(event_digest);
  if (status == DiskStatus::Ok) status = sync();
  if (status != DiskStatus::Ok) return status;
  closed_ = true;
  // In a segment of other rules or another epoch, this writer has written nothing to vouch for.
  if (!file_ || roll_needed_ || sealed_) return status;
  status = write_batch(event_digest);
  return status == DiskStatus::Ok ? sync() : status;
}

DiskStatus Writer::Impl::prepare() {
  return failure() != DiskStatus::Ok ? failure() : preparer_.prepare();
}

namespace {

WriterResult refuse(DiskStatus status, std::string message) {
  return {status, std::move(message), nullptr};
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
  const DiskStatus status = impl->start(end.position, message);
  if (status != DiskStatus::Ok) {
    if (message.empty()) message = to_string(status);
    return refuse(status, options.directory + ": " + message);
  }
  return {DiskStatus::Ok, "", std::unique_ptr<Writer>(new Writer(std::move(impl)))};
}

Writer::Writer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Writer::~Writer() = default;

bool Writer::append(std::uint8_t kind, std::uint64_t sequence, std::int64_t time_ns,
                    std::span<const std::byte> payload, std::span<const std::byte> attachment) {
  return impl_->append(kind, sequence, time_ns, payload, attachment);
}
DiskStatus Writer::commit(std::uint64_t event_digest) { return impl_->commit(event_digest); }
DiskStatus Writer::sync() { return impl_->sync(); }
DiskStatus Writer::close(std::uint64_t event_digest) { return impl_->close(event_digest); }
bool Writer::needs_next_segment() const {
  return impl_->failure() == DiskStatus::Ok && impl_->preparer_.needed();
}
DiskStatus Writer::prepare_next() { return impl_->prepare(); }
std::uint64_t Writer::last_sequence() const { return impl_->last_sequence_; }
std::uint64_t Writer::committed_sequence() const { return impl_->committed_sequence_; }
std::uint64_t Writer::durable_sequence() const { return impl_->durable_sequence_; }
std::uint64_t Writer::releasable_sequence() const {
  return impl_->sync_mode() ? impl_->durable_sequence_ : impl_->committed_sequence_;
}
bool Writer::batch_empty() const { return impl_->fill_ == 0; }
std::uint64_t Writer::batch_records() const { return impl_->batch_records_; }
std::uint64_t Writer::batch_bytes() const { return impl_->fill_; }
DiskStatus Writer::failure() const { return impl_->failure(); }
const WriterCounters& Writer::counters() const { return impl_->counters_; }

}  // namespace tribook::journal
