#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "persistence/sqlite/schema.h"
#include "persistence/sqlite/sqlite_reader.h"
#include "persistence/sqlite/sqlite_store.h"
#include "traffic.h"

using namespace tribook;
using namespace tribook::persistence::sqlite;
using namespace tribook::test;
using Catch::Matchers::Contains;

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kNow{0};

void write_file(const std::string& path, const std::string& bytes, std::streamoff at = 0) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  if (!file) file.open(path, std::ios::binary | std::ios::out);
  file.seekp(at);
  file << bytes;
  REQUIRE(file.flush());
}

struct Warned {
  explicit Warned(const std::string& path) : options(eager_options(path)) {
    options.warn = [this](const std::string& text) { warnings.push_back(text); };
  }
  SqliteOptions options;
  std::vector<std::string> warnings;
};

void fill_a_candle(SqliteStore& store) {
  store.begin_fill();
  store.fill({1}, Timeframe::H1, std::vector<Candle>{Candle::of({0}, {5}, {0})});
  store.end_fill({7});
}

}  // namespace

TEST_CASE(
    "the store is for its owner and group alone, its log too, and keeps a mode it was given") {
  TempFolder folder;
  const std::string path = folder.file("store.db");
  const mode_t before = ::umask(0022);
  Slab slab(64);
  SqliteStore store(eager_options(path), slab);
  ::umask(before);
  const auto mode_of = [](const std::string& file) { return fs::status(file).permissions(); };
  constexpr fs::perms kOurs =
      fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read;
  CHECK(mode_of(path) == kOurs);
  REQUIRE(fs::exists(path + "-wal"));
  CHECK(mode_of(path + "-wal") == kOurs);
  const std::string open = folder.file("open.db");
  write_file(open, "");
  fs::permissions(open, kOurs | fs::perms::others_read);
  SqliteStore shown(eager_options(open), slab);
  CHECK(mode_of(open) == (kOurs | fs::perms::others_read));
}

