#include "snapshot/shelf.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/house_snapshot.h"
#include "journal/crc32c.h"
#include "journal/memory_disk.h"
#include "journal/posix_disk.h"
#include "support/random_records.h"
#include "tribook/base/archive.h"

namespace tribook {
namespace {

using journal::DiskStatus;
using journal::MemoryDisk;
using snapshot::DecodeResult;
using snapshot::Shelf;
using snapshot::Snapshot;
using test::Random;

engine::EngineLimits small() { return {40, 90, 8, 50, 30}; }

Snapshot some_snapshot(std::uint64_t sequence) {
  Snapshot snapshot;
  snapshot.about.rules_version = 1;
  snapshot.about.sequence = Sequence{sequence};
  snapshot.about.time = TimeNs{42};
  snapshot.about.segment_id = 3;
  snapshot.about.offset = 4'096;
  snapshot.about.chain = 0x89ABCDEF;
  snapshot.about.fencing_epoch = 7;
  snapshot.about.state_hash = 0x0123456789ABCDEF;
  snapshot.about.room = {1, 2, 3, 4};
  snapshot.state.assign(5'000, std::byte{9});
  for (std::size_t i = 0; i < snapshot.state.size(); i += 3) {
    snapshot.state[i] = static_cast<std::byte>(sequence + i * i);
  }
  for (std::size_t i = 0; i < 900; ++i) snapshot.candles.push_back(static_cast<std::byte>(i * i));
  return snapshot;
}

std::vector<std::uint64_t> numbers(const Shelf& shelf) {
  std::vector<std::uint64_t> found;
  for (const Sequence sequence : shelf.list()) found.push_back(sequence.value);
  return found;
}

// The newest that can be read.
std::uint64_t newest_good(const Shelf& shelf) {
  for (const Sequence sequence : shelf.list()) {
    const DecodeResult result = shelf.get(sequence);
    if (!result.snapshot) continue;
    CHECK(result.snapshot->state == some_snapshot(sequence.value).state);
    return sequence.value;
  }
  return 0;
}

TEST_CASE("Snapshot: what is written is read") {
  const Snapshot snapshot = some_snapshot(12);
  const auto bytes = snapshot::encode(snapshot);
  const DecodeResult result = snapshot::decode(bytes);
  REQUIRE(result.snapshot);
  CHECK(result.snapshot->about == snapshot.about);
  CHECK(result.snapshot->state == snapshot.state);
  CHECK(result.snapshot->candles == snapshot.candles);
  CHECK(snapshot::kHeaderBytes < bytes.size());
  Snapshot empty = snapshot;
  empty.candles.clear();
  CHECK(snapshot::decode(snapshot::encode(empty)).snapshot);
  empty.state.clear();
  CHECK(snapshot::decode(snapshot::encode(empty)).snapshot);
}

TEST_CASE("Snapshot: each flipped bit and each cut is found") {
  const auto bytes = snapshot::encode(some_snapshot(12));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto changed = bytes;
    changed[i] ^= static_cast<std::byte>(1U << (i % 8));
    const DecodeResult result = snapshot::decode(changed);
    REQUIRE_FALSE(result.snapshot);
    REQUIRE_FALSE(result.problem.empty());
    changed = bytes;
    changed.resize(i);
    REQUIRE_FALSE(snapshot::decode(changed).snapshot);
  }
  auto longer = bytes;
  longer.push_back(std::byte{0});
  CHECK_FALSE(snapshot::decode(longer).snapshot);
}

TEST_CASE("Shelf: a large file reaches the disk in pieces") {
  MemoryDisk disk;
  Random random(9);
  Snapshot large = some_snapshot(12);
  large.state.resize(20 << 20);
  for (std::byte& byte : large.state) byte = static_cast<std::byte>(random.below(256));
  std::size_t mebibytes = 0;
  std::size_t most = 0;  // written between two syncs
  disk.set_fault_hook([&](MemoryDisk::Operation operation, const std::string&) {
    if (operation == MemoryDisk::Operation::Write) most = std::max(most, ++mebibytes);
    if (operation == MemoryDisk::Operation::Sync) mebibytes = 0;
    return DiskStatus::Ok;
  });
  Shelf shelf(disk, "snapshots", 2);
  REQUIRE(shelf.put(large).empty());
  CHECK(mebibytes == 0);
  CHECK(most == 8);
  const DecodeResult read = shelf.get(Sequence{12});
  REQUIRE(read.snapshot);
  CHECK(read.snapshot->state == large.state);
}

TEST_CASE("Shelf: what is given up leaves nothing behind") {
  MemoryDisk disk;
  Shelf shelf(disk, "snapshots", 1);
  REQUIRE(shelf.put(some_snapshot(5)).empty());
  std::stop_source stop;
  bool is_before = GENERATE(true, false);
  if (is_before) stop.request_stop();
  disk.set_fault_hook([&](MemoryDisk::Operation operation, const std::string&) {
    if (operation == MemoryDisk::Operation::Write) stop.request_stop();
    return DiskStatus::Ok;
  });
  CHECK(shelf.put(some_snapshot(6), stop.get_token()).ends_with(": given up"));
  disk.set_fault_hook({});
  CHECK(numbers(shelf) == std::vector<std::uint64_t>{5});
  CHECK(disk.list("snapshots").names.size() == 1);
  CHECK(shelf.put(some_snapshot(6)).empty());
  CHECK(numbers(shelf) == std::vector<std::uint64_t>{6});
}

// Offsets as docs/SNAPSHOTS.md has them.
constexpr std::size_t kStateSize = 92;
constexpr std::size_t kStateCompressed = 100;
constexpr std::size_t kCandlesSize = 112;
constexpr std::size_t kCandlesCompressed = 120;
constexpr std::size_t kHeaderCrc = 128;

void put_number(std::vector<std::byte>& bytes, std::size_t at, std::uint64_t number,
                std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes[at + i] = static_cast<std::byte>(number >> (8 * i));
}

std::uint64_t number_at(const std::vector<std::byte>& bytes, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    number |= std::to_integer<std::uint64_t>(bytes[at + i]) << (8 * i);
  }
  return number;
}

std::string problem_of(std::vector<std::byte> bytes) {
  put_number(bytes, kHeaderCrc, journal::crc32c(0, std::span(bytes).first(kHeaderCrc)), 4);
  const DecodeResult result = snapshot::decode(bytes);
  CHECK_FALSE(result.snapshot);
  return result.problem;
}

TEST_CASE("Snapshot: sizes that cannot be are refused before any room is taken for them") {
  const auto bytes = snapshot::encode(some_snapshot(12));
  for (const std::size_t size : {kStateSize, kCandlesSize}) {
    auto changed = bytes;
    put_number(changed, size, UINT64_MAX, 8);
    CHECK(problem_of(changed) == "its sizes cannot be");
    put_number(changed, size, number_at(bytes, size) + 1, 8);
    CHECK(problem_of(changed) == "its contents cannot be unpacked");
    put_number(changed, size, number_at(bytes, size) - 1, 8);
    CHECK(problem_of(changed) == "its contents cannot be unpacked");
  }
  for (const std::size_t size : {kStateCompressed, kCandlesCompressed}) {
    auto changed = bytes;
    for (const std::uint64_t bad : {std::uint64_t{0}, number_at(bytes, size) + 1, UINT64_MAX}) {
      put_number(changed, size, bad, 8);
      CHECK(problem_of(changed) == "it has not the size that it should have");
    }
  }
  auto moved = bytes;  // the parts meet elsewhere
  put_number(moved, kStateCompressed, number_at(bytes, kStateCompressed) + 1, 8);
  put_number(moved, kCandlesCompressed, number_at(bytes, kCandlesCompressed) - 1, 8);
  CHECK(problem_of(moved) == "its contents are damaged");
}

TEST_CASE("Snapshot: one of another format is told so, whatever the length of its header") {
  auto bytes = snapshot::encode(some_snapshot(12));
  put_number(bytes, 8, 1, 4);
  const std::string problem = "its format has version 1, this program reads 3";
  CHECK(snapshot::decode(bytes).problem == problem);
  bytes.resize(108);
  CHECK(snapshot::decode(bytes).problem == problem);
}

TEST_CASE("Snapshot: names") {
  CHECK(snapshot::file_name(Sequence{123}) == "00000000000000000123.snapshot");
  CHECK(snapshot::parse_file_name("00000000000000000123.snapshot") == Sequence{123});
  for (const char* name : {"123.snapshot", "00000000000000000123.snapshot.tmp", "",
                           "-0000000000000000123.snapshot", "0000000000000000012x.snapshot"}) {
    CHECK_FALSE(snapshot::parse_file_name(name));
  }
}

TEST_CASE("Shelf: the newest are kept, and an unfinished file is cleared away") {
  MemoryDisk disk;
  Shelf shelf(disk, "data/snapshots", 3);
  CHECK(shelf.list().empty());
  disk.put("data/snapshots/00000000000000000009.snapshot.tmp", {});
  for (const std::uint64_t sequence : {10U, 20U, 35U, 41U, 90U}) {
    REQUIRE(shelf.put(some_snapshot(sequence)).empty());
  }
  CHECK(numbers(shelf) == std::vector<std::uint64_t>{90, 41, 35});
  CHECK(disk.list("data/snapshots").names.size() == 3);
  CHECK(shelf.get(Sequence{41}).snapshot->about == some_snapshot(41).about);
  CHECK_FALSE(shelf.get(Sequence{20}).snapshot);
  disk.put(shelf.path_of(Sequence{91}), disk.get(shelf.path_of(Sequence{90})));
  CHECK_FALSE(shelf.get(Sequence{91}).snapshot);
}

TEST_CASE("Shelf: the same record's snapshot may be written again") {
  MemoryDisk disk;
  Shelf shelf(disk, "s", 2);
  REQUIRE(shelf.put(some_snapshot(5)).empty());
  REQUIRE(shelf.put(some_snapshot(5)).empty());
  CHECK(numbers(shelf) == std::vector<std::uint64_t>{5});
}

TEST_CASE("Shelf: a file that has the folder's name is told") {
  char folder[] = "/tmp/tribook-shelf-XXXXXX";
  REQUIRE(mkdtemp(static_cast<char*>(folder)) != nullptr);
  const std::string path = std::string(static_cast<char*>(folder)) + "/snapshots";
  journal::PosixDisk disk;
  REQUIRE(disk.create(path).status == DiskStatus::Ok);
  Shelf shelf(disk, path, 1);
  CHECK(shelf.put(some_snapshot(5)) == path + ": is no folder: move away what has its name");
  std::filesystem::remove_all(static_cast<char*>(folder));
}

TEST_CASE("Shelf: what was set aside stays when another one of its number is") {
  MemoryDisk disk;
  Shelf shelf(disk, "s", 3);
  const std::string ahead = shelf.path_of(Sequence{5}) + ".ahead";
  std::vector<std::vector<std::byte>> written;
  for (const char* suffix : {"", "-2", "-3"}) {
    Snapshot snapshot = some_snapshot(5);
    snapshot.about.time.ns += static_cast<std::int64_t>(written.size());
    REQUIRE(shelf.put(some_snapshot(4)).empty());
    REQUIRE(shelf.put(snapshot).empty());
    written.push_back(disk.get(shelf.path_of(Sequence{5})));
    REQUIRE(shelf.set_aside_after(Sequence{4}).empty());
    CHECK(numbers(shelf) == std::vector<std::uint64_t>{4});
    CHECK(disk.get(ahead + suffix) == written.back());
  }
  CHECK(disk.get(ahead) == written[0]);
  CHECK(disk.get(ahead + "-2") == written[1]);
}

TEST_CASE("Shelf: power cut or disk error at every call: an older one stays, none is half there") {
  Random random(0x5EE1F);
  INFO(random.reproduce());
  for (std::uint64_t at = 1; at < 40; ++at) {
    for (const bool is_cut : {false, true}) {
      MemoryDisk disk;
      Shelf shelf(disk, "s", 2);
      REQUIRE(shelf.put(some_snapshot(1)).empty());
      REQUIRE(shelf.put(some_snapshot(2)).empty());
      std::uint64_t calls = 0;
      struct PowerCut {};
      disk.set_fault_hook([&](MemoryDisk::Operation operation, const std::string&) {
        if (++calls != at) return DiskStatus::Ok;
        if (is_cut) throw PowerCut{};
        return operation == MemoryDisk::Operation::Write ? DiskStatus::NoSpace
                                                         : DiskStatus::IoError;
      });
      bool is_written = false;
      try {
        is_written = shelf.put(some_snapshot(3)).empty();
      } catch (const PowerCut&) {
      }
      disk.set_fault_hook({});
      const std::uint64_t before = newest_good(shelf);
      CHECK(before >= 2);
      disk.crash([&](const MemoryDisk::Change& change) {
        using Kind = MemoryDisk::Fate::Kind;
        const Kind kind = std::array{Kind::Keep, Kind::Drop, Kind::Tear}[random.below(3)];
        return MemoryDisk::Fate{kind, change.bytes == 0 ? 0 : random.below(change.bytes)};
      });
      const std::uint64_t after = newest_good(shelf);
      CHECK(after >= (is_written ? 3U : 2U));
      for (const Sequence sequence : shelf.list()) CHECK(shelf.get(sequence).snapshot);
      REQUIRE(shelf.put(some_snapshot(4)).empty());
      CHECK(newest_good(shelf) == 4);
    }
  }
}

TEST_CASE("House snapshot: goes through the file, and one of other rules or hash is refused") {
  test::RandomRecords records(Random(3), small());
  test::RecordedHouse first(small());
  core::FormingCandles candles;
  for (int step = 0; step < 800; ++step) {
    for (const Event& event : first.apply(records.next())) candles.apply(event);
  }
  journal::EndPosition position;
  position.last_sequence = 800;
  position.segment_id = 2;
  const Snapshot snapshot = core::snapshot_of(first.house, candles, position);
  const auto decoded = snapshot::decode(snapshot::encode(snapshot));
  REQUIRE(decoded.snapshot);
  Slab slab(4);
  const auto good = core::house_of(*decoded.snapshot, decoded.snapshot->about.room, slab);
  REQUIRE(good.house);
  CHECK(good.house->state_hash() == first.house.state_hash());
  base::ArchiveWriter archive;
  good.candles.save(archive);
  CHECK(archive.bytes() == snapshot.candles);
  CHECK(snapshot.candles.size() > 500);

  Snapshot other = snapshot;
  ++other.about.rules_version;
  CHECK_FALSE(core::house_of(other, small(), slab).house);
  other = snapshot;
  ++other.about.state_hash;
  CHECK_FALSE(core::house_of(other, small(), slab).house);
  other = snapshot;
  ++other.about.sequence.value;
  CHECK_FALSE(core::house_of(other, small(), slab).house);
  other = snapshot;
  other.state.pop_back();
  CHECK_FALSE(core::house_of(other, small(), slab).house);
  other = snapshot;
  other.state.push_back(std::byte{0});
  CHECK_FALSE(core::house_of(other, small(), slab).house);
  other = snapshot;
  other.candles.pop_back();
  CHECK_FALSE(core::house_of(other, small(), slab).house);
  other = snapshot;
  other.candles.push_back(std::byte{0});
  CHECK(core::house_of(other, small(), slab).problem == "its candles cannot be read");
}

}  // namespace
}  // namespace tribook
