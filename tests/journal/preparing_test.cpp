#include <atomic>
#include <thread>

#include "journal_support.h"

using namespace tribook::journal;
using namespace tribook::journal::test;

TEST_CASE("segments are prepared by another thread while the owner writes") {
  MemoryDisk disk;
  const auto writer = open_writer(disk, small_options());
  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> prepared{0};
  std::thread helper([&] {
    while (!done.load(std::memory_order_acquire)) {
      if (writer->needs_next_segment() && writer->prepare_next() == DiskStatus::Ok) {
        prepared.fetch_add(1, std::memory_order_relaxed);
      }
      std::this_thread::yield();
    }
  });
  Random random(1);
  std::vector<Entry> entries;
  bool good = true;
  while (good && (prepared.load(std::memory_order_relaxed) < 20 || entries.size() < 3'000)) {
    entries.push_back(random_entry(random, entries.empty() ? nullptr : &entries.back()));
    if (!append(*writer, entries.back())) {
      good = writer->commit(0) == DiskStatus::Ok && append(*writer, entries.back());
    }
  }
  good = good && writer->commit(0) == DiskStatus::Ok;
  done.store(true, std::memory_order_release);
  helper.join();
  CHECK(good);
  const Reading reading = read_all(disk);
  CHECK(reading.end.kind == EndKind::Clean);
  CHECK(reading.entries == entries);
}