TEST_CASE("a database of an earlier version is brought up to date and keeps its rows") {
  TempFolder folder;
  const std::string path = folder.file("store.db");
  {
    Database old(path, Database::Access::ReadWrite, kNow);
    upgrade(old, 1);
    REQUIRE(old.integer("PRAGMA user_version") == 1);
    old.execute(
        "INSERT INTO meta VALUES ('journal', 'test'), ('sequence', 41);"
        "INSERT INTO ticks VALUES (41, 1, 1000, 5, 6)");
  }
  Slab slab(64);
  Warned warned(path);
  SqliteStore store(warned.options, slab);
  CHECK(store.stored() == Sequence{41});
  CHECK(warned.warnings.empty());
  Database database(path, Database::Access::ReadOnly, kNow);
  CHECK(database.integer("PRAGMA user_version") == newest_schema());
  CHECK(database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'show_trades'") == 1);
  CHECK(SqliteReader(path).ticks({1}, {}, {0}, {2'000}, 5).size() == 1);
}

TEST_CASE("a newer version's database and another program's are left alone") {
  TempFolder folder;
  const std::string path = folder.file("store.db");
  Slab slab(64);
  Warned warned(path);
  SECTION("newer") {
    { SqliteStore store(warned.options, slab); }
    Database(path, Database::Access::ReadWrite, kNow).execute("PRAGMA user_version = 99");
    CHECK_THROWS_WITH(SqliteStore(warned.options, slab), Contains("schema 99"));
    CHECK_THROWS_WITH(SqliteReader(path), Contains("version"));
  }
  SECTION("another's") {
    Database(path, Database::Access::ReadWrite, kNow).execute("CREATE TABLE birds (name TEXT)");
    CHECK_THROWS_WITH(SqliteStore(warned.options, slab), Contains("other program"));
    Database other(path, Database::Access::ReadOnly, kNow);
    CHECK(other.text("PRAGMA journal_mode") == "delete");
    CHECK(other.integer("SELECT count(*) FROM sqlite_schema") == 1);
  }
  CHECK(warned.warnings.empty());
  CHECK_FALSE(fs::exists(path + ".damaged-1"));
}

TEST_CASE("what cannot be opened says so") {
  TempFolder folder;
  Slab slab(64);
  CHECK_THROWS_WITH(SqliteStore(eager_options(folder.file("no/such/store.db")), slab),
                    Contains("cannot open the store") && Contains("no/such/store.db"));
  CHECK_THROWS_AS(SqliteReader(folder.file("none.db")), Error);
}

TEST_CASE("a damaged file is moved aside and written anew") {
  TempFolder folder;
  const std::string path = folder.file("store.db");
  Slab slab(64);
  const Traffic traffic = random_traffic(20260313, 1'500);
  {
    SqliteStore store(eager_options(path), slab);
    play(traffic, slab, store);
  }
  const std::string whole = dump(path);
  Warned warned(path);
  const auto build_anew = [&] {
    {
      SqliteStore store(warned.options, slab);
      CHECK(store.stored() == Sequence{0});
      play(traffic, slab, store);
    }
    CHECK(dump(path) == whole);
    CHECK(warned.warnings.size() == 1);
    CHECK(fs::exists(path + ".damaged-1"));
    CHECK_FALSE(fs::exists(damage_mark(path)));
  };
  SECTION("it is no database") {
    write_file(path, std::string(500, 'x'));
    build_anew();
    CHECK_THAT(warned.warnings.front(), Contains("damaged-1"));
    // The next one gets the next number.
    write_file(path, std::string(500, 'y'));
    SqliteStore store(warned.options, slab);
    CHECK(fs::exists(path + ".damaged-2"));
  }
  SECTION("it was cut short") {
    fs::resize_file(path, fs::file_size(path) / 2);
    build_anew();
  }
  SECTION("something in it is found broken while in use") {
    for (std::uintmax_t at = 40'960; at + 4'096 <= fs::file_size(path); at += 4'096) {
      write_file(path, std::string(4'096, '\xAA'), static_cast<std::streamoff>(at));
    }
    std::string what;
    try {
      SqliteReader reader(path);
      for (std::uint32_t number = 1; number <= traffic.accounts; ++number) {
        reader.orders({number}, {}, 1'000);
        reader.trades({number}, {}, 1'000);
      }
    } catch (const Error& error) {
      CHECK(error.is_damage());
      what = error.what();
    }
    CHECK_THAT(what, Contains("malformed"));
    CHECK(fs::exists(damage_mark(path)));
    build_anew();
  }
}

TEST_CASE("another journal's file is emptied, history and all") {
  TempFolder folder;
  const std::string path = folder.file("store.db");
  Slab slab(64);
  const Traffic first = random_traffic(20260314, 800);
  const Traffic second = random_traffic(20260315, 800);
  {
    SqliteStore store(eager_options(path), slab);
    play(first, slab, store);
    fill_a_candle(store);
  }
  SqliteOptions options = eager_options(path);
  options.journal = "another";
  {
    SqliteStore store(options, slab);
    CHECK(store.stored() == Sequence{0});
    CHECK(store.newest_history({1}).empty());
    CHECK_FALSE(store.filled_until().has_value());
    play(second, slab, store);
  }
  options.path = folder.file("fresh.db");
  {
    SqliteStore store(options, slab);
    play(second, slab, store);
  }
  CHECK(dump(path) == dump(options.path));
}

TEST_CASE("a journal without its beginning is taken for the one that the file is of") {
  TempFolder folder;
  const std::string path = folder.file("store.db");
  Slab slab(64);
  const Traffic traffic = random_traffic(20260316, 300);
  {
    SqliteStore store(eager_options(path), slab);
    play(traffic, slab, store);
  }
  SqliteOptions options = eager_options(path);
  options.journal.clear();
  CHECK(SqliteStore(options, slab).stored() == traffic.last);
  CHECK(SqliteStore(eager_options(path), slab).stored() == traffic.last);
}

TEST_CASE("a store says how far it is without being opened, and is set aside with its log") {
  TempFolder folder;
  const std::string path = folder.file("store.db");
  Slab slab(64);
  const Traffic traffic = random_traffic(20260316, 800);
  CHECK_FALSE(read_store_end(path).has_value());
  std::ofstream(path) << "no database, but long enough to be looked at as if it were one\n";
  CHECK_FALSE(read_store_end(path).has_value());
  const SqliteOptions options = eager_options(path);
  {
    SqliteStore store(options, slab);  // the other file goes out of its way
    play(traffic, slab, store);
    const auto end = read_store_end(path);  // what it has committed, and what only its log has
    REQUIRE(end.has_value());
    CHECK(end->last == store.stored());
    CHECK(end->journal == options.journal);
    CHECK(end->last == traffic.last);
  }
  for (const std::string name : {".ahead-1", ".ahead-2"}) {
    CHECK(set_store_aside(path, "ahead") == path + name);
    CHECK_FALSE(fs::exists(path));
    CHECK_FALSE(fs::exists(path + "-wal"));
    const auto aside = read_store_end(path + name);
    REQUIRE(aside.has_value());
    CHECK(aside->last == traffic.last);
    SqliteStore store(options, slab);
    CHECK(store.stored() == Sequence{0});
    play(traffic, slab, store);
  }
}
