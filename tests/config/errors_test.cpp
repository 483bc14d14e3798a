#include <random>

#include "config_support.h"

// What is wrong is told with file, line and key, all of it at once.

namespace tribook::config {
namespace {

using Texts = std::vector<std::string>;

struct Case {
  const char* toml;
  const char* error;
};

TEST_CASE("one mistake, one line that tells it") {
  const std::vector<Case> cases{
      // Unknown keys.
      {"frobnicate = 1", "a.toml:1: frobnicate: unknown key"},
      {"drain_timout = 1", "a.toml:1: drain_timout: unknown key; did you mean drain_timeout?"},
      {"[lisen]\nclient = \"127.0.0.1:1\"", "a.toml:1: lisen: unknown key; did you mean listen?"},
      {"\n\n[journal]\n\ndurabilty = \"sync\"",
       "a.toml:5: journal.durabilty: unknown key; did you mean durability?"},
      {"[venues.a]\ntype = \"manual\"\nhost = \"x\"", "a.toml:3: venues.a.host: unknown key"},
      {"[venues.a]\ntype = \"replay\"\nfiles = [\n{symbol = \"EURUSD\", path = \"a\"},\n{symbol = "
       "\"EURUSD\","
       " path = \"a\", offset = 1}]",
       "a.toml:5: venues.a.files[1].offset: unknown key"},
      {"[[demo_accounts]]\nusername = \"ada\"\n[[demo_accounts]]\nusername = \"bob\"\nmoney = 1",
       "a.toml:5: demo_accounts[1].money: unknown key"},
      {"[[fix.sessions]]\ntarget_comp_id = \"A\"\nfoo = 1",
       "a.toml:3: fix.sessions[0].foo: unknown key"},
      {"[store]\ntyp = \"sqlite\"", "a.toml:2: store.typ: unknown key; did you mean type?"},
      {"[auth.jwt_secret]\nx = 1",
       "a.toml:1: auth.jwt_secret: must be a text of 32 to 1024 bytes, in quotes"},
      // Types.
      {"listen = 1", "a.toml:1: listen: must be a table, is 1"},
      {"venues = [1]", "a.toml:1: venues: must be tables, as [venues.feed], is a list"},
      {"venues.a = \"manual\"", "a.toml:1: venues.a: must be a table, is \"manual\""},
      {"symbols = 3", "a.toml:1: symbols: must be a list of tables, is 3"},
      {"symbols = [3]", "a.toml:1: symbols[0]: must be a table, is 3"},
      {"demo_accounts = {}", "a.toml:1: demo_accounts: must be a list of tables, is a table"},
      {"drain_timeout = \"30\"",
       "a.toml:1: drain_timeout: must be a whole number from 0 to 3600, is \"30\""},
      {"drain_timeout = 1.0",
       "a.toml:1: drain_timeout: must be a whole number from 0 to 3600, is 1.0"},
      {"threads.pin = 1", "a.toml:1: threads.pin: must be true or false, is 1"},
      {"threads.pin = \"true\"", "a.toml:1: threads.pin: must be true or false, is \"true\""},
      {"brand.name = 7", "a.toml:1: brand.name: must be a text of 1 to 64 bytes, in quotes"},
      {"gateway.cors_origins = \"https://a\"",
       "a.toml:1: gateway.cors_origins: must be a list of texts, is \"https://a\""},
      {"gateway.cors_origins = [1]",
       "a.toml:1: gateway.cors_origins: must be a text of 1 to 256 bytes, in quotes"},
      {"gateway.echo = 2", "a.toml:1: gateway.echo: must be true or false, is 2"},
      {"listen.fix = \"x\"",
       "a.toml:1: listen.fix: must be an address and a port, as \"127.0.0.1:8080\" or "
       "\"[::1]:8080\", is \"x\""},
      // Ranges.
      {"drain_timeout = -1",
       "a.toml:1: drain_timeout: must be a whole number from 0 to 3600, is -1"},
      {"drain_timeout = 3601",
       "a.toml:1: drain_timeout: must be a whole number from 0 to 3600, is 3601"},
      {"journal.batch_ms = 0",
       "a.toml:1: journal.batch_ms: must be a whole number from 1 to 1000, is 0"},
      {"journal.segment_bytes = 1048577",
       "a.toml:1: journal.segment_bytes: must be a multiple of 4096"},
      {"backup.at = \"24:00\"",
       "a.toml:1: backup.at: must be a time of day, as \"03:30\", is \"24:00\""},
      {"backup.at = \"3:30\"",
       "a.toml:1: backup.at: must be a time of day, as \"03:30\", is \"3:30\""},
      {"backup.at = \"03:60\"",
       "a.toml:1: backup.at: must be a time of day, as \"03:30\", is \"03:60\""},
      {"backup.at = 330", "a.toml:1: backup.at: must be a time of day, as \"03:30\", is 330"},
      {"backup.keep = 0", "a.toml:1: backup.keep: must be a whole number from 1 to 10000, is 0"},
      {"gateway.io_threads = 9223372036854775807",
       "a.toml:1: gateway.io_threads: must be a whole number from 1 to 64, is 9223372036854775807"},
      {"auth.bcrypt_cost = 3",
       "a.toml:1: auth.bcrypt_cost: must be a whole number from 4 to 14, is 3"},
      {"accounts.stop_out_level = -0.1",
       "a.toml:1: accounts.stop_out_level: must be a number from 0 to 10000, is -0.1"},
      {"accounts.stop_out_level = 0.123456789",
       "a.toml:1: accounts.stop_out_level: has more than 8 decimals: 0.123456789"},
      {"accounts.stop_out_level = nan",
       "a.toml:1: accounts.stop_out_level: must be a number from 0 to 10000, is nan"},
      {"accounts.stop_out_level = -inf",
       "a.toml:1: accounts.stop_out_level: must be a number from 0 to 10000, is inf"},
      {"accounts.stop_out_level = \"\"",
       "a.toml:1: accounts.stop_out_level: must be a number from 0 to 10000, is \"\""},
      {"brand.name = \"\"", "a.toml:1: brand.name: must be a text of 1 to 64 bytes, has 0"},
      {"brand.name = \"a\\nb\"", "a.toml:1: brand.name: must not have control characters"},
      {"accounts.number_prefix = \"12345678901234567\"",
       "a.toml:1: accounts.number_prefix: must be a text of 0 to 16 bytes, has 17"},
      {"auth.jwt_secret = \"short\"",
       "a.toml:1: auth.jwt_secret: must be a text of 32 to 1024 bytes, has 5"},
      // Names.
      {"journal.durability = \"fast\"",
       "a.toml:1: journal.durability: must be \"sync\", \"batch\" or \"none\", is \"fast\""},
      {"threads.layout = \"Split\"",
       "a.toml:1: threads.layout: must be \"auto\", \"split\" or \"fused\", is \"Split\""},
      {"log.level = 1",
       "a.toml:1: log.level: must be \"debug\", \"info\", \"warn\" or \"error\", is 1"},
      {"log.output = \"syslog\"",
       "a.toml:1: log.output: must be \"stdout\", \"stderr\" or \"file\", is \"syslog\""},
      {"clock.type = \"sundial\"",
       "a.toml:1: clock.type: must be \"system\", \"manual\" or \"replay\", is \"sundial\""},
      {"store.type = \"mysql\"",
       "a.toml:1: store.type: must be \"sqlite\" or \"none\", is \"mysql\""},
      {"store.type = \"postgres\"",
       "a.toml:1: store.type: \"postgres\" is not supported yet: must be \"sqlite\" or \"none\""},
      {"store.path = \"\"", "a.toml:1: store.path: must be a text of 1 to 4096 bytes, has 0"},
      {"store.path = \"jwt.secret\"",
       "a.toml:1: store.path: must be a file name that ends in .sqlite, .sqlite3 or .db"},
      {"store.tick_days = 3651",
       "a.toml:1: store.tick_days: must be a whole number from 0 to 3650, is 3651"},
      {"store.reader_threads = 0",
       "a.toml:1: store.reader_threads: must be a whole number from 1 to 16, is 0"},
      {"venues.a.type = \"telepathy\"",
       "a.toml:1: venues.a.type: must be \"manual\", \"replay\", \"simulated\" or "
       "\"test\", is "
       "\"telepathy\""},
      {"venues.a = {}", "a.toml:1: venues.a.type: is required"},
      {"venues.\"a b\".type = \"manual\"",
       "a.toml:1: venues.a b: a venue's name has 1 to 32 letters, digits, _ and -"},
      {"[venues.lp]\ntype = \"fix\"\nhost = \"x\"",
       "a.toml:2: venues.lp.type: a venue of type \"fix\" comes in a later version; this one has "
       "\"manual\", \"replay\", \"simulated\" and \"test\""},
      // Addresses and times.
      {"clock = {type = \"manual\", start = \"yesterday\"}",
       "a.toml:1: clock.start: must be a time with Z or an offset, to the millisecond, as "
       "2026-01-21T22:00:00Z, is \"yesterday\""},
      {"clock = {type = \"manual\", start = 2026-01-21T22:00:00}",
       "a.toml:1: clock.start: must be a time with Z or an offset, to the millisecond, as "
       "2026-01-21T22:00:00Z, is 2026-01-21T22:00:00"},
      {"clock = {type = \"manual\", start = 2026-01-21}",
       "a.toml:1: clock.start: must be a time with Z or an offset, to the millisecond, as "
       "2026-01-21T22:00:00Z, is 2026-01-21"},
      {"clock = {type = \"manual\", start = 2026-01-21T22:00:00.0001Z}",
       "a.toml:1: clock.start: must be a time with Z or an offset, to the millisecond, as "
       "2026-01-21T22:00:00Z, is 2026-01-21T22:00:00.0001Z"},
      // Rows.
      {"[[demo_accounts]]\ncurrency = \"USD\"", "a.toml:1: demo_accounts[0].username: is required"},
      {"[[demo_accounts]]\nusername = \"ada\"\ncurrency = \"usd\"",
       "a.toml:3: demo_accounts[0].currency: must be a currency's code of 2 to 8 capitals or "
       "digits, is "
       "\"usd\""},
      {"[[demo_accounts]]\nusername = \"ada\"\n[[demo_accounts]]\nusername = \"ada\"",
       "a.toml:3: demo_accounts[1].username: is there twice: ada"},
      {"[[demo_accounts]]\nusername = \"ada\"\ncurrency = \"JPY\"\ndeposit = 0.5",
       "a.toml:1: demo_accounts[0].deposit: has more decimals than JPY, which has 0"},
      {"accounts.max_leverage = 50\n[[demo_accounts]]\nusername = \"ada\"",
       "a.toml:2: demo_accounts[0].leverage: is above accounts.max_leverage, 50"},
      {"[[symbols]]\ndigits = 5", "a.toml:1: symbols[0].symbol: is required, a text"},
      {"[[symbols]]\nsymbol = \"A\"\nmaxVolum = 5",
       "a.toml:3: symbols[0].maxVolum: unknown key; did you mean maxVolume?"},
      {"[[symbols]]\nsymbol = \"A\"\n[[symbols]]\nsymbol = \"B\"\nid = 5",
       "a.toml:5: symbols[1].id: unknown key"},
      {"[[symbols]]\nsymbol = \"A\"\nswap = {mode = \"NONE\", lung = 1}",
       "a.toml:3: symbols[0].swap.lung: unknown key; did you mean long?"},
      {"[[symbols]]\nsymbol = \"A\"\n[symbols.margin]\nmode = \"CFD\"\n"
       "tiers = [{upToVolume = 1, leverage = 5}, {upTo = 2}]",
       "a.toml:5: symbols[0].margin.tiers[1].upTo: unknown key"},
      {"[[symbols]]\nsymbol = \"A\"\n[symbols.schedule]\ntimezone = \"UTC\"",
       "a.toml:4: symbols[0].schedule.timezone: unknown key; did you mean timeZone?"},
      {"[[groups]]\nname = \"A\"\nsymbols = [{symbol = \"B\", markup = 1}]",
       "a.toml:3: groups[0].symbols[0].markup: unknown key"},
      {"[[groups]]\nname = \"A\"\ncommission = {amount = 1, curency = \"USD\"}",
       "a.toml:3: groups[0].commission.curency: unknown key; did you mean currency?"},
      {"groups = 3", "a.toml:1: groups: must be a list of tables, is 3"},
      {"[[groups]]\nclosing = \"FIFO\"", "a.toml:1: groups[0].name: is required, a text"},
      {"[[groups]]\nname = \"A\"\nclosings = 1",
       "a.toml:3: groups[0].closings: unknown key; did you mean closing?"},
      {"[[groups]]\nname = \"A\"\n[[groups]]\nname = \"A\"",
       "a.toml:4: groups[1].name: is there twice: A"},
      {"[[symbols]]\nsymbol = \"A\"\n[[symbols]]\nsymbol = \"A\"",
       "a.toml:4: symbols[1].symbol: is there twice: A"},
      {"[[symbols]]\nsymbol = \"A\"\nswap = {long = nan}",
       "a.toml:3: symbols[0].swap.long: must be a number"},
      {"[venues.a]\ntype = \"replay\"\nfiles = [{symbol = \"EURUSD\"}]",
       "a.toml:3: venues.a.files[0].path: is required"},
      {"[venues.a]\ntype = \"replay\"\nspeed = 0.5\nfiles = [{symbol = \"EURUSD\", path = \"a\"}]",
       "a.toml:3: venues.a.speed: must be a whole number from 0 to 1000000, is 0.5"},
      // What does not go together.
      {"[venues.a]\ntype = \"replay\"",
       "a.toml:1: venues.a.files: a replay venue needs the files that it plays: [{symbol = "
       "\"EURUSD\", path = "
       "\"...\"}]"},
      {"clock.type = \"manual\"\n[venues.a]\ntype = \"replay\"\nfiles = [{symbol = \"EURUSD\", "
       "path = \"a\"}]",
       "a.toml:1: clock.type: a replay venue drives the clock: leave clock.type out, or take the "
       "venue out"},
      {"clock.type = \"system\"\n[venues.a]\ntype = \"replay\"\nfiles = [{symbol = \"EURUSD\", "
       "path = \"a\"}]",
       "a.toml:1: clock.type: a replay venue drives the clock: leave clock.type out, or take the "
       "venue out"},
      {"clock.type = \"replay\"",
       "a.toml:1: clock.type: \"replay\" needs a venue of type replay that drives the clock"},
      {"clock.start = 2026-01-21T22:00:00Z",
       "a.toml:1: clock.start: the system's clock cannot be set: start is for clock.type manual "
       "and replay"},
      {"venues.a.type = \"manual\"\nvenues.b.type = \"manual\"",
       "a.toml:2: venues.b.type: there is one manual venue already, and it takes any symbol"},
      {"[venues.a]\ntype = \"replay\"\nfiles = [{symbol = \"EURUSD\", path = "
       "\"a\"}]\n[venues.b]\ntype = "
       "\"replay\"\nfiles = [{symbol = \"EURUSD\", path = \"a\"}]",
       "a.toml:5: venues.b.type: there is one replay venue already: give that one several files"},
      {"venues.a.type = \"simulated\"\nvenues.b.type = \"simulated\"",
       "a.toml:2: venues.b.type: there is one simulated venue already, and its market has all "
       "symbols"},
      {"venues.a.type = \"manual\"\nvenues.b.type = \"simulated\"",
       "a.toml:2: venues.b.type: a simulated venue stands alone: take the other venues out"},
      {"venues.a.type = \"simulated\"\n[venues.b]\ntype = \"replay\"\nfiles = [{symbol = "
       "\"EURUSD\", path = \"a\"}]",
       "a.toml:1: venues.a.type: a simulated venue stands alone: take the other venues out"},
      {"venues.a.type = \"simulated\"\nclock.type = \"manual\"",
       "a.toml:2: clock.type: a simulated venue goes by the system's clock: leave clock.type out, "
       "or take the venue out"},
      {"venues.a.type = \"simulated\"\nclock.type = \"replay\"",
       "a.toml:2: clock.type: a simulated venue goes by the system's clock: leave clock.type out, "
       "or take the venue out"},
      {"[venues.a]\ntype = \"simulated\"\nsymbols = [\n{symbol = \"EURUSD\"},\n{symbol = "
       "\"EURUSD\"}]",
       "a.toml:5: venues.a.symbols[1].symbol: is there twice: EURUSD"},
      {"[venues.a]\ntype = \"simulated\"\nsymbols = [{symbol = \"EURUSD\", price = 0}]",
       "a.toml:3: venues.a.symbols[0].price: must be above 0"},
      {"[venues.a]\ntype = \"simulated\"\nsymbols = [{symbol = \"EURUSD\", ticks = 11}]",
       "a.toml:3: venues.a.symbols[0].ticks: must be a number from 0 to 10, is 11"},
      {"[venues.a]\ntype = \"simulated\"\nsymbols = [{price = 1}]",
       "a.toml:3: venues.a.symbols[0].symbol: is required"},
      {"[venues.a]\ntype = \"simulated\"\nsymbols = [{symbol = \"EURUSD\", vola = 1}]",
       "a.toml:3: venues.a.symbols[0].vola: unknown key"},
      {"[venues.a]\ntype = \"simulated\"\nseed = -1",
       "a.toml:3: venues.a.seed: must be a whole number from 0 to 1000000000000, is -1"},
      {"listen.client = \"127.0.0.1:8081\"",
       "a.toml:1: listen.admin: is the same as listen.client: 127.0.0.1:8081"},
      {"accounts.margin_call_level = 40",
       "a.toml:1: accounts.stop_out_level: is above accounts.margin_call_level: a client would be "
       "closed "
       "before being warned"},
      {"gateway.cors_origins = [\"trade.example.com\"]",
       "a.toml:1: gateway.cors_origins: must be origins, as https://trade.example.com, or \"*\"; "
       "has "
       "\"trade.example.com\""},
      {"gateway.cors_origins = [\"https://trade.example.com/\"]",
       "a.toml:1: gateway.cors_origins: must be origins, as https://trade.example.com, or \"*\"; "
       "has "
       "\"https://trade.example.com/\""},
      {"auth.jwt_secret_file = \"nowhere\"",
       "a.toml:1: auth.jwt_secret_file: nowhere cannot be read"},
      {"auth.jwt_secret = \"01234567890123456789012345678901\"\nauth.jwt_secret_file = \"x\"",
       "a.toml:2: auth.jwt_secret_file: auth.jwt_secret is given too: give one of the two"},
  };
  for (const Case& one : cases) {
    INFO(one.toml);
    CHECK(errors_of(one.toml) == Texts{one.error});
  }
}

TEST_CASE("addresses that are none") {
  for (const char* text :
       {"", ":", "8080", "127.0.0.1", "127.0.0.1:", ":8080", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1:+1", "127.0.0.1:1x", "127.0.0.1: 1", "::1:8080", "[::1]", "[::1:8080",
        "[127.0.0.1]:1", "256.0.0.1:1", "example.com:80", "127.0.0.1:000001"}) {
    INFO(text);
    const Texts errors = errors_of("listen.client = \"" + std::string(text) + "\"");
    CHECK(errors == Texts{"a.toml:1: listen.client: must be an address and a port, as "
                          "\"127.0.0.1:8080\" or \"[::1]:8080\", is \"" +
                          std::string(text) + "\""});
  }
}

TEST_CASE("all mistakes are told, by source and line") {
  const Texts errors = errors_of(
      "[listen]\nclient = \"nowhere\"\nadmn = 1\n[venues.lp]\ntype = \"oanda\"\n[venues.a]\ntype = "
      "\"manual\"\n[log]\nlevel = \"loud\"\n",
      {"brand.nme=x", "journal.batch_ms=0", "nonsense", "=1", "a..b=1"},
      {{"TRIBOOK_THREADS__WAIT", "sleep"},
       {"TRIBOOK_LISTEN__FOO", "1"},
       {"TRIBOOK_FOO__BAR", "1"},
       {"TRIBOOK_LISTEN_CLIENT", "127.0.0.1:1"},
       {"TRIBOOK_LISTEN____CLIENT", "127.0.0.1:1"}});
  CHECK(
      errors ==
      Texts{
          "a.toml:2: listen.client: must be an address and a port, as \"127.0.0.1:8080\" or "
          "\"[::1]:8080\", is \"nowhere\"",
          "a.toml:3: listen.admn: unknown key; did you mean admin?",
          "a.toml:5: venues.lp.type: a venue of type \"oanda\" comes in a later version; this one "
          "has \"manual\", \"replay\", \"simulated\" and \"test\"",
          "a.toml:7: venues.a.type: manual, replay, simulated and test venues are for rehearsals "
          "and do "
          "not stand beside a real one",
          "a.toml:9: log.level: must be \"debug\", \"info\", \"warn\" or \"error\", is \"loud\"",
          "TRIBOOK_THREADS__WAIT: threads.wait: must be \"auto\", \"spin\", \"yield\" or \"park\", "
          "is "
          "\"sleep\"",
          "TRIBOOK_LISTEN__FOO: listen.foo: unknown key", "TRIBOOK_FOO__BAR: foo: unknown key",
          "TRIBOOK_LISTEN_CLIENT: two underscores part a section from its key: "
          "TRIBOOK_SECTION__KEY",
          "TRIBOOK_LISTEN____CLIENT: is not of the form TRIBOOK_SECTION__KEY",
          "--set brand.nme: brand.nme: unknown key; did you mean name?",
          "--set journal.batch_ms: journal.batch_ms: must be a whole number from 1 to 1000, is 0",
          "--set nonsense: is not of the form section.key=value",
          "--set : is not of the form section.key=value",
          "--set a..b: is not of the form section.key=value"});
}

TEST_CASE("a mistake that a later source puts right is none") {
  const Folder folder;
  const std::string file = folder.write("a.toml", "[log]\nlevel = \"loud\"\n");
  CHECK(good({.file = file, .set = {"log.level=warn"}, .environment = {}}).log.level ==
        LogLevel::Warn);
}

TEST_CASE("what is no TOML is told with its line, and the rest is judged too") {
  for (const char* toml : {"\n[listen\n", "\nx = \n", "\nx = 1 2\n", "\n[log]\n[log]\n",
                           "\n\"a\\q\" = 1\n", "\nx = 01\n", "\nx = \xFF\n"}) {
    const Texts errors = errors_of(toml, {"brand.nme=x"});
    INFO(lines(errors));
    REQUIRE(errors.size() == 2);
    CHECK((errors[0].starts_with("a.toml:2: ") || errors[0].starts_with("a.toml:3: ")));
    CHECK(errors[1].starts_with("--set brand.nme: "));
  }
  const Texts twice = errors_of("[log]\nlevel = \"info\"\nlevel = \"warn\"\n");
  REQUIRE(twice.size() == 1);
  CHECK(twice[0].starts_with("a.toml:3: "));
}

TEST_CASE("mistakes in conf.d name their own file") {
  const Folder folder;
  const std::string file = folder.write("a.toml", "");
  const std::string other = folder.write("conf.d/b.toml", "\nx = 1\n");
  CHECK(load({.file = file, .set = {}, .environment = {}}).errors ==
        Texts{other + ":2: x: unknown key"});
}

TEST_CASE("files that cannot be read") {
  const Folder folder;
  const auto error_of = [](const std::string& file) {
    const LoadResult result = load({.file = file, .set = {}, .environment = {}});
    CHECK(!result.config);
    REQUIRE(result.errors.size() == 1);
    return result.errors[0];
  };
  const std::string absent = folder.path("absent.toml");
  CHECK(error_of(absent) == absent + ": cannot be read: No such file or directory");
  folder.write("directory/x", "");
  CHECK(error_of(folder.path("directory")) ==
        folder.path("directory") + ": cannot be read: Is a directory");
  const std::string large = folder.write("large.toml", std::string((4U << 20) + 1, '#'));
  CHECK(error_of(large) == large + ": is larger than 4 MiB");
}

TEST_CASE("nesting is bounded") {
  const Texts errors = errors_of("symbols = " + std::string(100, '[') + std::string(100, ']'));
  INFO(lines(errors));
  REQUIRE(!errors.empty());
  CHECK(errors[0] == "a.toml:1: tables and lists are nested too deep");
}

TEST_CASE("secrets are not in messages") {
  const std::string secret = "hunter2-hunter2";
  const std::string long_secret = secret + std::string(2'000, 'x');
  std::string all = lines(errors_of(
      "auth.jwt_secret = \"" + secret + "\"\nredis.url = [\"" + secret +
      "\"]\n[[demo_accounts]]\nusername = \"ada\"\npassword = \"" + long_secret + "\"\n"));
  all += lines(errors_of("", {"auth.jwt_secret=" + secret}));
  all += lines(errors_of("", {}, {{"TRIBOOK_AUTH__JWT_SECRET", secret}}));
  INFO(all);
  CHECK(all.find("hunter2") == std::string::npos);
}

// Bytes of a good file changed, dropped and repeated: it is taken or refused with a reason.
TEST_CASE("damaged files never do more harm than a message") {
  const std::uint32_t seed = 20'261'121;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const Folder folder;
  const std::string whole = read_all(TRIBOOK_SOURCE_DIR "/config/demo.toml") +
                            read_all(TRIBOOK_SOURCE_DIR "/config/default.toml").substr(0, 8'000);
  for (int round = 0; round < 1'000; ++round) {
    std::string text = whole;
    for (int change = 0; change < 4; ++change) {
      const std::size_t at = random() % text.size();
      const std::size_t size = random() % 8;
      if (random() % 2 == 0) text[at] = static_cast<char>(random() % 256);
      if (random() % 4 == 0) text.erase(at, size);
      if (random() % 4 == 0) text.insert(at, text.substr(random() % text.size(), size));
    }
    const std::string file = folder.write("a.toml", text);
    const LoadResult result = load({.file = file, .set = {}, .environment = {}});
    REQUIRE(result.config.has_value() == result.errors.empty());
    if (result.config) REQUIRE(!to_toml(*result.config).empty());
  }
}

}  // namespace
}  // namespace tribook::config
