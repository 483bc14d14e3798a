#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// All that the journal asks of a file system, so that tests and the simulator can put their own
// beneath it. Nothing here throws on account of the disk: every call answers with a status.
//
// Durability has three parts, as on a POSIX file system: bytes written are durable after
// sync_data() of their file; a file created, renamed or removed stays so after sync_directory() of
// its folder; until then a crash may keep, drop or tear each of them by itself.

namespace tribook::journal {

enum class DiskStatus : std::uint8_t {
  Ok,
  NotFound,
  Exists,    ///< create() of a file that is there
  NoSpace,   ///< disk or quota full; may pass
  ReadOnly,  ///< file system mounted read-only
  Denied,    ///< no permission; from Writer::open also: refused, the message says why
  Locked,    ///< another process (or another owner in this one) holds the lock
  IoError,   ///< anything else; the file's state is not known
};

[[nodiscard]] std::string_view to_string(DiskStatus status);

struct SizeResult {
  DiskStatus status = DiskStatus::Ok;
  std::uint64_t bytes = 0;
};

/// One open file. A file is used by one thread at a time.
class File {
 public:
  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  virtual ~File() = default;

  /// Reads at `offset` until `into` is full or the file ends; `bytes` is what was read.
  [[nodiscard]] virtual SizeResult read_at(std::uint64_t offset, std::span<std::byte> into) = 0;
  /// Writes all of `bytes` or says why not; after an error any part may have been written.
  [[nodiscard]] virtual DiskStatus write_at(std::uint64_t offset,
                                            std::span<const std::byte> bytes) = 0;
  /// Makes what was written durable. After an error nothing may be assumed of any byte written
  /// since the last success, and a second call proves nothing.
  [[nodiscard]] virtual DiskStatus sync_data() = 0;
  [[nodiscard]] virtual SizeResult size() = 0;
  /// Reserves room for `bytes` from the file's start, if the file system can; the size may grow.
  [[nodiscard]] virtual DiskStatus allocate(std::uint64_t bytes) = 0;
};

/// Held until destroyed.
class DirectoryLock {
 public:
  DirectoryLock() = default;
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;
  virtual ~DirectoryLock() = default;
};

enum class Access : std::uint8_t { Read, ReadWrite };

struct FileResult {
  DiskStatus status = DiskStatus::Ok;
  std::unique_ptr<File> file;
  /// Of a file that is there in another form: what is wrong with it, in which file, what to do.
  std::string problem = {};
};

struct LockResult {
  DiskStatus status = DiskStatus::Ok;
  std::unique_ptr<DirectoryLock> lock;
};

struct ListResult {
  DiskStatus status = DiskStatus::Ok;
  std::vector<std::string> names;  ///< plain files, without the folder, sorted
};

/// Calls may come from several threads at once.
class Disk {
 public:
  Disk() = default;
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  virtual ~Disk() = default;

  /// Creates the folder and those above it, durably. Ok if it is there.
  [[nodiscard]] virtual DiskStatus create_directories(const std::string& path) = 0;
  [[nodiscard]] virtual FileResult open(const std::string& path, Access access) = 0;
  /// Creates an empty file for reading and writing.
  [[nodiscard]] virtual FileResult create(const std::string& path) = 0;
  [[nodiscard]] virtual ListResult list(const std::string& directory) = 0;
  /// Replaces `to` if it is there.
  [[nodiscard]] virtual DiskStatus rename(const std::string& from, const std::string& to) = 0;
  [[nodiscard]] virtual DiskStatus remove(const std::string& path) = 0;
  [[nodiscard]] virtual DiskStatus sync_directory(const std::string& path) = 0;
  /// Takes the exclusive lock that the file `path` stands for, creating the file; never waits.
  [[nodiscard]] virtual LockResult lock(const std::string& path) = 0;
};

}  // namespace tribook::journal
