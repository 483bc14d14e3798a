#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/instruments.h"
#include "support/values.h"
#include "tribook/engine/engine.h"
#include "tribook/message/text.h"

// An engine with a house around it: makes symbols, accounts and quotes, applies commands in
// sequence, collects what the engine says, and after each record checks the books: the ledger sums
// to zero, each balance is the sum of its entries, each event belongs to its record, and of each
// symbol what clients hold stands at venues or in the house.

namespace tribook::test {

/// The events of one record.
class Events {
 public:
  std::vector<Event> all;

  template <typename Body>
  [[nodiscard]] std::vector<Body> of() const {
    std::vector<Body> bodies;
    for (const Event& event : all) {
      if (event.header.kind == Body::kKind) bodies.push_back(event.get<Body>());
    }
    return bodies;
  }
  template <typename Body>
  [[nodiscard]] bool has() const {
    return !of<Body>().empty();
  }
  /// The one event of its kind.
  template <typename Body>
  [[nodiscard]] Body only() const {
    const auto bodies = of<Body>();
    REQUIRE(bodies.size() == 1);
    return bodies.front();
  }
  [[nodiscard]] std::vector<EventKind> kinds() const {
    std::vector<EventKind> kinds;
    for (const Event& event : all) kinds.push_back(event.header.kind);
    return kinds;
  }
  /// Why it was refused: as an order or otherwise; None when it was not.
  [[nodiscard]] RejectCode code() const {
    for (const auto& refused : of<Refused>()) return refused.code;
    for (const auto& order : of<OrderUpdated>()) {
      if (order.status == OrderStatus::Rejected) return order.code;
    }
    return RejectCode::None;
  }
};

struct AccountOptions {
  std::string currency = "USD";
  std::string deposit = "10000";
  std::uint32_t leverage = 100;
  std::string margin_call = "100";  ///< or several, falling: "150 100"
  std::string stop_out = "50";
  bool negative_balance_protection = true;
  SwapFreeSpec swap_free{};
  PositionMode mode = PositionMode::Hedging;
  Closing closing = Closing::Any;
  StopOutOrder stop_out_order = StopOutOrder::LargestLoss;
  std::string group{};
  std::uint8_t from_group = 0;
};

/// What goes with an order beside symbol, side and volume.
struct OrderOptions {
  std::string stop_loss = "0";
  std::string take_profit = "0";
  std::string worst_price = "0";
  std::string client_id{};
  RejectCode decision = RejectCode::None;
};

/// "150 100": falling. "": none.
inline MarginCallLevels levels_of(std::string_view text) {
  MarginCallLevels levels{{}, 0};
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    levels.level.at(levels.count++) = ratio(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return levels;
}

inline engine::EngineLimits small_limits() {
  engine::EngineLimits limits;
  limits.accounts = 64;
  limits.positions = 512;
  limits.symbols = 32;
  limits.client_ids = 64;
  limits.orders = 64;
  return limits;
}

class House {
 public:
  struct Applied {
    Record record;
    std::vector<std::byte> text;
  };

  explicit House(const engine::EngineLimits& limits = small_limits())
      : slab(64), engine(limits, slab), outbox_(limits.events_of_one_record()) {}

  // ---- Time ----
  void advance(std::chrono::nanoseconds by) { now_ = now_ + by; }
  /// REQUIRES: not before now.
  void set_time(TimeNs now) { now_ = now; }
  [[nodiscard]] TimeNs now() const { return now_; }

  // ---- Any command ----
  Events apply(Command command, std::span<const std::byte> text = {}) {
    if (!text.empty()) command.header.text = slab.put(text);
    Applied applied{{Sequence{++sequence_}, now_, command}, {text.begin(), text.end()}};
    applied.record.command.header.gateway = 3;
    applied.record.command.header.request = static_cast<std::uint32_t>(sequence_ + 1000);
    engine.apply(applied.record, outbox_);
    Events events;
    for (const Event& event : outbox_) events.all.push_back(event);
    outbox_.clear();
    check_books(applied.record, events);
    slab.release(command.header.text);
    applied.record.command.header.text = {};
    history.push_back(applied);
    return events;
  }
  Events apply(const Applied& applied) {
    now_ = applied.record.time;
    return apply(applied.record.command, applied.text);
  }
  template <typename Body>
  Events send(AccountId account, const Body& body, std::span<const std::byte> text = {}) {
    Command command = Command::make(body);
    command.header.account = account;
    command.header.actor = UserId{account.value + 100};
    return apply(command, text);
  }
  template <typename Body, typename Spec>
  Events send_spec(const Body& body, const Spec& spec) {
    return send(AccountId{}, body, std::as_bytes(std::span<const Spec, 1>(&spec, 1)));
  }
  template <typename Body>
  Events send_texts(AccountId account, const Body& body, const Texts& texts) {
    const TextRef ref = put_texts(slab, texts);
    const auto view = slab.get(ref);
    const std::vector<std::byte> bytes(view.begin(), view.end());
    slab.release(ref);
    return send(account, body, bytes);
  }

  // ---- Set-up ----
  /// Created, and its session opened.
  SymbolId add_symbol(const Instrument& instrument) {
    const SymbolId id = engine.next_symbol();
    const Events created = send_spec(CreateSymbol{}, instrument);
    REQUIRE(created.only<SymbolUpdated>().symbol == id);
    open_session(id, true);
    return id;
  }
  Events open_session(SymbolId symbol, bool is_open) {
    SessionChange change;
    change.nominal = now_;
    change.symbol = symbol;
    change.is_open = is_open ? 1 : 0;
    return send(AccountId{}, change);
  }
  Events update_symbol(SymbolId symbol, const Instrument& instrument) {
    UpdateSymbol update;
    update.symbol = symbol;
    return send_spec(update, instrument);
  }

  static AccountSpec spec_of(const AccountOptions& options) {
    AccountSpec spec;
    spec.currency = Currency::of(options.currency);
    Deposit initial;
    set_amount(initial, money(options.deposit));
    spec.initial_deposit_low = initial.amount_low;
    spec.initial_deposit_high = initial.amount_high;
    spec.leverage = options.leverage;
    spec.margin_call_levels = levels_of(options.margin_call);
    spec.stop_out_order = options.stop_out_order;
    spec.stop_out_level = ratio(options.stop_out);
    spec.negative_balance_protection = options.negative_balance_protection ? 1 : 0;
    spec.swap_free = options.swap_free;
    spec.mode = options.mode;
    spec.closing = options.closing;
    spec.group = FixedText<32>::of(options.group);
    spec.from_group = options.from_group;
    return spec;
  }
  AccountId add_account(const AccountOptions& options = {}) {
    CreateAccount create;
    create.user = UserId{static_cast<std::uint32_t>(sequence_ + 1)};
    const Events events = send_spec(create, spec_of(options));
    REQUIRE(events.has<AccountCreated>());
    return events.all.front().header.account;
  }

  // ---- Market ----
  Events quote(SymbolId symbol, std::string_view bid, std::string_view ask) {
    return quote(symbol, price(bid), price(ask));
  }
  Events quote(SymbolId symbol, Price bid, Price ask) {
    QuoteCommand command;
    command.symbol = symbol;
    command.bid = bid;
    command.ask = ask;
    command.venue_time = now_;
    return send(AccountId{}, command);
  }

  // ---- Trading ----
  static NewOrder order_of(SymbolId symbol, Side side, std::string_view volume,
                           const OrderOptions& options = {}) {
    NewOrder order;
    order.symbol = symbol;
    order.side = side;
    order.volume = lots(volume);
    order.stop_loss = price(options.stop_loss);
    order.take_profit = price(options.take_profit);
    order.worst_price = price(options.worst_price);
    order.max_slippage_pips = Ratio{-1};
    order.decision = options.decision;
    order.book = Book::B;
    return order;
  }
  Events order(AccountId account, SymbolId symbol, Side side, std::string_view volume,
               const OrderOptions& options = {}) {
    const NewOrder order = order_of(symbol, side, volume, options);
    if (options.client_id.empty()) return send(account, order);
    return send_texts(account, order, {{options.client_id, "", "", ""}});
  }
  /// REQUIRES: it is filled. The position's number.
  PositionId open(AccountId account, SymbolId symbol, Side side, std::string_view volume,
                  const OrderOptions& options = {}) {
    const Events events = order(account, symbol, side, volume, options);
    const auto updated = events.only<OrderUpdated>();
    REQUIRE(updated.code == RejectCode::None);
    REQUIRE(updated.status == OrderStatus::Filled);
    return updated.position;
  }
  Events close(AccountId account, PositionId position, std::string_view volume = "") {
    ClosePosition close;
    close.position = position;
    if (!volume.empty()) {
      close.volume = lots(volume);
      close.partial = 1;
    }
    return send(account, close);
  }
  Events close_by(AccountId account, PositionId position, PositionId other) {
    CloseBy close;
    close.position = position;
    close.other = other;
    return send(account, close);
  }
  Events close_all(AccountId account, SymbolId symbol = {}) {
    CloseAll close;
    close.symbol = symbol;
    return send(account, close);
  }
  Events modify(AccountId account, PositionId position, std::optional<std::string_view> stop_loss,
                std::optional<std::string_view> take_profit) {
    ModifyPosition modify;
    modify.position = position;
    modify.stop_loss = price(stop_loss.value_or("0"));
    modify.take_profit = price(take_profit.value_or("0"));
    modify.keep_stop_loss = stop_loss ? 0 : 1;
    modify.keep_take_profit = take_profit ? 0 : 1;
    return send(account, modify);
  }

  // ---- Money ----
  Events deposit(AccountId account, std::string_view amount, std::string_view key = {},
                 std::string_view note = {}) {
    return pay<Deposit>(account, amount, key, note);
  }
  Events withdraw(AccountId account, std::string_view amount, std::string_view key = {},
                  std::string_view note = {}) {
    return pay<Withdraw>(account, amount, key, note);
  }

  Events adjust(AccountId account, std::string_view amount, AdjustmentKind kind,
                std::string_view reason = "because", std::string_view key = {}) {
    Adjust adjust;
    set_amount(adjust, money(amount));
    adjust.kind = kind;
    return send_texts(account, adjust, {{key, "", reason, ""}});
  }
  Events change_credit(AccountId account, std::string_view amount, std::string_view key = {}) {
    ChangeCredit change;
    set_amount(change, money(amount));
    return send_texts(account, change, {{key, "", "", ""}});
  }
  Events decide(WithdrawalId withdrawal, bool approve, std::string_view key = {},
                std::string_view note = {}) {
    DecideWithdrawal decision;
    decision.withdrawal = withdrawal;
    decision.approve = approve ? 1 : 0;
    return send_texts(AccountId{}, decision, {{key, "", note, ""}});
  }

  // ---- Groups ----
  Events put_group(std::string_view name, const std::function<void(GroupSpec&)>& set = {}) {
    GroupSpec spec;
    spec.name = FixedText<32>::of(name);
    if (set) set(spec);
    return send_spec(PutGroup{}, spec);
  }
  Events put_terms(GroupId group, SymbolId symbol, const GroupTerms& terms) {
    PutGroupTerms put;
    put.group = group;
    put.symbol = symbol;
    return send_spec(put, terms);
  }
  Events put_markup(GroupId group, SymbolId symbol, std::string_view pips) {
    GroupTerms terms;
    terms.sets = GroupTerms::kMarkup;
    terms.markup_pips = ratio(pips);
    return put_terms(group, symbol, terms);
  }
  Events change_group(AccountId account, GroupId group) {
    ChangeAccount change;
    change.what = AccountChange::Group;
    change.group = group;
    return send(account, change);
  }
  Events change_leverage(AccountId account, std::uint32_t leverage) {
    ChangeAccount change;
    change.leverage = leverage;
    return send(account, change);
  }
  Events change_options(AccountId account, const OptionsChange& options) {
    ChangeAccount change;
    change.what = AccountChange::Options;
    return send(account, change, std::as_bytes(std::span<const OptionsChange, 1>(&options, 1)));
  }
  Events change_state(AccountId account, AccountState state) {
    ChangeAccount change;
    change.what = AccountChange::State;
    change.state = state;
    return send(account, change);
  }

  // ---- Questions ----
  [[nodiscard]] engine::AccountFigures figures(AccountId account) const {
    return engine.figures(account);
  }
  [[nodiscard]] std::vector<engine::PositionFigures> positions(AccountId account) const {
    std::vector<engine::PositionFigures> found;
    engine.for_each_position([&](const engine::PositionFigures& position) {
      if (position.account == account) found.push_back(position);
    });
    return found;
  }
  [[nodiscard]] engine::PositionFigures position(PositionId id) const {
    std::optional<engine::PositionFigures> found;
    engine.for_each_position([&](const engine::PositionFigures& position) {
      if (position.id == id) found = position;
    });
    REQUIRE(found.has_value());
    return *found;
  }

  Slab slab;
  engine::Engine engine;
  std::vector<Applied> history;

 private:
  template <typename Payment>
  Events pay(AccountId account, std::string_view amount, std::string_view key,
             std::string_view note) {
    Payment payment;
    set_amount(payment, money(amount));
    payment.method = PaymentMethod::BankTransfer;
    return send_texts(account, payment, {{key, "", note, ""}});
  }

  void check_books(const Record& record, const Events& events) {
    for (const Event& event : events.all) {
      REQUIRE(event.header.root == record.sequence);
      REQUIRE(event.header.time == record.time);
      REQUIRE(event.header.gateway == record.command.header.gateway);
      REQUIRE(event.header.request == record.command.header.request);
      if (event.header.kind == EventKind::AccountCreated)
        balances_[event.header.account.value] = {};
      if (event.header.kind == EventKind::LedgerPosted) check_entry(event);
    }
    REQUIRE(engine.is_ledger_balanced());
    for (std::uint16_t s = 1; s < engine.next_symbol().value; ++s) {
      REQUIRE(engine.exposure(SymbolId{s}).is_matched());
    }
    for (const auto& [account, balance] : balances_) {
      REQUIRE(engine.figures(AccountId{account}).balance == balance);
      REQUIRE(engine.figures(AccountId{account}).credit == credits_[account]);
    }
  }
  void check_entry(const Event& event) {
    const auto entry = event.get<LedgerPosted>();
    if (entry.is_duplicate != 0) return;
    REQUIRE(entry.entry.value == last_entry_ + 1);
    last_entry_ = entry.entry.value;
    REQUIRE_FALSE(entry.amount.is_zero());
    auto& totals = entry.is_of_credit != 0 ? credits_ : balances_;
    Money& total = totals[event.header.account.value];
    total += entry.amount;
    REQUIRE(entry.balance_after == total);
  }

  engine::Outbox outbox_;
  std::map<std::uint32_t, Money> balances_;
  std::map<std::uint32_t, Money> credits_;
  std::uint64_t last_entry_ = 0;
  std::uint64_t sequence_ = 0;
  TimeNs now_ = TimeNs::from_ms(1'700'000'000'000);
};

}  // namespace tribook::test
