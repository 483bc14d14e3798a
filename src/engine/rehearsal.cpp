#include "engine/rehearsal.h"

#include <algorithm>

#include "engine/closing.h"
#include "engine/opening_order.h"
#include "engine/valued.h"
#include "tribook/base/assert.h"

namespace tribook::engine {
namespace {

// Of one fill, or one position that it closes.
constexpr std::size_t kChangesOfOne = 10;

}  // namespace

Rehearsal::Rehearsal() {
  ended_partners.reserve(kMakersMax);
  changes_.reserve(kChangesMax);
  accounts_.reserve(kChangesMax / 4);
  holdings_.reserve(kChangesMax / 4);
  positions_.reserve(kChangesMax / 2);
  trails_.reserve(kChangesMax / 4);
}

bool Rehearsal::has_room() const {
  const auto has = [](const auto& kept) { return kept.size() + kChangesOfOne <= kept.capacity(); };
  return has(changes_) && has(accounts_) && has(holdings_) && has(positions_) && has(trails_);
}

void Rehearsal::keep_account(const State& state, AccountId account) {
  changes_.push_back({Kind::Account, account.value, 0});
  accounts_.push_back(state.account(account));
}

// Counts towards the account's day.
void Rehearsal::deal(State& state, AccountId account, Volume volume) {
  Volume& dealt = state.timers.days[account.value].volume;
  changes_.push_back({Kind::DayVolume, account.value, static_cast<std::uint64_t>(dealt.raw)});
  if (const auto sum = checked_add(dealt.raw, volume.raw)) dealt = Volume{*sum};
}

void Rehearsal::keep_holding(const State& state, std::uint32_t holding) {
  changes_.push_back({Kind::Holding, holding, 0});
  holdings_.push_back(state.holdings[holding]);
}

void Rehearsal::keep_position(const State& state, std::uint32_t position) {
  if (position == 0) return;
  changes_.push_back({Kind::Position, position, 0});
  positions_.push_back(state.positions[position]);
}

bool Rehearsal::fill(State& state, Filling& filling, const Fill& fill) {
  return fill.closes ? close(state, filling, fill) : open(state, filling, fill);
}

bool Rehearsal::open(State& state, Filling& filling, const Fill& fill) {
  if (!has_room()) return false;
  WorkingOrder& order = filling.order;
  keep_account(state, order.account);
  deal(state, order.account, fill.volume);
  Account& account = state.account(order.account);
  std::uint32_t index = position_to_grow(state, account, order.symbol, order.side, order.opened);
  if (index == 0) index = make_position(state, filling);
  keep_position(state, index);
  const Position& position = state.positions[index];
  keep_holding(state, position.holding);
  grow_position(state, index, fill.volume, fill.opened);
  set_used_margin(state, state.holdings[position.holding]);
  account.balance -= fill.opened.commission;
  order.opened = position.id;
  if (!order.trailing_distance.is_zero()) follow(state, position.id);
  count_fill(filling, fill);
  return true;
}

// Its holding stays out of its symbol's list and without watches: no fill looks at these.
std::uint32_t Rehearsal::make_position(State& state, const Filling& filling) {
  const WorkingOrder& order = filling.order;
  Account& account = state.account(order.account);
  std::uint32_t holding = find_holding(state, account, order.symbol);
  if (holding == 0) {
    holding = state.holdings.take();
    TB_ASSERT(holding != 0);
    changes_.push_back({Kind::HoldingTaken, holding, 0});
    Holding& made = state.holdings[holding];
    made.account = order.account;
    made.symbol = order.symbol;
    made.next_of_account = account.first_holding;
    account.first_holding = holding;
    begin_value(state, made);
  } else {
    keep_holding(state, holding);
    keep_position(state, state.holdings[holding].first_position);
  }
  const std::uint32_t index = state.positions.take();
  TB_ASSERT(index != 0);
  Position& position = state.positions[index];
  position.id = PositionId{++state.last_position};
  position.account = order.account;
  position.symbol = order.symbol;
  position.side = order.side;
  changes_.push_back({Kind::PositionTaken, index, position.id.value});
  link_position(state, index, holding);
  ++account.positions;
  return index;
}

void Rehearsal::follow(State& state, PositionId position) {
  Trails& trails = state.trails;
  if (trails.index.find(position.value) != 0) return;
  const std::uint32_t trail = trails.pool.take();
  TB_ASSERT(trail != 0);
  trails.index.insert(position.value, trail);
  changes_.push_back({Kind::TrailTaken, trail, position.value});
}

bool Rehearsal::close(State& state, Filling& filling, const Fill& fill) {
  const WorkingOrder& order = filling.order;
  Account& account = state.account(order.account);
  const FilledBefore before = filled_before(filling);
  Volume done;
  std::uint32_t next = next_to_close(state, account, order.symbol, opposite(order.side));
  while (done < fill.volume) {
    if (!has_room()) return false;
    const std::uint32_t index = next;
    TB_ASSERT(index != 0);
    const Position& position = state.positions[index];
    next = next_after(state, account, index);
    Closed closed;
    closed.volume = std::min(fill.volume - done, position.volume);
    closed.price = fill.price;
    const bool is_priced = price_closing(state, position, closed, with_more(before, done));
    TB_ASSERT(is_priced);
    keep_account(state, order.account);
    deal(state, order.account, closed.volume);
    keep_holding(state, position.holding);
    keep_position(state, index);
    account.balance += closed.realized - closed.charge;
    shrink_position(state, index, closed.volume);
    set_used_margin(state, state.holdings[position.holding]);
    if (position.volume.is_zero()) end_position(state, index);
    done += closed.volume;
  }
  count_fill(filling, fill);
  return true;
}

void Rehearsal::end_position(State& state, std::uint32_t index) {
  const Position& position = state.positions[index];
  Trails& trails = state.trails;
  keep_position(state, position.next);
  keep_position(state, position.previous);
  if (const std::uint32_t trail = trails.index.find(position.id.value); trail != 0) {
    changes_.push_back({Kind::TrailGiven, trail, position.id.value});
    trails_.push_back(trails.pool[trail]);
    trails.index.erase(position.id.value);
    trails.pool.give_back(trail);
  }
  changes_.push_back({Kind::PositionGiven, index, position.id.value});
  unlink_position(state, index);
  --state.account(position.account).positions;
  state.positions.give_back(index);
  if (state.holdings[position.holding].positions == 0) end_holding(state, position.holding);
}

// REQUIRES: it and its account are kept.
void Rehearsal::end_holding(State& state, std::uint32_t index) {
  const Holding& holding = state.holdings[index];
  std::uint32_t* link = &state.account(holding.account).first_holding;
  while (*link != index) {
    const std::uint32_t before = *link;
    link = &state.holdings[before].next_of_account;
    if (*link == index) keep_holding(state, before);
  }
  *link = holding.next_of_account;
  changes_.push_back({Kind::HoldingGiven, index, 0});
  state.holdings.give_back(index);
}

void Rehearsal::take_back(State& state) {
  for (; !changes_.empty(); changes_.pop_back()) take_back_one(state, changes_.back());
}

void Rehearsal::take_back_one(State& state, const Change& change) {
  const auto restore = [](auto& now, auto& kept) {
    now = kept.back();
    kept.pop_back();
  };
  Trails& trails = state.trails;
  switch (change.kind) {
    case Kind::Account:
      return restore(state.accounts[change.index], accounts_);
    case Kind::DayVolume:
      state.timers.days[change.index].volume = Volume{static_cast<std::int64_t>(change.id)};
      return;
    case Kind::Holding:
      return restore(state.holdings[change.index], holdings_);
    case Kind::Position:
      return restore(state.positions[change.index], positions_);
    case Kind::HoldingTaken:
      return state.holdings.give_back(change.index);
    case Kind::HoldingGiven: {
      const std::uint32_t index = state.holdings.take();
      TB_ASSERT(index == change.index);
      return;
    }
    case Kind::PositionTaken:
      --state.last_position;
      state.position_index.erase(change.id);
      return state.positions.give_back(change.index);
    case Kind::PositionGiven: {
      const std::uint32_t index = state.positions.take();
      TB_ASSERT(index == change.index);
      return state.position_index.insert(change.id, index);
    }
    case Kind::TrailTaken:
      trails.index.erase(change.id);
      return trails.pool.give_back(change.index);
    case Kind::TrailGiven: {
      const std::uint32_t trail = trails.pool.take();
      TB_ASSERT(trail == change.index);
      restore(trails.pool[trail], trails_);
      return trails.index.insert(change.id, trail);
    }
  }
}

}  // namespace tribook::engine
