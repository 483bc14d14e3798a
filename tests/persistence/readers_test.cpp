#include <catch2/catch.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "persistence/sqlite/sqlite_reader.h"
#include "persistence/sqlite/sqlite_store.h"
#include "traffic.h"

using namespace tribook;
using namespace tribook::persistence::sqlite;
using namespace tribook::test;

namespace {

/// Reads until it is told to stop; what it found wrong, or nothing.
std::string read_on(const std::string& path, const SqliteStore& store,
                    const std::atomic<bool>& is_written) {
  SqliteReader reader(path);
  Sequence last;
  std::size_t orders = 0;
  for (bool once_more = true; once_more;) {
    once_more = !is_written.load();
    const Sequence told = store.stored();
    const Sequence stored = reader.stored();
    if (stored < last) return "the store went back";
    if (stored < told) return "the store said more than the file has";
    last = stored;
    const auto list = reader.orders({1}, {}, 100'000);
    if (list.size() < orders) return "orders went away";
    orders = list.size();
    const auto entries = reader.ledger({2}, {}, 100'000);
    for (std::size_t i = 1; i < entries.size(); ++i) {
      if (entries[i - 1].balance_before() != entries[i].balance_after)
        return "a hole in the ledger";
    }
    for (const auto& row : reader.candles({1}, Timeframe::M1, {0}, {INT64_MAX}, 50)) {
      if (row.live.is_empty()) return "an empty candle";
    }
    reader.ticks({1}, {}, {0}, {INT64_MAX}, 50);
    reader.closed_positions({3}, {}, 50);
    reader.trades({3}, {}, 50);
  }
  return {};
}

}  // namespace

TEST_CASE("readers on threads of their own see whole records while the store writes") {
  TempFolder folder;
  const Traffic traffic = random_traffic(20260325, 3'000);
  INFO(traffic.reproduce);
  Slab slab(64);
  SqliteStore store(eager_options(folder.file("store.db")), slab);
  std::atomic<bool> is_written{false};
  std::vector<std::string> wrong(3);
  std::vector<std::thread> threads;
  for (std::string& found : wrong) {
    threads.emplace_back([&] {
      try {
        found = read_on(store.path(), store, is_written);
      } catch (const std::exception& error) {
        found = error.what();
      }
    });
  }
  play(traffic, slab, store, 20);
  is_written = true;
  for (std::thread& thread : threads) thread.join();
  for (const std::string& found : wrong) CHECK(found.empty());
  CHECK(SqliteReader(store.path()).stored() == traffic.last);
}
