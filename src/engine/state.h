#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include "engine/client_ids.h"
#include "engine/front.h"
#include "engine/lazy_pool.h"
#include "engine/ledger.h"
#include "engine/marks.h"
#include "engine/matching.h"
#include "engine/recent_orders.h"
#include "engine/rehearsal.h"
#include "engine/stop_out.h"
#include "engine/timers.h"
#include "engine/trailing.h"
#include "engine/trigger_heap.h"
#include "engine/venue_desk.h"
#include "engine/watching.h"
#include "engine/withdrawals.h"
#include "engine/working_orders.h"
#include "tribook/base/hash.h"
#include "tribook/base/index_map.h"
#include "tribook/base/pool.h"
#include "tribook/domain/arithmetic.h"
#include "tribook/domain/group.h"
#include "tribook/domain/rate_book.h"
#include "tribook/domain/risk_rules.h"
#include "tribook/engine/engine.h"

// The engine's tables. Objects name each other by index: accounts and symbols by their id,
// positions, holdings and watches by their place in a pool.
//
//   Account --< Holding (one per symbol held) --< Position
//   Account --< Watch (one per symbol that its equity depends on)

namespace tribook::engine {

struct Position {
  Cost open_cost;
  Cost closed_cost;  // of what was closed, at the prices of the closes; told again, never used
  Money basis;       // margin before leverage, account currency
  Money commission;
  Money swap;
  Money realized_total;
  PositionId id;
  Volume volume;
  Volume closed_volume;
  Price stop_loss;
  Price take_profit;
  TimeNs open_time{};
  TimeNs updated{};  // when it was last told
  // Its highest and lowest mark until it joined its series of marks, the first at its opening.
  Price highest;
  Price lowest;
  std::uint64_t mark = 0;  // its number in that series
  std::uint32_t holding = 0;
  std::uint32_t next = 0;  // in the holding's list
  std::uint32_t previous = 0;
  std::uint32_t venue_part = 0;  // what of it stands at its venue; 0: nothing
  AccountId account;
  SymbolId symbol;
  Side side = Side::Buy;
  Book book = Book::B;
  CloseReason last_reason = CloseReason::None;  // of the last close of a part
};
static_assert(sizeof(Position) <= 208);  // with two trigger nodes and its index slots 288

/// What a holding's positions come to, as long as no price that it depends on has changed: see
/// valued.h. It follows from the rest.
struct HoldingValue {
  Money pnl;
  std::uint64_t at = 0;  // State::pricings of then; 0: not known
};

/// What one account holds of one symbol. What a look at the account reads stands first.
struct Holding {
  MarginSide buys;
  MarginSide sells;
  // Of the prices at which anything was opened since it has been there.
  Price highest_open;
  Price lowest_open;
  std::uint32_t next_of_account = 0;
  std::uint32_t positions = 0;
  AccountId account;
  SymbolId symbol;
  std::uint32_t first_position = 0;  // the newest; the others follow by age
  std::uint32_t oldest_position = 0;
  std::uint32_t next_of_symbol = 0;
  std::uint32_t previous_of_symbol = 0;
  Money used_margin;
  mutable HoldingValue value;  // kept by whoever asks for it

