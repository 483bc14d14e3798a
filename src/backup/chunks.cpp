#include "backup/chunks.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "gateway/auth/random.h"
#include "journal/crc32c.h"
#include "tribook/base/archive.h"
#include "tribook/base/assert.h"

namespace tribook::backup {
namespace {

using journal::DiskStatus;

constexpr std::array<char, 8> kMagic{'T', 'R', 'I', 'B', 'O', 'O', 'K', 'B'};
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kFrameBytes = 4;  // size and last-mark before each chunk
constexpr std::uint32_t kLastMark = 1U << 31;
constexpr int kFast = 1;  // most of the gain for a quarter of the time
/// Little by little: one large sync would hold up the journal's.
constexpr std::uint64_t kSyncEvery = 8 << 20;

using Frame = std::array<std::byte, kFrameBytes>;

struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint32_t version = kFormatVersion;
  std::uint32_t chunk_bytes = kChunkBytes;
  std::uint64_t key_id = 0;
  Salt salt{};
  TimeNs begun{};
  std::uint32_t crc = 0;  // of all before it
};

template <typename Archive, typename Of>
void describe(Archive& archive, Of& header) {
  archive(header.magic, header.version, header.chunk_bytes, header.key_id, header.salt,
          header.begun);
}

std::vector<std::byte> bytes_of(const Header& header) {
  base::ArchiveWriter archive;
  describe(archive, header);
  archive(journal::crc32c(0, archive.bytes()));
  return archive.take();
}

std::size_t most_packed() { return ::compressBound(kChunkBytes); }

Frame frame_of(std::size_t packed, bool is_last) {
  const std::uint32_t word = static_cast<std::uint32_t>(packed) | (is_last ? kLastMark : 0);
  Frame frame{};
  std::memcpy(frame.data(), &word, sizeof word);
  return frame;
}

const unsigned char* raw(const std::byte* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}
unsigned char* raw(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }

void demand(bool holds) {
  if (!holds) throw std::runtime_error("OpenSSL refused AES-256-GCM");
}

}  // namespace

/// AES-256-GCM under one file's key. The nonce is the chunk's number; authenticated besides are the
/// file's header, that number, and the frame with size and last-mark.
class Cipher {
 public:
  Cipher(const Key& key, std::span<const std::byte> header)
      : key_(key), header_(header.begin(), header.end()), context_(::EVP_CIPHER_CTX_new()) {
    demand(context_ != nullptr);
  }
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;
  ~Cipher() { ::EVP_CIPHER_CTX_free(context_); }

  /// `out` gets the sealed bytes and the tag behind them.
  void seal(std::uint64_t number, const Frame& frame, std::span<const std::byte> plain,
            std::span<std::byte> out) {
    TB_ASSERT(out.size() == plain.size() + kTagBytes);
    begin(true, number, frame);
    int size = 0;
    demand(::EVP_EncryptUpdate(context_, raw(out.data()), &size, raw(plain.data()),
                               static_cast<int>(plain.size())) == 1);
    demand(::EVP_EncryptFinal_ex(context_, raw(out.data()) + size, &size) == 1);
    demand(::EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_GCM_GET_TAG, kTagBytes,
                                 out.data() + plain.size()) == 1);
  }

  /// False when these are not the bytes that were sealed, here and under this key.
  bool open(std::uint64_t number, const Frame& frame, std::span<std::byte> sealed,
            std::span<std::byte> out) {
    TB_ASSERT(sealed.size() == out.size() + kTagBytes);
    begin(false, number, frame);
    int size = 0;
    demand(::EVP_DecryptUpdate(context_, raw(out.data()), &size, raw(sealed.data()),
                               static_cast<int>(out.size())) == 1);
    demand(::EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_GCM_SET_TAG, kTagBytes,
                                 sealed.data() + out.size()) == 1);
    return ::EVP_DecryptFinal_ex(context_, raw(out.data()) + size, &size) == 1;
  }

 private:
  void begin(bool is_sealing, std::uint64_t number, const Frame& frame) {
    std::array<unsigned char, kNonceBytes> nonce{};
    std::memcpy(nonce.data(), &number, sizeof number);
    demand(::EVP_CipherInit_ex(context_, ::EVP_aes_256_gcm(), nullptr, key_.bytes().data(),
                               nonce.data(), is_sealing ? 1 : 0) == 1);
    authenticate(header_);
    authenticate(std::as_bytes(std::span(&number, 1)));
    authenticate(frame);
  }
  void authenticate(std::span<const std::byte> bytes) {
    int size = 0;
    demand(::EVP_CipherUpdate(context_, nullptr, &size, raw(bytes.data()),
                              static_cast<int>(bytes.size())) == 1);
  }

  Key key_;
  std::vector<std::byte> header_;
  EVP_CIPHER_CTX* context_;
};

