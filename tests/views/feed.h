#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tribook/message/event.h"
#include "tribook/message/slab.h"
#include "tribook/message/text.h"
#include "views/views.h"

namespace tribook::views::test {

inline ViewLimits small_limits() {
  ViewLimits limits;
  limits.accounts = 4;
  limits.users = 4;
  limits.symbols = 4;
  limits.open_positions = 8;
  limits.open_orders = 4;
  limits.orders = 8;
  limits.trades = 8;
  limits.ledger = 8;
  limits.closed_positions = 8;
  limits.text_bytes = 16 * 1'024;
  return limits;
}

/// Views, and events as an engine would give them: each call of `settle` ends a root.
class Feed {
 public:
  explicit Feed(const ViewLimits& limits = small_limits()) : slab(64), views(limits, slab) {}

  template <typename Body>
  void apply(AccountId account, const Body& body, TextRef text = {}) {
    Event event;
    event.header.root = {root};
    event.header.time = time;
    event.header.account = account;
    event.header.text = text;
    event.set(body);
    views.apply(event);
    slab.release(text);
  }
  void settle() {
    apply({}, Settled{});
    ++root;
    time = time + std::chrono::nanoseconds{1'000};
  }

  UserSpec user_spec(std::string_view name, Role role = Role::Client) {
    UserSpec spec;
    spec.username = FixedText<100>::of(name);
    spec.password_hash = FixedText<64>::of("hash of " + std::string(name));
    spec.email = FixedText<128>::of(std::string(name) + "@example.com");
    spec.role = role;
    return spec;
  }
  void user(UserId id, std::string_view name, Role role = Role::Client) {
    UserCreated body;
    body.user = id;
    apply({}, body, put_spec(slab, user_spec(name, role)));
  }
  void account(AccountId id, UserId owner, std::string_view currency = "USD") {
    AccountSpec spec;
    spec.currency = Currency::of(currency);
    spec.leverage = 200;
    spec.stop_out_level = {30 * kFixedOne};
    spec.margin_call_level = {80 * kFixedOne};
    spec.kind = AccountKind::Live;
    spec.group = FixedText<32>::of("standard");
    AccountCreated body;
    body.user = owner;
    apply(id, body, put_spec(slab, spec));
  }
  /// A user and its account of the same number.
  void client(std::uint32_t number) {
    user({number}, "client" + std::to_string(number));
    account({number}, {number});
    settle();
  }
  void balance(AccountId id, Money amount) {
    AccountUpdated body;
    body.balance = amount;
    body.stop_out_level = {30 * kFixedOne};
    body.margin_call_level = {80 * kFixedOne};
    body.leverage = 200;
    apply(id, body);
  }
  void position(AccountId account, std::uint64_t id, PositionAction action, std::int64_t lots,
                std::int64_t price = 2) {
    PositionUpdated body;
    body.position = {id};
    body.volume = Volume::from_whole(lots);
    body.open_cost = cost_of(Price::from_whole(price), body.volume);
    body.symbol = {1};
    body.open_time = time;
    body.action = action;
    apply(account, body);
  }
  void order(AccountId account, std::uint64_t id, OrderStatus status, const Texts& texts = {}) {
    OrderUpdated body;
    body.order = {id};
    body.volume = Volume::from_whole(1);
    body.symbol = {1};
    body.status = status;
    apply(account, body, texts.is_empty() ? TextRef{} : put_texts(slab, texts));
  }
  void trade(AccountId account, std::uint64_t id, std::int64_t lots = 1) {
    TradeExecuted body;
    body.trade = {id};
    body.volume = Volume::from_whole(lots);
    apply(account, body);
  }
  void entry(AccountId account, std::uint64_t id, const Texts& texts = {}) {
    LedgerPosted body;
    body.entry = {id};
    apply(account, body, texts.is_empty() ? TextRef{} : put_texts(slab, texts));
  }
  void symbol(Instrument instrument, std::uint16_t id, bool is_new = true) {
    instrument.id = {id};
    SymbolUpdated body;
    body.symbol = {id};
    body.is_new = is_new ? 1 : 0;
    apply({}, body, put_spec(slab, instrument));
  }
  void quote(std::uint16_t id, std::int64_t bid_raw, std::int64_t ask_raw,
             bool is_reference = false) {
    QuoteApplied body;
    body.is_reference = is_reference ? 1 : 0;
    body.bid = {bid_raw};
    body.ask = {ask_raw};
    body.venue_time = time - std::chrono::nanoseconds{5};
    body.symbol = {id};
    body.venue = {3};
    apply({}, body);
  }

  Slab slab;
  Views views;
  std::uint64_t root = 1;
  TimeNs time{1'700'000'000'000'000'000};
};

}  // namespace tribook::views::test
