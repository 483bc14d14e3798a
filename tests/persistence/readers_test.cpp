#include <algorithm>
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
      const auto& newer = entries[i - 1];
      const auto older =
          std::find_if(entries.begin() + static_cast<std::ptrdiff_t>(i), entries.end(),
                       [&](const auto& entry) { return entry.is_of_credit == newer.is_of_credit; });
      if (older != entries.end() && newer.balance_before() != older->balance_after)
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

/// Threads that read until the end, which also comes when the writer fails.
class Readers {
 public:
  Readers(const SqliteStore& store, std::size_t count) : wrong_(count) {
    for (std::string& found : wrong_) {
      threads_.emplace_back([this, &found, &store] {
        try {
          found = read_on(store.path(), store, is_written_);
        } catch (const std::exception& error) {
          found = error.what();
        }
      });
    }
  }
  ~Readers() { end(); }
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  /// What each found wrong.
  const std::vector<std::string>& end() {
    is_written_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    return wrong_;
  }

 private:
  std::atomic<bool> is_written_{false};
  std::vector<std::string> wrong_;
  std::vector<std::thread> threads_;
};

}  // namespace

TEST_CASE("readers on threads of their own see whole records while the store writes") {
  TempFolder folder;
  const Traffic traffic = random_traffic(20260325, 3'000);
  INFO(traffic.reproduce);
  Slab slab(64);
  SqliteOptions options = eager_options(folder.file("store.db"));
  // A reader that meets half a header of the log takes the writer's lock for a moment.
  options.patience = SqliteOptions{}.patience;
  SqliteStore store(options, slab);
  Readers readers(store, 3);
  play(traffic, slab, store, 20);
  for (const std::string& found : readers.end()) CHECK(found.empty());
  CHECK(SqliteReader(store.path()).stored() == traffic.last);
}
