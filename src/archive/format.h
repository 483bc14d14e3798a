#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

// The bytes of an archived segment; docs/JOURNAL.md explains them.

namespace tribook::archive {

inline constexpr std::array<char, 8> kMagic{'T', 'R', 'I', 'B', 'O', 'O', 'K', 'Z'};
inline constexpr std::uint32_t kFormatVersion = 1;

/// Followed by the whole segment, compressed with zlib.
struct FileHeader {
  std::array<char, 8> magic;
  std::uint32_t format_version;
  std::uint32_t segment_crc;  ///< CRC32C of the segment
  std::uint64_t segment_id;
  std::uint64_t segment_bytes;
  std::uint64_t first_sequence;  ///< of the records in it
  std::uint64_t last_sequence;
  std::uint64_t packed_bytes;  ///< the rest of the file
  std::uint32_t packed_crc;    ///< CRC32C of it
  std::uint32_t crc;           ///< CRC32C of the 60 bytes before
};
static_assert(sizeof(FileHeader) == 64 && alignof(FileHeader) == 8);
static_assert(std::is_trivially_copyable_v<FileHeader>);
static_assert(std::has_unique_object_representations_v<FileHeader>);

/// The CRC that a header must carry.
[[nodiscard]] std::uint32_t header_crc(const FileHeader& header);

/// What is wrong with the header of an archived segment's file of this size, or empty.
[[nodiscard]] std::string header_fault(const FileHeader& header, std::uint64_t file_bytes,
                                       std::uint64_t segment_id);

/// "segment-0000000000000001.journal.z"
[[nodiscard]] std::string file_name(std::uint64_t segment_id);
[[nodiscard]] std::optional<std::uint64_t> parse_file_name(std::string_view name);

/// What a file is called until it is whole and durable.
inline constexpr std::string_view kUnfinished = ".tmp";

}  // namespace tribook::archive