ChunkWriter::ChunkWriter(journal::File& file, const Key& key, TimeNs begun) : file_(file) {
  Header header;
  header.key_id = key.id();
  header.begun = begun;
  auth::random_bytes(header.salt);
  const std::vector<std::byte> bytes = bytes_of(header);
  TB_ASSERT(bytes.size() == kHeaderBytes);
  cipher_ = std::make_unique<Cipher>(key.of_file(header.salt), bytes);
  buffer_.reserve(kChunkBytes);
  write(bytes);
}

ChunkWriter::~ChunkWriter() = default;

void ChunkWriter::write(std::span<const std::byte> bytes) {
  if (status_ == DiskStatus::Ok) status_ = file_.write_at(offset_, bytes);
  offset_ += bytes.size();
}

DiskStatus ChunkWriter::put(std::span<const std::byte> bytes) {
  while (!bytes.empty() && status_ == DiskStatus::Ok) {
    if (buffer_.size() == kChunkBytes) write_chunk(false);
    const auto part = bytes.first(std::min(bytes.size(), kChunkBytes - buffer_.size()));
    buffer_.insert(buffer_.end(), part.begin(), part.end());
    bytes = bytes.subspan(part.size());
  }
  return status_;
}

void ChunkWriter::write_chunk(bool is_last) {
  std::vector<std::byte> packed(most_packed());
  uLongf size = packed.size();
  if (::compress2(raw(packed.data()), &size, raw(buffer_.data()), buffer_.size(), kFast) != Z_OK) {
    throw std::runtime_error("zlib refused to compress");
  }
  packed.resize(size);
  buffer_.clear();
  const Frame frame = frame_of(packed.size(), is_last);
  std::vector<std::byte> sealed(kFrameBytes + packed.size() + kTagBytes);
  std::copy(frame.begin(), frame.end(), sealed.begin());
  cipher_->seal(chunks_, frame, packed, std::span(sealed).subspan(kFrameBytes));
  ++chunks_;
  write(sealed);
  if (offset_ - synced_ < kSyncEvery || status_ != DiskStatus::Ok) return;
  synced_ = offset_;
  status_ = file_.sync_data();
}

DiskStatus ChunkWriter::finish() {
  write_chunk(true);
  if (status_ == DiskStatus::Ok) status_ = file_.sync_data();
  return status_;
}

ChunkReader::ChunkReader(journal::File& file, const Key& key) : file_(file) { begin(key); }
ChunkReader::~ChunkReader() = default;

bool ChunkReader::fail(const std::string& what) {
  if (problem_.empty()) problem_ = "at offset " + std::to_string(offset_) + ": " + what;
  return false;
}

bool ChunkReader::read_file(std::span<std::byte> into) {
  if (into.size() > file_bytes_ - offset_) return fail("it is cut short");
  const journal::SizeResult got = file_.read_at(offset_, into);
  if (got.status != DiskStatus::Ok) return fail(std::string(to_string(got.status)));
  if (got.bytes != into.size()) return fail("it is cut short");
  offset_ += into.size();
  return true;
}

