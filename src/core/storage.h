#pragma once

#include <atomic>
#include <cstdint>

#include "tribook/journal/disk.h"
#include "tribook/message/command.h"

// What the disk leaves the journal. A next segment that cannot be made is noticed as soon as the
// one before it is begun; that one is then the reserve, written and durable as a file already, in
// which those who hold positions are served until there is space again.

namespace tribook::core {

enum class StorageLevel : std::uint8_t {
  Ample,  ///< the next segment is there, or about to be
  Short,  ///< it cannot be made: what can wait is refused
  Last,   ///< and less than a quarter of a segment is left: nearly everything is
  Full,   ///< nothing is left: what was taken waits to be written, all else is refused
};

/// Whether a command is refused, before it is sequenced, while storage is at `level`. A quote is
/// not, it is thinned out (Sequencer); what the house itself asks for never is.
[[nodiscard]] constexpr bool is_refused_at(StorageLevel level, CommandKind kind) {
  if (level == StorageLevel::Full) return true;
  switch (kind) {
    case CommandKind::NewOrder:
    case CommandKind::NewOrderPair:
    case CommandKind::ModifyOrder:
    case CommandKind::CreateAccount:
    case CommandKind::CreateUser:
    case CommandKind::CreateSymbol:
    case CommandKind::Withdraw:
    case CommandKind::PutGroup:
    case CommandKind::PutGroupTerms:
    case CommandKind::PutLimits:
      return level != StorageLevel::Ample;
    case CommandKind::ModifyPosition:
    case CommandKind::UpdateSymbol:
    case CommandKind::Deposit:
    case CommandKind::SetClock:
    case CommandKind::Adjust:
    case CommandKind::ChangeCredit:
    case CommandKind::DecideWithdrawal:
    case CommandKind::ChangeAccount:
    case CommandKind::ChangePassword:
      return level == StorageLevel::Last;
    default:
      return false;
  }
}

/// Told by the journal's thread and the one that prepares segments, read by any.
class Storage {
 public:
  explicit Storage(std::uint64_t segment_bytes) : last_bytes_(segment_bytes / 4) {}

  /// The preparing thread: what became of the next segment.
  void note_preparation(journal::DiskStatus status) {
    status_.store(status, std::memory_order_release);
  }
  /// The journal's thread: what is left of the segment that it writes.
  void note_room(std::uint64_t bytes) { room_.store(bytes, std::memory_order_release); }

  /// The journal's thread: whether a batch waits that the disk had no room for.
  void note_waiting(bool is_waiting) { is_waiting_.store(is_waiting, std::memory_order_release); }
  [[nodiscard]] bool is_waiting() const { return is_waiting_.load(std::memory_order_acquire); }

  [[nodiscard]] StorageLevel level() const {
    if (is_waiting()) return StorageLevel::Full;
    if (status() == journal::DiskStatus::Ok) return StorageLevel::Ample;
    return room() < last_bytes_ ? StorageLevel::Last : StorageLevel::Short;
  }
  /// Ok, or why there is no next segment.
  [[nodiscard]] journal::DiskStatus status() const {
    return status_.load(std::memory_order_acquire);
  }
  /// Bytes of prepared segments that are free.
  [[nodiscard]] std::uint64_t room() const { return room_.load(std::memory_order_acquire); }

 private:
  const std::uint64_t last_bytes_;
  std::atomic<journal::DiskStatus> status_{journal::DiskStatus::Ok};
  std::atomic<std::uint64_t> room_{0};
  std::atomic<bool> is_waiting_{false};
};

}  // namespace tribook::core
