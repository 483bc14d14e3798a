#include "archive/format.h"

#include <cstddef>
#include <span>

#include "journal/crc32c.h"
#include "tribook/journal/format.h"

namespace tribook::archive {
namespace {

constexpr std::string_view kSuffix = ".z";

}  // namespace

std::uint32_t header_crc(const FileHeader& header) {
  const auto bytes = std::as_bytes(std::span(&header, 1));
  return journal::crc32c(0, bytes.first(offsetof(FileHeader, crc)));
}

std::string header_fault(const FileHeader& header, std::uint64_t file_bytes,
                         std::uint64_t segment_id) {
  if (header.magic != kMagic) return "it is no archived segment";
  if (header.format_version != kFormatVersion) {
    return "its format has version " + std::to_string(header.format_version) +
           ", this program reads " + std::to_string(kFormatVersion);
  }
  if (header.crc != header_crc(header)) return "its header is damaged";
  if (header.segment_id != segment_id) {
    return "it is of segment " + std::to_string(header.segment_id) + ": it was renamed or copied";
  }
  if (header.packed_bytes != file_bytes - sizeof header) {
    return "it has not the size that it should have";
  }
  return {};
}

std::string file_name(std::uint64_t segment_id) {
  return journal::segment_name(segment_id).append(kSuffix);
}

std::optional<std::uint64_t> parse_file_name(std::string_view name) {
  if (!name.ends_with(kSuffix)) return std::nullopt;
  name.remove_suffix(kSuffix.size());
  return journal::parse_segment_name(name);
}

}  // namespace tribook::archive
