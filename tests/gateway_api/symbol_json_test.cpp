#include <catch2/catch.hpp>

#include <algorithm>
#include <cstring>
#include <string>

#include "calendar/time_zone.h"
#include "config/listed_keys.h"
#include "gateway/bodies/symbol_json.h"
#include "tribook/domain/decimal.h"

namespace {

using namespace tribook;

struct Read {
  Instrument instrument{};
  std::string problem;
  std::string unsupported;
};

Read read_new(const std::string& text) {
  calendar::load_time_zones();
  json::Document document;
  REQUIRE(document.parse(text));
  json::Reader reader;
  const auto body = gateway::read_new_symbol(document.root(), reader);
  return {body.instrument, reader.problem(), std::string(body.unsupported)};
}

Read change(const Instrument& current, const std::string& text) {
  json::Document document;
  REQUIRE(document.parse(text));
  json::Reader reader;
  const auto body = gateway::read_symbol_change(document.root(), current, reader);
  return {body.instrument, reader.problem(), std::string(body.unsupported)};
}

std::string written(const Instrument& instrument) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  gateway::write_symbol_fields(writer, instrument);
  writer.end_object();
  return text;
}

Price price(std::string_view text) { return *parse_price(text); }

constexpr const char* kWhole = R"({
  "symbol":"XAUUSD","enabled":false,"state":"CLOSE_ONLY","category":"METAL",
  "selfTrade":"DECREMENT","baseCurrency":"XAU","quoteCurrency":"USD","marginCurrency":"USD","digits":2,"tickSize":0.01,"pipSize":0.1,
  "contractSize":100,"minVolume":0.05,"maxVolume":50,"volumeStep":0.05,"stopsLevelPips":3,
  "staleAfterMs":0,"spreadMarkup":1.5,
  "commission":{"basis":"PERCENT","amount":0.0025,"currency":"EUR","minimum":1},
  "margin":{"mode":"CFD_LEVERAGE","percent":2,"initialPerLot":7,"initialRate":3,
    "maintenanceRate":2.5,"leverageCap":20,"hedged":"PERCENT","hedgedPercent":50,
    "tiers":[{"upToNotional":1500000.5,"leverage":500},{"upToNotional":30000000000000,"leverage":200},
      {"leverage":50}]},
  "swap":{"mode":"MONEY","long":-5.47,"short":"1.25","tripleDay":"FRIDAY","daysInYear":365,
    "price":"OPEN"},
  "funding":{"intervalHours":8,"rate":0.0001},
  "schedule":{"timeZone":"Europe/London","sessions":[{"day":"MONDAY","open":"08:00","close":"16:30"},
    {"day":"Tue","open":"00:00","close":"24:00"}],
    "holidays":["2026-12-25",{"date":"2026-12-24","close":"13:00"}]}})";

// What a symbol says of itself, a configuration may say.
void check_known(const json::Value& value, const config::ListedKeys& keys) {
  for (const json::Value member : value) {
    if (value.kind() == json::Kind::Array) {
      check_known(member, keys);
      continue;
    }
    INFO(member.key());
    const auto known = std::find_if(keys.begin(), keys.end(), [&](const config::ListedKey& key) {
      return key.name == member.key();
    });
    REQUIRE(known != keys.end());
    const bool is_table = member.kind() == json::Kind::Object || member.kind() == json::Kind::Array;
    if (is_table) check_known(member, known->inside);
  }
}

}  // namespace

TEST_CASE("a configuration knows every field of a symbol") {
  const Read read = read_new(kWhole);
  REQUIRE(read.problem.empty());
  json::Document document;
  REQUIRE(document.parse(written(read.instrument)));
  check_known(document.root(), config::symbol_keys());
}

