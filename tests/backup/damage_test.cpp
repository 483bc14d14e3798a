#include <algorithm>

#include "backup_support.h"

// A backup that is not, byte for byte, what was written under this key is refused, and so is one
// whose contents could not have come from a data folder.

namespace tribook::backup::test {
namespace {

using journal::DiskStatus;

constexpr std::size_t kFrame = 4;

struct Made {
  std::string path;
  std::vector<std::byte> bytes;
};

Made make(MemoryDisk& disk, std::int64_t second, std::uint64_t seed, int batches) {
  Scribe scribe(disk, seed);
  scribe.commit(batches);
  const Taken one = taken(disk, second);
  return {one.path, disk.get(one.path)};
}

std::string problem_of(MemoryDisk& disk, std::vector<std::byte> bytes, const Key& key = key_of(1)) {
  disk.put("x.backup", std::move(bytes));
  return read_back(disk, "x.backup", key).problem;
}

// Where the chunks stand: offset and size, frame and tag included.
std::vector<std::pair<std::size_t, std::size_t>> chunks_of(const std::vector<std::byte>& bytes) {
  std::vector<std::pair<std::size_t, std::size_t>> chunks;
  for (std::size_t at = kHeaderBytes; at < bytes.size();) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    const std::size_t size = kFrame + (word & 0x7FFF'FFFFU) + 16;
    chunks.emplace_back(at, size);
    at += size;
  }
  return chunks;
}

std::vector<std::byte> part(const std::vector<std::byte>& bytes,
                            std::pair<std::size_t, std::size_t> chunk) {
  const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(chunk.first);
  return {begin, begin + static_cast<std::ptrdiff_t>(chunk.second)};
}

std::vector<std::byte> with_chunks(const std::vector<std::byte>& bytes,
                                   const std::vector<std::vector<std::byte>>& chunks) {
  std::vector<std::byte> made = part(bytes, {0, kHeaderBytes});
  for (const auto& chunk : chunks) made.insert(made.end(), chunk.begin(), chunk.end());
  return made;
}

// 3 MiB of records that do not compress: several chunks.
Made make_large(MemoryDisk& disk, std::int64_t second, std::uint64_t seed) {
  const Made made = make(disk, second, seed, 2'600);
  REQUIRE(chunks_of(made.bytes).size() >= 3);
  return made;
}

TEST_CASE("Backup damage: each flipped byte is found") {
  MemoryDisk disk;
  const Made made = make(disk, 1, 1, 12);
  REQUIRE(problem_of(disk, made.bytes) == "");
  for (std::size_t i = 0; i < made.bytes.size(); ++i) {
    auto changed = made.bytes;
    changed[i] ^= static_cast<std::byte>(1U << (i % 8));
    const std::string problem = problem_of(disk, changed);
    REQUIRE(problem.starts_with("x.backup: at offset "));
  }
}

TEST_CASE("Backup damage: each cut is found, and what is added") {
  MemoryDisk disk;
  const Made made = make(disk, 1, 1, 12);
  for (std::size_t i = 0; i < made.bytes.size(); ++i) {
    auto cut = made.bytes;
    cut.resize(i);
    REQUIRE(problem_of(disk, cut) != "");
  }
  auto longer = made.bytes;
  longer.push_back(std::byte{0});
  CHECK(problem_of(disk, longer) != "");
}

TEST_CASE("Backup damage: another key is told from damage") {
  MemoryDisk disk;
  const Made made = make(disk, 1, 1, 12);
  CHECK(problem_of(disk, made.bytes, key_of(2)).ends_with("it was made with another key"));
  auto changed = made.bytes;
  changed[kHeaderBytes - 1] ^= std::byte{1};
  CHECK(problem_of(disk, changed).ends_with("its header is damaged"));
  changed = made.bytes;
  changed[0] ^= std::byte{1};
  CHECK(problem_of(disk, changed).ends_with("it is no backup"));
  changed = made.bytes;
  changed[8] ^= std::byte{2};
  CHECK(problem_of(disk, changed).find("version 3") != std::string::npos);
}

TEST_CASE("Backup damage: chunks cannot be exchanged, left out, repeated or brought from another") {
  MemoryDisk disk;
  const Made one = make_large(disk, 1, 1);
  MemoryDisk other_disk;
  const Made other = make_large(other_disk, 1, 1);  // the same journal, time and key
  const auto where = chunks_of(one.bytes);
  std::vector<std::vector<std::byte>> chunks;
  for (const auto& chunk : where) chunks.push_back(part(one.bytes, chunk));
  REQUIRE(problem_of(disk, with_chunks(one.bytes, chunks)) == "");

  auto changed = chunks;
  std::swap(changed[0], changed[1]);
  CHECK(problem_of(disk, with_chunks(one.bytes, changed)) != "");
  changed = chunks;
  changed.erase(changed.begin() + 1);
  CHECK(problem_of(disk, with_chunks(one.bytes, changed)) != "");
  changed = chunks;
  changed.pop_back();  // cut where a chunk ends
  CHECK(problem_of(disk, with_chunks(one.bytes, changed)).ends_with("it is cut short"));
  changed.back()[3] |= std::byte{0x80};  // and called the last
  CHECK(problem_of(disk, with_chunks(one.bytes, changed)) != "");
  changed = chunks;
  changed.insert(changed.begin() + 1, changed[1]);
  CHECK(problem_of(disk, with_chunks(one.bytes, changed)) != "");
  changed = chunks;
  changed.push_back(changed.back());
  CHECK(problem_of(disk, with_chunks(one.bytes, changed)) != "");
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    changed = chunks;
    changed[i] = part(other.bytes, chunks_of(other.bytes)[i]);
    CHECK(problem_of(disk, with_chunks(one.bytes, changed)) != "");
  }
  CHECK(problem_of(disk, with_chunks(other.bytes, chunks)) != "");
}

// Contents that are sealed as they should be and still wrong: written by another hand with the key.
class Forger {
 public:
  explicit Forger(MemoryDisk& disk) : disk_(disk) {
    static_cast<void>(disk.remove("x.backup"));
    auto made = disk.create("x.backup");
    REQUIRE(made.status == DiskStatus::Ok);
    file_ = std::move(made.file);
    chunks_ = std::make_unique<ChunkWriter>(*file_, key_of(1), TimeNs{1});
    contents = std::make_unique<ContentsWriter>(*chunks_);
  }
  void raw(const std::string& text) { chunks_->put(std::as_bytes(std::span(text))); }
  std::string problem(const About& about = {}) {
    contents->finish(about);
    return read_back(disk_, "x.backup", key_of(1)).problem;
  }
  std::unique_ptr<ContentsWriter> contents;

