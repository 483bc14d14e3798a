#include <catch2/catch.hpp>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "persistence/sqlite/sqlite_reader.h"
#include "persistence/sqlite/sqlite_store.h"
#include "support/random.h"
#include "traffic.h"

using namespace tribook;
using namespace tribook::persistence::sqlite;
using namespace tribook::test;

namespace {

/// Lets the process end after so many events.
class Doomed final : public core::EventSink {
 public:
  Doomed(core::EventSink& sink, std::uint64_t events) : sink_(sink), left_(events) {}
  [[nodiscard]] Sequence stored() const override { return sink_.stored(); }
  void apply(const Event& event) override {
    if (left_-- == 0) ::_exit(0);
    sink_.apply(event);
  }
  void commit(Sequence last, bool is_caught_up) override { sink_.commit(last, is_caught_up); }

 private:
  core::EventSink& sink_;
  std::uint64_t left_;
};

// Runs in the child, so no checks here.
[[noreturn]] void write_and_die(const Traffic& traffic, const std::string& path,
                                std::uint64_t events, std::size_t batch) {
  Slab slab(64);
  SqliteStore store(eager_options(path), slab);
  Doomed doomed(store, events);
  play(traffic, slab, doomed, batch);
  ::_exit(0);
}

// At a moment that nobody chose, if it has not ended by then.
void run_child(const Traffic& traffic, const std::string& path, Random& random) {
  const std::uint64_t events = 1 + random.below(traffic.told.size());
  const std::size_t batch = 1 + random.below(300);
  const bool is_killed = random.one_in(2);
  const ::pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) write_and_die(traffic, path, events, batch);
  if (is_killed) {
    ::usleep(static_cast<::useconds_t>(random.below(60'000)));
    ::kill(child, SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
}

}  // namespace

TEST_CASE("a store whose writer dies anywhere has a whole beginning, and goes on to the whole") {
  TempFolder folder;
  const std::string path = folder.file("store.db");
  const std::string undisturbed = folder.file("undisturbed.db");
  const Traffic traffic = random_traffic(20260317, 2'000);
  Random random(20260318);
  INFO(traffic.reproduce << "; " << random.reproduce());
  Slab slab(64);
  for (int round = 0; round < 25; ++round) {
    if (round % 8 == 7) std::filesystem::remove_all(path);
    if (round % 8 == 7) std::filesystem::remove_all(path + "-wal");
    if (round % 8 == 7) std::filesystem::remove_all(path + "-shm");
    run_child(traffic, path, random);
    if (!std::filesystem::exists(path)) continue;
    Sequence stored;
    {
      SqliteStore store(eager_options(path), slab);
      stored = store.stored();
    }
    // The same as if it had been stopped there on purpose.
    std::filesystem::remove_all(undisturbed);
    {
      SqliteStore store(eager_options(undisturbed), slab);
      if (stored) play(traffic, slab, store, 500, stored);
    }
    REQUIRE(dump(path) == dump(undisturbed));
  }
  {
    SqliteStore store(eager_options(path), slab);
    play(traffic, slab, store);
  }
  std::filesystem::remove_all(undisturbed);
  {
    SqliteStore store(eager_options(undisturbed), slab);
    play(traffic, slab, store);
  }
  CHECK(dump(path) == dump(undisturbed));
}
