#include "persistence/sqlite/store_file.h"

#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "persistence/sqlite/schema.h"

namespace tribook::persistence::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr int kAsideMax = 999;
constexpr std::int64_t kLogBytes = std::int64_t{64}
                                   << 20;  // what the WAL is cut to when it is idle

std::string free_name(const std::string& path, const std::string& word) {
  for (int i = 1; i <= kAsideMax; ++i) {
    std::string name = path + "." + word + "-" + std::to_string(i);
    if (!fs::exists(name) && !fs::exists(name + "-wal")) return name;
  }
  throw std::runtime_error("store " + path + ": it is " + word + ", and there are " +
                           std::to_string(kAsideMax) + " such ones beside it: remove them");
}

// The log goes with its database; a new one must not find it. The order matters if we are stopped
// in between: without its log a database is what it was earlier; the mark goes last.
std::string rename_aside(const std::string& path, const std::string& word) {
  std::string aside = free_name(path, word);
  if (fs::exists(path + "-wal")) fs::rename(path + "-wal", aside + "-wal");
  fs::remove(path + "-shm");
  if (fs::exists(path)) fs::rename(path, aside);
  fs::remove(damage_mark(path));
  return aside;
}

void move_aside(const SqliteOptions& options, const std::string& why) {
  const std::string aside = rename_aside(options.path, "damaged");
  if (!options.warn) return;
  options.warn(why + ". It was moved to " + aside +
               " and is written anew from the journal; candles of before the journal are filled in "
               "again");
}

std::unique_ptr<Database> try_open(const SqliteOptions& options) {
  auto database =
      std::make_unique<Database>(options.path, Database::Access::ReadWrite, options.patience);
  // Another program's database is left as it is, so nothing is changed before the schema is known.
  upgrade(*database, 0);
  const std::string mode = database->text("PRAGMA journal_mode = WAL");
  if (mode != "wal") {
    throw std::runtime_error("store " + options.path +
                             ": its folder does not take a log beside it");
  }
  database->execute("PRAGMA synchronous = NORMAL");  // the journal has what a power cut takes
  database->execute("PRAGMA foreign_keys = OFF");
  database->execute("PRAGMA temp_store = MEMORY");
  database->execute("PRAGMA cache_size = -" + std::to_string(options.cache_bytes / 1'024));
  database->execute("PRAGMA journal_size_limit = " + std::to_string(kLogBytes));
  upgrade(*database);
  database->integer("SELECT count(*) FROM meta");
  return database;
}

}  // namespace

std::unique_ptr<Database> open_store_file(const SqliteOptions& options) {
  try {
    if (fs::exists(damage_mark(options.path))) {
      move_aside(options, "store " + options.path + ": it was found damaged while in use");
    }
    try {
      return try_open(options);
    } catch (const Error& error) {
      if (!error.is_damage()) throw;
      move_aside(options, error.what());
    }
    return try_open(options);
  } catch (const fs::filesystem_error& error) {
    throw std::runtime_error("store " + options.path + ": " + error.what());
  }
}

std::optional<StoreEnd> read_store_end(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error) || fs::exists(damage_mark(path), error)) return std::nullopt;
  try {
    Database database(path, Database::Access::ReadOnly, SqliteOptions{}.patience);
    const bool is_ours = database.integer("PRAGMA application_id") == kApplicationId;
    if (!is_ours) return std::nullopt;
    const std::int64_t last = database.integer("SELECT value FROM meta WHERE name = 'sequence'");
    return StoreEnd{Sequence{static_cast<std::uint64_t>(last)},
                    database.text("SELECT value FROM meta WHERE name = 'journal'")};
  } catch (const Error& problem) {
    if (!problem.is_damage()) throw;
    return std::nullopt;
  }
}

std::string set_store_aside(const std::string& path, const std::string& word) {
  try {
    return rename_aside(path, word);
  } catch (const fs::filesystem_error& error) {
    throw std::runtime_error("store " + path + ": " + error.what());
  }
}

}  // namespace tribook::persistence::sqlite
