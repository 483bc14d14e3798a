#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "tribook/engine/book.h"

// How OrderBook does what book.h says.

namespace tribook::engine {

template <typename Report>
void OrderBook::add(const BookOrder& order, Report&& report) {
  const PriceKey key = ticks_.key_of(order.price);
  const RejectCode code = check(order, key);
  if (code != RejectCode::None) return report(BookRejected{order.id, code});
  Taker taker{order.id, key, order.volume, order.owner, order.side, order.self_trade};
  if (order.time_in_force == TimeInForce::Fok && !trades_whole(taker)) {
    return report(BookCancelled{order.id, order.volume, BookReason::FillOrKill});
  }
  if (trades(taker)) match(taker, report);
  if (taker.volume.is_zero()) return;
  if (!rests(order)) {
    return report(BookCancelled{order.id, taker.volume, BookReason::ImmediateOrCancel});
  }
  const std::uint32_t index = orders_.take();
  Resting& resting = orders_[index];
  resting.id = order.id;
  resting.owner = order.owner;
  resting.self_trade = static_cast<std::uint32_t>(order.self_trade) & 3U;
  index_.insert(order.id, index);
  rest(taker, index, report);
}

template <typename Report>
void OrderBook::cancel(OrderId id, Report&& report) {
  const std::uint32_t index = index_of(id);
  if (index == 0) return report(BookRejected{id, RejectCode::NotFound});
  const Volume volume = orders_[index].volume;
  remove(index);
  report(BookCancelled{id, volume, BookReason::Requested});
}

template <typename Report>
void OrderBook::reduce(OrderId id, Volume by, Report&& report) {
  if (by.raw <= 0) return report(BookRejected{id, RejectCode::VolumeOutOfRange});
  const std::uint32_t index = index_of(id);
  if (index == 0) return report(BookRejected{id, RejectCode::NotFound});
  Resting& order = orders_[index];
  if (by >= order.volume) return cancel(id, report);
  shrink(order, levels_[order.level], by);
  report(BookReduced{id, by, order.volume, BookReason::Requested});
}

template <typename Report>
void OrderBook::replace(OrderId id, Price price, Volume volume, Report&& report) {
  if (volume.raw <= 0) return report(BookRejected{id, RejectCode::VolumeOutOfRange});
  const PriceKey key = ticks_.key_of(price);
  if (key == kBelowAll) return report(BookRejected{id, RejectCode::PriceInvalid});
  const std::uint32_t index = index_of(id);
  if (index == 0) return report(BookRejected{id, RejectCode::NotFound});
  Resting& order = orders_[index];
  PriceLevel& level = levels_[order.level];
  const Side side = level.side;
  if (!has_room(side, volume - order.volume)) {
    return report(BookRejected{id, RejectCode::ValueOverflow});
  }
  const bool keeps_priority = level.key == key && volume <= order.volume;
  report(BookReplaced{id, price, volume, keeps_priority});
  if (keeps_priority) return shrink(order, level, order.volume - volume);
  unlink(index);
  Taker taker{id, key, volume, order.owner, side, static_cast<SelfTrade>(order.self_trade)};
  if (trades(taker)) match(taker, report);
  if (!taker.volume.is_zero()) return rest(taker, index, report);
  index_.erase(id, index);
  orders_.give_back(index);
}

// --- Matching -----------------------------------------------------------------------------------

inline RejectCode OrderBook::check(const BookOrder& order, PriceKey key) const {
  if (order.volume.raw <= 0) return RejectCode::VolumeOutOfRange;
  if (key == kBelowAll) return RejectCode::PriceInvalid;
  if (index_of(order.id) != 0) return RejectCode::Duplicate;
  if (!rests(order)) return RejectCode::None;
  if (!has_room(order.side, order.volume)) return RejectCode::ValueOverflow;
  return orders_.is_full() ? RejectCode::LimitReached : RejectCode::None;
}

// The order at the index is known by its id and stands in no level.
template <typename Report>
void OrderBook::rest(const Taker& taker, std::uint32_t index, Report& report) {
  orders_[index].volume = taker.volume;
  link(index, taker.limit, taker.side);
  report(BookRested{taker.id, taker.side, ticks_.price_of(taker.limit), taker.volume});
}

template <typename Report>
[[gnu::noinline]] void OrderBook::match(Taker& taker, Report& report) {
  while (taker.volume.raw > 0 && trades(taker)) {
    const std::uint32_t at = levels_.find(best_[number(opposite(taker.side))]);
    PriceLevel& level = levels_[at];
    const std::uint32_t index = level.first;
    Resting& maker = orders_[index];
    if (avoids(taker, maker)) {
      prevent(taker, index, report);
      continue;
    }
    const Volume volume = std::min(maker.volume, taker.volume);
    shrink(maker, level, volume);
    taker.volume -= volume;
    report(BookTrade{maker.id, taker.id, maker.owner, taker.owner, taker.side,
                     ticks_.price_of(level.key), volume, maker.volume, taker.volume});
    if (maker.volume.is_zero()) remove(index);
  }
}

// The taker has met the order at the index, of the same owner.
template <typename Report>
void OrderBook::prevent(Taker& taker, std::uint32_t index, Report& report) {
  Resting& maker = orders_[index];
  const auto take_away = [&](OrderId id, Volume& volume, Volume by) {
    volume -= by;
    if (volume.is_zero()) return report(BookCancelled{id, by, BookReason::SelfTrade});
    report(BookReduced{id, by, volume, BookReason::SelfTrade});
  };
  const bool takes_maker = taker.self_trade != SelfTrade::CancelNewest;
  const bool takes_taker = taker.self_trade != SelfTrade::CancelOldest;
  const Volume smaller = std::min(maker.volume, taker.volume);
  const Volume from_maker = takes_taker ? smaller : maker.volume;
  const Volume from_taker = takes_maker ? smaller : taker.volume;
  if (takes_maker) {
    PriceLevel& level = levels_[maker.level];
    level.volume -= from_maker;
    volume_[number(level.side)] -= from_maker;
    take_away(maker.id, maker.volume, from_maker);
  }
  if (takes_taker) take_away(taker.id, taker.volume, from_taker);
  if (maker.volume.is_zero()) remove(index);
}

inline bool OrderBook::trades_whole(const Taker& taker) const {
  const Side side = opposite(taker.side);
  Volume left = taker.volume;
  if (left > volume_[number(side)]) return false;
  const bool may_meet_own = taker.self_trade != SelfTrade::Allow && taker.owner.value != 0;
  for (PriceKey key = best_[number(side)]; trades_at(taker.side, taker.limit, key);
       key = levels_.next(side, key)) {
    const PriceLevel& level = levels_[levels_.find(key)];
    if (!may_meet_own) {
      if (left <= level.volume) return true;
      left -= level.volume;
      continue;
    }
    for (std::uint32_t at = level.first; at != 0; at = orders_[at].newer) {
      const Resting& maker = orders_[at];
      if (avoids(taker, maker)) {
        if (taker.self_trade != SelfTrade::CancelOldest) return false;
        continue;
      }
      if (left <= maker.volume) return true;
      left -= maker.volume;
    }
  }
  return false;
}

// --- Levels -------------------------------------------------------------------------------------

inline void OrderBook::link(std::uint32_t index, PriceKey key, Side side) {
  std::uint32_t at = levels_.find(key);
  if (at == 0) {
    at = levels_.insert(key, side);
    PriceKey& best = best_[number(side)];
    best = side == Side::Buy ? std::max(best, key) : std::min(best, key);
  }
  PriceLevel& level = levels_[at];
  Resting& order = orders_[index];
  order.level = at & 0x3FFF'FFFFU;
  order.older = level.last;
  order.newer = 0;
  (level.last != 0 ? orders_[level.last].newer : level.first) = index;
  level.last = index;
  ++level.orders;
  level.volume += order.volume;
  volume_[number(side)] += order.volume;
}

inline void OrderBook::unlink(std::uint32_t index) {
  const Resting& order = orders_[index];
  PriceLevel& level = levels_[order.level];
  const std::size_t side = number(level.side);
  volume_[side] -= order.volume;
  if (--level.orders == 0) {
    const PriceKey key = level.key;
    const bool was_best = key == best_[side];
    levels_.erase(order.level);
    if (was_best) best_[side] = levels_.next(level.side, key);
    return;
  }
  level.volume -= order.volume;
  (order.older != 0 ? orders_[order.older].newer : level.first) = order.newer;
  (order.newer != 0 ? orders_[order.newer].older : level.last) = order.older;
}

// --- Reading ------------------------------------------------------------------------------------

inline BookOrder OrderBook::told(const Resting& order) const {
  const PriceLevel& level = levels_[order.level];
  BookOrder told;
  told.id = order.id;
  told.price = ticks_.price_of(level.key);
  told.volume = order.volume;
  told.owner = order.owner;
  told.side = level.side;
  told.self_trade = static_cast<SelfTrade>(order.self_trade);
  return told;
}

inline std::optional<BookLevel> OrderBook::best(Side side) const {
  BookLevel level;
  if (depth(side, {&level, 1}) == 0) return std::nullopt;
  return level;
}

inline std::size_t OrderBook::depth(Side side, std::span<BookLevel> levels) const {
  std::size_t count = 0;
  for (PriceKey key = best_[number(side)];
       count < levels.size() && key != kBelowAll && key != kAboveAll;
       key = levels_.next(side, key)) {
    levels[count++] = told(levels_[levels_.find(key)]);
  }
  return count;
}

inline std::optional<BookOrder> OrderBook::find(OrderId id) const {
  const std::uint32_t index = index_of(id);
  if (index == 0) return std::nullopt;
  return told(orders_[index]);
}

template <typename Visit>
void OrderBook::for_each(Visit&& visit) const {
  for (const Side side : {Side::Buy, Side::Sell}) {
    for (PriceKey key = best_[number(side)]; key != kBelowAll && key != kAboveAll;
         key = levels_.next(side, key)) {
      const PriceLevel& level = levels_[levels_.find(key)];
      for (std::uint32_t at = level.first; at != 0; at = orders_[at].newer) {
        visit(told(orders_[at]));
      }
    }
  }
}

}  // namespace tribook::engine
