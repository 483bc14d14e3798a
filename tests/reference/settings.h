#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reference/rational.h"

namespace tribook::reference {

using Id = std::int64_t;
using Time = std::int64_t;  ///< milliseconds since 1970, UTC

enum class Side { Buy, Sell };
enum class TradeState { Open, CloseOnly, Disabled };
enum class MarginMode { Forex, Cfd, CfdLeverage, Futures };
enum class HedgedPolicy { LargerLeg, Sum, Net, Percent };
enum class CommissionBasis { PerLot, PerMillion, Percent };
enum class SwapMode { None, Points, Money, Percent };
enum class AccountMode { Hedging, Netting };
enum class AccountState { Active, CloseOnly, Suspended, Closed };
enum class Closing { Any, Fifo, Lifo };
enum class StopOutOrder { LargestLoss, LargestMargin, Smart };
enum class SelfTrade { CancelNewest, CancelOldest, Decrement };
enum class LateFill { GiveToClient, HedgeBack };

struct Tier {
  std::optional<Rational> up_to_volume;
  std::optional<Rational> up_to_notional;
  Rational leverage = 1;
};

struct MarginSettings {
  MarginMode mode = MarginMode::Forex;
  Rational percent = 100;
  Rational initial_per_lot = 0;
  Rational initial_rate = 1;
  std::optional<Rational> maintenance_rate;  ///< the initial rate when not given
  Rational leverage_cap = 0;                 ///< 0: none
  HedgedPolicy hedged = HedgedPolicy::LargerLeg;
  Rational hedged_percent = 0;
  std::vector<Tier> tiers;
};

struct CommissionSettings {
  CommissionBasis basis = CommissionBasis::PerLot;
  Rational amount = 0;
  std::string currency;  ///< the account's when empty
  Rational minimum = 0;
};

struct SwapSettings {
  SwapMode mode = SwapMode::None;
  Rational long_rate = 0;
  Rational short_rate = 0;
  std::optional<int> triple_day = 3;  ///< 0 is Sunday; none: every calendar night counts once
  int days_in_year = 360;
  bool at_open_price = false;
};

struct FundingSettings {
  int interval_hours = 0;  ///< 0: none
  Rational rate = 0;
};

/// Minutes of the local day; a close at or before the open is on the next day.
struct Session {
  int day = 0;  ///< 0 is Sunday
  int open_minute = 0;
  int close_minute = 24 * 60;
};

struct Schedule {
  enum class Kind { Always, Weekdays, Custom };
  Kind kind = Kind::Always;
  std::string zone = "UTC";
  std::vector<Session> sessions;
  std::vector<std::string> holidays;  ///< local dates, "2026-12-25"
};

struct Symbol {
  Id id = 0;  ///< given by the engine, in order of listing
  std::string name;
  TradeState state = TradeState::Open;
  bool is_rate = true;  ///< conversions may cross it; not an index, a stock or a CFD
  std::string base;
  std::string quote;
  std::string margin_currency;  ///< empty: base in FOREX mode, quote otherwise
  int digits = 5;
  Rational tick = number("0.00001");
  Rational pip = number("0.0001");
  Rational contract = 100'000;
  Rational min_volume = number("0.01");
  Rational max_volume = 1'000'000'000;
  Rational volume_step = number("0.01");
  Rational stops_level_pips = 0;
  Time stale_after_ms = 60'000;  ///< 0: never
  Rational markup_pips = 0;      ///< in all; half of it on each side
  Rational venue_min_volume = 0;
  Rational venue_step = number("0.01");
  std::string venue_currency;  ///< what the provider settles in; the quote's when empty
  LateFill late_fill = LateFill::GiveToClient;
  SelfTrade self_trade = SelfTrade::CancelNewest;
  CommissionSettings commission;
  MarginSettings margin;
  SwapSettings swap;
  FundingSettings funding;
  Schedule schedule;
};

/// What a group sets for one symbol, or under the name "" for all of them.
struct GroupSymbol {
  std::optional<Rational> markup_pips;
  std::optional<CommissionSettings> commission;
  std::optional<Rational> leverage_cap;
  std::optional<SwapSettings> swap;
};

/// Set on the account, else on its group, else the default.
struct AccountOptions {
  std::optional<Closing> closing;
  std::optional<bool> negative_balance_protection;
  std::optional<bool> swap_free;
  std::optional<int> swap_free_days;      ///< nights without a fee
  std::optional<Rational> swap_free_fee;  ///< per lot and night, account currency
  std::optional<StopOutOrder> stop_out_order;
  std::optional<Rational> stop_out_level;
  std::optional<std::vector<Rational>> margin_call_levels;
};

struct Group {
  std::string name;
  AccountOptions options;
  std::map<std::string, GroupSymbol> symbols;
};

struct AccountSettings {
  std::string group;
  std::string currency = "USD";
  AccountMode mode = AccountMode::Hedging;
  AccountState state = AccountState::Active;
  Rational leverage = 100;
  bool live = false;
  AccountOptions options;
};

struct EngineSettings {
  bool any_quote_stops_out = false;  ///< not only of what the account depends on
  bool clients_meet = true;          ///< in the book; else only the house deals
  bool orders_go_round = false;      ///< what a quote reached executes after all else of the quote
  bool venues_reserve = false;       ///< margin for openings that are on their way at venues
  std::map<std::string, int> currency_digits;
};

}  // namespace tribook::reference
