#include "snapshot/snapshot.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "journal/crc32c.h"
#include "tribook/base/archive.h"

namespace tribook::snapshot {
namespace {

constexpr std::array<char, 8> kMagic{'T', 'R', 'I', 'B', 'O', 'O', 'K', 'S'};
constexpr std::size_t kDigits = 20;
constexpr std::string_view kSuffix = ".snapshot";
constexpr std::uint64_t kMostCompressed = 1'100;  // zlib's best is 1,032 to 1
constexpr int kFast = 1;                          // most of the gain for a quarter of the time

// What the header says of one of the parts that follow it.
struct Part {
  std::uint64_t size = 0;
  std::uint64_t compressed = 0;
  std::uint32_t crc = 0;  // of the compressed bytes
};
struct Parts {
  Part state;
  Part candles;
};

template <typename Archive, typename About, typename TheParts>
void describe(Archive& archive, About& about, TheParts& parts) {
  archive(about.rules_version, about.sequence, about.time, about.segment_id, about.offset);
  archive(about.fencing_epoch, about.state_hash, about.room.accounts, about.room.positions);
  archive(about.room.symbols, about.room.client_ids, about.room.orders, about.chain);
  archive(parts.state.crc, parts.state.size, parts.state.compressed);
  archive(parts.candles.crc, parts.candles.size, parts.candles.compressed);
}

// What follows the header's last number.
std::uint32_t header_crc(std::span<const std::byte> file) {
  return journal::crc32c(0, file.first(kHeaderBytes - sizeof(std::uint32_t)));
}

std::vector<std::byte> compress(std::span<const std::byte> bytes) {
  uLongf size = ::compressBound(bytes.size());
  std::vector<std::byte> compressed(size);
  const int result = ::compress2(reinterpret_cast<Bytef*>(compressed.data()), &size,
                                 reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(), kFast);
  if (result != Z_OK) throw std::runtime_error("the snapshot could not be compressed");
  compressed.resize(size);
  return compressed;
}

Part part_of(const std::vector<std::byte>& bytes, const std::vector<std::byte>& compressed) {
  return {bytes.size(), compressed.size(), journal::crc32c(0, compressed)};
}

// Why the part is no good; empty when it is. The sizes are looked at before any room is taken.
std::string unpack(std::span<const std::byte> compressed, const Part& part,
                   std::vector<std::byte>& out) {
  if (journal::crc32c(0, compressed) != part.crc) return "its contents are damaged";
  if (part.size / kMostCompressed > part.compressed) return "its sizes cannot be";
  out.resize(part.size);
  uLongf size = part.size;
  const int result =
      ::uncompress(reinterpret_cast<Bytef*>(out.data()), &size,
                   reinterpret_cast<const Bytef*>(compressed.data()), compressed.size());
  if (result != Z_OK || size != part.size) return "its contents cannot be unpacked";
  return {};
}

DecodeResult refused(std::string problem) { return {std::nullopt, std::move(problem)}; }

}  // namespace

bool operator==(const Description& a, const Description& b) {
  const auto bytes_of = [](const Description& about) {
    base::ArchiveWriter archive;
    const Parts none;
    describe(archive, about, none);
    return archive.take();
  };
  return bytes_of(a) == bytes_of(b);
}

std::vector<std::byte> encode(const Snapshot& snapshot) {
  const std::vector<std::byte> state = compress(snapshot.state);
  const std::vector<std::byte> candles = compress(snapshot.candles);
  const Parts parts{part_of(snapshot.state, state), part_of(snapshot.candles, candles)};
  base::ArchiveWriter archive;
  archive(kMagic, kFormatVersion);
  describe(archive, snapshot.about, parts);
  archive(journal::crc32c(0, archive.bytes()));
  archive.put_bytes(state);
  archive.put_bytes(candles);
  return archive.take();
}

DecodeResult decode(std::span<const std::byte> file) {
  base::ArchiveReader archive(file);
  std::array<char, 8> magic{};
  std::uint32_t version = 0;
  std::uint32_t crc = 0;
  Snapshot snapshot;
  Parts parts;
  archive(magic, version);
  if (!archive.ok()) return refused("it is cut short");
  if (magic != kMagic) return refused("it is no snapshot");
  if (version != kFormatVersion) {
    return refused("its format has version " + std::to_string(version) + ", this program reads " +
                   std::to_string(kFormatVersion));
  }
  describe(archive, snapshot.about, parts);
  archive(crc);
  if (!archive.ok()) return refused("it is cut short");
  if (crc != header_crc(file)) return refused("its header is damaged");
  const std::size_t left = archive.left();
  if (parts.state.compressed > left || parts.candles.compressed != left - parts.state.compressed) {
    return refused("it has not the size that it should have");
  }
  std::string problem =
      unpack(archive.get_bytes(parts.state.compressed), parts.state, snapshot.state);
  if (problem.empty()) {
    problem = unpack(archive.get_bytes(parts.candles.compressed), parts.candles, snapshot.candles);
  }
  if (!problem.empty()) return refused(std::move(problem));
  return {std::move(snapshot), {}};
}

std::string file_name(Sequence sequence) {
  const std::string digits = std::to_string(sequence.value);
  return std::string(kDigits - digits.size(), '0') + digits + std::string(kSuffix);
}

std::optional<Sequence> parse_file_name(std::string_view name) {
  if (name.size() != kDigits + kSuffix.size() || !name.ends_with(kSuffix)) return std::nullopt;
  Sequence sequence;
  const char* last = name.data() + kDigits;
  const auto [end, error] = std::from_chars(name.data(), last, sequence.value);
  if (error != std::errc{} || end != last) return std::nullopt;
  return sequence;
}

}  // namespace tribook::snapshot