void ChunkReader::begin(const Key& key) {
  const journal::SizeResult size = file_.size();
  file_bytes_ = size.bytes;
  if (size.status != DiskStatus::Ok) return static_cast<void>(fail("it cannot be read"));
  std::vector<std::byte> bytes(kHeaderBytes);
  if (!read_file(bytes)) return;
  Header header;
  base::ArchiveReader archive(bytes);
  describe(archive, header);
  archive(header.crc);
  offset_ = 0;
  if (header.magic != kMagic) return static_cast<void>(fail("it is no backup"));
  if (header.version != kFormatVersion) {
    fail("its format has version " + std::to_string(header.version) + ", this program reads " +
         std::to_string(kFormatVersion));
    return;
  }
  if (bytes_of(header) != bytes) return static_cast<void>(fail("its header is damaged"));
  if (header.chunk_bytes > kChunkBytes) return static_cast<void>(fail("its chunks are too large"));
  if (header.key_id != key.id()) return static_cast<void>(fail("it was made with another key"));
  offset_ = kHeaderBytes;
  begun_ = header.begun;
  cipher_ = std::make_unique<Cipher>(key.of_file(header.salt), bytes);
}

bool ChunkReader::next_chunk() {
  if (!problem_.empty() || was_last_) return false;
  Frame frame{};
  const std::uint64_t begin = offset_;
  if (!read_file(frame)) return false;
  std::uint32_t word = 0;
  std::memcpy(&word, frame.data(), sizeof word);
  const std::size_t packed = word & ~kLastMark;
  const auto damaged = [&](const char* what) {
    offset_ = begin;
    return fail(what);
  };
  if (packed > most_packed()) return damaged("a chunk's size cannot be");
  sealed_.resize(packed + kTagBytes);
  if (!read_file(sealed_)) return false;
  packed_.resize(packed);
  if (!cipher_->open(chunks_, frame, sealed_, packed_)) {
    return damaged("a chunk is damaged, or not where it belongs");
  }
  plain_.resize(kChunkBytes);
  uLongf size = plain_.size();
  if (::uncompress(raw(plain_.data()), &size, raw(packed_.data()), packed_.size()) != Z_OK) {
    return damaged("a chunk cannot be unpacked");
  }
  plain_.resize(size);
  taken_ = 0;
  ++chunks_;
  was_last_ = (word & kLastMark) != 0;
  if (was_last_ && offset_ != file_bytes_) return fail("bytes behind the last chunk");
  return true;
}

/// To the last but one, or to the first if there is no other: all but the last are full.
bool ChunkReader::skip_to_last_chunks() {
  std::uint64_t before = offset_;
  for (std::uint64_t number = 0;; ++number) {
    const std::uint64_t begin = offset_;
    Frame frame{};
    if (!read_file(frame)) return false;
    std::uint32_t word = 0;
    std::memcpy(&word, frame.data(), sizeof word);
    if ((word & kLastMark) != 0) {
      offset_ = before;
      chunks_ = number - (number == 0 ? 0 : 1);
      return true;
    }
    const std::uint64_t sealed = (word & ~kLastMark) + kTagBytes;
    if (sealed > file_bytes_ - offset_) return fail("it is cut short");
    offset_ += sealed;
    before = begin;
  }
}

bool ChunkReader::skip_to_last(std::size_t bytes) {
  TB_ASSERT(chunks_ == 0 && plain_.empty() && bytes <= kChunkBytes);
  if (!problem_.empty() || !skip_to_last_chunks()) return false;
  std::vector<std::byte> last;
  while (!was_last_) {
    if (!next_chunk()) return false;
    last.insert(last.end(), plain_.begin(), plain_.end());
  }
  if (last.size() < bytes) return false;
  plain_.assign(last.end() - static_cast<std::ptrdiff_t>(bytes), last.end());
  taken_ = 0;
  return true;
}

bool ChunkReader::read(std::span<std::byte> into) {
  while (!into.empty()) {
    while (taken_ == plain_.size()) {
      if (next_chunk()) continue;
      return fail("it ends too early");
    }
    const std::size_t part = std::min(into.size(), plain_.size() - taken_);
    std::memcpy(into.data(), plain_.data() + taken_, part);
    taken_ += part;
    into = into.subspan(part);
  }
  return problem_.empty();
}

bool ChunkReader::is_at_end() {
  while (taken_ == plain_.size() && next_chunk()) {
  }
  return problem_.empty() && was_last_ && taken_ == plain_.size();
}

}  // namespace tribook::backup
