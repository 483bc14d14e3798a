#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "archive_support.h"
#include "journal/posix_disk.h"

// On the real file system, each with an own view of the disk as in an own process: the writer takes
// spares while the archiver makes them and readers are anywhere in the journal.

namespace tribook::archive {
namespace {

using namespace test;
using journal::EndKind;
using journal::Reader;
using journal::test::entry_of;

constexpr std::uint64_t kSegments = 40;
constexpr int kReaders = 3;

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tribook-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string journal() const { return path_ + "/journal"; }
  [[nodiscard]] std::string archive() const { return path_ + "/archive"; }

 private:
  std::string path_;
};

/// What a record holds follows from its number.
Entry entry_at(std::uint64_t sequence) {
  Random random(sequence);
  Entry before;
  before.sequence = sequence - 1;
  before.time_ns = static_cast<std::int64_t>(sequence * 10);
  Entry entry = journal::test::random_entry(random, sequence == 1 ? nullptr : &before, 600);
  if (sequence == 1) entry.time_ns = 1;
  return entry;
}

/// Empty, or what is wrong with what was read.
std::string read_to(Disk& disk, const std::string& folder, std::uint64_t until) {
  Reader reader(disk, {folder, 7, 1, until});
  std::uint64_t next = 1;
  for (auto step = reader.next(); step != Reader::Step::End; step = reader.next()) {
    if (step != Reader::Step::Record) continue;
    if (entry_of(reader.record()) != entry_at(next)) return "record " + std::to_string(next);
    ++next;
  }
  if (reader.end().kind != EndKind::Clean) return reader.end().file + ": " + reader.end().message;
  return next == until + 1 ? "" : "ends before record " + std::to_string(next);
}

TEST_CASE("readers see every record while segments are archived and written anew") {
  const Folder folder;
  journal::PosixDisk disk;
  ReadingDisk reading(disk, folder.journal(), folder.archive());
  journal::WriterOptions options = journal::test::small_options();
  options.directory = folder.journal();
  options.durability = journal::Durability::None;
  auto opened = journal::Writer::open(reading, options, {});
  REQUIRE(opened.writer != nullptr);
  journal::Writer& writer = *opened.writer;

  std::atomic<std::uint64_t> written{0};
  std::atomic<bool> is_over{false};
  std::atomic<std::uint64_t> archived{0};
  std::vector<std::string> complaints(kReaders + 1);
  std::vector<std::thread> threads;
  threads.emplace_back([&] {
    journal::PosixDisk own;
    ArchiverOptions archiver_options;
    archiver_options.folders = {folder.journal(), folder.archive()};
    archiver_options.keep_segments = 1;
    Archiver archiver(own, archiver_options,
                      {[&](const Segment&) { archived.fetch_add(1); },
                       [&](const std::string& what) { complaints[kReaders] = what; }});
    std::int64_t now = 0;
    while (!is_over.load()) {
      archiver.work(TimeNs{now += 2'000'000'000}, Sequence{written.load()});
      std::this_thread::yield();
    }
  });
  for (int i = 0; i < kReaders; ++i) {
    threads.emplace_back([&, i] {
      journal::PosixDisk own;
      ReadingDisk mine(own, folder.journal(), folder.archive());
      while (!is_over.load() && complaints[static_cast<std::size_t>(i)].empty()) {
        const std::uint64_t until = written.load();
        if (until == 0) continue;
        complaints[static_cast<std::size_t>(i)] = read_to(mine, folder.journal(), until);
      }
    });
  }
  std::uint64_t sequence = 0;
  bool is_good = true;
  while (is_good && (writer.counters().segments < kSegments || archived.load() < kSegments / 2)) {
    const Entry entry = entry_at(sequence + 1);
    if (journal::test::append(writer, entry)) {
      ++sequence;
      continue;
    }
    is_good = writer.commit(0) == DiskStatus::Ok;
    written.store(writer.releasable_sequence());
  }
  is_over.store(true);
  for (std::thread& thread : threads) thread.join();
  CHECK(is_good);
  for (const std::string& complaint : complaints) CHECK(complaint == "");
  CHECK(archived.load() >= kSegments / 2);
  CHECK(read_to(reading, folder.journal(), written.load()) == "");
}

}  // namespace
}  // namespace tribook::archive
