#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "persistence/sqlite/database.h"
#include "tribook/domain/ids.h"

namespace tribook::persistence::sqlite {

struct SqliteOptions {
  std::string path;
  /// Names the journal that the store is of. A file that was of another one is emptied. Empty: not
  /// known, since the journal's beginning is not there any more; then the file is taken as it is.
  std::string journal;
  /// Ticks older than this before the newest are removed, in small pieces; 0 = all are kept.
  std::int64_t tick_days = 30;
  std::size_t cache_bytes = std::size_t{32} << 20;
  /// How long a lock that some other program holds is waited for.
  std::chrono::milliseconds patience{2'000};
  /// A transaction is committed when it has so many events, or is so old, or nothing more waits
  /// and the last commit is so long ago: each commit writes whole pages.
  std::size_t commit_events = 5'000;
  std::chrono::milliseconds commit_interval{100};
  /// For the log: what the operator should know and need not act upon.
  std::function<void(const std::string&)> warn;
};

/// The store's file, ready to be written, with today's schema. One that is no database or was found
/// damaged is moved aside, with a warning, and an empty one takes its place. Throws
/// std::runtime_error when it cannot be opened, belongs to another program or is a newer version's.
std::unique_ptr<Database> open_store_file(const SqliteOptions& options);

/// What a store says of itself.
struct StoreEnd {
  Sequence last;        ///< whose rows it has, and those of all before it
  std::string journal;  ///< see SqliteOptions
};

/// Leaves the file as it is. Nothing when there is none, or one that is no store or is damaged.
/// Throws std::runtime_error when it cannot be read.
std::optional<StoreEnd> read_store_end(const std::string& path);

/// Gives the file, and its log, a free name that ends with the word and a number; which one. Not
/// while it is open. Throws std::runtime_error when it cannot.
std::string set_store_aside(const std::string& path, const std::string& word);

}  // namespace tribook::persistence::sqlite
