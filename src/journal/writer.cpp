#include "tribook/journal/writer.h"

#include <cstring>
#include <utility>

#include "journal/writer_impl.h"
#include "tribook/base/assert.h"

namespace tribook::journal {
namespace {

bool may_pass(DiskStatus status) {
  return status == DiskStatus::NoSpace || status == DiskStatus::ReadOnly;
}

}  // namespace

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
  const std::uint64_t size = sizeof(RecordHeader) + align_up(payload.size(), kRecordAlignment);
  const std::uint64_t padding = size - sizeof(RecordHeader) - payload.size();
  RecordHeader header{0,        static_cast<std::uint16_t>(size),
                      kind,     static_cast<std::uint8_t>(padding << kPaddingShift),
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
  header.crc = record_crc(chain_, {record + sizeof header.crc, extent - sizeof header.crc});
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
  footer.header.crc = record_crc(chain_, bytes.subspan(sizeof footer.header.crc));
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
  const DiskStatus status = header_waits_
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

std::uint64_t Writer::Impl::prepared_room() const {
  const std::uint64_t rest = file_ && !roll_needed_ ? segment_bytes_ - offset_ : 0;
  return rest + (preparer_.is_ready() ? options_.segment_bytes - kFirstRecordOffset : 0);
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
std::uint64_t Writer::prepared_room() const { return impl_->prepared_room(); }
std::uint64_t Writer::segment_bytes() const { return impl_->options_.segment_bytes; }
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