  MarginSide& side(Side of) { return of == Side::Buy ? buys : sells; }
};

/// A symbol whose price an account's equity depends on: held, or on the way of a conversion. Says
/// how far the price may go before the account must be looked at again (see solvency_bounds.cpp).
struct Watch {
  AccountId account;
  SymbolId symbol;
  std::uint32_t next_of_account = 0;
  // Scratch of one look.
  std::int64_t move = 0;         // of the bid or the ask, raw price
  std::int64_t spread_move = 0;  // how much the spread may grow
  bool needs_lower = false;
  bool needs_upper = false;
  bool is_needed = false;
};
/// Most that a holding asks for: its symbol, and those by which its results are converted.
inline constexpr std::uint32_t kWatchesOfHolding = 1 + RateBook::kChainMax;

struct Account {
  Money balance;
  Money credit;
  Money used_margin;
  Money reserved_margin;  // for openings on their way at venues; not in used_margin
  Ratio stop_out_level;
  MarginCallLevels margin_call_levels;
  Currency currency;
  TimeNs created{};
  OptionValues own;  // of which it takes those of from_group from its group, if that sets them
  SwapFreeSpec swap_free;
  AccountId id;
  UserId user;
  std::uint32_t leverage = 0;
  std::uint32_t first_holding = 0;
  std::uint32_t first_watch = 0;
  std::uint32_t positions = 0;
  std::uint32_t first_order = 0;
  std::uint32_t orders = 0;
  std::uint32_t closes_at_venues = 0;  // on their way
  GroupId group;                       // 0 = none
  std::uint8_t from_group = 0;
  AccountState state = AccountState::Active;
  AccountKind kind = AccountKind::Demo;
  PositionMode mode = PositionMode::Hedging;
  Closing closing = Closing::Any;
  bool negative_balance_protection = true;
  StopOutOrder stop_out_order = StopOutOrder::LargestLoss;
  std::uint8_t called_levels = 0;  // of the margin-call levels, a bit for each
  // Why a stop-out could close nothing; told once, until it can or the account is above its level.
  RejectCode stop_out_obstacle = RejectCode::None;
  bool is_to_be_looked_at = false;  // stands in State::to_look_at
};

/// By which limits and kill switches hold for it; of no symbol: for the account in all.
constexpr RuleSubject subject_of(const Account& account, SymbolId symbol = {}) {
  return {account.id, account.group, symbol};
}

struct Symbol {
  Instrument instrument;
  TimeNs venue_time{};  // of the last quote
  Sequence quoted;      // its record
  VenueId venue;        // whose it was
  bool is_session_open = false;
  std::uint32_t first_holding = 0;
  std::uint32_t positions = 0;
  VenueExposure exposure;
  std::uint32_t orders = 0;  // TRIGGERED ones too
  BidAsk venue_prices;       // of the last quote, before any markup; 0 = never quoted
  std::uint64_t priced = 0;  // State::pricings when it or a group had another price
};

// Nodes of State::position_levels and State::watch_levels.
constexpr std::uint32_t stop_loss_node(std::uint32_t position) { return position * 2 - 1; }
constexpr std::uint32_t take_profit_node(std::uint32_t position) { return position * 2; }
inline constexpr std::uint32_t kNodesOfWatch = 3;
constexpr std::uint32_t lower_node(std::uint32_t watch) { return watch * kNodesOfWatch - 2; }
constexpr std::uint32_t upper_node(std::uint32_t watch) { return watch * kNodesOfWatch - 1; }
constexpr std::uint32_t spread_node(std::uint32_t watch) { return watch * kNodesOfWatch; }
constexpr std::uint32_t watch_of(std::uint32_t node) {
  return (node + kNodesOfWatch - 1) / kNodesOfWatch;
}

// The key under which a level stands in its heap.
constexpr std::int64_t stop_loss_key(Side side, Price level) {
  return side == Side::Buy ? -level.raw : level.raw;
}
constexpr std::int64_t take_profit_key(Side side, Price level) {
  return side == Side::Buy ? level.raw : -level.raw;
}

/// What decides about margin calls and stop-outs.
struct Standing {
  Money equity;
  Money used_margin;
};

/// Lots dealt on one day (UTC days since 1970, by engine time); both openings and closes.
struct DayVolume {
  std::int64_t day = 0;
  Volume volume;
};

struct State {
  State(const EngineLimits& capacity, const Slab& slab);

  EngineLimits capacity;
  EngineLimits limits;                  // what holds now, within the capacity
  EngineLimits largest{0, 0, 0, 0, 0};  // that a run had: what a replay needs room for
  const Slab& slab;
  RateBook rates;  // at the symbols' own prices
  GroupBook groups;
  RiskRules rules;
  Fronts fronts;                  // at the groups' prices
  std::vector<Symbol> symbols;    // [0] is none
  std::vector<Account> accounts;  // [0] is none
  base::Pool<Position> positions;
  LazyPool<Holding> holdings;
  LazyPool<Watch> watches;
  base::IndexMap position_index;
  TriggerHeaps position_levels;
  TriggerHeaps watch_levels;
  Marks marks;
  Ledger ledger;
  ClientIds client_ids;
  Timers timers;
  std::vector<AccountRisk> risks;  // by account id
  RecentOrders recent_orders;      // while a limit asks for them
  WorkingOrders orders;
  Matching matching;  // follows from the orders
  Trails trails;
  VenueDesk desk;
  Withdrawals withdrawals;
  // When this record is done, or with the next one: their balance, margin or positions changed.
  std::vector<AccountId> to_look_at;
  std::vector<AccountId> looked_at;       // scratch of one quote
  std::vector<Currency> currencies_seen;  // scratch of one look
  std::vector<std::uint32_t> fired;       // scratch of one quote
  StopOuts stop_outs;                     // scratch of one stop-out or close of all
  Rehearsal rehearsal;                    // scratch of one fill-or-kill order

