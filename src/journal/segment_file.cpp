#include "journal/segment_file.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "tribook/base/assert.h"

namespace tribook::journal {
namespace {

constexpr std::size_t kZeroChunk = 256 << 10;
alignas(kSectorBytes) std::array<std::byte, kZeroChunk> zeros;  // never written

}  // namespace

std::string join_path(const std::string& directory, const std::string& name) {
  return directory + "/" + name;
}

bool is_zero(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const std::size_t part = std::min(bytes.size(), zeros.size());
    if (std::memcmp(bytes.data(), zeros.data(), part) != 0) return false;
    bytes = bytes.subspan(part);
  }
  return true;
}

FileWindow::FileWindow() : buffer_(std::make_unique_for_overwrite<std::byte[]>(kBytes)) {}

void FileWindow::attach(File* file, std::uint64_t file_bytes) {
  file_ = file;
  file_bytes_ = file_bytes;
  begin_ = 0;
  filled_ = 0;
}

void FileWindow::forget_from(std::uint64_t offset) {
  filled_ = offset > begin_ ? std::min(filled_, offset - begin_) : 0;
}

FileWindow::View FileWindow::at(std::uint64_t offset, std::uint64_t ahead) {
  TB_ASSERT(offset <= file_bytes_ && ahead <= kBytes);
  const std::uint64_t wanted = std::min({kMaxBatchBytes, ahead, file_bytes_ - offset});
  const bool inside = offset >= begin_ && offset + wanted <= begin_ + filled_;
  if (!inside) {
    const std::uint64_t end = begin_ + filled_;
    std::uint64_t kept = 0;
    if (offset >= begin_ && offset < end) {
      kept = end - offset;
      std::memmove(buffer_.get(), buffer_.get() + (offset - begin_), kept);
    }
    begin_ = offset;
    filled_ = kept;
    const std::uint64_t more = std::min(ahead, file_bytes_ - begin_) - kept;
    const SizeResult read = file_->read_at(begin_ + kept, {buffer_.get() + kept, more});
    if (read.status != DiskStatus::Ok) return {read.status, {}};
    // Shorter than its size a moment ago: someone is cutting the file under us.
    if (read.bytes != more) return {DiskStatus::IoError, {}};
    filled_ += read.bytes;
  }
  const std::uint64_t skipped = offset - begin_;
  return {DiskStatus::Ok, {buffer_.get() + skipped, filled_ - skipped}};
}

Finding zero_from(FileWindow& window, std::uint64_t offset) {
  while (offset < window.file_bytes()) {
    const FileWindow::View view = window.at(offset);
    if (view.status != DiskStatus::Ok) return {view.status, false};
    if (!is_zero(view.bytes)) return {DiskStatus::Ok, false};
    offset += view.bytes.size();
  }
  return {DiskStatus::Ok, true};
}

Finding find_footer(FileWindow& window, std::uint64_t segment_id, std::uint64_t& offset,
                    BatchFooter& footer) {
  offset = align_up(std::max(offset, kFirstRecordOffset), kRecordAlignment);
  while (offset + sizeof(BatchFooter) <= window.file_bytes()) {
    const FileWindow::View view = window.at(offset);
    if (view.status != DiskStatus::Ok) return {view.status, false};
    std::uint64_t at = 0;
    for (; at + sizeof(BatchFooter) <= view.bytes.size(); at += kRecordAlignment) {
      std::memcpy(&footer, view.bytes.data() + at, sizeof footer);
      if (footer.header.kind != kFooterKind || footer.header.size != sizeof footer) continue;
      if (footer.self_crc != footer_crc(footer, segment_id)) continue;
      offset += at;
      return {DiskStatus::Ok, true};
    }
    offset += at;
  }
  return {DiskStatus::Ok, false};
}

Finding durability_proof(FileWindow& window, std::uint64_t segment_id, std::uint64_t offset,
                         std::uint64_t sequence) {
  BatchFooter footer;
  for (;; offset += kRecordAlignment) {
    const Finding found = find_footer(window, segment_id, offset, footer);
    if (found.status != DiskStatus::Ok || !found.yes) return found;
    if (sequence == 0) sequence = footer.header.sequence - footer.record_count + 1;
    if (footer.durable_sequence >= sequence) return found;
  }
}

Finding segment_begun(Disk& disk, const std::string& path) {
  FileResult opened = disk.open(path, Access::Read);
  if (opened.status != DiskStatus::Ok) return {opened.status, false};
  std::array<std::byte, kSectorBytes> sector{};
  const SizeResult read = opened.file->read_at(0, sector);
  // Cut within the header's sector: nobody can tell any more, so it counts as begun.
  return {read.status, read.bytes < sector.size() || !is_zero(sector)};
}

DiskStatus write_zeros(File& file, std::uint64_t offset, std::uint64_t end) {
  while (offset < end) {
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(end - offset, kZeroChunk));
    const DiskStatus status = file.write_at(offset, std::span(zeros).first(part));
    if (status != DiskStatus::Ok) return status;
    offset += part;
  }
  return file.sync_data();
}

std::optional<SegmentHeader> parse_header(std::span<const std::byte> sector) {
  if (sector.size() < kSectorBytes) return std::nullopt;
  SegmentHeader header;
  std::memcpy(&header, sector.data(), sizeof header);
  if (header.magic != kMagic || header.crc != header_crc(header)) return std::nullopt;
  if (!is_zero(sector.subspan(sizeof header, kSectorBytes - sizeof header))) return std::nullopt;
  return header;
}

std::vector<std::uint64_t> segment_ids(const std::vector<std::string>& names) {
  std::vector<std::uint64_t> ids;
  for (const std::string& name : names) {
    if (const auto id = parse_segment_name(name)) ids.push_back(*id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace tribook::journal