TEST_CASE("a symbol reads back as it was written") {
  const Read whole = read_new(kWhole);
  REQUIRE(whole.problem.empty());
  const Instrument& i = whole.instrument;
  CHECK_FALSE(i.enabled);
  CHECK(i.state == SymbolState::CloseOnly);
  CHECK(i.self_trade == SelfTradePrevention::Decrement);
  CHECK(i.tick_size == price("0.01"));
  CHECK(i.contract_size == Quantity::from_whole(100));
  CHECK(i.commission.currency == Currency::of("EUR"));
  CHECK(i.margin.maintenance_rate.raw == 250'000'000);
  CHECK(i.swap.buy.raw == -547'000'000);
  CHECK(i.swap.triple_day == 5);
  CHECK(i.schedule.session_count == 2);
  CHECK(i.schedule.sessions[1].close_minute == 1'440);
  CHECK(i.schedule.holidays[0] == 20'812);
  CHECK(i.schedule.holiday_closes[0] == 0);
  CHECK(i.schedule.holidays[1] == 20'811);
  CHECK(i.schedule.holiday_closes[1] == 13 * 60);
  CHECK(i.swap.price == SwapPrice::Open);

  const std::string text = written(i);
  CHECK(written(read_new(text).instrument) == text);
  // And as a change of something else altogether.
  const Read other = read_new(R"({"symbol":"XAUUSD","category":"METAL"})");
  REQUIRE(other.problem.empty());
  const Read changed = change(other.instrument, text);
  CHECK(changed.problem.empty());
  CHECK(written(changed.instrument) == text);
}

TEST_CASE("what is absent has the usual value") {
  const Instrument eurusd = read_new(R"({"symbol":"EURUSD"})").instrument;
  CHECK(eurusd.base == Currency::of("EUR"));
  CHECK(eurusd.quote == Currency::of("USD"));
  CHECK(eurusd.margin_currency == Currency::of("EUR"));
  CHECK(eurusd.digits == 5);
  CHECK(eurusd.tick_size == price("0.00001"));
  CHECK(eurusd.pip_size == price("0.0001"));
  CHECK(eurusd.contract_size == Quantity::from_whole(100'000));
  CHECK(eurusd.margin.mode == MarginMode::Forex);
  CHECK(eurusd.stale_after_ms == 60'000);
  CHECK(eurusd.max_volume == Volume::from_whole(100));
  CHECK(check(eurusd).code == RejectCode::None);

  const Instrument usdjpy = read_new(R"({"symbol":"USDJPY"})").instrument;
  CHECK(usdjpy.digits == 3);
  CHECK(usdjpy.pip_size == price("0.01"));
  CHECK(read_new(R"({"symbol":"XAUUSD","digits":2})").instrument.pip_size == price("0.01"));
  CHECK(read_new(R"({"symbol":"EURUSD","tickSize":0.25})").instrument.pip_size == price("0.25"));

  const Instrument index =
      read_new(R"({"symbol":"DE40","category":"INDEX","quoteCurrency":"EUR"})").instrument;
  CHECK(index.base == Currency::of("EUR"));
  CHECK(index.margin_currency == Currency::of("EUR"));
  CHECK(index.margin.mode == MarginMode::CfdLeverage);
  CHECK(index.contract_size == Quantity::from_whole(1));

  const Instrument percent =
      read_new(R"({"symbol":"DE40","category":"INDEX","quoteCurrency":"EUR","marginPercent":5})")
          .instrument;
  CHECK(percent.margin.mode == MarginMode::Cfd);
  CHECK(percent.margin.percent.raw == 5 * kFixedOne);
}

TEST_CASE("maintenance follows the initial rate until it is said otherwise") {
  const Instrument both = read_new(R"({"symbol":"EURUSD","margin":{"initialRate":3}})").instrument;
  CHECK(both.margin.maintenance_rate == both.margin.initial_rate);
  const Instrument apart =
      read_new(R"({"symbol":"EURUSD","margin":{"initialRate":3,"maintenanceRate":2}})").instrument;
  const Instrument later = change(apart, R"({"margin":{"initialRate":4}})").instrument;
  CHECK(later.margin.initial_rate.raw == 4 * kFixedOne);
  CHECK(later.margin.maintenance_rate.raw == 2 * kFixedOne);
}

TEST_CASE("the flat fields are shorthand") {
  const Instrument before = read_new(R"({"symbol":"EURUSD"})").instrument;
  const Read after = change(before, R"({"symbol":"EURUSD","enabled":true,"spreadMarkup":0.8,
      "commissionPerLot":7,"minVolume":0.02,"maxVolume":20,"marginPercent":0,"swapLong":-2.5,
      "swapShort":0.4})");
  REQUIRE(after.problem.empty());
  CHECK(after.instrument.commission.basis == CommissionBasis::PerLot);
  CHECK(after.instrument.commission.amount.raw == 7 * kFixedOne);
  CHECK(after.instrument.swap.mode == SwapMode::Points);
  CHECK(after.instrument.swap.buy.raw == -250'000'000);
  CHECK(after.instrument.margin.mode == MarginMode::Forex);
  CHECK(after.instrument.min_volume == *parse_volume("0.02"));
}

TEST_CASE("mistakes are named") {
  const auto problem = [](const std::string& text) { return read_new(text).problem; };
  CHECK(problem("{}") == "symbol is required");
  CHECK(problem(R"({"symbol":"DE40","category":"INDEX"})") == "quoteCurrency is required");
  CHECK(problem(R"({"symbol":"EURUSD","category":"FX"})") ==
        "category must be one of FOREX METAL INDEX STOCK CRYPTO CFD");
  CHECK(problem(R"({"symbol":"EURUSD","digits":9})") == "digits must be 0 to 8");
  CHECK(problem(R"({"symbol":"EURUSD","tickSize":0})") == "tickSize must be above 0");
  CHECK(problem(R"({"symbol":"EURUSD","tickSize":-1})") == "tickSize must be above 0");
  CHECK(problem(R"({"symbol":"EURUSD","pipSize":0.000015})") ==
        "pipSize must be a multiple of tickSize, which is 10^-digits if not given");
  CHECK(problem(R"({"symbol":"EURUSD","margin":{"mode":"x"}})") ==
        "margin.mode must be one of FOREX CFD CFD_LEVERAGE FUTURES");
  CHECK(problem(R"({"symbol":"EURUSD","margin":[]})") == "margin must be an object");
  CHECK(problem(R"({"symbol":"EURUSD","commission":{"amount":true}})") ==
        "commission.amount must be a number");
  CHECK(problem(R"({"symbol":"EURUSD","schedule":"9to5"})") ==
        "schedule must be 24x7, 24x5 or an object");
  CHECK(problem(R"({"symbol":"EURUSD","schedule":{"timeZone":"Mars/Base","sessions":[]}})") ==
        "schedule.timeZone must be the name of a time zone, America/New_York say");
  CHECK(
      problem(
          R"({"symbol":"EURUSD","schedule":{"timeZone":"Europe/London","sessions":[{"day":"Monday",
      "open":"8:00","close":"9:00"}]}})") == "schedule.sessions[0].open must be HH:MM");
  CHECK(
      problem(
          R"({"symbol":"EURUSD","schedule":{"timeZone":"Europe/London","sessions":[{"day":"Monday",
      "open":"09:00","close":"08:00"}]}})") ==
      "schedule.sessions must open before they close, on one day");
  CHECK(problem(R"({"symbol":"EURUSD","swap":{"tripleDay":"PAYDAY"}})") ==
        "swap.tripleDay must be a day of the week or NONE");
  const auto tiers = [&](const std::string& list) {
    return problem(R"({"symbol":"EURUSD","margin":{"tiers":)" + list + "}}");
  };
  CHECK(tiers(R"([{"upToVolume":1}])") == "margin.tiers[0].leverage is required");
  CHECK(tiers(R"([{"upToVolume":1,"leverage":0}])") ==
        "margin.tiers[0].leverage must be 1 to 100000");
  CHECK(tiers(R"([{"upToVolume":0,"leverage":2}])") ==
        "margin.tiers[0].upToVolume must be above 0");
  CHECK(tiers(R"([{"upToVolume":1,"leverage":2},{"upToNotional":3,"leverage":1}])") ==
        "margin.tiers[1].upToNotional cannot stand beside the other: all by volume, or all by "
        "notional");
  CHECK(tiers(R"([{"upToVolume":2,"leverage":2},{"upToVolume":1,"leverage":1}])") ==
        "margin.tiers must each end above the one before; only the last need not");
  CHECK(tiers(R"([{"leverage":2},{"upToVolume":1,"leverage":1}])") ==
        "margin.tiers must each end above the one before; only the last need not");
  CHECK(tiers("[1]") == "margin.tiers[0] must be an object");
  const Instrument eurusd = read_new(R"({"symbol":"EURUSD"})").instrument;
  CHECK(change(eurusd, R"({"symbol":"EURJPY"})").problem == "symbol cannot be changed");
  CHECK(change(eurusd, R"({"marginPercent":1})").instrument.margin.mode == MarginMode::Cfd);
}
