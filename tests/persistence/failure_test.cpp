#include <catch2/catch.hpp>

#include <signal.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "persistence/sqlite/sqlite_store.h"
#include "support/random.h"
#include "traffic.h"

using namespace tribook;
using namespace tribook::persistence::sqlite;
using namespace tribook::test;

namespace {

/// Files cannot grow beyond a size while it lives, as on a full disk.
class FullDisk {
 public:
  explicit FullDisk(std::uintmax_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = ::signal(SIGXFSZ, SIG_IGN);
    ::rlimit now = before_;
    now.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  ::rlimit before_{};
  void (*handler_)(int) = nullptr;
};

std::string undisturbed(const TempFolder& folder, const Traffic& traffic) {
  const std::string path = folder.file("undisturbed.db");
  Slab slab(64);
  {
    SqliteStore store(eager_options(path), slab);
    play(traffic, slab, store);
  }
  return dump(path);
}

std::size_t failures_until_done(const Traffic& traffic, Slab& slab, SqliteStore& store,
                                std::size_t batch) {
  try {
    play(traffic, slab, store, batch);
    return 0;
  } catch (const std::runtime_error&) {
    return 1;
  }
}

}  // namespace

TEST_CASE("what is told twice is stored once") {
  TempFolder folder;
  const Traffic traffic = random_traffic(20260319, 2'500);
  INFO(traffic.reproduce);
  Slab slab(64);
  SqliteStore store(eager_options(folder.file("store.db")), slab);
  play(traffic, slab, store, 77);
  const std::string once = dump(store.path());
  const std::uint64_t commits = store.figures().commits;
  play(traffic, slab, store, 1'000);
  CHECK(dump(store.path()) == once);
  CHECK(store.figures().commits == commits);
  CHECK(once == undisturbed(folder, traffic));
  CHECK(slab.in_use() == 0);
}

TEST_CASE("a full disk is survived, nothing is lost and nothing counted twice") {
  TempFolder folder;
  const Traffic traffic = random_traffic(20260320, 3'000);
  Random random(20260321);
  INFO(traffic.reproduce << "; " << random.reproduce());
  Slab slab(64);
  SqliteOptions options = eager_options(folder.file("store.db"));
  options.cache_bytes = 64 * 1'024;  // so that pages go to the disk before the commit, too
  SqliteStore store(options, slab);
  std::size_t failures = 0;
  std::uintmax_t size = 150'000;
  for (int i = 0; i < 200 && store.stored() < traffic.last; ++i, size += 40'000) {
    const Sequence before = store.stored();
    const FullDisk disk(size);
    failures += failures_until_done(traffic, slab, store, 50 + random.below(2'000));
    REQUIRE(store.stored() >= before);
    REQUIRE(slab.in_use() == 0);
  }
  CHECK(failures > 5);
  CHECK(store.figures().failures == failures);
  CHECK(store.stored() == traffic.last);
  CHECK(dump(store.path()) == undisturbed(folder, traffic));
}

TEST_CASE("another program's lock fails the commit, and goes on when it is gone") {
  TempFolder folder;
  const Traffic traffic = random_traffic(20260322, 1'500);
  INFO(traffic.reproduce);
  Slab slab(64);
  SqliteStore store(eager_options(folder.file("store.db")), slab);
  play(traffic, slab, store, 100, {traffic.last.value / 2});
  {
    Database shell(store.path(), Database::Access::ReadWrite, std::chrono::milliseconds{0});
    const Transaction lock(shell);
    for (int i = 0; i < 3; ++i) CHECK(failures_until_done(traffic, slab, store, 100) == 1);
  }
  CHECK(store.stored() == Sequence{traffic.last.value / 2});
  CHECK(failures_until_done(traffic, slab, store, 100) == 0);
  CHECK(dump(store.path()) == undisturbed(folder, traffic));
}

TEST_CASE("commits are held back for a while, not for good") {
  TempFolder folder;
  const Traffic traffic = random_traffic(20260323, 1'500);
  INFO(traffic.reproduce);
  Slab slab(64);
  SqliteOptions options = eager_options(folder.file("store.db"));
  SECTION("a clean stop leaves nothing out") {
    options.commit_interval = std::chrono::hours{1};
    options.commit_events = 1'000'000;
    {
      SqliteStore store(options, slab);
      play(traffic, slab, store, 10, {40});
      CHECK(store.stored() > Sequence{0});  // the first commit is at once
      CHECK(store.stored() < Sequence{40});
    }
    CHECK(SqliteStore(options, slab).stored() == Sequence{40});
  }
  SECTION("as many events as are enough") {
    options.commit_interval = std::chrono::hours{1};
    options.commit_events = 100;
    SqliteStore store(options, slab);
    play(traffic, slab, store, 10);
    CHECK(store.figures().commits > 10);
    CHECK(store.figures().commits < traffic.told.size() / 100 + 2);
    CHECK(store.stored() > Sequence{traffic.last.value / 2});
  }
  SqliteStore store(eager_options(options.path), slab);
  play(traffic, slab, store);
  CHECK(dump(store.path()) == undisturbed(folder, traffic));
}

TEST_CASE("how fast it is") {
  TempFolder folder;
  const Traffic traffic = random_traffic(20260324, 60'000);
  INFO(traffic.reproduce);
  Slab slab(64);
  SqliteOptions options = eager_options(folder.file("store.db"));
  options.commit_interval = std::chrono::milliseconds{100};
  SqliteStore store(options, slab);
  const auto begun = std::chrono::steady_clock::now();
  play(traffic, slab, store, 1'000);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::printf("%zu events stored: %.2f s, %.0f events/s, %llu rows, %llu commits\n",
              traffic.told.size(), took.count(),
              static_cast<double>(traffic.told.size()) / took.count(),
              static_cast<unsigned long long>(store.figures().rows.load()),
              static_cast<unsigned long long>(store.figures().commits.load()));
  CHECK(store.figures().rows > traffic.told.size() / 2);
}
