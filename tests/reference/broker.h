#pragma once

#include <catch2/catch.hpp>

#include "reference/engine.h"

namespace tribook::reference {

/// A reference engine with short words for what tests do.
class Broker {
 public:
  explicit Broker(const std::string& start = "2026-01-21 12:00", EngineSettings settings = {})
      : engine_(std::move(settings), utc(start)) {}

  static Rational n(const char* text) { return number(text); }

  /// Must be accepted, and leave no contradiction.
  Result good(const Command& command) {
    Result result = engine_.execute(command);
    for (const Event& event : result.events) UNSCOPED_INFO(text_of(event));
    CHECK(result.code.empty());
    CHECK(engine_.contradiction().empty());
    return result;
  }

  std::string refused(const Command& command) {
    const Result result = engine_.execute(command);
    CHECK_FALSE(result.code.empty());
    CHECK(engine_.contradiction().empty());
    return result.code;
  }

  static Symbol forex(const std::string& name, const std::string& base, const std::string& quote) {
    Symbol symbol;
    symbol.name = name;
    symbol.base = base;
    symbol.quote = quote;
    symbol.stale_after_ms = 0;
    if (quote == "JPY") {
      symbol.digits = 3;
      symbol.tick = n("0.001");
      symbol.pip = n("0.01");
    }
    return symbol;
  }

  void list(const Symbol& symbol) { good(PutSymbol{symbol}); }
  void quote(const std::string& symbol, const char* bid, const char* ask) {
    good(Quote{symbol, n(bid), n(ask)});
  }
  void quote(const std::string& symbol, const char* price) { quote(symbol, price, price); }

  Id open_account(const char* deposit, int leverage = 500, const std::string& currency = "USD",
                  AccountSettings settings = {}) {
    settings.leverage = leverage;
    settings.currency = currency;
    const Id id = good(CreateAccount{settings}).id;
    if (n(deposit) != 0) good(MoveMoney{id, MoneyKind::Deposit, n(deposit)});
    return id;
  }

  static PlaceOrder market(Id account, const std::string& symbol, Side side, const char* volume) {
    PlaceOrder order;
    order.account = account;
    order.symbol = symbol;
    order.side = side;
    order.volume = n(volume);
    return order;
  }

  static PlaceOrder limit(Id account, const std::string& symbol, Side side, const char* volume,
                          const char* price) {
    PlaceOrder order = market(account, symbol, side, volume);
    order.type = OrderType::Limit;
    order.price = n(price);
    return order;
  }

  static PlaceOrder stop(Id account, const std::string& symbol, Side side, const char* volume,
                         const char* trigger) {
    PlaceOrder order = market(account, symbol, side, volume);
    order.type = OrderType::Stop;
    order.trigger = n(trigger);
    return order;
  }

  /// Places an order that opens a position, and answers the position.
  Id open(const PlaceOrder& order) {
    const Id id = good(order).id;
    CHECK(engine_.orders().at(id).status == OrderStatus::Filled);
    return engine_.orders().at(id).position;
  }
  Id buy(Id account, const std::string& symbol, const char* volume) {
    return open(market(account, symbol, Side::Buy, volume));
  }
  Id sell(Id account, const std::string& symbol, const char* volume) {
    return open(market(account, symbol, Side::Sell, volume));
  }

  const Position& position(Id id) const { return engine_.positions().at(id); }
  const Order& order(Id id) const { return engine_.orders().at(id); }
  Figures figures(Id account) const { return engine_.figures(account); }
  std::string margin(Id account) const { return text_of(figures(account).margin); }
  std::string unrealized(Id account) const { return text_of(figures(account).unrealized); }
  std::string balance(Id account) const { return text_of(engine_.accounts().at(account).balance); }
  std::string house(const std::string& name, const std::string& currency = "USD") const {
    const auto found = engine_.house().find({name, currency});
    return found == engine_.house().end() ? "0" : text_of(found->second);
  }

  /// The client's entries of a type, oldest first: "-10.94 5".
  std::string entries(Id account, EntryType type) const {
    std::string result;
    for (const LedgerEntry& entry : engine_.ledger()) {
      if (entry.account != account || entry.type != type) continue;
      if (!result.empty()) result += " ";
      result += text_of(entry.amount);
    }
    return result;
  }

  int count(const Result& result, Event::Kind kind) const {
    int found = 0;
    for (const Event& event : result.events) found += event.kind == kind ? 1 : 0;
    return found;
  }

  Engine& engine() { return engine_; }

 private:
  Engine engine_;
};

}  // namespace tribook::reference
