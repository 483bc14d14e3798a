#include <cstdlib>

#include "config_support.h"

// Which source has the last word.

namespace tribook::config {
namespace {

LoadOptions with(std::string file, std::vector<std::string> set = {}, Variables variables = {}) {
  return {.file = std::move(file), .set = std::move(set), .environment = std::move(variables)};
}

TEST_CASE("without any source there are the defaults") {
  Config expected;
  expected.directory = ".";
  CHECK(good({}) == expected);
}

TEST_CASE("file, conf.d, environment and --set each overrule the one before") {
  const Folder folder;
  const std::string file = folder.write("a.toml", "[journal]\nbatch_ms = 1\n");
  const auto batch = [&](std::vector<std::string> set = {}, Variables variables = {}) {
    return good(with(file, std::move(set), std::move(variables))).journal.batch.count();
  };
  CHECK(good({}).journal.batch.count() == 10);
  CHECK(batch() == 1);
  folder.write("conf.d/20-b.toml", "[journal]\nbatch_ms = 3\n");
  folder.write("conf.d/10-a.toml", "[journal]\nbatch_ms = 2\nsegment_bytes = 1048576\n");
  folder.write("conf.d/30-c.txt", "no toml at all");
  CHECK(batch() == 3);
  CHECK(good(with(file)).journal.segment_bytes == 1'048'576);
  CHECK(batch({}, {{"TRIBOOK_JOURNAL__BATCH_MS", "4"}}) == 4);
  CHECK(batch({"journal.batch_ms=5"}, {{"TRIBOOK_JOURNAL__BATCH_MS", "4"}}) == 5);
  CHECK(batch({"journal.batch_ms=5", "journal.batch_ms=6"}) == 6);
}

TEST_CASE("tables are merged, lists are replaced") {
  const Folder folder;
  const std::string file = folder.write(
      "a.toml",
      "[listen]\nclient = \"127.0.0.1:1\"\nadmin = \"127.0.0.1:2\"\n[gateway]\ncors_origins = "
      "[\"https://a.example\", \"https://b.example\"]\n[venues.desk]\ntype = \"manual\"\n"
      "[[symbols]]\nsymbol = \"EURUSD\"\n[[symbols]]\nsymbol = \"USDJPY\"\n");
  folder.write("conf.d/a.toml",
               "listen.admin = \"127.0.0.1:3\"\ngateway.cors_origins = [\"https://c.example\"]\n"
               "symbols = [{symbol = \"XAUUSD\"}]\n");
  const Config config = good(with(file));
  CHECK(config.listen.client.text() == "127.0.0.1:1");
  CHECK(config.listen.admin.text() == "127.0.0.1:3");
  CHECK(config.gateway.cors_origins == std::vector<std::string>{"https://c.example"});
  REQUIRE(config.symbols.size() == 1);
  CHECK(config.symbols[0].json == R"({"symbol":"XAUUSD"})");
  CHECK(config.has_venue(VenueType::Manual));
}

TEST_CASE("the environment's names and values") {
  const Config config =
      good(with("", {},
                {{"TRIBOOK_LISTEN__CLIENT", "127.0.0.1:0"},
                 {"TRIBOOK_LISTEN__ADMIN", "\"[::1]:9\""},
                 {"TRIBOOK_DRAIN_TIMEOUT", "7"},
                 {"TRIBOOK_VENUES__FEED__TYPE", "manual"},
                 {"TRIBOOK_GATEWAY__CORS_ORIGINS", "https://a.example,http://b:8"},
                 {"TRIBOOK_THREADS__PIN", "true"},
                 {"TRIBOOK_BRAND__NAME", "2024"},
                 {"TRIBOOK_AUTH__JWT_SECRET", std::string(40, '1')},
                 {"TRIBOOK_ACCOUNTS__STOP_OUT_LEVEL", "12.5"}}));
  CHECK(config.listen.client == HostPort{"127.0.0.1", 0});
  CHECK(config.listen.admin == HostPort{"::1", 9});
  CHECK(config.listen.admin.text() == "[::1]:9");
  CHECK(config.drain_timeout == std::chrono::seconds(7));
  REQUIRE(config.venues.size() == 1);
  CHECK(config.venues[0].name == "feed");
  CHECK(config.gateway.cors_origins == std::vector<std::string>{"https://a.example", "http://b:8"});
  CHECK(config.threads.pin);
  CHECK(config.brand == "2024");
  CHECK(config.auth.jwt_secret == std::string(40, '1'));
  CHECK(config.accounts.stop_out_level == Ratio::from_raw(1'250'000'000));
}

TEST_CASE("the environment finds a venue whose name has capitals") {
  const Folder folder;
  const std::string file = folder.write("a.toml", "[venues.Feed]\ntype = \"replay\"\n");
  const Config config = good(with(file, {}, {{"TRIBOOK_VENUES__FEED__TYPE", "manual"}}));
  REQUIRE(config.venues.size() == 1);
  CHECK(config.venues[0].name == "Feed");
  CHECK(config.venues[0].type == VenueType::Manual);
}

TEST_CASE("variables that are no settings are left alone") {
  const Config config = good(with("", {},
                                  {{"TRIBOOK_ADMIN_PASSWORD", "secret"},
                                   {"TRIBOOK_DATA", "/somewhere"},
                                   {"TRIBOOK_JOBS", "2"},
                                   {"TRIBOOK_BACKUP_KEY", "00"},
                                   {"PATH__X", "/bin"}}));
  Config expected;
  expected.directory = ".";
  CHECK(config == expected);
}

TEST_CASE("settings as on a command line") {
  const Config config =
      good_set({"venues.feed.type=manual", "listen.client=127.0.0.1:0", "clock.type=manual",
                "threads.layout=split", "journal.durability=none",
                "clock.start=2026-01-21T22:00:00Z", "log.format = json", "gateway.cors_origins=*"});
  CHECK(config.venues.at(0).type == VenueType::Manual);
  CHECK(config.listen.client.port == 0);
  CHECK(config.clock_type() == ClockType::Manual);
  CHECK(config.clock.start->ns == 1'769'032'800'000'000'000);
  CHECK(config.threads.layout == Layout::Split);
  CHECK(config.journal.durability == Durability::None);
  CHECK(config.log.format == LogFormat::Json);
  CHECK(config.gateway.cors_origins == std::vector<std::string>{"*"});
  CHECK(good_set({"gateway.cors_origins="}).gateway.cors_origins.empty());
  CHECK(good_set({"gateway.cors_origins=[\"https://a\"]"}).gateway.cors_origins.size() == 1);
  CHECK(good_set({"demo_accounts=[{username=\"ada\", deposit=\"1.5\"}]"}).demo_accounts.size() ==
        1);
}

TEST_CASE("a replay venue that --set makes manual forgets its files, and says so") {
  const Folder folder;
  const std::string file = folder.write("a.toml",
                                        "[venues.feed]\ntype = \"replay\"\nspeed = 9\nfiles = "
                                        "[{symbol = \"EURUSD\", path = \"x\"}]\n");
  CHECK(good(with(file)).clock_type() == ClockType::Replay);
  const Config config = good(with(file, {"venues.feed.type=manual"}));
  CHECK(config.clock_type() == ClockType::System);
  CHECK(config.venues.at(0).files.empty());
  CHECK(config.without_effect ==
        std::vector<std::string>{"venues.feed.files: only a replay venue plays files",
                                 "venues.feed.speed: only a replay venue plays files"});
}

TEST_CASE("the process's own variables") {
  REQUIRE(setenv("TRIBOOK_TEST_OF_CONFIG", "a=b", 1) == 0);
  bool found = false;
  for (const auto& [name, value] : environment_variables()) {
    CHECK(name.starts_with("TRIBOOK_"));
    found = found || (name == "TRIBOOK_TEST_OF_CONFIG" && value == "a=b");
  }
  CHECK(found);
  REQUIRE(unsetenv("TRIBOOK_TEST_OF_CONFIG") == 0);
}

TEST_CASE("paths go from the file's folder") {
  const Folder folder;
  const Config config = good(with(folder.write("sub/a.toml", "")));
  CHECK(config.file == folder.path("sub/a.toml"));
  CHECK(config.directory == folder.path("sub"));
  CHECK(config.resolve("../x.gz") == folder.path("x.gz"));
  CHECK(config.resolve("/x.gz") == "/x.gz");
  CHECK(good({}).resolve("x.gz") == "x.gz");
}

}  // namespace
}  // namespace tribook::config
