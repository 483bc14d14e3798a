#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "tribook/journal/disk.h"
#include "tribook/journal/format.h"
#include "tribook/journal/reader.h"

namespace tribook::journal {

enum class Durability : std::uint8_t {
  Sync,  ///< commit() returns when the batch is on the disk: a power cut loses nothing acknowledged
  Batch,  ///< the owner calls sync() every so many ms: a power cut loses that much, a killed
          ///< process nothing
  None,   ///< the system writes when it likes: a power cut loses seconds, a killed process nothing
};

struct WriterOptions {
  std::string directory;
  std::uint64_t segment_bytes = 64ULL
                                << 20;       ///< whole sectors, at least kSectorBytes + batch_bytes
  std::uint64_t batch_bytes = 512ULL << 10;  ///< whole sectors, up to kMaxBatchBytes
  Durability durability = Durability::Sync;
  std::uint32_t rules_version = 0;
  std::uint64_t fencing_epoch = 0;  ///< not less than that of the journal's last segment
};

struct WriterCounters {
  std::uint64_t records = 0;
  std::uint64_t batches = 0;
  std::uint64_t bytes = 0;  ///< of batches, footers included
  std::uint64_t syncs = 0;
  std::uint64_t segments = 0;           ///< begun
  std::uint64_t late_preparations = 0;  ///< segments that a commit had to prepare itself
};

class Writer;

struct WriterResult {
  DiskStatus status = DiskStatus::Ok;
  std::string message;  ///< what failed and what to do
  std::unique_ptr<Writer> writer;
};

/// The name of the lock file in a journal's folder.
inline constexpr const char* kLockName = "LOCK";

/// Appends records in batches. All calls but prepare_next() come from the one owning thread; none
/// but open() and prepare_next() allocates, as long as a prepared segment is there when one is
/// needed.
///
/// A commit that returns NoSpace or ReadOnly has kept its batch and may be called again. Any other
/// failure, and every failed sync, is final: the writer never touches the disk again, and the
/// process should stop, since only a new start can tell what is on the disk.
class Writer {
 public:
  /// Takes the folder's lock (unless given it: whoever read the journal should hold it since before
  /// that), cuts a torn tail, makes all that was read durable, and stands ready at `end`. Refuses
  /// an end that is corrupt, unreadable or of another version. Other rules or another epoch than
  /// those of the last segment begin a new one.
  [[nodiscard]] static WriterResult open(Disk& disk, const WriterOptions& options, const End& end,
                                         std::unique_ptr<DirectoryLock> lock = nullptr);
  ~Writer();

  /// Adds a record to the batch; false when the batch is full: commit first.
  /// Asserts: kind 1 to 254; sequence one more than the last; time not less than the last; payload
  /// within kMaxPayloadBytes, attachment within kMaxAttachmentBytes, both within the batch.
  [[nodiscard]] bool append(std::uint8_t kind, std::uint64_t sequence, std::int64_t time_ns,
                            std::span<const std::byte> payload,
                            std::span<const std::byte> attachment = {});

  /// Writes the batch; with Durability::Sync makes it durable too. `event_digest` is that of the
  /// events which the batches before this one gave. Ok and no write if nothing was appended.
  [[nodiscard]] DiskStatus commit(std::uint64_t event_digest);
  /// Makes all committed batches durable; Ok and no call if they are.
  [[nodiscard]] DiskStatus sync();
  /// Commits, syncs and leaves a seal, so that damage to any earlier byte is told from a torn
  /// write. Nothing may be appended afterwards.
  [[nodiscard]] DiskStatus close(std::uint64_t event_digest);

  /// Whether prepare_next() has work.
  [[nodiscard]] bool needs_next_segment() const;
  /// Creates the segment to come, filled with zeros. May be called by one other thread while the
  /// owner appends and commits; a commit that needs the segment meanwhile waits for it.
  [[nodiscard]] DiskStatus prepare_next();
  /// Bytes that can be committed before a segment must be made: the rest of this one, and the next
  /// one if it is there. Owning thread.
  [[nodiscard]] std::uint64_t prepared_room() const;
  [[nodiscard]] std::uint64_t segment_bytes() const;  ///< of a segment to come

  [[nodiscard]] std::uint64_t last_sequence() const;       ///< appended
  [[nodiscard]] std::uint64_t committed_sequence() const;  ///< written
  [[nodiscard]] std::uint64_t durable_sequence() const;    ///< on the disk
  /// What may be acknowledged: durable with Durability::Sync, else committed.
  [[nodiscard]] std::uint64_t releasable_sequence() const;
  [[nodiscard]] bool batch_empty() const;
  [[nodiscard]] std::uint64_t batch_records() const;
  [[nodiscard]] std::uint64_t batch_bytes() const;  ///< waiting, without a footer
  /// Ok, or what stopped the writer for good.
  [[nodiscard]] DiskStatus failure() const;
  [[nodiscard]] const WriterCounters& counters() const;

 private:
  class Impl;
  explicit Writer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tribook::journal
