#include "sim/reference.h"

#include <algorithm>
#include <chrono>

#include "sim/violation.h"
#include "tribook/domain/currency.h"
#include "tribook/message/text.h"

namespace tribook::sim {
namespace {

constexpr std::string_view kName = "naive reference";
constexpr std::chrono::hours kRemembered{24};

std::string at(const Event& event) {
  return " (record " + std::to_string(event.header.root.value) + ")";
}

// value / divisor, half away from zero.
int128 rounded(int128 value, int128 divisor) {
  const int128 half = divisor / 2;
  return value < 0 ? -((-value + half) / divisor) : (value + half) / divisor;
}

}  // namespace

bool Reference::is_remembered(const Done& done, TimeNs now) const {
  return done.time + kRemembered >= now && remembered_ - done.number <= client_ids_max_;
}

bool Reference::was_done_for(std::string_view intent, std::uint64_t id) const {
  const auto found = by_intent_.find(intent);
  return found != by_intent_.end() && std::any_of(found->second.begin(), found->second.end(),
                                                  [id](const Done& done) { return done.id == id; });
}

bool Reference::operator==(const Reference& other) const {
  const auto same_account = [](const auto& a, const auto& b) {
    return a.first == b.first && a.second.balance == b.second.balance &&
           a.second.credit == b.second.credit && a.second.used_margin == b.second.used_margin &&
           a.second.entries == b.second.entries;
  };
  const auto same_position = [](const auto& a, const auto& b) {
    return a.first == b.first && a.second.account == b.second.account &&
           a.second.volume == b.second.volume && a.second.commission == b.second.commission;
  };
  return orders == other.orders && trades == other.trades && entries == other.entries &&
         withdrawals == other.withdrawals && pending == other.pending &&
         std::equal(accounts.begin(), accounts.end(), other.accounts.begin(), other.accounts.end(),
                    same_account) &&
         std::equal(positions.begin(), positions.end(), other.positions.begin(),
                    other.positions.end(), same_position);
}

// Text 0 is the client's id, text 2 what the simulator calls the wish.
void Reference::remember(AccountId account, Use use, std::span<const std::byte> text,
                         std::uint64_t id, TimeNs now) {
  const Texts texts = read_texts(text);
  if (texts.part[0].empty() || texts.part[0].size() > kClientIdMax) return;
  const std::string key(texts.part[0]);
  const std::string intent(texts.part[2]);
  if (const auto found = by_key_.find({account.value, use, key}); found != by_key_.end()) {
    demand(!is_remembered(found->second, now), "applied once",
           "the id " + key + " of account " + std::to_string(account.value) + " gave " +
               std::to_string(found->second.id) + " and again " + std::to_string(id));
  }
  if (const auto found = by_intent_.find(intent); found != by_intent_.end()) {
    demand(!is_remembered(found->second.back(), now), "applied once",
           "the wish " + intent + " gave " + std::to_string(found->second.back().id) +
               " and again " + std::to_string(id));
  }
  const Done done{id, now, remembered_++};
  by_key_[{account.value, use, key}] = done;
  if (!intent.empty()) by_intent_[intent].push_back(done);
}

void Reference::apply(const Event& event, std::span<const std::byte> text) {
  switch (event.header.kind) {
    case EventKind::OrderUpdated:
      return on_order(event, text);
    case EventKind::OrderTerms:
      return on_terms(event);
    case EventKind::TradeSwap:
      swap_ = event.get<TradeSwap>();
      return;
    case EventKind::TradeExecuted:
      return on_trade(event);
    case EventKind::PositionUpdated:
      return on_position(event);
    case EventKind::PositionReduced:
      return on_reduced(event);
    case EventKind::LedgerPosted:
      return on_ledger(event, text);
    case EventKind::WithdrawalUpdated:
      return on_withdrawal(event, text);
    case EventKind::AccountUpdated:
      return on_account(event);
    case EventKind::AccountOptionsUpdated:
      return on_options(event, text);
    case EventKind::AccountDayEnded:
      return on_day(event);
    case EventKind::GroupUpdated:
      return on_group(event, text);
    case EventKind::GroupTermsUpdated:
      return on_group_terms(event, text);
    case EventKind::SymbolUpdated: {
      const auto instrument = read_spec<Instrument>(text);
      demand(instrument.has_value(), kName, "a symbol without its specification" + at(event));
      symbols[event.get<SymbolUpdated>().symbol.value] = *instrument;
      return;
    }
    case EventKind::KillSwitchChanged:
      return on_switch(event.get<KillSwitchChanged>());
    default:
      return;
  }
}

void Reference::on_order(const Event& event, std::span<const std::byte> text) {
  const auto order = event.get<OrderUpdated>();
  if (order.is_duplicate != 0) {
    demand(order.order.value != 0 && order.order.value <= orders, kName,
           "a repeated id is answered with an order that never was" + at(event));
    return;
  }
  check_transition(event, order);
  const bool is_new = order.order.value > orders;
  if (is_new) {
    demand(order.order.value == orders + 1, kName, "order numbers have a gap" + at(event));
    ++orders;
    if (!accounts.contains(event.header.account.value)) strangers.insert(order.order.value);
    const bool is_second = placed_by_ == event.header.root;  // of a pair: both bear the pair's id
    placed_by_ = event.header.root;
    if (order.reason == CloseReason::None && !is_second)
      remember(event.header.account, Use::Order, text, order.order.value, event.header.time);
  }
  // A final order is told of again only when a venue filled it too late.
  const bool is_late = !is_new && !working.contains(order.order.value);
  if (!is_late) check_filled(event, order);
  if (order.status == OrderStatus::Filling) sent_.insert(order.order.value);
  const bool is_filled = order.status == OrderStatus::Filled;
  if (is_filled || is_late || order.status == OrderStatus::PartiallyFilled) {
    dealt_ = order.order.value;
    is_close_ = order.reason != CloseReason::None;
    limit_ = order.limit;
    if (is_filled && order.reason == CloseReason::None) ++fills;
  }
  if (is_final(order.status)) {
    working.erase(order.order.value);
    return;
  }
  Order& now = working[order.order.value];
  now.account = event.header.account;
  now.symbol = order.symbol;
  now.side = order.side;
  now.status = order.status;
  now.volume = order.volume;
  now.filled = order.filled_volume;
  now.limit = order.limit;
}

// What was filled only grows, and what says so is a fill.
void Reference::check_filled(const Event& event, const OrderUpdated& order) const {
  const auto known = working.find(order.order.value);
  const Volume before = known != working.end() ? known->second.filled : Volume{};
  const bool is_filled = order.status == OrderStatus::Filled;
  const bool is_part = order.status == OrderStatus::PartiallyFilled;
  const bool is_full = order.filled_volume == order.volume && !order.volume.is_zero();
  demand(is_filled == is_full, kName, "filled volume against status" + at(event));
  const bool is_whole = order.filled_volume.is_zero() || is_full;
  demand(order.time_in_force != TimeInForce::Fok || !is_final(order.status) || is_whole, kName,
         "a fill-or-kill order ends filled in part" + at(event));
  demand(is_filled || is_part ? order.filled_volume >= before && order.filled_volume.raw > 0
                              : order.filled_volume == before,
         kName, "an order is filled without a fill" + at(event));
}

// By the table of the lifecycle; a change of an order at rest leaves it there.
void Reference::check_transition(const Event& event, const OrderUpdated& order) const {
  const auto known = working.find(order.order.value);
  if (known == working.end()) {
    if (order.order.value <= orders) {  // a venue told of a fill that came too late
      demand(is_final(order.status) && order.filled_volume.raw > 0, kName,
             "a final order changes" + at(event));
      return;
    }
    demand(is_final(order.status) || order.status == OrderStatus::Working ||
               order.status == OrderStatus::Accepted || order.status == OrderStatus::Filling ||
               order.status == OrderStatus::PartiallyFilled,
           kName, "an order begins in a strange state" + at(event));
    return;
  }
  const OrderStatus before = known->second.status;
  bool is_legal = before == OrderStatus::Working && order.status == OrderStatus::Working;
  for (std::size_t e = 0; e < kOrderEvents; ++e)
    is_legal = is_legal || next_status(before, static_cast<OrderEvent>(e)) == order.status;
  demand(is_legal && known->second.account == event.header.account, kName,
         "an order goes from " + std::string(name_of(before)) + " to " +
             std::string(name_of(order.status)) + at(event));
  demand(order.status != OrderStatus::Expired || known->second.expires <= event.header.time, kName,
         "an order ends before its time" + at(event));
}

void Reference::on_terms(const Event& event) {
  const auto terms = event.get<OrderTerms>();
  const auto found = working.find(terms.order.value);
  if (found == working.end()) {  // filled, or refused, as it came
    demand(terms.order.value == orders, kName, "terms of an order that is not there" + at(event));
    return;
  }
  Order& order = found->second;
  order.trigger = terms.trigger;
  order.partner = terms.partner;
  order.expires = terms.expires;
  if (order.status != OrderStatus::Triggered) return;
  const Price reached = order.side == Side::Buy ? terms.ask : terms.bid;
  const bool is_above = order.side == Side::Buy;
  const bool is_limit =
      !order.limit.is_zero() && (is_above ? reached <= order.limit : reached >= order.limit);
  const bool is_stop =
      !order.trigger.is_zero() && (is_above ? reached >= order.trigger : reached <= order.trigger);
  demand(is_limit || is_stop || meets_another(order), kName,
         "an order is triggered by no price" + at(event));
}

// Another client's order at rest, within its limit.
bool Reference::meets_another(const Order& order) const {
  return std::any_of(working.begin(), working.end(), [&](const auto& entry) {
    const Order& other = entry.second;
    const bool rests =
        other.status == OrderStatus::Working || other.status == OrderStatus::PartiallyFilled;
    return rests && other.symbol == order.symbol && other.side == opposite(order.side) &&
           !order.limit.is_zero() && !other.limit.is_zero() &&
           (order.side == Side::Buy ? other.limit <= order.limit : other.limit >= order.limit);
  });
}

void Reference::check_profit(const Position& position, const TradeExecuted& trade) const {
  const auto account = accounts.find(position.account.value);
  const auto symbol = symbols.find(position.symbol.value);
  if (!position.is_whole || trade.volume != position.volume) return;
  if (account == accounts.end() || symbol == symbols.end()) return;
  if (symbol->second.quote != account->second.currency) return;
  const std::int64_t sign = position.side == Side::Buy ? 1 : -1;
  if (trade.reason == CloseReason::CloseBy) return;  // there is no price
  int128 product = (cost_of(trade.price, trade.volume).raw - position.open_cost.raw) * sign;
  if (__builtin_mul_overflow(product, static_cast<int128>(symbol->second.contract_size.raw),
                             &product)) {
    return;
  }
  // At 10^-24 now; booked in minor units of 10^-digits.
  int128 minor = 1;
  for (int digits = minor_digits(account->second.currency); digits < kFixedDigits; ++digits)
    minor *= 10;
  const int128 unit = minor * kFixedOne * kFixedOne;
  demand(trade.realized_pnl.raw == rounded(product, unit) * minor, kName,
         "realised profit of position " + std::to_string(trade.position.value));
}

void Reference::on_trade(const Event& event) {
  const auto trade = event.get<TradeExecuted>();
  demand(trade.trade.value == trades + 1, kName, "trade numbers have a gap" + at(event));
  ++trades;
  demand(trade.order.value == dealt_, kName, "a trade of another order" + at(event));
  const bool is_worse = trade.side == Side::Buy ? trade.price > limit_ : trade.price < limit_;
  demand(limit_.is_zero() || !is_worse, kName, "a limit was filled worse" + at(event));
  std::vector<Due>& due = due_[event.header.account.value];
  if (!trade.realized_pnl.is_zero()) due.push_back({LedgerType::RealizedPnl, trade.realized_pnl});
  if (!trade.commission.is_zero()) due.push_back({LedgerType::Commission, trade.commission});
  const auto found = positions.find(trade.position.value);
  if (trade.reason == CloseReason::None) {
    demand(trade.realized_pnl.is_zero(), kName, "an opening realises profit" + at(event));
    return grow(event, trade);
  }
  demand(found != positions.end(), kName, "a close of no open position" + at(event));
  Position& position = found->second;
  demand(position.account == event.header.account && position.side == opposite(trade.side) &&
             position.symbol == trade.symbol && trade.volume.raw > 0 &&
             trade.volume <= position.volume,
         kName, "a close that does not fit its position" + at(event));
  check_profit(position, trade);
  const Money swap = swap_.trade == trade.trade ? swap_.swap : Money{};
  demand(swap == (trade.volume == position.volume ? position.swap : Money{}), kName,
         "the swap that a trade tells" + at(event));
  position.volume -= trade.volume;
  position.realized += trade.realized_pnl;
  position.commission += trade.commission;
  position.is_whole = false;
}

// Opens one, or adds to the one of a netting account.
void Reference::grow(const Event& event, const TradeExecuted& trade) {
  const auto found = positions.find(trade.position.value);
  const auto mode = accounts[event.header.account.value].mode;
  const bool is_netting = mode == PositionMode::Netting;
  demand(found == positions.end() || mode != PositionMode::Hedging ||
             found->second.opened_by == trade.order,
         kName, "a position opens twice" + at(event));
  for (const auto& [id, other] : positions) {
    const bool is_beside = other.account == event.header.account && other.symbol == trade.symbol;
    demand(!is_netting || !is_beside || id == trade.position.value, kName,
           "a netting account with two positions of one symbol" + at(event));
  }
  Position& position = positions[trade.position.value];
  demand(found == positions.end() || position.side == trade.side, kName,
         "a position grows by the other side" + at(event));
  position.account = event.header.account;
  position.symbol = trade.symbol;
  position.side = trade.side;
  if (!position.opened_by) position.opened_by = trade.order;
  position.volume += trade.volume;
  position.open_cost = position.open_cost + cost_of(trade.price, trade.volume);
  position.commission += trade.commission;
}

void Reference::on_position(const Event& event) {
  const auto told = event.get<PositionUpdated>();
  const auto found = positions.find(told.position.value);
  demand(found != positions.end(), kName, "an unknown position" + at(event));
  Position& position = found->second;
  demand(told.volume == position.volume && told.symbol == position.symbol &&
             told.side == position.side && event.header.account == position.account,
         kName, "a position against the sum of its trades" + at(event));
  demand(told.commission == position.commission, kName,
         "a position's commission against its trades" + at(event));
  demand(told.swap == position.swap, kName, "a position's swap against its entries" + at(event));
  demand(position.is_told == (told.action != PositionAction::Opened), kName,
         "a position opened twice" + at(event));
  demand(!position.is_whole || told.open_cost == position.open_cost, kName,
         "a position's open cost" + at(event));
  demand((told.action == PositionAction::Closed) == position.volume.is_zero(), kName,
         "a closed position with volume, or the reverse" + at(event));
  position.is_told = true;
  position.stop_loss = told.stop_loss;
  position.take_profit = told.take_profit;
  if (told.action == PositionAction::Closed) positions.erase(found);
}

void Reference::on_reduced(const Event& event) {
  const auto reduced = event.get<PositionReduced>();
  const auto found = positions.find(reduced.position.value);
  demand(found != positions.end(), kName, "an unknown position is reduced" + at(event));
  const Position& position = found->second;
  demand(reduced.left_volume == position.volume && reduced.realized_total == position.realized,
         kName, "what is left of a position, or its profit so far" + at(event));
  const Price expected = position.side == Side::Buy ? reduced.bid : reduced.ask;
  // An order that closes may deal with a client, or at a venue.
  const bool is_free =
      reduced.reason == CloseReason::CloseBy || !is_close_ || sent_.contains(dealt_);
  demand(is_free || reduced.price == expected, kName,
         "a close at another price than its tick's" + at(event));
  if (sent_.contains(dealt_)) return;  // its tick was when it was sent
  const Price level =
      reduced.reason == CloseReason::StopLoss ? position.stop_loss : position.take_profit;
  const bool is_buy = position.side == Side::Buy;
  if (reduced.reason == CloseReason::StopLoss) {
    demand(!level.is_zero() && (is_buy ? reduced.bid <= level : reduced.ask >= level), kName,
           "a stop-loss without its trigger" + at(event));
  } else if (reduced.reason == CloseReason::TakeProfit) {
    demand(!level.is_zero() && (is_buy ? reduced.bid >= level : reduced.ask <= level), kName,
           "a take-profit without its trigger" + at(event));
  }
}

void Reference::on_ledger(const Event& event, std::span<const std::byte> text) {
  const auto posted = event.get<LedgerPosted>();
  if (posted.is_duplicate != 0) {
    demand(posted.entry.value != 0 && posted.entry.value <= entries, kName,
           "a repeated key is answered with an entry that never was" + at(event));
    return;
  }
  demand(posted.entry.value == entries + 1, kName, "ledger numbers have a gap" + at(event));
  ++entries;
  Account& account = accounts[event.header.account.value];
  Money& total = posted.is_of_credit != 0 ? account.credit : account.balance;
  total += posted.amount;
  ++account.entries;
  demand(posted.balance_after == total, kName,
         "a balance is not the sum of its entries" + at(event));
  demand(!account.credit.is_negative(), kName, "credit below zero" + at(event));
  const bool is_of_trade =
      posted.type == LedgerType::RealizedPnl || posted.type == LedgerType::Commission;
  if (is_of_trade) {
    std::vector<Due>& due = due_[event.header.account.value];
    demand(!due.empty() && due.front().type == posted.type && due.front().amount == posted.amount,
           kName, "an entry that no trade announced" + at(event));
    due.erase(due.begin());
  }
  if (posted.type == LedgerType::Swap || posted.type == LedgerType::Funding) {
    on_charge(event, posted);
  }
  const bool is_payment = posted.type == LedgerType::Deposit || posted.type == LedgerType::Bonus ||
                          posted.type == LedgerType::Adjustment ||
                          posted.type == LedgerType::Credit;
  if (is_payment) {
    remember(event.header.account, Use::Payment, text, posted.entry.value, event.header.time);
  }
  if (posted.type == LedgerType::NegativeBalance) {
    demand(account.balance.is_zero(), kName, "negative balance cover is not exact" + at(event));
  }
}

// Asked for once, decided once.
void Reference::on_withdrawal(const Event& event, std::span<const std::byte> text) {
  const auto told = event.get<WithdrawalUpdated>();
  const std::uint64_t id = told.withdrawal.value;
  if (told.is_duplicate != 0) {
    demand(id != 0 && id <= withdrawals, kName,
           "a repeated key is answered with a withdrawal that never was" + at(event));
    return;
  }
  const bool is_new = told.status == WithdrawalStatus::Pending;
  if (is_new) {
    demand(id == ++withdrawals, kName, "withdrawal numbers have a gap" + at(event));
    pending[id] = told.amount;
  } else {
    const auto found = pending.find(id);
    demand(found != pending.end() && found->second == told.amount, kName,
           "a withdrawal is decided that does not wait" + at(event));
    pending.erase(found);
  }
  const bool is_booked = is_new || told.status == WithdrawalStatus::Rejected;
  demand(is_booked == (told.entry.value != 0) && told.entry.value <= entries, kName,
         "a withdrawal against its entry" + at(event));
  remember(is_new ? event.header.account : AccountId{}, Use::Payment, text, id, event.header.time);
}

void Reference::on_account(const Event& event) {
  const auto told = event.get<AccountUpdated>();
  Account& account = accounts[event.header.account.value];
  demand(told.balance == account.balance, kName,
         "an account's balance is not the sum of its entries" + at(event));
  demand(told.credit == account.credit, kName,
         "an account's credit is not the sum of its entries" + at(event));
  demand(due_[event.header.account.value].empty(), kName,
         "a trade without its entries" + at(event));
  demand(!told.used_margin.is_negative(), kName, "negative used margin" + at(event));
  account.used_margin = told.used_margin;
  account.group = told.group;
}

}  // namespace tribook::sim
