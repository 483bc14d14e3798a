#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <filesystem>
#include <thread>

#include "journal/posix_disk.h"
#include "journal_support.h"

// Reading beside a writer: what it has said is released, and nothing else.

using namespace tribook::journal;
using namespace tribook::journal::test;

namespace {

struct Tail {
  Tail(Disk& disk, const std::string& directory) : reader(disk, {directory, std::nullopt, 0, 0}) {}

  /// Takes up to `most` steps; false when it has come to its end.
  bool read(std::size_t most = ~std::size_t{0}) {
    for (; most > 0; --most) {
      const Reader::Step step = reader.next();
      if (step == Reader::Step::End) return false;
      if (step == Reader::Step::BatchEnd) ++batches;
      if (step == Reader::Step::Record) entries.push_back(entry_of(reader.record()));
    }
    return true;
  }
  void catch_up(std::uint64_t released) {
    reader.go_on(released);
    while (read()) {
    }
  }

  Reader reader;
  std::vector<Entry> entries;
  std::uint64_t batches = 0;
};

WriterOptions random_options(Random& random) {
  WriterOptions options = small_options();
  options.durability = static_cast<Durability>(below(random, 3));
  if (below(random, 2) == 0) return options;
  options.batch_bytes = 96 << 10;  // batches larger than a first look at them
  options.segment_bytes = 128 << 10;
  return options;
}

/// One writer's life, with readers that come up, stop anywhere and go on.
void write_before(std::deque<Tail>& tails, MemoryDisk& disk, Random& random,
                  std::vector<Entry>& entries) {
  const auto writer = open_writer(disk, random_options(random));
  const std::uint64_t commit_one_in = 1 + below(random, 200);
  for (std::uint64_t left = below(random, 600); left > 0; --left) {
    const Entry entry = random_entry(random, entries.empty() ? nullptr : &entries.back());
    if (!append(*writer, entry)) {
      REQUIRE(writer->commit(0) == DiskStatus::Ok);
      REQUIRE(append(*writer, entry));
    }
    entries.push_back(entry);
    if (below(random, commit_one_in) == 0) REQUIRE(writer->commit(0) == DiskStatus::Ok);
    if (below(random, 50) == 0) REQUIRE(writer->prepare_next() == DiskStatus::Ok);
    if (below(random, 200) == 0) tails.emplace_back(disk, kFolder);
    if (below(random, 4) != 0) continue;
    Tail& tail = tails[below(random, tails.size())];
    if (below(random, 2) == 0) tail.reader.go_on(writer->releasable_sequence());
    const bool has_more = tail.read(below(random, 40));
    if (!has_more) REQUIRE(tail.reader.end().message == "");
    REQUIRE(tail.entries.size() <= writer->releasable_sequence());
  }
  REQUIRE(writer->commit(0) == DiskStatus::Ok);
  if (below(random, 2) == 0) REQUIRE(writer->close(0) == DiskStatus::Ok);
}

}  // namespace

TEST_CASE("readers beside a writer see exactly what it wrote, wherever they stop and go on") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    MemoryDisk disk;
    std::vector<Entry> entries;
    std::deque<Tail> tails;
    tails.emplace_back(disk, kFolder);
    for (int life = 0; life < 4; ++life) {
      write_before(tails, disk, random, entries);
      for (Tail& tail : tails) {
        if (below(random, 3) != 0) continue;
        tail.catch_up(entries.size());
        REQUIRE(tail.reader.end().message == "");
        REQUIRE(tail.entries == entries);
      }
    }
    for (Tail& tail : tails) {
      tail.catch_up(entries.size());
      REQUIRE(tail.reader.end().kind == EndKind::Clean);
      REQUIRE(tail.entries == entries);
    }
  }
}

TEST_CASE("a reader beside a writer may begin in the middle") {
  MemoryDisk disk;
  Random random(5);
  std::vector<Entry> entries;
  std::deque<Tail> tails;
  tails.emplace_back(disk, kFolder);
  while (entries.size() < 900) write_before(tails, disk, random, entries);
  Reader reader(disk, {kFolder, std::nullopt, 500, entries.size()});
  std::vector<Entry> got;
  for (auto step = reader.next(); step != Reader::Step::End; step = reader.next()) {
    if (step == Reader::Step::Record) got.push_back(entry_of(reader.record()));
  }
  CHECK(reader.end().kind == EndKind::Clean);
  CHECK(got == std::vector<Entry>(entries.begin() + 499, entries.end()));
}

