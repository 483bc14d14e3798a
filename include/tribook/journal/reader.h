#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tribook/journal/disk.h"
#include "tribook/journal/format.h"

namespace tribook::journal {

struct RecordView {
  RecordHeader header{};
  std::span<const std::byte> payload;
  std::span<const std::byte> attachment;
  std::uint64_t segment_id = 0;
  std::uint64_t offset = 0;         ///< of the header in the segment's file
  std::uint32_t rules_version = 0;  ///< of the segment
};

struct BatchEnd {
  std::uint64_t event_digest = 0;  ///< of the events that the batches before this one gave
  std::uint64_t durable_sequence = 0;
  std::uint64_t last_sequence = 0;
  std::int64_t last_time_ns = 0;
  std::uint32_t record_count = 0;  ///< 0: a seal, left by a clean close
};

enum class EndKind : std::uint8_t {
  Clean,         ///< nothing after the last whole batch
  TornTail,      ///< bytes follow that nothing shows to have been durable; Writer::open cuts them,
                 ///< and keeps them if whole batches are among them
  Corrupt,       ///< what had been made durable is damaged or missing: do not start
  WrongVersion,  ///< written by another format or other rules: do not start
  Unreadable,    ///< the disk refused
};

[[nodiscard]] std::string_view to_string(EndKind kind);

/// Where reading ended; what Writer::open goes on from. A journal without records that goes on from
/// a snapshot needs last_sequence and last_time_ns set by hand.
struct EndPosition {
  std::uint64_t segment_id = 0;       ///< the last segment with records; 0: none
  std::uint64_t next_segment_id = 1;  ///< of the segment to come
  std::uint64_t segment_bytes = 0;
  std::uint64_t offset = 0;           ///< just after the last whole batch
  std::uint64_t unproven_offset = 0;  ///< no footer says that what stands from here on was synced
  std::uint64_t last_sequence = 0;    ///< 0: no record yet
  std::int64_t last_time_ns = 0;
  std::uint64_t fencing_epoch = 0;
  std::uint32_t rules_version = 0;
  std::uint32_t chain = 0;
  bool sealed = false;  ///< the last batch is a seal
};

/// What stands in the segment behind a torn tail's damage. Only where batches end there is it worth
/// keeping: it is not what one write leaves that tore.
struct Behind {
  std::uint64_t ends = 0;     ///< of batches that begin behind the damage
  std::uint64_t batches = 0;  ///< of them, those that are whole as far as can be told, and hold
  std::uint64_t records = 0;  ///< so many records
  std::uint64_t last_sequence = 0;  ///< of those
};

struct End {
  EndKind kind = EndKind::Clean;
  std::string file;              ///< where the tear or the damage is; empty for a clean end
  std::uint64_t offset = 0;      ///< in that file
  std::string message;           ///< what is wrong and what to do; empty for a clean end
  EndPosition position;          ///< to continue from; meaningful for Clean and TornTail
  Behind behind;                 ///< meaningful for TornTail
  std::uint64_t cut_offset = 0;  ///< of a torn tail: where in `file` Writer::open cuts
  std::string kept_as;  ///< the file in which it keeps what it cuts; empty: nothing worth it
};

struct ReaderOptions {
  std::string directory;
  /// Refuse records of other rules. Unset: read any (`verify`).
  std::optional<std::uint32_t> rules_version;
  /// Give only batches that end at or after this sequence, and of those only records from it on;
  /// earlier segments are not read, and need not be there. A journal that begins later is refused.
  /// 0: all there is, wherever it begins; 1: all there ever was.
  std::uint64_t from_sequence = 0;
  /// Read beside a writer of the same process: give only batches that lie wholly at or before this
  /// sequence, which is one that the writer called releasable and so the end of a batch. What lies
  /// beyond is not looked at, and all up to it must be whole. Reader::go_on() raises it. Unset:
  /// read all there is and judge how it ends.
  std::optional<std::uint64_t> until_sequence = std::nullopt;
};

/// Reads a journal's whole batches in order and checks every byte of them. A record is given only
/// once its batch's footer has been checked.
class Reader {
 public:
  enum class Step : std::uint8_t { Record, BatchEnd, End };

  /// A folder that is missing or empty is an empty journal.
  Reader(Disk& disk, ReaderOptions options);
  ~Reader();

  [[nodiscard]] Step next();
  /// After Step::Record, valid until the next call of next().
  [[nodiscard]] const RecordView& record() const;
  /// After Step::BatchEnd, and from the batch's first record on: what its footer says.
  [[nodiscard]] const BatchEnd& batch_end() const;
  /// After Step::End; next() then gives End until go_on(), and for ever if the end is not clean.
  [[nodiscard]] const End& end() const;
  /// Goes on where reading ended: the writer has come as far as `until_sequence` by now. A lower
  /// one than before is passed over. Cheapest after Step::End. REQUIRES: options.until_sequence.
  void go_on(std::uint64_t until_sequence);
  /// For a progress line: of the segments there are, the number begun by now.
  [[nodiscard]] std::uint64_t segments_total() const;
  [[nodiscard]] std::uint64_t segments_read() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tribook::journal
