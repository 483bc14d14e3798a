#include <algorithm>

#include "engine/closing.h"
#include "engine/commands.h"
#include "engine/positions.h"
#include "tribook/base/canary.h"
#include "tribook/domain/lifecycle.h"

namespace tribook::engine {
namespace {

OrderUpdated describe(const NewOrder& order, OrderId id) {
  OrderUpdated updated;
  updated.order = id;
  updated.volume = order.volume;
  updated.limit = order.limit;
  updated.stop_loss = order.stop_loss;
  updated.take_profit = order.take_profit;
  updated.required_margin_raw = order.required_margin_raw;
  updated.free_margin_raw = order.free_margin_raw;
  updated.symbol = order.symbol;
  updated.routing_rule = order.routing_rule;
  updated.side = order.side;
  updated.type = order.type;
  updated.time_in_force = order.time_in_force;
  updated.book = order.book;
  updated.origin = order.origin;
  return updated;
}

// What the client asked for, without what risk and router decided about it.
std::uint64_t digest_of(const NewOrder& order, const Texts& texts) {
  NewOrder asked = order;
  asked.worst_price = {};
  asked.required_margin_raw = asked.free_margin_raw = 0;
  asked.decision = RejectCode::None;
  asked.routing_rule = 0;
  asked.book = Book::None;
  asked.origin = Origin::Internal;
  base::Digest digest;
  digest.mix_value(asked);
  for (std::size_t i = 1; i < texts.part.size(); ++i) {
    digest.mix_bytes(texts.part[i].data(), texts.part[i].size());
    digest.mix(texts.part[i].size());
  }
  return digest.value();
}

/// What of an order closes and what opens. While anything closes, the opening is planned after it.
struct Plan {
  Volume closing;
  Volume opening;
  Price price;
  Opening opened;
};

RejectCode check_states(const Account& account, const Symbol& symbol, bool only_closes) {
  if (account.state == AccountState::CloseOnly && !only_closes) return RejectCode::AccountCloseOnly;
  if (account.state == AccountState::Suspended || account.state == AccountState::Closed)
    return RejectCode::AccountDisabled;
  switch (symbol.instrument.effective_state()) {
    case SymbolState::Disabled:
      return RejectCode::SymbolDisabled;
    case SymbolState::CloseOnly:
      if (!only_closes) return RejectCode::SymbolCloseOnly;
      break;
    case SymbolState::Open:
      break;
  }
  return symbol.is_session_open ? RejectCode::None : RejectCode::MarketClosed;
}

/// The engine's last word: what risk saw may have changed since.
RejectCode check_now(const State& state, const Account& account, const Symbol& symbol,
                     const NewOrder& order, const Plan& plan) {
  const Quote& quote = state.rates.quote(order.symbol);
  const bool only_closes = plan.opening.is_zero();
  if (const auto code = check_states(account, symbol, only_closes); code != RejectCode::None)
    return code;
  if (const auto code = check_volume(symbol.instrument, order.volume); code != RejectCode::None)
    return code;
  const bool is_good = is_fresh(symbol, quote, state.now) ||
                       (base::is_broken(base::Broken::AgeIgnored) && quote.is_known());
  if (!is_good) return RejectCode::StaleQuote;
  if (!are_stops_valid(symbol.instrument, order.side, quote, order.stop_loss, order.take_profit)) {
    return RejectCode::PriceInvalid;
  }
  if (!order.worst_price.is_zero() &&
      (order.side == Side::Buy ? plan.price > order.worst_price : plan.price < order.worst_price)) {
    return RejectCode::Slippage;
  }
  // What closes before the rest opens makes room for it.
  const bool has_room = !plan.closing.is_zero() || has_room_for_position(state) ||
                        position_to_grow(state, account, order.symbol, order.side) != 0;
  return has_room ? RejectCode::None : RejectCode::LimitReached;
}

RejectCode decide(State& state, const CommandHeader& header, const NewOrder& order, Plan& plan) {
  if (order.decision != RejectCode::None) return order.decision;
  const Account* account = state.find_account(header.account);
  const Symbol* symbol = state.find_symbol(order.symbol);
  if (account == nullptr) return RejectCode::AccountDisabled;
  if (symbol == nullptr) return RejectCode::SymbolUnknown;
  if (order.type != OrderType::Market) return RejectCode::Validation;
  plan.price = opening_price(order.side, state.rates.quote(order.symbol));
  plan.closing = std::min(order.volume, closable(state, *account, order.symbol, order.side));
  plan.opening = order.volume - plan.closing;
  if (const auto code = check_now(state, *account, *symbol, order, plan); code != RejectCode::None)
    return code;
  if (!plan.closing.is_zero()) {
    return check_closing_by_order(state, *account, order.symbol, order.side, plan.closing,
                                  plan.price);
  }
  return plan_opening(state, *account, *symbol, order.side, order.volume, plan.price, plan.opened);
}

// True when the id is known: the first order is told again, or the misuse.
bool answer_repeated(State& state, const CommandHeader& header, const NewOrder& order,
                     const Texts& texts, std::uint64_t body) {
  const ClientIds::Entry* known =
      state.client_ids.find(header.account, ClientIdUse::Order, texts.part[0], state.now);
  if (known == nullptr) return false;
  if (known->body != body) {
    state.refuse(header.account, RejectCode::Duplicate);
    return true;
  }
  OrderUpdated updated = describe(order, OrderId{known->result});
  updated.is_duplicate = 1;
  state.emit(header.account, updated);
  return true;
}

// The closing part is executed whatever becomes of the rest, which is checked alone after it.
void fill_by_closing(State& state, OrderUpdated& updated, OpeningOrder order, Plan& plan,
                     TextRef text) {
  Account& account = state.account(order.account);
  const Symbol& symbol = state.symbol(order.symbol);
  const bool is_all = plan.opening.is_zero();
  updated.status = next_status(updated.status, is_all ? OrderEvent::Fill : OrderEvent::FillPart);
  updated.position = last_to_close(state, account, order.symbol, order.side, plan.closing);
  updated.filled_volume = plan.closing;
  state.emit(account.id, updated, text);
  close_by_order(state, account, order, plan.closing, plan.price);
  if (is_all) return state.emit_account(account);

  updated.code = plan_opening(state, account, symbol, order.side, plan.opening, plan.price,
                              plan.opened, plan.closing);
  if (updated.code != RejectCode::None) {
    updated.status = next_status(updated.status, OrderEvent::Cancel);
    state.emit(account.id, updated);
    return state.emit_account(account);
  }
  updated.status = next_status(updated.status, OrderEvent::Fill);
  updated.position = next_position(state, account, order.symbol, order.side);
  updated.filled_volume = updated.volume;
  state.emit(account.id, updated);
  order.volume = plan.opening;
  open_position(state, order, plan.opened);
}

}  // namespace

void on_new_order(State& state, const CommandHeader& header, const NewOrder& order) {
  const Texts texts = read_texts(state.slab.get(header.text));
  const std::string_view client_id = texts.part[0];
  if (!client_id.empty() && client_id.size() <= kClientIdMax) {
    const std::uint64_t body = digest_of(order, texts);
    if (answer_repeated(state, header, order, texts, body)) return;
    state.client_ids.remember(header.account, ClientIdUse::Order, client_id, body,
                              state.last_order + 1, state.now);
  }

  const OrderId id{++state.last_order};
  OrderUpdated updated = describe(order, id);
  Plan plan;
  updated.code = decide(state, header, order, plan);
  if (updated.code != RejectCode::None) {
    updated.status = next_status(OrderStatus::Pending, OrderEvent::Reject);
    state.emit(header.account, updated, header.text);
    return;
  }
  updated.status = next_status(OrderStatus::Pending, OrderEvent::Accept);
  updated.filled_price = plan.price;
  const OpeningOrder opening{id,         header.account, order.symbol,    order.side,
                             order.book, order.volume,   order.stop_loss, order.take_profit};
  if (!plan.closing.is_zero()) return fill_by_closing(state, updated, opening, plan, header.text);
  updated.status = next_status(updated.status, OrderEvent::Fill);
  updated.position = next_position(state, state.account(header.account), order.symbol, order.side);
  updated.filled_volume = order.volume;
  state.emit(header.account, updated, header.text);
  open_position(state, opening, plan.opened);
}

void on_modify_position(State& state, const CommandHeader& header, const ModifyPosition& modify) {
  const std::uint32_t index = find_target(state, header, modify.position);
  if (index == 0) return state.refuse(header.account, RejectCode::NotFound);
  const Position& position = state.positions[index];
  if (is_locked_out(state.account(position.account), header))
    return state.refuse(header.account, RejectCode::AccountDisabled);
  const Symbol& symbol = state.symbol(position.symbol);
  const Price stop_loss = modify.keep_stop_loss != 0 ? position.stop_loss : modify.stop_loss;
  const Price take_profit =
      modify.keep_take_profit != 0 ? position.take_profit : modify.take_profit;
  // A level that stays as it is was good when it was set; only what changes is checked.
  const Price new_stop_loss = stop_loss == position.stop_loss ? Price{} : stop_loss;
  const Price new_take_profit = take_profit == position.take_profit ? Price{} : take_profit;
  if (!are_stops_valid(symbol.instrument, position.side, state.rates.quote(position.symbol),
                       new_stop_loss, new_take_profit)) {
    return state.refuse(header.account, RejectCode::PriceInvalid);
  }
  change_levels(state, index, stop_loss, take_profit);
}

}  // namespace tribook::engine