TEST_CASE("a batch that is being written is not looked at") {
  MemoryDisk disk;
  Random random(2);
  const auto writer = open_writer(disk, small_options());
  std::vector<Entry> entries;
  Tail tail(disk, kFolder);
  for (int round = 0; round < 60; ++round) {
    for (std::uint64_t i = 1 + below(random, 12); i > 0; --i) {
      entries.push_back(random_entry(random, entries.empty() ? nullptr : &entries.back()));
      REQUIRE(append(*writer, entries.back()));
    }
    const std::uint64_t before = writer->releasable_sequence();
    // A full disk that passes: half of the batch is there, or half of the next segment's header.
    disk.set_fault_hook([](MemoryDisk::Operation operation, const std::string&) {
      return operation == MemoryDisk::Operation::Write ? DiskStatus::NoSpace : DiskStatus::Ok;
    });
    REQUIRE(writer->commit(0) == DiskStatus::NoSpace);
    tail.catch_up(before);
    Tail fresh(disk, kFolder);
    fresh.catch_up(before);
    disk.set_fault_hook({});
    for (const Tail* one : {&tail, &fresh}) {
      REQUIRE(one->reader.end().message == "");
      REQUIRE(one->entries.size() == before);
    }
    REQUIRE(writer->commit(0) == DiskStatus::Ok);
    if (round % 3 == 0) tail.catch_up(writer->releasable_sequence());
  }
  tail.catch_up(writer->releasable_sequence());
  CHECK(tail.entries == entries);
}

TEST_CASE("within a batch's sequences nothing of it is given") {
  MemoryDisk disk;
  const auto writer = open_writer(disk, small_options());
  for (std::uint64_t sequence = 1; sequence <= 10; ++sequence) {
    REQUIRE(writer->append(1, sequence, 1, {}));
    if (sequence == 4) REQUIRE(writer->commit(0) == DiskStatus::Ok);
  }
  REQUIRE(writer->commit(0) == DiskStatus::Ok);
  Tail tail(disk, kFolder);
  tail.catch_up(3);
  CHECK(tail.entries.empty());
  tail.catch_up(7);
  CHECK(tail.entries.size() == 4);
  tail.catch_up(5);  // a lower one is passed over
  CHECK(tail.entries.size() == 4);
  tail.catch_up(10);
  CHECK(tail.entries.size() == 10);
  CHECK(tail.reader.end().kind == EndKind::Clean);
}

TEST_CASE("going on costs one small read, not the segment again") {
  MemoryDisk disk;
  WriterOptions options = small_options();
  options.segment_bytes = 1 << 20;
  const auto writer = open_writer(disk, options);
  Tail tail(disk, kFolder);
  std::array<std::uint64_t, 12> calls{};
  disk.set_fault_hook([&](MemoryDisk::Operation operation, const std::string&) {
    ++calls[static_cast<std::size_t>(operation)];
    return DiskStatus::Ok;
  });
  for (std::uint64_t sequence = 1; sequence <= 500; ++sequence) {
    REQUIRE(writer->append(1, sequence, 1, std::vector<std::byte>(104)));
    REQUIRE(writer->commit(0) == DiskStatus::Ok);
    calls = {};
    tail.catch_up(sequence);
    REQUIRE(tail.entries.size() == sequence);
    if (sequence == 1) continue;
    REQUIRE(calls[static_cast<std::size_t>(MemoryDisk::Operation::Read)] == 1);
    REQUIRE(calls[static_cast<std::size_t>(MemoryDisk::Operation::Open)] == 0);
    REQUIRE(calls[static_cast<std::size_t>(MemoryDisk::Operation::List)] == 0);
  }
}

TEST_CASE("damage in what was released is told, wherever it is") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    MemoryDisk disk;
    std::vector<Entry> entries;
    std::deque<Tail> tails;
    tails.emplace_back(disk, kFolder);
    while (entries.size() < 300) write_before(tails, disk, random, entries);
    const Reading reading = read_all(disk);
    const std::uint64_t id = 1 + below(random, reading.end.position.segment_id);
    auto bytes = disk.get(segment_path(id));
    const std::uint64_t end =
        id == reading.end.position.segment_id ? reading.end.position.offset : bytes.size();
    if (reading.end.position.sealed) continue;  // no record is behind the seal
    bytes[below(random, end)] ^= std::byte{0x10};
    disk.put(segment_path(id), bytes);
    Tail tail(disk, kFolder);
    tail.catch_up(entries.size());
    CHECK(tail.reader.end().kind == EndKind::Corrupt);
    CHECK(tail.reader.end().file == segment_path(id));
    CHECK(is_prefix(tail.entries, entries));
    CHECK(tail.entries.size() < entries.size());
    tail.catch_up(entries.size() + 1);
    CHECK(tail.reader.end().kind == EndKind::Corrupt);
  }
}