  std::uint64_t pricings = 1;  // changes of prices so far; follows from nothing, decides nothing
  std::uint64_t last_order = 0;
  std::uint64_t last_position = 0;
  std::uint64_t last_trade = 0;
  std::uint64_t last_alert = 0;
  DayVolume day_volume;

  // Of the record being applied.
  Sequence root;
  Sequence cause;  // the root, or of an order that was triggered the root of that
  TimeNs now{};
  std::uint8_t gateway = kNoGateway;
  std::uint32_t request = 0;
  Outbox* out = nullptr;
  base::Digest events;

  template <typename Body>
  void emit(AccountId account, const Body& body, TextRef text = {}) {
    if constexpr (std::is_same_v<Body, TradeExecuted> || std::is_same_v<Body, LedgerPosted>)
      count_for_day(account, body);
    Event& event = out->add();
    event.header = {Body::kKind, gateway, {}, request, root, now, account, text};
    event.set(body);
    mix_into_digest(event);
  }
  void refuse(AccountId account, RejectCode code);

  [[nodiscard]] Account* find_account(AccountId id);
  [[nodiscard]] Symbol* find_symbol(SymbolId id);
  [[nodiscard]] Symbol& symbol(SymbolId id) { return symbols[id.value]; }
  [[nodiscard]] const Symbol& symbol(SymbolId id) const { return symbols[id.value]; }
  [[nodiscard]] Account& account(AccountId id) { return accounts[id.value]; }
  [[nodiscard]] const Account& account(AccountId id) const { return accounts[id.value]; }

  /// Where levels, orders and bounds of the account stand in a symbol.
  [[nodiscard]] Front& front(const Account& owner, SymbolId id) { return fronts(id, owner.group); }
  /// The quote at which the account deals in a symbol: its group's price.
  [[nodiscard]] Quote quote_for(const Account& owner, SymbolId id) const {
    Quote quote = rates.quote(id);
    quote.bid = fronts(id, owner.group).prices.bid;
    quote.ask = fronts(id, owner.group).prices.ask;
    return quote;
  }
  /// What of its leverage the account may use in a symbol.
  [[nodiscard]] std::uint32_t leverage_for(const Account& owner, SymbolId id) const {
    return groups.leverage(owner.group, id, owner.leverage);
  }
  /// What it pays for dealing in a symbol.
  [[nodiscard]] const CommissionSpec& commission_for(const Account& owner,
                                                     const Instrument& instrument) const {
    return groups.commission(owner.group, instrument);
  }

  [[nodiscard]] Marks::Range marks_of(const Position& position) const {
    return marks.of(position, account(position.account).group);
  }

  /// A new order has its number; of a stranger's nothing is counted.
  void count_order_of_day(AccountId account);
  AlertId next_alert() { return AlertId{++last_alert}; }
  /// The account is looked at when this record is done; after a quote whose look has begun already,
  /// with the next record.
  void look_at_next_quote(Account& account);
  void emit_account(const Account& account);

 private:
  void mix_into_digest(const Event& event);
  /// What happened counts towards its account's day.
  void count_for_day(AccountId account, const TradeExecuted& trade);
  void count_for_day(AccountId account, const LedgerPosted& posted);
};

/// What is told of them.
AccountUpdated describe(const State& state, const Account& account);
PositionUpdated describe(const Position& position, PositionAction action);

/// A quote is there and young enough to trade on.
bool is_fresh(const Symbol& symbol, const Quote& quote, TimeNs now);
/// Positions of the symbol may be closed now.
bool is_tradable(const Symbol& symbol);

}  // namespace tribook::engine
