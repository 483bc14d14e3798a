#include "backup/archived_check.h"

#include <zlib.h>

#include <algorithm>
#include <utility>

#include "journal/crc32c.h"

namespace tribook::backup {
namespace {

constexpr std::size_t kPiece = 256 << 10;
constexpr const char* kDamaged = "its contents are damaged";

}  // namespace

ArchivedCheck::ArchivedCheck() : output_(kPiece) {}

std::string ArchivedCheck::begin(std::uint64_t segment_id, std::uint64_t file_bytes) {
  segment_ = {};
  segment_id_ = segment_id;
  file_bytes_ = file_bytes;
  header_bytes_ = 0;
  has_stream_ended_ = false;
  unpacked_ = 0;
  packed_crc_ = segment_crc_ = 0;
  return file_bytes < sizeof header_ ? "it is cut short" : std::string();
}

std::string ArchivedCheck::put(std::span<const std::byte> bytes) {
  if (header_bytes_ < sizeof header_) {
    const auto part = bytes.first(std::min(bytes.size(), sizeof header_ - header_bytes_));
    std::copy(part.begin(), part.end(),
              std::as_writable_bytes(std::span(&header_, 1)).begin() +
                  static_cast<std::ptrdiff_t>(header_bytes_));
    header_bytes_ += part.size();
    bytes = bytes.subspan(part.size());
    if (header_bytes_ < sizeof header_) return {};
    std::string problem = take_header();
    if (!problem.empty()) return problem;
  }
  return bytes.empty() ? std::string() : unpack(bytes);
}

std::string ArchivedCheck::take_header() {
  std::string problem = archive::header_fault(header_, file_bytes_, segment_id_);
  if (!problem.empty()) return problem;
  auto stream = std::make_unique<z_stream>();
  if (::inflateInit(stream.get()) != Z_OK) return "there is no memory to unpack it";
  stream_.reset(stream.release());
  return segment_.begin(segment_id_, header_.segment_bytes, Rest::Zeros);
}

std::string ArchivedCheck::unpack(std::span<const std::byte> packed) {
  packed_crc_ = journal::crc32c(packed_crc_, packed);
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
  stream_->avail_in = static_cast<uInt>(packed.size());
  for (;;) {
    if (has_stream_ended_) return stream_->avail_in == 0 ? std::string() : kDamaged;
    stream_->next_out = reinterpret_cast<Bytef*>(output_.data());
    stream_->avail_out = static_cast<uInt>(output_.size());
    const int result = ::inflate(stream_.get(), Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return kDamaged;
    has_stream_ended_ = result == Z_STREAM_END;
    std::string problem = take(std::span(output_).first(output_.size() - stream_->avail_out));
    if (!problem.empty()) return problem;
    if (!has_stream_ended_ && stream_->avail_out > 0) return {};  // it wants more
  }
}

std::string ArchivedCheck::take(std::span<const std::byte> unpacked) {
  unpacked_ += unpacked.size();
  if (unpacked_ > header_.segment_bytes) return kDamaged;
  segment_crc_ = journal::crc32c(segment_crc_, unpacked);
  return segment_.put(unpacked);
}

std::string ArchivedCheck::end() {
  if (header_bytes_ < sizeof header_) return "it is cut short";
  const bool is_whole = has_stream_ended_ && unpacked_ == header_.segment_bytes &&
                        packed_crc_ == header_.packed_crc && segment_crc_ == header_.segment_crc;
  if (!is_whole) return kDamaged;
  std::string problem = segment_.end();
  if (!problem.empty()) return problem;
  const Link there = segment_.link();
  const bool is_as_named = header_.first_sequence == there.before.sequence + 1 &&
                           header_.last_sequence == there.after.sequence;
  return is_as_named ? std::string() : "its header names other records";
}

}  // namespace tribook::backup