 private:
  MemoryDisk& disk_;
  std::unique_ptr<journal::File> file_;
  std::unique_ptr<ChunkWriter> chunks_;
};

TEST_CASE("Backup damage: contents that no data folder has are refused") {
  MemoryDisk disk;
  {
    Forger empty(disk);
    CHECK(empty.problem() == "");
  }
  const std::vector<std::byte> some(10);
  {
    Forger twice(disk);
    for (int i = 0; i < 2; ++i) {
      twice.contents->begin_file("jwt.secret", 0);
      twice.contents->end_file();
    }
    CHECK(twice.problem().ends_with("jwt.secret is in it twice"));
  }
  {
    Forger longer(disk);
    longer.contents->begin_file("jwt.secret", 9);
    longer.contents->put(some);
    longer.contents->end_file();
    CHECK(longer.problem().ends_with("jwt.secret has more than its size"));
  }
  {
    Forger shorter(disk);
    shorter.contents->begin_file("jwt.secret", 11);
    shorter.contents->put(some);
    shorter.contents->end_file();
    CHECK(shorter.problem().ends_with("a file is not there to its end"));
  }
  {
    Forger segment(disk);
    segment.contents->begin_file("journal/" + journal::segment_name(1), kSegmentBytes);
    segment.contents->put(std::vector<std::byte>(5'000));
    segment.contents->end_file();
    CHECK(segment.problem().ends_with("a damaged segment header"));
  }
  {
    Forger counts(disk);
    About about;
    about.snapshots = 1;
    CHECK(counts.problem(about).find("counts of files") != std::string::npos);
  }
  {
    Forger unknown(disk);
    unknown.raw("\x07");
    CHECK(unknown.problem().ends_with("it holds something unknown"));
  }
  for (const std::string name : {"../../etc/passwd", "/etc/passwd", "journal/LOCK", "x", "",
                                 "journal/../jwt.secret", "snapshots/1.snapshot"}) {
    Forger stranger(disk);
    stranger.raw(std::string("\x01") + static_cast<char>(name.size()) + std::string(1, '\0') +
                 name + std::string(12, '\0'));
    CHECK(stranger.problem().ends_with("it holds a file that has no place in a data folder"));
  }
}

TEST_CASE("Backup damage: a journal that does not fit together is refused") {
  MemoryDisk disk;
  Scribe scribe(disk, 4);
  scribe.commit(100);
  const auto segment = [&](std::uint64_t id) {
    return disk.get(kData + "/journal/" + journal::segment_name(id));
  };
  const auto put = [](Forger& forger, std::uint64_t id, const std::vector<std::byte>& bytes,
                      std::size_t stored) {
    forger.contents->begin_file("journal/" + journal::segment_name(id), bytes.size());
    forger.contents->put(std::span(bytes).first(stored));
    forger.contents->end_file();
  };
  {
    Forger skips(disk);
    put(skips, 2, segment(2), 4'096);
    put(skips, 1, segment(1), 4'096);
    CHECK(skips.problem().ends_with("it does not follow the segment before it"));
  }
  {
    Forger renamed(disk);
    put(renamed, 3, segment(1), 4'096);
    CHECK(renamed.problem().ends_with("its header names another segment"));
  }
  {
    Forger cut(disk);
    put(cut, 1, segment(1), 4'100);
    CHECK(cut.problem().find("segment 1") != std::string::npos);
  }
  {
    Forger lies(disk);
    put(lies, 1, segment(1), 4'096);
    About about;
    about.last_sequence = 5;
    about.files = 1;
    CHECK(lies.problem(about).find("says that it ends with 5") != std::string::npos);
  }
}

}  // namespace
}  // namespace tribook::backup::test
