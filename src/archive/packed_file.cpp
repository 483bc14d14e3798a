#include "archive/packed_file.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "journal/crc32c.h"

namespace tribook::archive {

using journal::DiskStatus;
using journal::SizeResult;

namespace {

constexpr std::size_t kPiece = 256 << 10;

/// What is wrong with the bytes behind the header, or empty.
std::string contents_fault(journal::File& file, const FileHeader& header) {
  const auto piece = std::make_unique_for_overwrite<std::byte[]>(kPiece);
  std::uint32_t crc = 0;
  for (std::uint64_t at = 0; at < header.packed_bytes; at += kPiece) {
    const auto part =
        std::span(piece.get(), std::min<std::uint64_t>(kPiece, header.packed_bytes - at));
    const SizeResult read = file.read_at(sizeof header + at, part);
    if (read.status != DiskStatus::Ok) return std::string(to_string(read.status));
    if (read.bytes != part.size()) return "it is being changed";
    crc = journal::crc32c(crc, part);
  }
  return crc == header.packed_crc ? std::string{} : "its contents are damaged";
}

std::string check(journal::File& file, std::uint64_t segment_id, FileHeader& header) {
  const SizeResult size = file.size();
  if (size.status != DiskStatus::Ok) return std::string(to_string(size.status));
  if (size.bytes < sizeof header) return "it is cut short";
  const SizeResult read = file.read_at(0, std::as_writable_bytes(std::span(&header, 1)));
  if (read.status != DiskStatus::Ok) return std::string(to_string(read.status));
  std::string fault = header_fault(header, size.bytes, segment_id);
  return fault.empty() ? contents_fault(file, header) : fault;
}

}  // namespace

void InflateEnd::operator()(z_stream_s* stream) const {
  ::inflateEnd(stream);
  delete stream;
}

PackedFile::PackedFile(std::unique_ptr<journal::File> file, const FileHeader& header)
    : file_(std::move(file)),
      header_(header),
      input_(std::make_unique_for_overwrite<std::byte[]>(kPiece)) {}

bool PackedFile::rewind() {
  stream_.reset();
  taken_ = position_ = 0;
  auto stream = std::make_unique<z_stream>();
  if (::inflateInit(stream.get()) != Z_OK) return false;
  stream_.reset(stream.release());
  return true;
}

SizeResult PackedFile::read_at(std::uint64_t offset, std::span<std::byte> into) {
  if (offset >= header_.segment_bytes) return {DiskStatus::Ok, 0};
  into = into.first(std::min<std::uint64_t>(into.size(), header_.segment_bytes - offset));
  DiskStatus status = move_to(offset);
  if (status == DiskStatus::Ok) status = unpack(into);
  if (status == DiskStatus::Ok) return {status, into.size()};
  stream_.reset();
  return {status, 0};
}

DiskStatus PackedFile::move_to(std::uint64_t offset) {
  if ((!stream_ || offset < position_) && !rewind()) return DiskStatus::IoError;
  if (offset == position_) return DiskStatus::Ok;
  const auto skipped = std::make_unique_for_overwrite<std::byte[]>(kPiece);
  while (position_ < offset) {
    const auto part = std::min<std::uint64_t>(kPiece, offset - position_);
    const DiskStatus status = unpack({skipped.get(), part});
    if (status != DiskStatus::Ok) return status;
  }
  return DiskStatus::Ok;
}

DiskStatus PackedFile::unpack(std::span<std::byte> into) {
  while (!into.empty()) {
    const auto part = into.first(std::min(kPiece, into.size()));
    stream_->next_out = reinterpret_cast<Bytef*>(part.data());
    stream_->avail_out = static_cast<uInt>(part.size());
    while (stream_->avail_out > 0) {
      if (stream_->avail_in == 0) {
        const DiskStatus status = refill();
        if (status != DiskStatus::Ok) return status;
      }
      const int result = ::inflate(stream_.get(), Z_NO_FLUSH);
      const bool has_ended = result == Z_STREAM_END && stream_->avail_out > 0;
      if (has_ended || (result != Z_OK && result != Z_STREAM_END)) return DiskStatus::IoError;
    }
    position_ += part.size();
    into = into.subspan(part.size());
  }
  return DiskStatus::Ok;
}

DiskStatus PackedFile::refill() {
  const auto part = std::min<std::uint64_t>(kPiece, header_.packed_bytes - taken_);
  if (part == 0) return DiskStatus::IoError;
  const SizeResult read = file_->read_at(sizeof(FileHeader) + taken_, {input_.get(), part});
  if (read.status != DiskStatus::Ok) return read.status;
  if (read.bytes != part) return DiskStatus::IoError;
  taken_ += part;
  stream_->next_in = reinterpret_cast<Bytef*>(input_.get());
  stream_->avail_in = static_cast<uInt>(part);
  return DiskStatus::Ok;
}

DiskStatus PackedFile::write_at(std::uint64_t, std::span<const std::byte>) {
  return DiskStatus::Denied;
}
DiskStatus PackedFile::sync_data() { return DiskStatus::Denied; }
SizeResult PackedFile::size() { return {DiskStatus::Ok, header_.segment_bytes}; }
DiskStatus PackedFile::allocate(std::uint64_t) { return DiskStatus::Denied; }

journal::FileResult open_packed(journal::Disk& disk, const std::string& path,
                                std::uint64_t segment_id) {
  journal::FileResult opened = disk.open(path, journal::Access::Read);
  if (opened.status == DiskStatus::NotFound) return opened;
  const auto refused = [&](DiskStatus status, const std::string& what) {
    return journal::FileResult{status, nullptr,
                               "it is archived, and its archived copy " + path +
                                   " cannot be read: " + what +
                                   "; restore that copy from a backup, do not delete it"};
  };
  if (opened.status != DiskStatus::Ok) {
    return refused(opened.status, std::string(to_string(opened.status)));
  }
  FileHeader header{};
  const std::string fault = check(*opened.file, segment_id, header);
  if (!fault.empty()) return refused(DiskStatus::IoError, fault);
  opened.file = std::make_unique<PackedFile>(std::move(opened.file), header);
  return opened;
}

}  // namespace tribook::archive
