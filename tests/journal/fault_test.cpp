#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "journal_support.h"

using namespace tribook::journal;
using namespace tribook::journal::test;

namespace {

/// A hook that fails one kind of operation while `on`.
struct Failing {
  MemoryDisk::Operation operation;
  DiskStatus status;
  bool on = false;
  int calls = 0;

  void attach(MemoryDisk& disk) {
    disk.set_fault_hook([this](MemoryDisk::Operation called, const std::string&) {
      ++calls;
      return on && called == operation ? status : DiskStatus::Ok;
    });
  }
};

bool dies_by_abort(const std::function<void()>& action) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);  // Catch would report it as this test's failure
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, STDERR_FILENO);
    action();
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace

TEST_CASE("after a failed sync the writer refuses for ever and leaves the disk alone") {
  for (const DiskStatus status : {DiskStatus::IoError, DiskStatus::NoSpace, DiskStatus::ReadOnly}) {
    MemoryDisk disk;
    Failing failing{MemoryDisk::Operation::Sync, status};
    failing.attach(disk);
    const auto writer = open_writer(disk, small_options());
    REQUIRE(writer->append(1, 1, 1, {}));
    REQUIRE(writer->commit(0) == DiskStatus::Ok);
    REQUIRE(writer->append(1, 2, 1, {}));
    failing.on = true;
    CHECK(writer->commit(0) == status);
    CHECK(writer->failure() == status);
    CHECK(writer->durable_sequence() == 1);
    CHECK(writer->releasable_sequence() == 1);
    failing.on = false;
    failing.calls = 0;
    CHECK(!writer->append(1, 3, 1, {}));
    CHECK(writer->commit(0) == status);
    CHECK(writer->sync() == status);
    CHECK(writer->prepare_next() == status);
    CHECK(writer->close(0) == status);
    CHECK(!writer->needs_next_segment());
    CHECK(failing.calls == 0);
    CHECK(writer->durable_sequence() == 1);
  }
}

