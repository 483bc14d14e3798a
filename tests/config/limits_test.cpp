#include "config/limit_keys.h"
#include "config_support.h"

// Limits of risk, of the house, of groups and of symbols.

namespace tribook::config {
namespace {

constexpr const char* kDefault = TRIBOOK_SOURCE_DIR "/config/default.toml";
constexpr const char* kDemo = TRIBOOK_SOURCE_DIR "/config/demo.toml";
constexpr const char* kStrict = TRIBOOK_SOURCE_DIR "/config/strict.toml";

LimitSet limits_of(const std::string& toml) { return good_text(toml).risk.limits; }

LimitSet one(Limit limit, std::int64_t threshold, LimitMode mode,
             KillAction kill = KillAction::None) {
  LimitSet limits;
  limits.put(limit, threshold, mode, kill);
  return limits;
}

bool says(const std::string& toml, const LimitSet& wanted) {
  return is_same(limits_of("[risk.limits]\n" + toml), wanted);
}

TEST_CASE("no limit is set unless it is said") {
  CHECK(limits_of("").is_empty());
  CHECK(limits_of("[risk]\n[risk.limits]\n").is_empty());
}

TEST_CASE("a limit is a threshold that rejects, in its unit") {
  const LimitMode reject = LimitMode::Reject;
  CHECK(says("max_open_positions = 5", one(Limit::MaxOpenPositions, 5 * kFixedOne, reject)));
  CHECK(says("min_order_volume = 0.01", one(Limit::MinOrderVolume, kFixedOne / 100, reject)));
  CHECK(says("max_exposure = \"0.00000001\"", one(Limit::MaxExposure, 1, reject)));
  CHECK(says("max_exposure = 10000000000", one(Limit::MaxExposure, kMaxFixedRaw, reject)));
  CHECK(says("max_drawdown = 12.5", one(Limit::MaxDrawdown, 1'250'000'000, reject)));
  CHECK(says("duplicate_window = 0.5", one(Limit::DuplicateWindow, kFixedOne / 2, reject)));
  CHECK(says("stop_loss_required = true", one(Limit::StopLossRequired, kFixedOne, reject)));
}

TEST_CASE("what is only watched warns") {
  CHECK(says("max_position_loss = 5", one(Limit::MaxPositionLoss, 5 * kFixedOne, LimitMode::Warn)));
}

TEST_CASE("a limit's table says what it does and what it sets off") {
  CHECK(says("max_daily_loss = {value = 500, mode = \"WARN\", kill_switch = \"FLATTEN\"}",
             one(Limit::MaxDailyLoss, 500 * kFixedOne, LimitMode::Warn, KillAction::Flatten)));
  CHECK(says("max_drawdown = {value = 15, kill_switch = \"CANCEL\"}",
             one(Limit::MaxDrawdown, 15 * kFixedOne, LimitMode::Reject, KillAction::Cancel)));
  CHECK(says("[risk.limits.stop_loss_required]\nmode = \"WARN\"",
             one(Limit::StopLossRequired, kFixedOne, LimitMode::Warn)));
}

TEST_CASE("a limit that is off needs no threshold, and is set all the same") {
  CHECK(says("max_drawdown = {mode = \"OFF\"}", one(Limit::MaxDrawdown, 0, LimitMode::Off)));
  CHECK(says("max_drawdown = {value = 3, mode = \"OFF\"}",
             one(Limit::MaxDrawdown, 3 * kFixedOne, LimitMode::Off)));
  CHECK(
      says("stop_loss_required = false", one(Limit::StopLossRequired, kFixedOne, LimitMode::Off)));
}

TEST_CASE("groups and symbols have limits beside what is read where they are made") {
  const Config config = good_text(
      "[[symbols]]\nsymbol = \"EURUSD\"\nlimits = {max_order_volume = 5}\n"
      "[[symbols]]\nsymbol = \"GBPUSD\"\n"
      "[[groups]]\nname = \"vip\"\nclosing = \"FIFO\"\n[groups.limits]\nmax_leverage = 20\n");
  CHECK(config.symbols.at(0).json == R"({"symbol":"EURUSD"})");
  CHECK(is_same(config.symbols[0].limits,
                one(Limit::MaxOrderVolume, 5 * kFixedOne, LimitMode::Reject)));
  CHECK(config.symbols.at(1).limits.is_empty());
  CHECK(config.groups.at(0).json == R"({"closing":"FIFO","name":"vip"})");
  CHECK(
      is_same(config.groups[0].limits, one(Limit::MaxLeverage, 20 * kFixedOne, LimitMode::Reject)));
  CHECK(config.risk.limits.is_empty());
}

TEST_CASE("mistakes in limits are told with their line") {
  struct Case {
    const char* toml;
    const char* error;
  };
  const std::vector<Case> cases{
      {"risk = 1", "a.toml:1: risk: must be a table, is 1"},
      {"[risk]\nlimit = 1", "a.toml:2: risk.limit: unknown key; did you mean limits?"},
      {"[risk]\nlimits = 1", "a.toml:2: risk.limits: must be a table, is 1"},
      {"[risk.limits]\n\nmax_open_position = 5",
       "a.toml:3: risk.limits.max_open_position: unknown key; did you mean max_open_positions?"},
      {"[risk.limits]\nmaxOpenPositions = 5",
       "a.toml:2: risk.limits.maxOpenPositions: unknown key; did you mean max_open_positions?"},
      {"[risk.limits]\nmax_open_positions = 2.5",
       "a.toml:2: risk.limits.max_open_positions: must be a whole number from 0 to 1000000000, is "
       "2.5"},
      {"[risk.limits]\nmax_drawdown = 10001",
       "a.toml:2: risk.limits.max_drawdown: must be a number from 0 to 10000, is 10001"},
      {"[risk.limits]\nmax_drawdown = -1",
       "a.toml:2: risk.limits.max_drawdown: must be a number from 0 to 10000, is -1"},
      {"[risk.limits]\nmax_drawdown = 0.000000001",
       "a.toml:2: risk.limits.max_drawdown: has more than 8 decimals: 0.000000001"},
      {"[risk.limits]\nstop_loss_required = 1",
       "a.toml:2: risk.limits.stop_loss_required: must be true or false, is 1"},
      {"[risk.limits]\nstop_loss_required = {value = false}",
       "a.toml:2: risk.limits.stop_loss_required.value: must be true beside a mode; to have it "
       "off, "
       "say mode \"OFF\""},
      {"[risk.limits.max_drawdown]\nvalue = 5\nmod = \"WARN\"",
       "a.toml:3: risk.limits.max_drawdown.mod: unknown key; a limit has value, mode and "
       "kill_switch"},
      {"[risk.limits]\nmax_drawdown = {mode = \"WARN\"}",
       "a.toml:2: risk.limits.max_drawdown.value: is required"},
      {"[risk.limits]\nmax_drawdown = {value = 5, mode = \"warn\"}",
       "a.toml:2: risk.limits.max_drawdown.mode: must be \"OFF\", \"WARN\" or \"REJECT\", is "
       "\"warn\""},
      {"[risk.limits]\nmax_open_positions = {value = 5, kill_switch = \"BLOCK\"}",
       "a.toml:2: risk.limits.max_open_positions: sets off no kill switch"},
      {"[risk.limits]\nmax_position_loss = {value = 5, mode = \"REJECT\"}",
       "a.toml:2: risk.limits.max_position_loss: is only watched: it can be OFF or WARN"},
      {"[[groups]]\nname = \"a\"\n[groups.limits]\nmax_leverag = 1",
       "a.toml:4: groups[0].limits.max_leverag: unknown key; did you mean max_leverage?"},
      {"[[symbols]]\nsymbol = \"EURUSD\"\nlimits = 5",
       "a.toml:3: symbols[0].limits: must be a table, is 5"},
      {"[[groups]]\nname = \"a\"\nsymbols = [{symbol = \"EURUSD\", limits = {}}]",
       "a.toml:3: groups[0].symbols[0].limits: unknown key"},
  };
  for (const Case& wrong : cases) {
    INFO(wrong.toml);
    CHECK(errors_of(wrong.toml) == std::vector<std::string>{wrong.error});
  }
}

TEST_CASE("limits come from the environment and from --set too") {
  const Folder folder;
  const std::string file =
      folder.write("a.toml", "[risk.limits]\nmax_drawdown = {value = 5, mode = \"WARN\"}\n");
  const Config config = good({.file = file,
                              .set = {"risk.limits.max_drawdown.value=7"},
                              .environment = {{"TRIBOOK_RISK__LIMITS__MAX_OPEN_POSITIONS", "3"}}});
  LimitSet wanted = one(Limit::MaxDrawdown, 7 * kFixedOne, LimitMode::Warn);
  wanted.put(Limit::MaxOpenPositions, 3 * kFixedOne, LimitMode::Reject);
  CHECK(is_same(config.risk.limits, wanted));
}

// The lines of [risk.limits] that set something, out of their comments.
std::string examples() {
  std::istringstream in(read_all(kDefault));
  std::string toml = "[risk.limits]\n";
  bool is_inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("[")) is_inside = line == "[risk.limits]";
    if (line.empty()) is_inside = false;
    const std::size_t equals = line.find(" = ");
    const bool is_key =
        line.starts_with("# ") && equals != std::string::npos && line.find(' ', 2) == equals;
    if (is_inside && is_key) toml += line.substr(2) + "\n";
  }
  return toml;
}

TEST_CASE("the examples of default.toml are good, and there is one for each limit") {
  const LimitSet limits = limits_of(examples());
  for (const Key<LimitSet>& key : limit_keys()) {
    INFO(key.name);
    CHECK(!key.print(limits).empty());
  }
}

TEST_CASE("limits are printed as they are read") {
  const Config config =
      good_text(examples() +
                "[[symbols]]\nsymbol = \"EURUSD\"\nlimits = {max_leverage = 1.5, "
                "max_exposure = {value = 2, mode = \"WARN\"}}\n"
                "[[groups]]\nname = \"a\"\nlimits = {stop_loss_required = false, "
                "max_exposure = {value = 2, mode = \"WARN\", kill_switch = \"BLOCK\"}}\n");
  const std::string toml = to_toml(config);
  INFO(toml);
  Config again = good_text(toml);
  again.file = config.file;
  again.directory = config.directory;
  CHECK(again == config);
  again.risk.limits.clear(Limit::MaxDayVolume);
  CHECK(again != config);
}

TEST_CASE("the strict profile has the figures that its rule book names") {
  const LimitSet limits = good({.file = kStrict, .set = {}, .environment = {}}).risk.limits;
  LimitSet wanted;
  const auto reject = [&](Limit limit, std::int64_t value, KillAction kill = KillAction::None) {
    wanted.put(limit, value * kFixedOne, LimitMode::Reject, kill);
  };
  reject(Limit::MinOrderVolume, 1);
  reject(Limit::MaxOrderVolume, 10'000);
  reject(Limit::MaxPriceDistance, 10);
  reject(Limit::StopLossRequired, 1);
  reject(Limit::MinRewardRisk, 2);
  reject(Limit::MaxPendingOrders, 3);
  reject(Limit::MaxOpenPositions, 5);
  reject(Limit::MaxRiskPerTrade, 2);
  reject(Limit::MaxDailyLossPercent, 6, KillAction::Block);
  reject(Limit::MaxDrawdown, 15, KillAction::Block);
  reject(Limit::OrdersPerMinute, 60);
  reject(Limit::OrdersPerDay, 500);
  wanted.put(Limit::MaxPositionLoss, 5 * kFixedOne, LimitMode::Warn);
  CHECK(is_same(limits, wanted));
}

TEST_CASE("the strict profile over the demo leaves its market as it is") {
  const Config demo = good({.file = kDemo, .set = {}, .environment = {}});
  Config both = good({.file = kDemo, .set = {}, .environment = {}, .more_files = {kStrict}});
  CHECK(both.risk.limits.has(Limit::MaxDrawdown));
  both.risk = {};
  CHECK(both == demo);
  // A lot of EURUSD is 100,000 units; one bitcoin is much.
  const LimitSet off = one(Limit::MinOrderVolume, 0, LimitMode::Off);
  for (const ListedEntry& symbol : demo.symbols) {
    INFO(symbol.json);
    const bool is_unit = symbol.json.find(R"("contractSize":1,)") != std::string::npos &&
                         symbol.json.find("BTCUSD") == std::string::npos;
    CHECK(is_same(symbol.limits, is_unit ? LimitSet{} : off));
  }
}

TEST_CASE("a file over another, and conf.d of the first over both") {
  const Folder folder;
  const std::string first =
      folder.write("a/first.toml",
                   "[risk.limits]\nmax_open_positions = 1\nmax_drawdown = 1\nmax_leverage = 1\n");
  const std::string second =
      folder.write("b/second.toml", "[risk.limits]\nmax_drawdown = 2\nmax_leverage = 2\n");
  const std::string third = folder.write("b/third.toml", "[risk.limits]\nmax_leverage = 3\n");
  folder.write("b/conf.d/x.toml", "[risk.limits]\nmax_open_positions = 9\n");
  const auto load_all = [&] {
    return good({.file = first, .set = {}, .environment = {}, .more_files = {second, third}});
  };
  const Config config = load_all();
  LimitSet wanted = one(Limit::MaxOpenPositions, kFixedOne, LimitMode::Reject);
  wanted.put(Limit::MaxDrawdown, 2 * kFixedOne, LimitMode::Reject);
  wanted.put(Limit::MaxLeverage, 3 * kFixedOne, LimitMode::Reject);
  CHECK(is_same(config.risk.limits, wanted));
  CHECK(config.file == first);
  CHECK(config.directory == folder.path("a"));
  folder.write("a/conf.d/x.toml", "[risk.limits]\nmax_leverage = 4\n");
  wanted.put(Limit::MaxLeverage, 4 * kFixedOne, LimitMode::Reject);
  CHECK(is_same(load_all().risk.limits, wanted));
}

TEST_CASE("a mistake in a file over another names that file") {
  const Folder folder;
  const std::string first = folder.write("a.toml", "");
  const std::string second = folder.write("b.toml", "\nx = 1\n");
  const LoadResult result =
      load({.file = first, .set = {}, .environment = {}, .more_files = {second}});
  CHECK(result.errors == std::vector<std::string>{second + ":2: x: unknown key"});
}

}  // namespace
}  // namespace tribook::config
