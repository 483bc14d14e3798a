#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "tribook/journal/disk.h"

namespace tribook::journal {

/// A file system in memory that knows what is durable, for tests and the simulator. Everything that
/// was not synced is a list of changes, in order; crash() asks for the fate of each. It decides
/// nothing itself: same calls, same answers.
///
/// Folders need not be created and their creation is durable. Hooks are called under the disk's
/// mutex: they must not call the disk. A fault hook may throw: the operation has then not begun,
/// and the exception passes to the caller's caller (a power cut between two operations).
class MemoryDisk final : public Disk {
 public:
  struct Change {
    enum class Kind : std::uint8_t { Write, Create, Rename, Remove };
    Kind kind = Kind::Write;
    std::string path;          ///< of a write: the name under which the file was opened
    std::uint64_t offset = 0;  ///< of a write
    std::uint64_t bytes = 0;   ///< of a write
  };
  struct Fate {
    enum class Kind : std::uint8_t { Keep, Drop, Tear, Scatter };
    Kind kind = Kind::Keep;
    std::uint64_t kept_bytes = 0;  ///< of a write that tears: so many from its start reach the disk
    std::uint64_t kept_sectors = 0;  ///< of one that is scattered: a bit for each 512 bytes of it,
                                     ///< counted anew after 64
  };
  using CrashPolicy = std::function<Fate(const Change&)>;

  enum class Operation : std::uint8_t {
    Open,
    Create,
    List,
    Read,
    Write,
    Sync,
    Size,
    Allocate,
    Rename,
    Remove,
    SyncDirectory,
    Lock
  };
  /// Ok lets the operation go on, anything else is its result. A write that fails so has left the
  /// first half of its bytes; after a sync that fails so, what it should have made durable never
  /// becomes so, whatever later syncs say, though it can be read until the crash (as on Linux).
  using FaultHook = std::function<DiskStatus(Operation, const std::string& path)>;

  MemoryDisk();
  ~MemoryDisk() override;

  /// Power fails: what is durable stays, and of the rest what the policy keeps. Open files answer
  /// IoError from then on, locks are free.
  void crash(const CrashPolicy& policy);
  void set_fault_hook(FaultHook hook);
  /// All files' sizes together stay within this; what would grow beyond is refused with NoSpace.
  void set_capacity(std::uint64_t bytes);
  [[nodiscard]] std::uint64_t used_bytes() const;
  [[nodiscard]] std::size_t unsynced_changes() const;

  /// A file's bytes as a reader sees them; empty if there is none.
  [[nodiscard]] std::vector<std::byte> get(const std::string& path) const;
  /// Puts a file there, durably, as if by an outside hand.
  void put(const std::string& path, std::vector<std::byte> bytes);

  [[nodiscard]] DiskStatus create_directories(const std::string& path) override;
  [[nodiscard]] FileResult open(const std::string& path, Access access) override;
  [[nodiscard]] FileResult create(const std::string& path) override;
  [[nodiscard]] ListResult list(const std::string& directory) override;
  [[nodiscard]] DiskStatus rename(const std::string& from, const std::string& to) override;
  [[nodiscard]] DiskStatus remove(const std::string& path) override;
  [[nodiscard]] DiskStatus sync_directory(const std::string& path) override;
  [[nodiscard]] LockResult lock(const std::string& path) override;

 private:
  class OpenFile;
  class HeldLock;
  struct Node;  // a file's contents, durable and as seen
  struct Pending {
    Change change;
    std::string target;  // of a rename
    std::shared_ptr<Node> node;
    std::vector<std::byte> bytes;
  };
  using Names = std::map<std::string, std::shared_ptr<Node>>;

  [[nodiscard]] DiskStatus fault(Operation operation, const std::string& path) const;
  [[nodiscard]] std::uint64_t used_locked() const;
  static void apply_name(Names& names, const Pending& pending);

  mutable std::mutex mutex_;
  Names seen_;
  Names durable_;
  std::vector<Pending> pending_;
  std::set<std::string> directories_;
  std::map<std::string, std::uint64_t> locks_;  // path: generation of the holder
  std::uint64_t generation_ = 0;                // counts crashes
  std::uint64_t capacity_ = ~std::uint64_t{0};
  FaultHook hook_;
};

}  // namespace tribook::journal
