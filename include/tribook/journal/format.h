#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

// The journal's bytes; docs/JOURNAL.md explains them. Numbers are little-endian, as the structs are
// in memory on every machine this builds for.

namespace tribook::journal {

static_assert(std::endian::native == std::endian::little, "the journal's structs are its bytes");

inline constexpr std::array<char, 8> kMagic{'T', 'R', 'I', 'B', 'O', 'O', 'K', 'J'};
inline constexpr std::uint32_t kFormatVersion = 1;

/// Writes begin and end on these borders, so that no write makes the system read first.
inline constexpr std::uint64_t kSectorBytes = 4096;
/// The segment header has the first sector for itself; the rest of that sector is zero.
inline constexpr std::uint64_t kFirstRecordOffset = kSectorBytes;
inline constexpr std::uint64_t kRecordAlignment = 8;
inline constexpr std::uint64_t kMaxBatchBytes = 1 << 20;
inline constexpr std::uint64_t kMaxPayloadBytes = 65'528 - 24;
inline constexpr std::uint64_t kMaxAttachmentBytes = 256 << 10;

struct SegmentHeader {
  std::array<char, 8> magic;
  std::uint32_t format_version;
  std::uint32_t rules_version;    ///< of the engine that wrote the records
  std::uint64_t segment_id;       ///< from 1, rising by one; the file's name says it too
  std::uint64_t segment_bytes;    ///< the file's size, whole sectors
  std::uint64_t first_sequence;   ///< of the first record that this segment will hold
  std::int64_t previous_time_ns;  ///< of the record before that; 0 if there is none
  std::uint64_t fencing_epoch;    ///< of the writer; never falls
  std::uint32_t chain;  ///< CRC of the record before, footers included; seeds the first record's
  std::uint32_t crc;    ///< CRC32C of the 60 bytes before
};
static_assert(sizeof(SegmentHeader) == 64 && alignof(SegmentHeader) == 8);
static_assert(std::is_trivially_copyable_v<SegmentHeader>);
static_assert(std::has_unique_object_representations_v<SegmentHeader>);

/// Followed by the payload, zeros to a multiple of 8, and, if flagged, an attachment: its length in
/// four bytes, its bytes, and zeros to a multiple of 8.
struct RecordHeader {
  std::uint32_t crc;  ///< CRC32C of all that follows in the record, seeded with the record before's
  std::uint16_t size;      ///< header, payload and padding; a multiple of 8; without the attachment
  std::uint8_t kind;       ///< the caller's, 1 to 254; 255 is a batch's footer
  std::uint8_t flags;      ///< kFlagAttachment, and the payload's padding (0 to 7) in bits 1 to 3
  std::uint64_t sequence;  ///< one more than the record before; a footer repeats its last record's
  std::int64_t time_ns;    ///< never less than the record before's; a footer repeats likewise
};
static_assert(sizeof(RecordHeader) == 24 && alignof(RecordHeader) == 8);
static_assert(std::is_trivially_copyable_v<RecordHeader>);
static_assert(std::has_unique_object_representations_v<RecordHeader>);

inline constexpr std::uint8_t kFooterKind = 255;
inline constexpr std::uint8_t kFlagAttachment = 0x01;
inline constexpr std::uint8_t kPaddingShift = 1;
inline constexpr std::uint8_t kPaddingMask = 0x0E;

/// The last record of a batch. A batch counts only with its footer.
struct BatchFooter {
  RecordHeader header;
  std::uint64_t event_digest;      ///< of the events that the batches before this one gave
  std::uint64_t durable_sequence;  ///< all up to here was known durable when this batch was written
  std::uint32_t record_count;      ///< without the footer; 0 in the seal that a clean close leaves
  std::uint32_t batch_bytes;       ///< with the footer
  std::uint32_t self_crc;          ///< of the fields above but header.crc, seeded by segment
  std::uint32_t reserved;          ///< zero
};
static_assert(sizeof(BatchFooter) == 56 && alignof(BatchFooter) == 8);
static_assert(std::is_trivially_copyable_v<BatchFooter>);
static_assert(std::has_unique_object_representations_v<BatchFooter>);

constexpr std::uint64_t align_up(std::uint64_t value, std::uint64_t border) {
  return (value + border - 1) / border * border;
}

/// What a record takes up in a batch.
constexpr std::uint64_t record_bytes(std::uint64_t payload_bytes, std::uint64_t attachment_bytes) {
  const std::uint64_t fixed = sizeof(RecordHeader) + align_up(payload_bytes, kRecordAlignment);
  if (attachment_bytes == 0) return fixed;
  return fixed + align_up(sizeof(std::uint32_t) + attachment_bytes, kRecordAlignment);
}
static_assert(record_bytes(104, 0) == 128, "an order");
static_assert(record_bytes(40, 0) == 64, "a quote");

/// "segment-0000000000000001.journal"
[[nodiscard]] std::string segment_name(std::uint64_t segment_id);
[[nodiscard]] std::optional<std::uint64_t> parse_segment_name(std::string_view name);

/// A segment that is kept elsewhere and whose blocks wait to be written again:
/// "spare-0000000000000001.journal"
[[nodiscard]] std::string spare_name(std::uint64_t segment_id);
[[nodiscard]] bool is_spare_name(std::string_view name);

/// What was cut off a segment at `offset` and is kept: "segment-0000000000000001.cut-at-6180", the
/// second one of that place "...6180-2".
[[nodiscard]] std::string cut_name(std::uint64_t segment_id, std::uint64_t offset,
                                   std::uint64_t number);

/// The CRC of a record's bytes behind its own, seeded with that of the record before.
[[nodiscard]] std::uint32_t record_crc(std::uint32_t chain, std::span<const std::byte> bytes);
/// The CRC that a header must carry.
[[nodiscard]] std::uint32_t header_crc(const SegmentHeader& header);
/// The self_crc that a footer must carry in segment `segment_id`.
[[nodiscard]] std::uint32_t footer_crc(const BatchFooter& footer, std::uint64_t segment_id);

}  // namespace tribook::journal
