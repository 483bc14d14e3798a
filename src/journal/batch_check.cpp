#include "journal/batch_check.h"

#include <algorithm>
#include <cstring>

namespace tribook::journal {
namespace {

template <typename T>
T load(std::span<const std::byte> bytes, std::uint64_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

std::uint64_t padding_of(const RecordHeader& header) {
  return static_cast<std::uint64_t>((header.flags & kPaddingMask) >> kPaddingShift);
}

/// How much room the record at the start of `bytes` takes, 0 if that cannot be.
std::uint64_t extent_of(std::span<const std::byte> bytes) {
  const auto header = load<RecordHeader>(bytes, 0);
  const std::uint64_t size = header.size;
  if (size % kRecordAlignment != 0 || size < sizeof(RecordHeader) + padding_of(header)) return 0;
  if ((header.flags & ~(kFlagAttachment | kPaddingMask)) != 0 || header.kind == 0) return 0;
  if (size > bytes.size()) return 0;
  if ((header.flags & kFlagAttachment) == 0) return size;
  if (size + kRecordAlignment > bytes.size()) return 0;
  const std::uint64_t attached = load<std::uint32_t>(bytes, size);
  if (attached == 0 || attached > kMaxAttachmentBytes) return 0;
  const std::uint64_t extent = size + align_up(sizeof(std::uint32_t) + attached, kRecordAlignment);
  return extent > bytes.size() ? 0 : extent;
}

/// Why a footer whose checksum is right is none, or nullptr.
const char* footer_fault(const BatchFooter& footer, const ChainState& last, std::uint32_t records,
                         std::uint64_t batch_bytes, std::uint64_t segment_id) {
  if (footer.header.size != sizeof(BatchFooter) || footer.header.flags != 0 ||
      footer.reserved != 0) {
    return "a batch footer of the wrong shape";
  }
  if (footer.self_crc != footer_crc(footer, segment_id)) {
    return "a batch footer written for another segment";
  }
  if (footer.record_count != records) return "a batch footer with the wrong count of records";
  if (footer.batch_bytes != batch_bytes) return "a batch footer with the wrong count of bytes";
  if (footer.header.sequence != last.sequence || footer.header.time_ns != last.time_ns) {
    return "a batch footer that does not repeat its last record";
  }
  if (footer.durable_sequence > last.sequence - records) {
    return "a batch footer that says it was durable before it was written";
  }
  return nullptr;
}

}  // namespace

BatchCheck check_batch(std::span<const std::byte> bytes, std::uint64_t segment_id,
                       std::uint64_t offset, ChainState before) {
  BatchCheck check;
  ChainState last = before;
  std::uint64_t at = 0;
  std::uint32_t records = 0;
  const auto fault = [&](BatchVerdict verdict, const char* what) {
    check.verdict = verdict;
    check.fault = what;
    check.fault_offset = offset + at;
    return check;
  };
  for (;;) {
    const auto rest = bytes.subspan(at, std::min<std::uint64_t>(bytes.size(), kMaxBatchBytes) - at);
    const bool room = rest.size() >= sizeof(RecordHeader);
    const RecordHeader header = room ? load<RecordHeader>(rest, 0) : RecordHeader{};
    if (header.size == 0) {
      return at == 0 ? fault(BatchVerdict::Nothing, "no record")
                     : fault(BatchVerdict::Damaged, "a batch without its footer");
    }
    const std::uint64_t extent = extent_of(rest);
    if (extent == 0) return fault(BatchVerdict::Damaged, "a record header that cannot be");
    if (record_crc(last.chain, rest.subspan(sizeof header.crc, extent - sizeof header.crc)) !=
        header.crc) {
      return fault(BatchVerdict::Damaged, "a record with a wrong checksum");
    }
    last.chain = header.crc;
    if (header.kind == kFooterKind) {
      if (extent != sizeof(BatchFooter)) {
        return fault(BatchVerdict::Broken, "a batch footer of the wrong shape");
      }
      check.footer = load<BatchFooter>(rest, 0);
      const char* wrong = footer_fault(check.footer, last, records, at + extent, segment_id);
      if (wrong != nullptr) return fault(BatchVerdict::Broken, wrong);
      check.verdict = BatchVerdict::Good;
      check.after = last;
      return check;
    }
    if (header.sequence != last.sequence + 1) {
      return fault(BatchVerdict::Broken, "a record whose sequence does not follow");
    }
    if (header.time_ns < last.time_ns) {
      return fault(BatchVerdict::Broken, "a record whose time runs backwards");
    }
    last.sequence = header.sequence;
    last.time_ns = header.time_ns;
    at += extent;
    ++records;
  }
}

RecordParts split_record(std::span<const std::byte> bytes) {
  RecordParts parts;
  parts.header = load<RecordHeader>(bytes, 0);
  parts.extent = parts.header.size;
  parts.payload = bytes.subspan(
      sizeof(RecordHeader), parts.header.size - sizeof(RecordHeader) - padding_of(parts.header));
  if ((parts.header.flags & kFlagAttachment) != 0) {
    const std::uint64_t attached = load<std::uint32_t>(bytes, parts.extent);
    parts.attachment = bytes.subspan(parts.extent + sizeof(std::uint32_t), attached);
    parts.extent += align_up(sizeof(std::uint32_t) + attached, kRecordAlignment);
  }
  return parts;
}

}  // namespace tribook::journal
