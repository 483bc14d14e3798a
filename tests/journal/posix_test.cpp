#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "journal/posix_disk.h"
#include "journal_support.h"
#include "tribook/journal/verify.h"

using namespace tribook::journal;
using namespace tribook::journal::test;

namespace {

struct TemporaryFolder {
  TemporaryFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "tribook-journal-XXXXXX";
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
  std::string path;
};

WriterOptions options_in(const TemporaryFolder& folder) {
  WriterOptions options = small_options();
  options.directory = folder.path + "/a/journal";
  options.segment_bytes = 64 << 10;
  options.batch_bytes = 16 << 10;
  return options;
}

Reading read_in(Disk& disk, const WriterOptions& options) {
  return read_all(disk, {options.directory, options.rules_version, 0});
}

}  // namespace

TEST_CASE("the real disk answers with the statuses that its interface names") {
  const TemporaryFolder folder;
  PosixDisk disk;
  const std::string path = folder.path + "/file";
  CHECK(disk.open(path, Access::Read).status == DiskStatus::NotFound);
  CHECK(disk.remove(path) == DiskStatus::NotFound);
  CHECK(disk.rename(path, path + "2") == DiskStatus::NotFound);
  CHECK(disk.list(folder.path + "/none").status == DiskStatus::NotFound);
  CHECK(disk.create_directories(folder.path + "/x/y/z") == DiskStatus::Ok);
  CHECK(disk.create_directories(folder.path + "/x/y/z") == DiskStatus::Ok);

  FileResult made = disk.create(path);
  REQUIRE(made.status == DiskStatus::Ok);
  CHECK(disk.create(path).status == DiskStatus::Exists);
  CHECK(disk.create_directories(path) == DiskStatus::Exists);
  Random random(1);
  const auto bytes = random_bytes(random, 10'000);
  CHECK(made.file->allocate(20'000) == DiskStatus::Ok);
  CHECK(made.file->write_at(5'000, bytes) == DiskStatus::Ok);
  CHECK(made.file->sync_data() == DiskStatus::Ok);
  CHECK(made.file->size().bytes >= 15'000);
  std::vector<std::byte> back(10'000);
  CHECK(made.file->read_at(5'000, back).bytes == 10'000);
  CHECK(back == bytes);
  const std::uint64_t size = made.file->size().bytes;
  CHECK(made.file->read_at(size - 100, back).bytes == 100);
  CHECK(made.file->read_at(size + 100, back).bytes == 0);
  FileResult reader = disk.open(path, Access::Read);
  CHECK(reader.file->write_at(0, bytes) != DiskStatus::Ok);

  CHECK(disk.rename(path, path + "2") == DiskStatus::Ok);
  CHECK(disk.sync_directory(folder.path) == DiskStatus::Ok);
  CHECK(disk.list(folder.path).names == std::vector<std::string>{"file2"});  // no folders
  CHECK(disk.remove(path + "2") == DiskStatus::Ok);

  LockResult lock = disk.lock(folder.path + "/LOCK");
  CHECK(lock.status == DiskStatus::Ok);
  CHECK(disk.lock(folder.path + "/LOCK").status == DiskStatus::Locked);
  lock.lock.reset();
  CHECK(disk.lock(folder.path + "/LOCK").status == DiskStatus::Ok);
}

// A device that is always full.
TEST_CASE("a full device is NoSpace") {
  PosixDisk disk;
  FileResult full = disk.open("/dev/full", Access::ReadWrite);
  REQUIRE(full.status == DiskStatus::Ok);
  const std::vector<std::byte> bytes(10);
  CHECK(full.file->write_at(0, bytes) == DiskStatus::NoSpace);
}

TEST_CASE("a journal on the real disk") {
  const TemporaryFolder folder;
  PosixDisk disk;
  const WriterOptions options = options_in(folder);
  Random random(6);
  std::vector<Entry> entries;
  for (int round = 0; round < 3; ++round) {
    LockResult lock = disk.lock(folder.path + "/LOCK");
    REQUIRE(lock.status == DiskStatus::Ok);
    WriterResult opened =
        Writer::open(disk, options, read_in(disk, options).end, std::move(lock.lock));
    REQUIRE(opened.message == "");
    CHECK(disk.lock(folder.path + "/LOCK").status == DiskStatus::Locked);
    for (int i = 0; i < 500; ++i) {
      entries.push_back(random_entry(random, entries.empty() ? nullptr : &entries.back()));
      if (!append(*opened.writer, entries.back())) {
        REQUIRE(opened.writer->commit(1) == DiskStatus::Ok);
        REQUIRE(append(*opened.writer, entries.back()));
      }
      if (below(random, 20) == 0) REQUIRE(opened.writer->commit(1) == DiskStatus::Ok);
      if (opened.writer->needs_next_segment()) {
        REQUIRE(opened.writer->prepare_next() == DiskStatus::Ok);
      }
    }
    REQUIRE(opened.writer->close(1) == DiskStatus::Ok);
    CHECK(read_in(disk, options).entries == entries);
  }
  CHECK(verify(disk, options.directory).good());
}

// Each child writes until it is killed and tells, batch by batch, what was committed.
TEST_CASE("a killed process loses nothing that it committed") {
  const TemporaryFolder folder;
  PosixDisk disk;
  WriterOptions options = options_in(folder);
  Random random(12);
  std::uint64_t kept = 0;
  for (int round = 0; round < 20; ++round) {
    CAPTURE(round);
    options.durability = static_cast<Durability>(round % 3);
    int channel[2];
    REQUIRE(::pipe(channel) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::close(channel[0]);
      WriterResult opened = Writer::open(disk, options, read_in(disk, options).end);
      if (opened.writer == nullptr) ::_exit(1);
      const std::vector<std::byte> payload(104, std::byte{0x5A});
      for (std::uint64_t sequence = opened.writer->last_sequence() + 1;; ++sequence) {
        if (!opened.writer->append(1, sequence, 1, payload)) ::_exit(2);
        if (sequence % 3 != 0) continue;
        if (opened.writer->commit(0) != DiskStatus::Ok) ::_exit(3);
        if (::write(channel[1], &sequence, sizeof sequence) != sizeof sequence) ::_exit(4);
      }
    }
    ::close(channel[1]);
    // Killed after so many batches, wherever it is by then.
    std::uint64_t told = 0;
    std::uint64_t sequence = 0;
    for (std::uint64_t batches = 1 + below(random, 150); batches > 0; --batches) {
      if (::read(channel[0], &sequence, sizeof sequence) != sizeof sequence) break;
      told = sequence;
    }
    REQUIRE(::kill(child, SIGKILL) == 0);
    while (::read(channel[0], &sequence, sizeof sequence) == sizeof sequence) told = sequence;
    ::close(channel[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    const Summary summary = verify(disk, options.directory);
    INFO(summary.end.message);
    CHECK(summary.good());
    CHECK(told > kept);
    CHECK(summary.last_sequence >= told);
    CHECK(summary.records == summary.last_sequence);
    kept = summary.last_sequence;
  }
}