TEST_CASE("a journal that lacks what was released is told") {
  MemoryDisk disk;
  Tail none(disk, kFolder);
  CHECK_FALSE(none.read());
  CHECK(none.reader.end().kind == EndKind::Clean);
  none.catch_up(1);
  CHECK(none.reader.end().kind == EndKind::Corrupt);
  CHECK(none.reader.end().file == kFolder);

  const auto writer = open_writer(disk, small_options());
  REQUIRE(writer->append(1, 1, 1, {}));
  REQUIRE(writer->commit(0) == DiskStatus::Ok);
  REQUIRE(writer->prepare_next() == DiskStatus::Ok);
  Tail tail(disk, kFolder);
  tail.catch_up(2);
  CHECK(tail.entries.size() == 1);
  CHECK(tail.reader.end().kind == EndKind::Corrupt);
  CHECK(tail.reader.end().file == segment_path(1));
  CHECK(tail.reader.end().message.find("ends with record 1") != std::string::npos);
}

namespace {

/// A thread writes as fast as it can and another prepares segments, while this one reads.
void read_beside_threads(Disk& disk, const WriterOptions& options, std::uint64_t count) {
  auto opened = Writer::open(disk, options, End{});
  INFO(opened.message);
  REQUIRE(opened.writer != nullptr);
  Writer& writer = *opened.writer;
  std::atomic<std::uint64_t> released{0};
  std::atomic<bool> is_done{false};
  std::atomic<bool> is_good{true};
  std::vector<Entry> entries;
  std::thread preparing([&] {
    while (!is_done.load(std::memory_order_acquire)) {
      if (writer.needs_next_segment()) static_cast<void>(writer.prepare_next());
      std::this_thread::yield();
    }
  });
  std::thread writing([&] {
    Random random(9);
    const auto commit = [&] {
      if (writer.commit(0) != DiskStatus::Ok) is_good = false;
      released.store(writer.releasable_sequence(), std::memory_order_release);
    };
    while (entries.size() < count && is_good) {
      entries.push_back(random_entry(random, entries.empty() ? nullptr : &entries.back()));
      if (!append(writer, entries.back())) {
        commit();
        if (!append(writer, entries.back())) is_good = false;
      }
      if (below(random, 5) == 0) commit();
    }
    commit();
    if (writer.close(0) != DiskStatus::Ok) is_good = false;
    is_done.store(true, std::memory_order_release);
  });
  Tail tail(disk, options.directory);
  bool is_last = false;
  while (!is_last) {
    is_last = is_done.load(std::memory_order_acquire);
    tail.catch_up(released.load(std::memory_order_acquire));
    if (tail.reader.end().kind != EndKind::Clean) break;
  }
  is_done = true;
  writing.join();
  preparing.join();
  CHECK(is_good);
  CHECK(tail.reader.end().message == "");
  CHECK(tail.entries.size() == entries.size());
  CHECK(tail.entries == entries);
}

}  // namespace

TEST_CASE("reading beside a writer's thread, in memory") {
  MemoryDisk disk;
  WriterOptions options = small_options();
  options.durability = Durability::Sync;
  read_beside_threads(disk, options, 6'000);
}

TEST_CASE("reading beside a writer's thread, on the real disk") {
  std::string pattern = std::filesystem::temp_directory_path() / "tribook-tail-XXXXXX";
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  {
    PosixDisk disk;
    for (const Durability durability : {Durability::None, Durability::Sync}) {
      WriterOptions options = small_options();
      options.directory = pattern + "/" + (durability == Durability::None ? "none" : "sync");
      options.segment_bytes = 64 << 10;
      options.batch_bytes = 16 << 10;
      options.durability = durability;
      read_beside_threads(disk, options, durability == Durability::None ? 20'000 : 500);
    }
  }
  std::filesystem::remove_all(pattern);
}
