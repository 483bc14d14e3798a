#include "engine/asked_limits.h"
#include "engine/closing.h"
#include "engine/commands.h"
#include "engine/opening_order.h"
#include "engine/positions.h"
#include "tribook/base/canary.h"
#include "tribook/domain/lifecycle.h"

namespace tribook::engine {

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

void mix_texts(base::Digest& digest, const Texts& texts) {
  for (std::size_t i = 1; i < texts.part.size(); ++i) {
    digest.mix_bytes(texts.part[i].data(), texts.part[i].size());
    digest.mix(texts.part[i].size());
  }
}

namespace {

// What the client asked for, without what risk, router and sequencer decided about it.
std::uint64_t digest_of(const NewOrder& order, const Texts& texts) {
  NewOrder asked = order;
  asked.worst_price = {};
  asked.required_margin_raw = asked.free_margin_raw = 0;
  asked.decision = RejectCode::None;
  asked.routing_rule = 0;
  asked.book = Book::None;
  asked.origin = Origin::Internal;
  asked.pace_warnings = 0;
  if (asked.time_in_force == TimeInForce::Day) asked.expires = {};
  base::Digest digest;
  digest.mix_value(asked);
  mix_texts(digest, texts);
  return digest.value();
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

  state.count_order_of_day(header.account);
  place_order(state, header, order, OrderId{++state.last_order});
}

namespace {

// How the position's stop-loss shall follow the price: as it does, but for what is set.
RejectCode plan_trail(const State& state, const Position& position, const ModifyPosition& modify,
                      Trail& trail) {
  const Instrument& instrument = state.symbol(position.symbol).instrument;
  if (const Trail* now = find_trail(state, position.id); now != nullptr) trail = *now;
  if (modify.set_trailing != 0) {
    if (modify.trailing_distance.is_zero() && !modify.trailing_step.is_zero())
      return RejectCode::Validation;
    if (!is_trailing_valid(instrument, modify.trailing_distance, modify.trailing_step))
      return RejectCode::PriceInvalid;
    trail.distance = modify.trailing_distance;
    trail.step = modify.trailing_step;
  }
  if (modify.set_break_even != 0) {
    trail.waits_for_break_even = modify.set_break_even == 1;
    trail.break_even_offset = trail.waits_for_break_even ? modify.break_even_offset : PipDistance{};
  }
  const bool is_any = !trail.distance.is_zero() || trail.waits_for_break_even;
  return !is_any || has_room_for_trail(state, position.id) ? RejectCode::None
                                                           : RejectCode::LimitReached;
}

bool has_stop(const State& state, const Position& position) {
  if (!position.stop_loss.is_zero()) return true;
  const Trail* trail = find_trail(state, position.id);
  return trail != nullptr && !trail->distance.is_zero();
}

}  // namespace

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
  const Quote quote = state.quote_for(state.account(position.account), position.symbol);
  if (!are_stops_valid(symbol.instrument, position.side, quote, new_stop_loss, new_take_profit)) {
    return state.refuse(header.account, RejectCode::PriceInvalid);
  }
  Trail trail;
  RejectCode code = plan_trail(state, position, modify, trail);
  std::uint32_t warned = 0;
  const bool stays_open = stop_loss.is_zero() && trail.distance.is_zero();
  if (code == RejectCode::None && stays_open && has_stop(state, position))
    code = check_stop_loss_removal(state, position, warned);
  if (code != RejectCode::None) return state.refuse(header.account, code);
  if (stop_loss != position.stop_loss || take_profit != position.take_profit ||
      (modify.set_trailing == 0 && modify.set_break_even == 0)) {
    change_levels(state, index, stop_loss, take_profit);
  }
  const bool is_any = !trail.distance.is_zero() || trail.waits_for_break_even;
  const bool is_set = modify.set_trailing != 0 || modify.set_break_even != 0;
  if (is_set && (is_any || find_trail(state, position.id) != nullptr))
    set_trail(state, index, trail, modify.set_trailing != 0);
  tell_warned(state, {position.account, {}, warned});
}

}  // namespace tribook::engine
