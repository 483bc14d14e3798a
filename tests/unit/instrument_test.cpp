#include <functional>
#include <string>
#include <vector>

#include "support/instruments.h"
#include "tribook/domain/instrument.h"

namespace tribook {
namespace {

using test::lots;
using test::price;
using test::quantity;
using test::ratio;

struct Row {
  std::string field;
  std::function<void(Instrument&)> spoil;
};

TEST_CASE("check: a good symbol has no problem") {
  CHECK(check(test::forex("EUR", "USD")).code == RejectCode::None);
  CHECK(check(test::forex("USD", "JPY")).code == RejectCode::None);
  CHECK(check(test::contract("DE30.cash", Category::Index, "DE30", "EUR", "1")).code ==
        RejectCode::None);
}

TEST_CASE("check: each field that is wrong is named") {
  const std::vector<Row> rows{
      {"symbol", [](Instrument& i) { i.name = {}; }},
      {"symbol", [](Instrument& i) { i.name = SymbolName::of("E"); }},
      {"symbol", [](Instrument& i) { i.name = SymbolName::of("EUR USD"); }},
      {"symbol", [](Instrument& i) { i.name = SymbolName::of("EUR\"USD"); }},
      {"symbol", [](Instrument& i) { i.name = SymbolName::of("EUR\xC3\xA9"); }},
      {"baseCurrency", [](Instrument& i) { i.base = {}; }},
      {"quoteCurrency", [](Instrument& i) { i.quote = {}; }},
      {"marginCurrency", [](Instrument& i) { i.margin_currency = {}; }},
      {"commission.currency", [](Instrument& i) { i.commission.currency = {}; }},
      {"digits", [](Instrument& i) { i.digits = 9; }},
      {"tickSize", [](Instrument& i) { i.tick_size = {}; }},
      {"tickSize", [](Instrument& i) { i.tick_size = Price{-1}; }},
      {"tickSize", [](Instrument& i) { i.tick_size = Price{kMaxFixedRaw + 1}; }},
      {"pipSize", [](Instrument& i) { i.pip_size = {}; }},
      {"pipSize", [](Instrument& i) { i.pip_size = price("0.000015"); }},
      {"pipSize", [](Instrument& i) { i.tick_size = price("0.001"); }},
      {"contractSize", [](Instrument& i) { i.contract_size = {}; }},
      {"contractSize", [](Instrument& i) { i.contract_size = Quantity{kMaxFixedRaw + 1}; }},
      {"volumeStep", [](Instrument& i) { i.volume_step = {}; }},
      {"minVolume", [](Instrument& i) { i.min_volume = {}; }},
      {"minVolume", [](Instrument& i) { i.min_volume = lots("0.015"); }},
      {"maxVolume", [](Instrument& i) { i.max_volume = lots("0.009"); }},
      {"maxVolume", [](Instrument& i) { i.max_volume = Volume{kMaxFixedRaw + 1}; }},
      {"stopsLevelPips", [](Instrument& i) { i.stops_level_pips = Ratio{-1}; }},
      {"stopsLevelPips", [](Instrument& i) { i.stops_level_pips = ratio("1000000.1"); }},
      {"spreadMarkup", [](Instrument& i) { i.spread_markup_pips = Ratio{-1}; }},
      {"staleAfterMs", [](Instrument& i) { i.stale_after_ms = -1; }},
      {"symbol", [](Instrument& i) { i.name.bytes[15] = 'x'; }},
      {"baseCurrency", [](Instrument& i) { i.base = Currency{0x7F}; }},
      {"category", [](Instrument& i) { i.category = static_cast<Category>(6); }},
      {"state", [](Instrument& i) { i.state = static_cast<SymbolState>(3); }},
      {"selfTrade", [](Instrument& i) { i.self_trade = static_cast<SelfTradePrevention>(3); }},
      {"commission.basis",
       [](Instrument& i) { i.commission.basis = static_cast<CommissionBasis>(3); }},
      {"margin.mode", [](Instrument& i) { i.margin.mode = static_cast<MarginMode>(4); }},
      {"margin.hedged", [](Instrument& i) { i.margin.hedged = static_cast<HedgedMargin>(4); }},
      {"swap.mode", [](Instrument& i) { i.swap.mode = static_cast<SwapMode>(4); }},
      {"swap.price", [](Instrument& i) { i.swap.price = static_cast<SwapPrice>(2); }},
      {"swap.long", [](Instrument& i) { i.swap.buy = Ratio{kMaxFixedRaw + 1}; }},
      {"swap.short", [](Instrument& i) { i.swap.sell = Ratio{INT64_MIN}; }},
      {"swap.daysInYear", [](Instrument& i) { i.swap.days_in_year = 0; }},
      {"swap.tripleDay", [](Instrument& i) { i.swap.triple_day = 8; }},
      {"funding.intervalHours", [](Instrument& i) { i.funding.interval_hours = 8'761; }},
      {"funding.rate", [](Instrument& i) { i.funding.rate = Ratio{kFixedOne + 1}; }},
      {"schedule.kind",
       [](Instrument& i) { i.schedule.kind = static_cast<ScheduleSpec::Kind>(3); }},
      {"schedule.holidays", [](Instrument& i) { i.schedule.holiday_count = 65; }},
      {"staleAfterMs", [](Instrument& i) { i.stale_after_ms = std::int64_t{366} * 86'400'000; }},
      {"commission.amount", [](Instrument& i) { i.commission.amount = Ratio{-1}; }},
      {"commission.amount",
       [](Instrument& i) {
         i.commission.basis = CommissionBasis::Percent;
         i.commission.amount = ratio("100.01");
       }},
      {"commission.minimum", [](Instrument& i) { i.commission.minimum = Ratio{-1}; }},
      {"margin.initialRate", [](Instrument& i) { i.margin.initial_rate = {}; }},
      {"margin.initialRate", [](Instrument& i) { i.margin.initial_rate = ratio("1000.1"); }},
      {"margin.maintenanceRate", [](Instrument& i) { i.margin.maintenance_rate = {}; }},
      {"margin.percent", [](Instrument& i) { i.margin.percent = Ratio{-1}; }},
      {"margin.percent", [](Instrument& i) { i.margin.mode = MarginMode::Cfd; }},
      {"margin.initialPerLot", [](Instrument& i) { i.margin.mode = MarginMode::Futures; }},
      {"margin.initialPerLot", [](Instrument& i) { i.margin.initial_per_lot = Ratio{-1}; }},
      {"margin.hedgedPercent", [](Instrument& i) { i.margin.hedged_percent = ratio("100.1"); }},
      {"margin.hedgedPercent", [](Instrument& i) { i.margin.hedged_percent = Ratio{-1}; }},
      {"margin.leverageCap", [](Instrument& i) { i.margin.leverage_cap = 100'001; }},
  };
  for (const Row& row : rows) {
    Instrument instrument = test::forex("EUR", "USD");
    row.spoil(instrument);
    const InstrumentProblem problem = check(instrument);
    CAPTURE(row.field);
    CHECK(problem.code == RejectCode::Validation);
    CHECK(std::string(problem.field) == row.field);
    CHECK_FALSE(problem.what.empty());
  }
}

TEST_CASE("check: limits themselves are good") {
  Instrument instrument = test::forex("EUR", "USD");
  instrument.digits = 8;
  instrument.tick_size = Price{1};
  instrument.contract_size = Quantity{kMaxFixedRaw};
  instrument.max_volume = Volume{kMaxFixedRaw};
  instrument.stale_after_ms = 0;
  instrument.margin.initial_rate = ratio("1000");
  instrument.margin.hedged_percent = ratio("100");
  instrument.margin.leverage_cap = 100'000;
  instrument.commission.basis = CommissionBasis::Percent;
  instrument.commission.amount = ratio("100");
  CHECK(check(instrument).code == RejectCode::None);
}

TEST_CASE("check: a schedule's sessions open before they close, on one day") {
  Instrument instrument = test::forex("EUR", "USD");
  ScheduleSpec& schedule = instrument.schedule;
  schedule.kind = ScheduleSpec::Kind::Custom;
  const auto is_good = [&] { return check(instrument).code == RejectCode::None; };
  CHECK_FALSE(is_good());  // no session
  schedule.session_count = 1;
  schedule.sessions[0] = {6, 0, 0, 1440};
  CHECK(is_good());
  schedule.sessions[0] = {7, 0, 0, 1440};
  CHECK_FALSE(is_good());
  schedule.sessions[0] = {1, 0, 600, 600};
  CHECK_FALSE(is_good());
  schedule.sessions[0] = {1, 0, 600, 1441};
  CHECK_FALSE(is_good());
  schedule.sessions[0] = {1, 0, 600, 601};
  CHECK(is_good());
  schedule.session_count = ScheduleSpec::kSessionsMax + 1;
  CHECK_FALSE(is_good());
  schedule.session_count = 1;
  schedule.holiday_count = ScheduleSpec::kHolidaysMax + 1;
  CHECK_FALSE(is_good());
}

TEST_CASE("A switched-off symbol is DISABLED whatever its state") {
  Instrument instrument = test::forex("EUR", "USD");
  instrument.state = SymbolState::CloseOnly;
  CHECK(instrument.effective_state() == SymbolState::CloseOnly);
  instrument.enabled = false;
  CHECK(instrument.effective_state() == SymbolState::Disabled);
}

TEST_CASE("FixedText keeps its bytes and no more") {
  CHECK(SymbolName::of("EURUSD").view() == "EURUSD");
  CHECK(SymbolName::of("").view().empty());
  CHECK(SymbolName::of("ABCDEFGHIJKLMNOP").view() == "ABCDEFGHIJKLMNOP");
  CHECK(SymbolName::fits("ABCDEFGHIJKLMNOP"));
  CHECK_FALSE(SymbolName::fits("ABCDEFGHIJKLMNOPQ"));
  CHECK(SymbolName::of("EURUSD") == SymbolName::of("EURUSD"));
}

}  // namespace
}  // namespace tribook