TEST_CASE("a failed write is final, unless the disk was full") {
  for (const DiskStatus status : {DiskStatus::IoError, DiskStatus::NoSpace, DiskStatus::ReadOnly}) {
    MemoryDisk disk;
    Failing failing{MemoryDisk::Operation::Write, status};
    failing.attach(disk);
    const auto writer = open_writer(disk, small_options());
    REQUIRE(writer->append(1, 1, 1, {}));
    REQUIRE(writer->commit(0) == DiskStatus::Ok);
    REQUIRE(writer->append(1, 2, 1, std::vector<std::byte>(2'000, std::byte{1})));
    failing.on = true;
    CHECK(writer->commit(0) == status);  // half of it is there
    CHECK(writer->committed_sequence() == 1);
    CHECK(read_all(disk).end.kind == EndKind::TornTail);
    failing.on = false;
    if (status == DiskStatus::IoError) {
      CHECK(writer->commit(0) == status);
      CHECK(read_all(disk).entries.size() == 1);
    } else {
      CHECK(writer->failure() == DiskStatus::Ok);
      REQUIRE(writer->append(1, 3, 1, {}));
      CHECK(writer->commit(0) == DiskStatus::Ok);
      const Reading reading = read_all(disk);
      CHECK(reading.end.kind == EndKind::Clean);
      CHECK(reading.entries.size() == 3);
    }
  }
}

TEST_CASE("a full disk is a status, and service returns with space") {
  MemoryDisk disk;
  const auto writer = open_writer(disk, small_options());
  disk.set_capacity(3 * 16384 + 100);
  Random random(8);
  std::vector<Entry> entries;
  DiskStatus status = DiskStatus::Ok;
  while (status == DiskStatus::Ok) {
    const Entry entry = random_entry(random, entries.empty() ? nullptr : &entries.back());
    if (append(*writer, entry)) {
      entries.push_back(entry);
    } else {
      status = writer->commit(0);
    }
  }
  CHECK(status == DiskStatus::NoSpace);
  CHECK(writer->prepare_next() == DiskStatus::NoSpace);
  CHECK(writer->commit(0) == DiskStatus::NoSpace);
  CHECK(writer->failure() == DiskStatus::Ok);
  CHECK(disk.list(kFolder).names.size() == 3);  // nothing half-made is left
  const Reading full = read_all(disk);
  CHECK(full.end.kind == EndKind::Clean);
  CHECK(full.entries.size() == writer->committed_sequence());
  CHECK(is_prefix(full.entries, entries));

  disk.set_capacity(10 * 16384);
  CHECK(writer->commit(0) == DiskStatus::Ok);
  CHECK(writer->counters().late_preparations >= 1);
  CHECK(read_all(disk).entries == entries);
}

TEST_CASE("a disk too small to begin with is a status from open") {
  MemoryDisk disk;
  disk.set_capacity(10'000);
  const WriterResult opened = Writer::open(disk, small_options(), read_all(disk).end);
  CHECK(opened.status == DiskStatus::NoSpace);
  CHECK(opened.message.find("no space") != std::string::npos);
  CHECK(opened.message.find("a segment of 16 KiB is made before the first") != std::string::npos);
  CHECK(opened.writer == nullptr);
}

TEST_CASE("a failed preparation leaves nothing behind and can be repeated") {
  using Operation = MemoryDisk::Operation;
  for (const Operation operation : {Operation::Create, Operation::Allocate, Operation::Write,
                                    Operation::Sync, Operation::Rename, Operation::SyncDirectory}) {
    CAPTURE(static_cast<int>(operation));
    MemoryDisk disk;
    Failing failing{operation, DiskStatus::IoError};
    failing.attach(disk);
    const auto writer = open_writer(disk, small_options());
    REQUIRE(writer->append(1, 1, 1, {}));
    REQUIRE(writer->commit(0) == DiskStatus::Ok);
    CHECK(writer->needs_next_segment());
    failing.on = true;
    CHECK(writer->prepare_next() == DiskStatus::IoError);
    CHECK(writer->needs_next_segment());
    CHECK(disk.list(kFolder).names == std::vector<std::string>{segment_name(1)});
    failing.on = false;
    CHECK(writer->prepare_next() == DiskStatus::Ok);
    CHECK(!writer->needs_next_segment());
  }
}

TEST_CASE("an unreadable disk is told from damage") {
  MemoryDisk disk;
  {
    const auto writer = open_writer(disk, small_options());
    REQUIRE(writer->append(1, 1, 1, {}));
    REQUIRE(writer->commit(0) == DiskStatus::Ok);
  }
  for (const auto operation :
       {MemoryDisk::Operation::List, MemoryDisk::Operation::Open, MemoryDisk::Operation::Read}) {
    Failing failing{operation, DiskStatus::IoError, true};
    failing.attach(disk);
    const Reading reading = read_all(disk);
    CHECK(reading.end.kind == EndKind::Unreadable);
    CHECK(!reading.end.file.empty());
    disk.set_fault_hook(nullptr);
    CHECK(Writer::open(disk, small_options(), reading.end).writer == nullptr);
  }
}

TEST_CASE("a folder has one writer") {
  MemoryDisk disk;
  auto first = open_writer(disk, small_options());
  const WriterResult second = Writer::open(disk, small_options(), End{});
  CHECK(second.status == DiskStatus::Locked);
  CHECK(second.writer == nullptr);
  CHECK(second.message.find("locked") != std::string::npos);
  first.reset();
  CHECK(open_writer(disk, small_options()) != nullptr);
}

TEST_CASE("a writer refuses a journal that went on after it was read") {
  MemoryDisk disk;
  const auto write = [&](std::uint64_t from, std::uint64_t to) {
    const auto writer = open_writer(disk, small_options());
    for (std::uint64_t sequence = from; sequence <= to; ++sequence) {
      REQUIRE(writer->append(1, sequence, 1, std::vector<std::byte>(600)));
      REQUIRE(writer->commit(0) == DiskStatus::Ok);
    }
  };
  const Reading empty = read_all(disk);
  write(1, 3);
  CHECK(Writer::open(disk, small_options(), empty.end).status == DiskStatus::Denied);
  const Reading three = read_all(disk);
  write(4, 4);
  CHECK(Writer::open(disk, small_options(), three.end).status == DiskStatus::Denied);
  const Reading four = read_all(disk);
  write(5, 60);
  const WriterResult refused = Writer::open(disk, small_options(), four.end);
  CHECK(refused.status == DiskStatus::Denied);
  CHECK(refused.message.find("read the journal again") != std::string::npos);
  CHECK(read_all(disk).entries.size() == 60);
}

TEST_CASE("options and epochs that cannot be are refused with a message") {
  MemoryDisk disk;
  {
    const auto writer = open_writer(disk, small_options());
    REQUIRE(writer->append(1, 1, 1, {}));
    REQUIRE(writer->commit(0) == DiskStatus::Ok);
  }
  WriterOptions options = small_options();
  SECTION("epoch") { options.fencing_epoch = 2; }
  SECTION("batch not whole sectors") { options.batch_bytes = 5000; }
  SECTION("batch too large") { options.batch_bytes = kMaxBatchBytes + kSectorBytes; }
  SECTION("no batch") { options.batch_bytes = 0; }
  SECTION("segment not whole sectors") { options.segment_bytes = 20'000; }
  SECTION("segment too small") { options.segment_bytes = 8192; }
  const WriterResult opened = Writer::open(disk, options, read_all(disk).end);
  CHECK(opened.status == DiskStatus::Denied);
  CHECK(!opened.message.empty());
  CHECK(opened.writer == nullptr);
}

TEST_CASE("what an owner must not append stops the process") {
  MemoryDisk disk;
  const auto writer = open_writer(disk, small_options());
  REQUIRE(writer->append(1, 1, 100, {}));
  const std::vector<std::byte> large(kMaxPayloadBytes + 1);
  const std::span<const std::byte> all(large);
  const auto dies = [&](std::uint8_t kind, std::uint64_t sequence, std::int64_t time_ns,
                        std::size_t payload) {
    return dies_by_abort(
        [&] { static_cast<void>(writer->append(kind, sequence, time_ns, all.first(payload))); });
  };
  CHECK_FALSE(dies(1, 2, 100, 8));
  CHECK(dies(1, 1, 100, 8));            // the same sequence again
  CHECK(dies(1, 3, 100, 8));            // one left out
  CHECK(dies(1, 2, 99, 8));             // time backwards
  CHECK(dies(0, 2, 100, 8));            // no kind
  CHECK(dies(kFooterKind, 2, 100, 8));  // the footer's
  CHECK(dies(1, 2, 100, 4096));         // larger than the batch buffer
  CHECK(dies(1, 2, 100, kMaxPayloadBytes + 1));
}
