#include "backup/contents.h"

#include <algorithm>
#include <array>
#include <vector>

#include "tribook/base/archive.h"
#include "tribook/base/assert.h"

namespace tribook::backup {
namespace {

enum class Mark : std::uint8_t { File = 1, End = 2 };

constexpr std::uint16_t kLongestName = 255;
constexpr std::size_t kAboutBytes = 72;
constexpr std::size_t kPieceBytes = 256 << 10;

template <typename Archive, typename Of>
void describe(Archive& archive, Of& about) {
  archive(about.last_sequence, about.last_time, about.first_segment, about.last_segment);
  archive(about.rules_version, about.chain, about.segments, about.archived_segments);
  archive(about.snapshots, about.files);
}

class Reading {
 public:
  Reading(ChunkReader& chunks, const ContentsVisitor& visitor)
      : chunks_(chunks), visitor_(visitor), piece_(kPieceBytes) {}

  ReadResult run() {
    for (;;) {
      const auto mark = number<std::uint8_t>();
      if (!problem_.empty()) break;
      if (mark == static_cast<std::uint8_t>(Mark::End)) {
        read_end();
        break;
      }
      if (mark != static_cast<std::uint8_t>(Mark::File)) {
        problem_ = "it holds something unknown";
        break;
      }
      if (!read_file()) break;
    }
    return {about_, problem_};
  }

 private:
  bool fill(std::span<std::byte> into) {
    if (!chunks_.read(into) && problem_.empty()) problem_ = chunks_.problem();
    return problem_.empty();
  }
  template <typename Number>
  Number number() {
    std::array<std::byte, sizeof(Number)> bytes{};
    Number number{};
    if (!fill(bytes)) return number;
    base::ArchiveReader archive(bytes);
    archive(number);
    return number;
  }
  bool tell(std::string problem) {
    problem_ = std::move(problem);
    return problem_.empty();
  }

  bool read_file() {
    const auto length = number<std::uint16_t>();
    if (problem_.empty() && length > kLongestName) return tell("a file's name is too long");
    std::string name(length, '\0');
    if (!fill(std::as_writable_bytes(std::span(name)))) return false;
    const auto file_bytes = number<std::uint64_t>();
    if (!problem_.empty()) return false;
    const auto kind = kind_of(name);
    if (!kind) return tell("it holds a file that has no place in a data folder");
    if (!names_.insert(name).second) return tell(name + " is in it twice");
    if (!tell(visitor_.begin(name, *kind, file_bytes))) return false;
    return read_pieces(name, file_bytes) && tell(visitor_.end());
  }

  bool read_pieces(const std::string& name, std::uint64_t file_bytes) {
    std::uint64_t left = file_bytes;
    for (;;) {
      const auto length = number<std::uint32_t>();
      if (!problem_.empty()) return false;
      if (length == 0) return true;
      if (length > kPieceBytes || length > left) return tell(name + " has more than its size");
      left -= length;
      const auto piece = std::span(piece_).first(length);
      if (!fill(piece) || !tell(visitor_.put(piece))) return false;
    }
  }

  void read_end() {
    std::array<std::byte, kAboutBytes> bytes{};
    if (!fill(bytes)) return;
    base::ArchiveReader archive(bytes);
    describe(archive, about_);
    TB_ASSERT(archive.ok() && archive.left() == 0);
    if (!chunks_.is_at_end()) {
      problem_ = chunks_.problem().empty() ? "something follows its end" : chunks_.problem();
    } else if (about_.files != names_.size()) {
      problem_ = "it holds " + std::to_string(names_.size()) + " files and says " +
                 std::to_string(about_.files);
    }
  }

  ChunkReader& chunks_;
  const ContentsVisitor& visitor_;
  std::vector<std::byte> piece_;
  std::set<std::string> names_;
  About about_;
  std::string problem_;
};

}  // namespace

void ContentsWriter::begin_file(const std::string& name, std::uint64_t file_bytes) {
  TB_ASSERT(kind_of(name) && name.size() <= kLongestName);
  base::ArchiveWriter archive;
  archive(static_cast<std::uint8_t>(Mark::File), static_cast<std::uint16_t>(name.size()));
  archive.put_bytes(std::as_bytes(std::span(name)));
  archive(file_bytes);
  chunks_.put(archive.bytes());
  ++files_;
}

void ContentsWriter::put(std::span<const std::byte> bytes) {
  while (!bytes.empty() && status() == journal::DiskStatus::Ok) {
    const auto part = bytes.first(std::min(bytes.size(), kPieceBytes - piece_.size()));
    piece_.insert(piece_.end(), part.begin(), part.end());
    bytes = bytes.subspan(part.size());
    if (piece_.size() == kPieceBytes) put_piece();
  }
}

void ContentsWriter::put_piece() {
  base::ArchiveWriter archive;
  archive(static_cast<std::uint32_t>(piece_.size()));
  chunks_.put(archive.bytes());
  chunks_.put(piece_);
  piece_.clear();
}

void ContentsWriter::end_file() {
  if (!piece_.empty()) put_piece();
  put_piece();  // an empty one ends the file
}

void ContentsWriter::finish(About about) {
  about.files = files_;
  base::ArchiveWriter archive;
  archive(static_cast<std::uint8_t>(Mark::End));
  describe(archive, about);
  chunks_.put(archive.bytes());
  chunks_.finish();
}

ReadResult read_contents(ChunkReader& chunks, const ContentsVisitor& visitor) {
  return Reading(chunks, visitor).run();
}

std::optional<About> read_about(ChunkReader& chunks) {
  std::array<std::byte, 1 + kAboutBytes> bytes{};
  if (!chunks.skip_to_last(bytes.size()) || !chunks.read(bytes)) return std::nullopt;
  base::ArchiveReader archive(bytes);
  std::uint8_t mark = 0;
  About about;
  archive(mark);
  describe(archive, about);
  if (mark != static_cast<std::uint8_t>(Mark::End) || !chunks.is_at_end()) return std::nullopt;
  return about;
}

}  // namespace tribook::backup
