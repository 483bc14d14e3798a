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

/// The engine's last word: what risk saw may have changed since.
RejectCode check_now(const State& state, const Account& account, const Symbol& symbol,
                     const NewOrder& order) {
  const Quote quote = state.quote_for(account, order.symbol);
  if (account.state == AccountState::CloseOnly) return RejectCode::AccountCloseOnly;
  if (account.state != AccountState::Active) return RejectCode::AccountDisabled;
  switch (symbol.instrument.effective_state()) {
    case SymbolState::Disabled:
      return RejectCode::SymbolDisabled;
    case SymbolState::CloseOnly:
      return RejectCode::SymbolCloseOnly;
    case SymbolState::Open:
      break;
  }
  if (!symbol.is_session_open) return RejectCode::MarketClosed;
  if (const auto code = check_volume(symbol.instrument, order.volume); code != RejectCode::None)
    return code;
  const bool is_good = is_fresh(symbol, quote, state.now) ||
                       (base::is_broken(base::Broken::AgeIgnored) && quote.is_known());
  if (!is_good) return RejectCode::StaleQuote;
  if (!are_stops_valid(symbol.instrument, order.side, quote, order.stop_loss, order.take_profit)) {
    return RejectCode::PriceInvalid;
  }
  const Price price = opening_price(order.side, quote);
  if (!order.worst_price.is_zero() &&
      (order.side == Side::Buy ? price > order.worst_price : price < order.worst_price)) {
    return RejectCode::Slippage;
  }
  return has_room_for_position(state) ? RejectCode::None : RejectCode::LimitReached;
}

RejectCode decide(State& state, const CommandHeader& header, const NewOrder& order,
                  Opening& opening) {
  if (order.decision != RejectCode::None) return order.decision;
  const Account* account = state.find_account(header.account);
  const Symbol* symbol = state.find_symbol(order.symbol);
  if (account == nullptr) return RejectCode::AccountDisabled;
  if (symbol == nullptr) return RejectCode::SymbolUnknown;
  if (order.type != OrderType::Market) return RejectCode::Validation;
  if (const auto code = check_now(state, *account, *symbol, order); code != RejectCode::None)
    return code;
  const Price price = opening_price(order.side, state.quote_for(*account, order.symbol));
  return plan_opening(state, *account, *symbol, order.side, order.volume, price, opening);
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
  Opening opening;
  updated.code = decide(state, header, order, opening);
  if (updated.code != RejectCode::None) {
    updated.status = next_status(OrderStatus::Pending, OrderEvent::Reject);
    state.emit(header.account, updated, header.text);
    return;
  }
  const OrderStatus accepted = next_status(OrderStatus::Pending, OrderEvent::Accept);
  updated.status = next_status(accepted, OrderEvent::Fill);
  updated.position = next_position(state);
  updated.filled_volume = order.volume;
  updated.filled_price = opening.price;
  state.emit(header.account, updated, header.text);
  open_position(state,
                {id, header.account, order.symbol, order.side, order.book, order.volume,
                 order.stop_loss, order.take_profit},
                opening);
}

namespace {

// Any account of the command for a house command (account 0), else only its own.
std::uint32_t find_target(const State& state, const CommandHeader& header, PositionId id) {
  if (header.account) return find_position(state, header.account, id);
  return id ? state.position_index.find(id.value) : 0;
}

RejectCode check_closing(const State& state, const Position& position, const ClosePosition& close) {
  const Symbol& symbol = state.symbol(position.symbol);
  const Instrument& instrument = symbol.instrument;
  const AccountState account = state.account(position.account).state;
  if (account == AccountState::Suspended || account == AccountState::Closed)
    return RejectCode::AccountDisabled;
  if (instrument.effective_state() == SymbolState::Disabled) return RejectCode::SymbolDisabled;
  if (!symbol.is_session_open) return RejectCode::MarketClosed;
  if (close.partial == 0) return RejectCode::None;
  if (close.volume.raw <= 0 || close.volume > position.volume) return RejectCode::VolumeOutOfRange;
  if (close.volume.raw % instrument.volume_step.raw != 0) return RejectCode::VolumeStep;
  const Volume left = position.volume - close.volume;
  return left.is_zero() || left >= instrument.min_volume ? RejectCode::None
                                                         : RejectCode::VolumeOutOfRange;
}

}  // namespace

void on_close_position(State& state, const CommandHeader& header, const ClosePosition& close) {
  const std::uint32_t index = find_target(state, header, close.position);
  if (index == 0) return state.refuse(header.account, RejectCode::NotFound);
  const Position& position = state.positions[index];
  const RejectCode code = check_closing(state, position, close);
  if (code != RejectCode::None) return state.refuse(header.account, code);
  const Volume volume = close.partial != 0 ? close.volume : position.volume;
  if (!reduce_position(state, index, volume, close.reason, close.origin)) {
    state.refuse(header.account, RejectCode::ValueOverflow);
  }
}

void on_modify_position(State& state, const CommandHeader& header, const ModifyPosition& modify) {
  const std::uint32_t index = find_target(state, header, modify.position);
  if (index == 0) return state.refuse(header.account, RejectCode::NotFound);
  const Position& position = state.positions[index];
  const Symbol& symbol = state.symbol(position.symbol);
  const Price stop_loss = modify.keep_stop_loss != 0 ? position.stop_loss : modify.stop_loss;
  const Price take_profit =
      modify.keep_take_profit != 0 ? position.take_profit : modify.take_profit;
  // A level that stays as it is was good when it was set; only what changes is checked.
  const Price new_stop_loss = stop_loss == position.stop_loss ? Price{} : stop_loss;
  const Price new_take_profit = take_profit == position.take_profit ? Price{} : take_profit;
  const Quote quote = state.quote_for(state.account(position.account), position.symbol);
  if (!are_stops_valid(symbol.instrument, position.side, quote, new_stop_loss, new_take_profit)) {
    return state.refuse(header.account, RejectCode::PriceInvalid);
  }
  change_levels(state, index, stop_loss, take_profit);
}

}  // namespace tribook::engine
