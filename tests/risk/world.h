#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "tribook/base/assert.h"
#include "tribook/domain/decimal.h"
#include "tribook/message/text.h"
#include "tribook/risk/risk.h"

// A house as the engine would tell of it: helpers that say an event or ask for a decision.

namespace tribook::risk_test {

using namespace std::chrono_literals;

inline Price price(std::string_view text) { return parse_price(text).value(); }
inline Volume lots(std::string_view text) { return parse_volume(text).value(); }
inline Ratio ratio(std::string_view text) { return parse_ratio(text).value(); }
inline Money money(std::string_view text) { return parse_money(text).value(); }
inline std::int64_t raw(std::string_view text) {
  return static_cast<std::int64_t>(money(text).raw);
}

inline constexpr SymbolId kEurUsd{1};
inline constexpr AccountId kAccount{1};
inline constexpr TimeNs kStart{1'700'000'000'000'000'000};
inline constexpr risk::RiskLimits kSmall{
    .accounts = 8, .positions = 256, .symbols = 8, .holds = 256};

inline Instrument forex(std::string_view name, std::string_view base, std::string_view quote) {
  Instrument instrument;
  instrument.name = SymbolName::of(name);
  instrument.base = Currency::of(base);
  instrument.quote = Currency::of(quote);
  instrument.margin_currency = instrument.base;
  instrument.commission.currency = instrument.quote;
  instrument.tick_size = price(quote == "JPY" ? "0.001" : "0.00001");
  instrument.pip_size = price(quote == "JPY" ? "0.01" : "0.0001");
  instrument.contract_size = Quantity::from_whole(100'000);
  instrument.min_volume = lots("0.01");
  instrument.max_volume = lots("100");
  instrument.volume_step = lots("0.01");
  return instrument;
}

inline NewOrder market(Side side, Volume volume, SymbolId symbol = kEurUsd) {
  NewOrder order;
  order.volume = volume;
  order.symbol = symbol;
  order.side = side;
  order.max_slippage_pips = Ratio{-1};
  return order;
}

class World {
 public:
  explicit World(const risk::RiskLimits& limits = kSmall) : slab(64), risk(limits, slab) {}

  void tell(const Event& event) {
    risk.apply(event);
    slab.release(event.header.text);
  }
  template <typename Body>
  Event event(const Body& body, AccountId account = {}, TextRef text = {}) const {
    Event event;
    event.header.time = now;
    event.header.account = account;
    event.header.text = text;
    event.set(body);
    return event;
  }

  void symbol(SymbolId id, const Instrument& instrument) {
    SymbolUpdated update;
    update.symbol = id;
    tell(event(update, {}, put_spec(slab, instrument)));
  }
  void session(SymbolId id, bool is_open) {
    SessionChanged change;
    change.symbol = id;
    change.is_open = is_open ? 1 : 0;
    tell(event(change));
  }
  void quote(SymbolId id, std::string_view bid, std::string_view ask, bool never_stale = false) {
    QuoteApplied quote;
    quote.bid = price(bid);
    quote.ask = price(ask);
    quote.symbol = id;
    quote.never_stale = never_stale ? 1 : 0;
    tell(event(quote));
  }
  /// A symbol in session.
  void open_symbol(SymbolId id, const Instrument& instrument) {
    symbol(id, instrument);
    session(id, true);
  }

  void account(AccountId id, std::string_view currency, std::string_view balance,
               std::uint32_t leverage = 100, AccountState state = AccountState::Active) {
    AccountSpec spec;
    spec.currency = Currency::of(currency);
    spec.leverage = leverage;
    AccountCreated created;
    tell(event(created, id, put_spec(slab, spec)));
    account_is(id, money(balance), leverage, state);
  }
  void account_is(AccountId id, Money balance, std::uint32_t leverage = 100,
                  AccountState state = AccountState::Active, Money credit = {}) {
    AccountUpdated update;
    update.balance = balance;
    update.credit = credit;
    update.leverage = leverage;
    update.state = state;
    tell(event(update, id));
  }

  void limits(const RiskScope& scope, const LimitSet& limits) {
    LimitsUpdated update;
    update.scope = scope;
    tell(event(update, {}, put_spec(slab, limits)));
  }
  void limit(const RiskScope& scope, Limit limit, std::int64_t number,
             LimitMode mode = LimitMode::Reject) {
    LimitSet set;
    set.put(limit, number * kFixedOne, mode);
    limits(scope, set);
  }
  /// KillAction::None: it goes off.
  void kill(const RiskScope& scope, KillAction action = KillAction::Block) {
    KillSwitchChanged change;
    change.scope = scope;
    change.action = action;
    tell(event(change, {}, put_spec(slab, KillReason{FixedText<128>::of("flood")})));
  }

  void position(AccountId account, std::uint64_t id, Side side, Volume volume, Cost cost,
                SymbolId symbol = kEurUsd) {
    PositionUpdated update;
    update.open_cost = cost;
    update.position = PositionId{id};
    update.volume = volume;
    update.symbol = symbol;
    update.side = side;
    update.action = volume.is_zero() ? PositionAction::Closed : PositionAction::Modified;
    tell(event(update, account));
  }
  void position(AccountId account, std::uint64_t id, Side side, std::string_view volume,
                std::string_view open_price, SymbolId symbol = kEurUsd) {
    position(account, id, side, lots(volume), cost_of(price(open_price), lots(volume)), symbol);
  }

  /// The engine's answer to a request.
  template <typename Body>
  void answer(std::uint32_t request, const Body& body, AccountId account = kAccount) {
    Event answer = event(body, account);
    answer.header.gateway = kGateway;
    answer.header.request = request;
    tell(answer);
  }

  [[nodiscard]] static Command command(const NewOrder& order, std::uint32_t request,
                                       AccountId account = kAccount) {
    Command command = Command::make(order);
    command.header.gateway = kGateway;
    command.header.request = request;
    command.header.account = account;
    return command;
  }
  NewOrder decide(const NewOrder& order, std::uint32_t request, AccountId account = kAccount) {
    Command asked = command(order, request, account);
    risk.decide(asked, now);
    return asked.get<NewOrder>();
  }
  /// As its answer: the order it became.
  void become(std::uint32_t request, std::uint64_t order, AccountId account = kAccount) {
    OrderUpdated update;
    update.order = OrderId{order};
    answer(request, update, account);
  }
  /// A decision that leaves no hold behind.
  NewOrder try_decide(const NewOrder& order, AccountId account = kAccount) {
    constexpr std::uint32_t request = 0xFFFF'FFFF;
    const NewOrder decided = decide(order, request, account);
    answer(request, Refused{}, account);
    return decided;
  }

  static constexpr std::uint8_t kGateway = 2;

  Slab slab;
  risk::Risk risk;
  TimeNs now = kStart;
};

/// EURUSD in session at 1.08440 / 1.08450, an account of 10,000 USD at 1:100.
struct UsdWorld : World {
  explicit UsdWorld(const risk::RiskLimits& limits = kSmall) : World(limits) {
    open_symbol(kEurUsd, forex("EURUSD", "EUR", "USD"));
    quote(kEurUsd, "1.08440", "1.08450");
    account(kAccount, "USD", "10000");
  }
};

}  // namespace tribook::risk_test
