#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "backup/key.h"
#include "tribook/base/time.h"
#include "tribook/journal/disk.h"

// A stream of bytes as a file: compressed and encrypted in chunks; docs/BACKUP.md has the bytes.
// A chunk is bound to the file, to its place in it, and to whether it is the last.

namespace tribook::backup {

inline constexpr std::uint32_t kFormatVersion = 1;
inline constexpr std::size_t kHeaderBytes = 68;
/// Of a chunk before it is compressed, at most.
inline constexpr std::size_t kChunkBytes = 1 << 20;

class Cipher;

class ChunkWriter {
 public:
  /// Into a file that is empty and outlives it.
  ChunkWriter(journal::File& file, const Key& key, TimeNs begun);
  ~ChunkWriter();

  /// The first thing that the disk refused is what every later call gives too. Throws
  /// std::runtime_error when OpenSSL or zlib fails.
  journal::DiskStatus put(std::span<const std::byte> bytes);
  /// Writes the last chunk and syncs the file; nothing may be put afterwards.
  journal::DiskStatus finish();

  [[nodiscard]] journal::DiskStatus status() const { return status_; }
  [[nodiscard]] std::uint64_t bytes_written() const { return offset_; }

 private:
  void write_chunk(bool is_last);
  void write(std::span<const std::byte> bytes);

  journal::File& file_;
  std::unique_ptr<Cipher> cipher_;
  std::vector<std::byte> buffer_;  // waits for its chunk to be full
  std::uint64_t chunks_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t synced_ = 0;
  journal::DiskStatus status_ = journal::DiskStatus::Ok;
};

class ChunkReader {
 public:
  /// The file outlives it.
  ChunkReader(journal::File& file, const Key& key);
  ~ChunkReader();

  /// Passes over all but the last `bytes`; what is passed over is not looked at. False: it has
  /// less, or problem() tells why not. REQUIRES: nothing was read, bytes <= kChunkBytes.
  [[nodiscard]] bool skip_to_last(std::size_t bytes);
  /// Fills it, or says false: then the stream has ended or problem() tells why not.
  [[nodiscard]] bool read(std::span<std::byte> into);
  /// After the last byte, and nothing stands behind it; false also when there is a problem.
  [[nodiscard]] bool is_at_end();
  /// What is wrong with the file and where; empty while nothing is.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] TimeNs begun() const { return begun_; }

 private:
  void begin(const Key& key);
  bool skip_to_last_chunks();
  bool next_chunk();
  bool fail(const std::string& what);
  bool read_file(std::span<std::byte> into);

  journal::File& file_;
  std::unique_ptr<Cipher> cipher_;
  std::vector<std::byte> sealed_;
  std::vector<std::byte> packed_;
  std::vector<std::byte> plain_;
  std::size_t taken_ = 0;  // of plain_
  std::uint64_t chunks_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t file_bytes_ = 0;
  TimeNs begun_{};
  bool was_last_ = false;
  std::string problem_;
};

}  // namespace tribook::backup
