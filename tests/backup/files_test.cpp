#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "backup/schedule.h"
#include "backup_support.h"

// Keys, the folder of backups, disks that fail, and when the next one is due.

namespace tribook::backup::test {
namespace {

using journal::DiskStatus;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "tribook-key-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(const std::string& name, const std::string& text, mode_t mode = 0600) const {
    const std::string path = path_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    ::chmod(path.c_str(), mode);
    return path;
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST_CASE("Backup key: hexadecimal digits or bytes, for the owner alone") {
  const TemporaryFolder folder;
  const std::string hex(64, 'a');
  const std::string bytes(32, '\xAA');
  const auto good = read_key_file(folder.file("hex", hex + "\n"));
  REQUIRE(good.key);
  CHECK(good.key->bytes() == read_key_file(folder.file("raw", bytes)).key->bytes());
  CHECK(good.key->bytes() == parse_key(hex).key->bytes());
  for (const mode_t mode : {0640U, 0604U, 0660U, 0644U}) {
    const auto open = read_key_file(folder.file("open", hex, mode));
    CHECK_FALSE(open.key);
    CHECK(open.problem.find("chmod 600") != std::string::npos);
  }
  for (const std::string& text :
       {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(31, 'a'),
        std::string(64, 'g'), hex + " x", std::string(5'000, 'a')}) {
    const auto bad = read_key_file(folder.file("bad", text));
    CHECK_FALSE(bad.key);
    CHECK(bad.problem.find("64 hexadecimal digits") != std::string::npos);
    CHECK_FALSE(parse_key(text).key);
  }
  CHECK(read_key_file(folder.path() + "/none").problem.find("cannot be read") != std::string::npos);
  CHECK(read_key_file(folder.path()).problem.find("no file") != std::string::npos);
}

TEST_CASE("Backup key: one that is made is new, and none is written over") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/key";
  REQUIRE(make_key_file(path) == "");
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  const auto first = read_key_file(path);
  REQUIRE(first.key);
  CHECK(make_key_file(path).find("is there already") != std::string::npos);
  REQUIRE(make_key_file(path + "2") == "");
  const auto second = read_key_file(path + "2");
  CHECK(second.key->bytes() != first.key->bytes());
  CHECK(second.key->id() != first.key->id());
  CHECK(make_key_file(folder.path() + "/none/key") != "");
  Salt salt{};
  const Key of_file = first.key->of_file(salt);
  salt[31] = 1;
  CHECK(of_file.bytes() != first.key->of_file(salt).bytes());
  CHECK(of_file.bytes() != first.key->bytes());
}

TEST_CASE("Backup names: what may be in one, and what it is called") {
  CHECK(kind_of("journal/segment-0000000000000001.journal") == Kind::Segment);
  CHECK(kind_of("archive/segment-0000000000000001.journal.z") == Kind::ArchivedSegment);
  CHECK(kind_of("snapshots/00000000000000000007.snapshot") == Kind::Snapshot);
  CHECK(kind_of("jwt.secret") == Kind::Secret);
  CHECK(kind_of("tribook.toml") == Kind::Config);
  for (const char* name :
       {"run.json", "store.sqlite", "journal/LOCK", ".toml", "..toml", "a b.toml",
        "journal/segment-0000000000000001.journal.tmp", "x/tribook.toml"}) {
    CHECK_FALSE(kind_of(name));
  }
  const FileName name{TimeNs{1'800'000'000 * kSecond}, 42};
  CHECK(file_name(name) == "tribook-20270115T080000Z-42.backup");
  CHECK(parse_file_name(file_name(name)) == name);
  for (const char* text :
       {"tribook-20270115T080000Z-42.backup.tmp", "tribook-20270115T080000Z-.backup",
        "tribook-20270115T080000Z-x.backup", "tribook-20271315T080000Z-42.backup",
        "tribook-20270115T0800000-42.backup", "tribook-.backup", "20270115T080000Z-42.backup"}) {
    CHECK_FALSE(parse_file_name(text));
  }
}

TEST_CASE("Backup folder: the newest are kept, and only after a good one") {
  MemoryDisk disk;
  Scribe scribe(disk, 1);
  scribe.commit(5);
  const Folder folder(disk, kBackups);
  auto request = request_at(1'000);
  request.keep = 2;
  for (std::int64_t i = 0; i < 4; ++i) {
    request.now = TimeNs{(1'000 + i) * kSecond + 5};
    REQUIRE(take_backup(disk, request, key_of(1)).problem == "");
  }
  const auto times = [&] {
    std::vector<std::int64_t> found;
    for (const FileName& name : folder.list()) found.push_back(name.begun.ns / kSecond);
    return found;
  };
  CHECK(times() == std::vector<std::int64_t>{1'003, 1'002});
  const std::string path = kData + "/journal/" + journal::segment_name(1);
  const auto whole = disk.get(path);
  auto damaged = whole;
  damaged[5'000] ^= std::byte{1};
  disk.put(path, damaged);
  request.now = TimeNs{2'000 * kSecond};
  CHECK(take_backup(disk, request, key_of(1)).problem != "");
  CHECK(times() == std::vector<std::int64_t>{1'003, 1'002});
  disk.put(path, whole);
  request.now = TimeNs{500 * kSecond};  // the clock was set back
  REQUIRE(take_backup(disk, request, key_of(1)).problem == "");
  CHECK(times() == std::vector<std::int64_t>{1'003, 500});
}

TEST_CASE("Backup folder: one that has older segments than all newer ones stays") {
  MemoryDisk disk;
  Scribe scribe(disk, 31);
  scribe.commit(420);
  for (std::uint64_t id = 1; id <= 3; ++id) archive_segment(disk, id);
  snapshot::Shelf shelf(disk, kData + "/snapshots", 9);
  REQUIRE(shelf.put(some_snapshot(scribe.entries().size())).empty());
  const Folder folder(disk, kBackups);
  const auto take_one = [&](std::int64_t second, std::uint8_t key = 1) {
    auto request = request_at(second);
    request.keep = 2;
    const Taken one = take_backup(disk, request, key_of(key));
    REQUIRE(one.problem == "");
    return one;
  };
  const auto times = [&] {
    std::vector<std::int64_t> found;
    for (const FileName& name : folder.list()) found.push_back(name.begun.ns / kSecond);
    return found;
  };
  using Times = std::vector<std::int64_t>;
  take_one(1'000);
  take_one(1'001);
  const std::vector<std::byte> first = disk.get(packed(1));
  REQUIRE(disk.remove(packed(1)) == DiskStatus::Ok);
  take_one(2'000);
  CHECK(times() == Times{2'000, 1'001});
  const Taken third = take_one(2'001);
  CHECK(times() == Times{2'001, 2'000, 1'001});
  REQUIRE(third.warnings.size() == 2);
  CHECK(third.warnings[1].find("1001") == std::string::npos);
  CHECK(third.warnings[1].find("it has the journal from segment 1 on") != std::string::npos);
  take_one(2'002);
  CHECK(times() == Times{2'002, 2'001, 1'001});
  // With another key nobody can see what is in the older ones.
  CHECK(take_one(2'003, 2).warnings.size() == 3);
  CHECK(take_one(2'004, 2).warnings.size() == 4);
  CHECK(times() == Times{2'004, 2'003, 2'002, 2'001, 1'001});
  disk.put(packed(1), first);
  CHECK(take_one(3'000, 2).removed == 4);  // it has all there ever was
  CHECK(times() == Times{3'000, 2'004});
}

TEST_CASE("Backup folder: one with later records than all newer ones stays") {
  MemoryDisk disk;
  Scribe scribe(disk, 1);
  scribe.commit(5);
  for (const std::uint64_t last : {900U, 901U, 800U}) {
    disk.put(kBackups + "/" + file_name({TimeNs{static_cast<std::int64_t>(last) * kSecond}, last}),
             {});
  }
  auto request = request_at(1'000);
  request.keep = 1;
  const Taken one = take_backup(disk, request, key_of(1));
  REQUIRE(one.problem == "");
  CHECK(one.removed == 2);
  REQUIRE(one.warnings.size() == 1);
  CHECK(one.warnings[0].find("records up to 901") != std::string::npos);
}

TEST_CASE("Backup: what it says of itself is read from its end alone, wherever a chunk ends") {
  About about;
  about.last_segment = 7;
  about.segments = 3;
  about.files = 1;
  MemoryDisk disk;
  const auto read = [&] {
    const journal::FileResult opened = disk.open("x", journal::Access::Read);
    ChunkReader reader(*opened.file, key_of(1));
    return read_about(reader);
  };
  for (const std::size_t base : {std::size_t{0}, kChunkBytes - 160, 2 * kChunkBytes - 200}) {
    for (std::size_t size = base; size < base + 180; size += 9) {
      static_cast<void>(disk.remove("x"));
      const auto made = disk.create("x");
      ChunkWriter chunks(*made.file, key_of(1), TimeNs{1});
      ContentsWriter contents(chunks);
      contents.begin_file("jwt.secret", size);
      contents.put(std::vector<std::byte>(size));
      contents.end_file();
      contents.finish(about);
      REQUIRE(read() == about);
    }
  }
  auto bytes = disk.get("x");
  bytes.back() ^= std::byte{1};
  disk.put("x", bytes);
  CHECK_FALSE(read());
  for (std::size_t cut = 0; cut < bytes.size(); cut += 1 + cut / 20) {
    disk.put("x", {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(cut)});
    CHECK_FALSE(read());
  }
}

TEST_CASE("Backup folder: one at a time, and what was cut off is cleared away") {
  MemoryDisk disk;
  Scribe scribe(disk, 1);
  scribe.commit(5);
  disk.put(kBackups + "/tribook-20200101T000000Z-0.backup.tmp", std::vector<std::byte>(10));
  disk.put(kBackups + "/other.tmp", {});
  Folder folder(disk, kBackups);
  {
    std::unique_ptr<journal::DirectoryLock> lock;
    REQUIRE(folder.lock(lock) == "");
    CHECK(take(disk).problem == "backups: another backup is being written here");
  }
  taken(disk);
  CHECK(names(disk, kBackups).size() == 2);  // with the other file
}

TEST_CASE("Backup folder: a file of a given name is never written over") {
  MemoryDisk disk;
  Scribe scribe(disk, 1);
  scribe.commit(5);
  auto request = request_at(1'000);
  request.file = "mine";
  REQUIRE(take_backup(disk, request, key_of(1)).path == "backups/mine");
  CHECK(take_backup(disk, request, key_of(1)).problem.find("is there already") !=
        std::string::npos);
  CHECK(read_back(disk, "backups/mine", key_of(1)).problem == "");
}

TEST_CASE("Backup: a disk that is full or fails at any call costs that backup and nothing else") {
  bool is_over = false;
  for (std::uint64_t at = 1; !is_over; ++at) {
    MemoryDisk disk;
    Scribe scribe(disk, 1);
    scribe.commit(40);
    const std::string older = taken(disk, 1'000).path;
    std::uint64_t calls = 0;
    disk.set_fault_hook([&](MemoryDisk::Operation operation, const std::string&) {
      if (++calls != at) return DiskStatus::Ok;
      return operation == MemoryDisk::Operation::Write ? DiskStatus::NoSpace : DiskStatus::IoError;
    });
    auto request = request_at(2'000);
    request.keep = 1;
    const Taken one = take_backup(disk, request, key_of(1));
    disk.set_fault_hook({});
    is_over = calls < at;
    if (one.problem.empty()) {
      CHECK(read_back(disk, one.path, key_of(1)).problem == "");
      continue;
    }
    CHECK(read_back(disk, older, key_of(1)).problem == "");
    for (const FileName& name : Folder(disk, kBackups).list()) {
      CHECK(read_back(disk, kBackups + "/" + file_name(name), key_of(1)).problem == "");
    }
    REQUIRE(taken(disk, 3'000).problem == "");
  }
}

TEST_CASE("Backup: no room, and then room") {
  MemoryDisk disk;
  Scribe scribe(disk, 1);
  scribe.commit(400);
  const std::string older = taken(disk, 1'000).path;
  disk.set_capacity(disk.used_bytes() + 1'000);
  const Taken refused = take(disk, 2'000);
  CHECK(refused.problem.find("no space") != std::string::npos);
  CHECK(names(disk, kBackups) == std::vector<std::string>{older.substr(kBackups.size() + 1)});
  disk.set_capacity(~std::uint64_t{0});
  taken(disk, 3'000);
}

TEST_CASE("Backup: power cut at any call: under its name each one is whole") {
  Random random(0xBACC);
  for (std::uint64_t at = 1; at < 120; at += 2) {
    MemoryDisk disk;
    Scribe scribe(disk, 1);
    scribe.commit(40);
    const std::string older = taken(disk, 1'000).path;
    struct PowerCut {};
    std::uint64_t calls = 0;
    disk.set_fault_hook([&](MemoryDisk::Operation, const std::string&) {
      if (++calls == at) throw PowerCut{};
      return DiskStatus::Ok;
    });
    try {
      static_cast<void>(take(disk, 2'000));
    } catch (const PowerCut&) {
    }
    disk.set_fault_hook({});
    disk.crash([&](const MemoryDisk::Change& change) {
      using Fate = MemoryDisk::Fate;
      const Fate::Kind kind =
          std::array{Fate::Kind::Keep, Fate::Kind::Drop, Fate::Kind::Tear}[random() % 3];
      return Fate{kind, change.bytes == 0 ? 0 : random() % change.bytes};
    });
    const auto left = Folder(disk, kBackups).list();
    REQUIRE_FALSE(left.empty());
    for (const FileName& name : left) {
      CHECK(read_back(disk, kBackups + "/" + file_name(name), key_of(1)).problem == "");
    }
  }
}

TimeNs at(std::int64_t second) { return TimeNs{second * kSecond}; }

TEST_CASE("Backup schedule: every so many hours") {
  const ScheduleSettings settings{hours{2}, std::nullopt};
  Schedule schedule(settings, at(100'000), std::nullopt);
  CHECK(schedule.is_due(at(100'000)));
  schedule.succeeded(at(100'000));
  CHECK_FALSE(schedule.is_due(at(107'199)));
  CHECK(schedule.is_due(at(107'200)));
  CHECK_FALSE(schedule.is_overdue(at(114'400)));
  CHECK(schedule.is_overdue(at(114'401)));
  CHECK(schedule.is_due(at(50'000)));  // the clock was set back
  CHECK_FALSE(schedule.is_overdue(at(50'000)));
  Schedule restarted(settings, at(101'000), at(100'000));
  CHECK_FALSE(restarted.is_due(at(101'000)));
  CHECK(restarted.next(at(101'000)) == at(107'200));
}

TEST_CASE("Backup schedule: at a time of day") {
  const std::int64_t day = 86'400;
  const ScheduleSettings settings{hours{1}, minutes{3 * 60 + 30}};
  const std::int64_t time = 3 * 3'600 + 1'800;
  Schedule schedule(settings, at(day), at(day + time));
  CHECK(schedule.next(at(day + time)) == at(2 * day + time));
  CHECK(schedule.next(at(5 * day)) == at(2 * day + time));
  CHECK(schedule.is_overdue(at(3 * day + time + 1)));
  schedule.succeeded(at(5 * day));
  CHECK(schedule.next(at(5 * day)) == at(5 * day + time));
}

TEST_CASE("Backup schedule: one that failed is tried again, less and less often") {
  Schedule schedule({hours{24}, std::nullopt}, at(0), std::nullopt);
  std::int64_t now = 1'000;
  std::vector<std::int64_t> pauses;
  for (int i = 0; i < 12; ++i) {
    schedule.failed(at(now));
    const std::int64_t next = schedule.next(at(now)).ns / kSecond;
    pauses.push_back(next - now);
    now = next;
  }
  CHECK(pauses == std::vector<std::int64_t>{5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900});
  CHECK_FALSE(schedule.is_overdue(at(48 * 3'600)));
  CHECK(schedule.is_overdue(at(48 * 3'600 + 1)));
  schedule.succeeded(at(now));
  CHECK(schedule.next(at(now)) == at(now + 86'400));
}

}  // namespace
}  // namespace tribook::backup::test
