#include "config_support.h"

// Values go in and out as they stand in the text.

namespace tribook::config {
namespace {

std::string json_of(const std::string& toml) {
  const Config config = good_text("[[symbols]]\nsymbol = \"S\"\nvolumeStep = " + toml + "\n");
  std::string json = config.symbols.at(0).json;
  const std::string before = R"({"symbol":"S","volumeStep":)";
  REQUIRE(json.starts_with(before));
  REQUIRE(json.ends_with("}"));
  return json.substr(before.size(), json.size() - before.size() - 1);
}

TEST_CASE("a symbol's numbers are exact") {
  CHECK(json_of("0.00001") == "0.00001");
  CHECK(json_of("0.1") == "0.1");
  CHECK(json_of("1e-5") == "1e-5");
  CHECK(json_of("100000") == "100000");
  CHECK(json_of("-2.50") == "-2.50");
  CHECK(json_of("+2.5") == "2.5");
  CHECK(json_of("1_000_000.000_01") == "1000000.00001");
  CHECK(json_of("0xFF") == "255");
  CHECK(json_of("12345678901.12345678") == "12345678901.12345678");
  CHECK(json_of("0.1000000000000000055") == "0.1000000000000000055");
  CHECK(json_of("9223372036854775807") == "9223372036854775807");
  CHECK(json_of("\"0.00001\"") == "\"0.00001\"");
}

TEST_CASE("a symbol's other values") {
  CHECK(json_of("true") == "true");
  CHECK(json_of("\"a \\\"b\\\" \\\\ \\u0001 \u00e9\"") == "\"a \\\"b\\\" \\\\ \\u0001 \u00e9\"");
  CHECK(json_of("[]") == "[]");
  CHECK(json_of("{}") == "{}");
  CHECK(json_of("[1, \"a\", [0.5], {y = 0.25, z = []}]") == R"([1,"a",[0.5],{"y":0.25,"z":[]}])");
  CHECK(json_of("[2026-12-25]") == R"(["2026-12-25"])");
  CHECK(json_of("{\"\u00e9\" = 0.00001}") == "{\"\u00e9\":0.00001}");
}

TEST_CASE(
    "numbers are found behind characters of several bytes, other line ends and byte order marks") {
  const Config config = good_text(
      "\xEF\xBB\xBF# \u20ac\r\n\r\n[[symbols]]\r\nsymbol = \"\U0001F4B6\u20ac\"\r\n"
      "category = [\"\U0001F4B6\", 0.3000000000000000000001]\r\n");
  CHECK(config.symbols.at(0).json ==
        "{\"category\":[\"\U0001F4B6\",0.3000000000000000000001],\"symbol\":\"\U0001F4B6\u20ac\"}");
}

TEST_CASE("an entry of symbols tells where it stands") {
  const Folder folder;
  const std::string file =
      folder.write("a.toml", "\n\n[[symbols]]\nsymbol = \"A\"\n\n[[symbols]]\nsymbol = \"B\"\n");
  const Config config = good({.file = file, .set = {}, .environment = {}});
  CHECK(config.symbols.at(0).where == file + ":3");
  CHECK(config.symbols.at(1).where == file + ":6");
}

TEST_CASE("money as number and as text") {
  const auto deposit = [](const std::string& text) {
    return good_text("[[demo_accounts]]\nusername = \"ada\"\ncurrency = \"BTC\"\ndeposit = " + text)
        .demo_accounts.at(0)
        .deposit;
  };
  CHECK(deposit("10000") == Money::from_whole(10'000));
  CHECK(deposit("\"10000\"") == Money::from_whole(10'000));
  CHECK(deposit("0.1") == Money::from_raw(10'000'000));
  CHECK(deposit("\"0.00000001\"") == Money::from_raw(1));
  CHECK(deposit("1e-8") == Money::from_raw(1));
  CHECK(deposit("999999999999.99999999") ==
        Money::from_raw(int128{99'999'999'999'999'999} * 1'000 + 999));
  CHECK(deposit("1e12") == Money::from_whole(1'000'000'000'000));
}

TEST_CASE("the clock's start") {
  const auto start = [](const std::string& text) {
    return good_text("clock = {type = \"manual\", start = " + text + "}").clock.start->ns;
  };
  constexpr std::int64_t expected = 1'769'032'800'000'000'000;
  CHECK(start("2026-01-21T22:00:00Z") == expected);
  CHECK(start("2026-01-21 22:00:00Z") == expected);
  CHECK(start("2026-01-22T00:00:00+02:00") == expected);
  CHECK(start("\"2026-01-21T17:00:00-05:00\"") == expected);
  CHECK(start("2026-01-21T22:00:00.125Z") == expected + 125'000'000);
  CHECK(!good_set({"clock.type=manual"}).clock.start);
}

TEST_CASE("a time of day") {
  const auto at = [](const std::string& text) {
    return good_set({"backup.at=" + text}).backup.at->after_midnight.count();
  };
  CHECK(at("00:00") == 0);
  CHECK(at("03:30") == 210);
  CHECK(at("\"23:59\"") == 1'439);
  CHECK(!good_set({"backup.directory=/b"}).backup.at);
}

TEST_CASE("addresses") {
  const auto client = [](const std::string& text) {
    return good_set({"listen.client=" + text}).listen.client;
  };
  CHECK(client("127.0.0.1:0") == HostPort{"127.0.0.1", 0});
  CHECK(client("0.0.0.0:65535") == HostPort{"0.0.0.0", 65'535});
  CHECK(client("localhost:80") == HostPort{"localhost", 80});
  CHECK(client("[::]:80") == HostPort{"::", 80});
  CHECK(client("[::]:80").text() == "[::]:80");
}

TEST_CASE("the clock follows the venues unless it is told") {
  CHECK(good({}).clock_type() == ClockType::System);
  CHECK(good_set({"venues.a.type=manual"}).clock_type() == ClockType::System);
  const Config replay = good_text(
      "[venues.a]\ntype = \"replay\"\nspeed = 0\nfiles = [{symbol = \"EURUSD\", path = \"a\", "
      "clock_offset_minutes = -300}]\n[venues.b]\ntype = \"manual\"\n");
  CHECK(replay.clock_type() == ClockType::Replay);
  REQUIRE(replay.venues.size() == 2);
  CHECK(replay.venues[0].speed == 0);
  CHECK(replay.venues[0].files == std::vector<TickFile>{{"EURUSD", "a", -300}});
}

TEST_CASE("keys of later versions are taken, and told to be without effect") {
  const Config config = good_text(
      "listen.fix = \"127.0.0.1:1\"\ngateway.echo = true\nredis.url = \"redis://x\"\nfix.comp_id = "
      "\"T\"\n"
      "fix.sessions = [{target_comp_id = \"C\", auth = \"compid\", account = \"1\", reset_on_logon "
      "= true}]\n"
      "store = {url = \"x\", read_url = \"y\"}\n");
  std::string all = lines(config.without_effect);
  for (const char* key : {"listen.fix: ", "gateway.echo: ", "redis.url: ", "fix.comp_id: ",
                          "fix.sessions[0].auth: ", "store.url: ", "store.read_url: "}) {
    INFO(key << "\n" << all);
    CHECK(all.find(key) != std::string::npos);
  }
  CHECK(config.without_effect.size() == 10);
  CHECK(good({}).without_effect.empty());
}

TEST_CASE("the secret from a file") {
  const Folder folder;
  const std::string secret = "0123456789abcdef0123456789abcdef";
  folder.write("secret", secret + "\n");
  folder.write("short", "abc\n");
  const std::string file = folder.write("a.toml", "[auth]\njwt_secret_file = \"secret\"\n");
  const Config config = good({.file = file, .set = {}, .environment = {}});
  CHECK(config.auth.jwt_secret == secret);
  CHECK(config.auth.jwt_secret_file == "secret");
  const LoadResult result =
      load({.file = file, .set = {"auth.jwt_secret_file=short"}, .environment = {}});
  CHECK(result.errors ==
        std::vector<std::string>{"--set auth.jwt_secret_file: auth.jwt_secret: must be "
                                 "a text of 32 to 1024 bytes, has 3"});
}

// Everything set to something else than its default, but for what cannot stand beside another.
constexpr const char* kUnusual = R"(
drain_timeout = 1
listen = {client = "[::1]:1", admin = "0.0.0.0:0"}
journal = {durability = "batch", batch_ms = 7, segment_bytes = 1048576, archive = false, keep_segments = 5}
snapshots = {every_records = 5, every_minutes = 6, keep = 7}
backup = {directory = "b", key_file = "k", every_hours = 24, at = "03:05", keep = 9}
threads = {layout = "fused", wait = "yield", pin = true}
gateway = {order_wait_ms = 9, cors_origins = ["*", "http://a:1"], io_threads = 3, max_connections = 4, max_body_bytes = 2048}
clock = {type = "replay", start = 2014-05-01T00:00:00.250Z}
accounts = {number_prefix = "\"\\-", max_leverage = 30, stop_out_level = 20.5, margin_call_level = 99.99999999}
auth = {bcrypt_cost = 4, bcrypt_threads = 2, client_token_hours = 3, admin_token_hours = 5, jwt_secret = "do-not-show-me-0123456789012345678"}
limits = {accounts = 1, positions = 2, symbols = 3, client_ids = 4, orders = 8, history = 5, texts = 64, ring = 128}
log = {level = "debug", format = "json", output = "file"}
brand = {name = "Ünder \"Quotes\""}
store = {type = "none", path = "other.sqlite", tick_days = 0, reader_threads = 16}
[venues.ticks]
type = "replay"
speed = 1000
files = [{symbol = "EURUSD", path = "a \"b\".gz", clock_offset_minutes = -300}, {symbol = "USDJPY", path = "c"}]
[venues.desk-1]
type = "manual"
[[demo_accounts]]
username = "ada"
password = "do-not-show-me-either"
currency = "BTC"
deposit = 0.00000001
leverage = 30
[[demo_accounts]]
username = "bob"
deposit = 999999999999.99
leverage = 1
[[symbols]]
symbol = "EURUSD"
tickSize = 0.00001
state = {"odd key: {[\"" = [1, {a = 0.1, "b,:" = "}\\\""}, [], {}, "x\u007f"]}
margin = {mode = "FOREX", tiers = [{upToVolume = 100, leverage = 500}]}
[[symbols]]
symbol = "empty"
)";

TEST_CASE("to_toml reads back as the same, but for secrets") {
  const Config config = good_text(kUnusual);
  const std::string toml = to_toml(config);
  INFO(toml);
  CHECK(toml.find("do-not-show") == std::string::npos);
  Config again = good_text(toml);
  CHECK(again.auth.jwt_secret.empty());
  CHECK(again.demo_accounts.at(0).password.empty());
  again.auth.jwt_secret = config.auth.jwt_secret;
  again.demo_accounts[0].password = config.demo_accounts[0].password;
  again.file = config.file;
  again.directory = config.directory;
  CHECK(again == config);
  // And the comparison compares.
  again.symbols[0].json += " ";
  CHECK(again != config);
}

constexpr const char* kSimulated = R"(
[venues.market]
type = "simulated"
seed = 42
symbols = [
  {symbol = "EURUSD"},
  {symbol = "XAUUSD", price = 2000.5, volatility = 30, spread = 0.25, ticks = 0.5},
]
)";

TEST_CASE("a simulated market's settings, and back") {
  const Config config = good_text(kSimulated);
  CHECK(config.clock_type() == ClockType::System);
  REQUIRE(config.venues.size() == 1);
  const Venue& venue = config.venues[0];
  CHECK(venue.type == VenueType::Simulated);
  CHECK(venue.seed == 42);
  REQUIRE(venue.quotes.size() == 2);
  CHECK(venue.quotes[0] == SimulatedQuote{"EURUSD", {}, {}, {}, {}});
  CHECK(venue.quotes[1] == SimulatedQuote{"XAUUSD", Ratio{200'050'000'000}, Ratio::from_whole(30),
                                          Ratio{25'000'000}, Ratio{50'000'000}});
  CHECK(good_text(to_toml(config)).venues == config.venues);
  CHECK(good_set({"venues.m.type=simulated"}).venues.at(0).seed == 1);
}

TEST_CASE("a simulated venue that --set makes manual forgets its market, and says so") {
  const Folder folder;
  const std::string file = folder.write("a.toml", kSimulated);
  const Config config =
      good({.file = file, .set = {"venues.market.type=manual"}, .environment = {}});
  CHECK(config.venues.at(0).quotes.empty());
  CHECK(config.without_effect ==
        std::vector<std::string>{"venues.market.seed: only a simulated venue makes a market",
                                 "venues.market.symbols: only a simulated venue makes a market"});
}

TEST_CASE("where history is kept") {
  const Store usual = good({}).store;
  CHECK(usual.type == StoreType::Sqlite);
  CHECK(usual.path == "store.sqlite");
  CHECK(usual.tick_days == 2);
  CHECK(usual.reader_threads == 2);
  CHECK(good_set({"store.type=none"}).store.type == StoreType::None);
}

TEST_CASE("to_toml of the defaults reads back as the defaults") {
  Config again = good_text(to_toml(Config{}));
  again.file.clear();
  again.directory.clear();
  CHECK(again == Config{});
}

}  // namespace
}  // namespace tribook::config
