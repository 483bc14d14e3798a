#include <algorithm>
#include <chrono>

#include "sim/command_parts.h"

// Orders that rest, and stop-losses that follow.

namespace tribook::sim {
namespace {

PipDistance any_distance(Random& random) {
  return {static_cast<std::uint32_t>(random.between(1, 60) * 100)};
}

void give_time(World& world, NewOrder& order) {
  Random& random = world.client_random;
  const TimeNs now = world.house().engine().now();
  switch (random.below(6)) {
    case 0:
      order.time_in_force = TimeInForce::Day;
      break;
    case 1:
      order.time_in_force = TimeInForce::Gtd;
      order.expires = now + std::chrono::seconds{random.between(1, 3'600)};
      break;
    case 2:
      if (order.type == OrderType::Limit)
        order.time_in_force = random.percent(50) ? TimeInForce::Ioc : TimeInForce::Fok;
      else
        order.time_in_force = TimeInForce::Gtc;
      break;
    default:
      order.time_in_force = TimeInForce::Gtc;
      break;
  }
}

// Between the house's prices, where only clients meet.
Price inside(World& world, SymbolId symbol) {
  views::QuoteView quote;
  if (world.pipeline->views().quote(symbol, quote) != views::ReadStatus::Found) return {};
  const std::int64_t tick = world.reference.symbols.at(symbol.value).tick_size.raw;
  const std::int64_t ticks = std::min<std::int64_t>((quote.ask.raw - quote.bid.raw) / tick, 8);
  return Price{quote.bid.raw / tick * tick + world.client_random.between(0, ticks) * tick};
}

// Mostly where it waits, sometimes where the market is already, or within its spread.
NewOrder any_resting_order(World& world, AccountId account) {
  Random& random = world.client_random;
  NewOrder order = any_order(world, account);
  const bool is_buy = order.side == Side::Buy;
  const bool is_met = random.one_in(8);
  order.type = static_cast<OrderType>(random.between(1, 3));
  if (order.type == OrderType::Limit) {
    order.limit = level(world, order.symbol, is_buy == is_met);
  } else {
    order.trigger = level(world, order.symbol, is_buy != is_met);
  }
  if (order.type == OrderType::StopLimit) order.limit = level(world, order.symbol, is_buy);
  if (order.type == OrderType::Limit && random.percent(40))
    order.limit = inside(world, order.symbol);
  const Price base = order.limit.is_zero() ? order.trigger : order.limit;
  const std::int64_t away =
      random.between(1, 300) * world.reference.symbols.at(order.symbol.value).tick_size.raw;
  const std::int64_t below = std::max<std::int64_t>(base.raw - away, 0);
  const std::int64_t above = base.raw + away;
  if (random.percent(40)) order.stop_loss = Price{is_buy ? below : above};
  if (random.percent(30)) order.take_profit = Price{is_buy ? above : below};
  if (random.percent(20)) order.trailing_distance = any_distance(random);
  return order;
}

}  // namespace

bool resting_order(World& world, Draft& draft) {
  if (world.reference.accounts.empty() || world.reference.symbols.empty()) return false;
  const AccountId account = any_account(world);
  NewOrder order = any_resting_order(world, account);
  give_time(world, order);
  write(draft, account, order);
  if (world.client_random.percent(50)) sign(world, draft);
  return true;
}

bool order_pair(World& world, Draft& draft) {
  if (world.reference.accounts.empty() || world.reference.symbols.empty()) return false;
  const AccountId account = any_account(world);
  const NewOrder first = any_resting_order(world, account);
  NewOrder second = any_resting_order(world, account);
  for (int tries = 0; tries < 8 && second.symbol != first.symbol; ++tries)
    second = any_resting_order(world, account);
  NewOrderPair pair;
  pair.first = {first.volume, first.limit, first.trigger, first.stop_loss, first.take_profit};
  pair.second = {second.volume, second.limit, second.trigger, second.stop_loss, second.take_profit};
  pair.symbol = first.symbol;
  pair.first_side = first.side;
  pair.second_side = second.side;
  pair.first_type = first.type;
  pair.second_type = second.type;
  pair.origin = first.origin;
  if (world.client_random.percent(20)) pair.time_in_force = TimeInForce::Day;
  write(draft, account, pair);
  if (world.client_random.percent(40)) sign(world, draft);
  return true;
}

bool modify_order(World& world, Draft& draft) {
  if (world.reference.working.empty()) return false;
  Random& random = world.client_random;
  const auto& [id, order] = *any_of(random, world.reference.working);
  const auto symbol = world.reference.symbols.find(order.symbol.value);
  if (symbol == world.reference.symbols.end()) return false;
  ModifyOrder modify;
  modify.order = OrderId{id};
  modify.set_volume = random.percent(40) ? 1 : 0;
  modify.volume = Volume{random.between(1, 60) * symbol->second.volume_step.raw};
  modify.set_limit = !order.limit.is_zero() && random.percent(50) ? 1 : 0;
  modify.limit = level(world, order.symbol, random.percent(50));
  modify.set_trigger = !order.trigger.is_zero() && random.percent(50) ? 1 : 0;
  modify.trigger = level(world, order.symbol, random.percent(50));
  modify.set_stop_loss = modify.set_take_profit = random.percent(30) ? 1 : 0;
  modify.set_trailing = random.percent(20) ? 1 : 0;
  if (random.percent(50)) modify.trailing_distance = any_distance(random);
  if (random.percent(30)) {
    modify.set_time_in_force = 1;
    modify.time_in_force = random.percent(50) ? TimeInForce::Day : TimeInForce::Gtc;
  }
  write(draft, order.account, modify);
  return true;
}

bool cancel_order(World& world, Draft& draft) {
  if (world.reference.working.empty()) return false;
  const auto& [id, order] = *any_of(world.client_random, world.reference.working);
  CancelOrder cancel;
  cancel.order = OrderId{id};
  const bool is_by_house = world.client_random.one_in(5);
  cancel.origin = is_by_house ? Origin::Admin : Origin::Rest;
  write(draft, is_by_house ? AccountId{} : order.account, cancel);
  return true;
}

bool check_order(World& world, Draft& draft) {
  if (world.reference.accounts.empty() || world.reference.symbols.empty()) return false;
  const AccountId account = any_account(world);
  const bool is_resting = world.client_random.percent(50);
  write(draft, account,
        CheckOrder{is_resting ? any_resting_order(world, account) : any_order(world, account)});
  return true;
}

bool trailing_order(World& world, Draft& draft) {
  if (world.reference.accounts.empty() || world.reference.symbols.empty()) return false;
  const AccountId account = any_account(world);
  NewOrder order = any_order(world, account);
  order.trailing_distance = any_distance(world.client_random);
  if (world.client_random.percent(50)) order.trailing_step = any_distance(world.client_random);
  write(draft, account, order);
  return true;
}

bool follow_position(World& world, Draft& draft) {
  if (world.reference.positions.empty()) return false;
  Random& random = world.client_random;
  const auto& [id, position] = *any_of(random, world.reference.positions);
  ModifyPosition modify;
  modify.position = PositionId{id};
  modify.keep_stop_loss = modify.keep_take_profit = 1;
  modify.set_trailing = random.percent(70) ? 1 : 0;
  if (random.percent(80)) modify.trailing_distance = any_distance(random);
  if (random.percent(50)) modify.trailing_step = any_distance(random);
  modify.set_break_even = static_cast<std::uint8_t>(random.below(3));
  modify.break_even_offset = any_distance(random);
  write(draft, position.account, modify);
  return true;
}

bool nonsense_resting_order(World& world, Draft& draft) {
  if (!resting_order(world, draft)) return false;
  Random& random = world.client_random;
  auto order = draft.command.get<NewOrder>();
  switch (random.below(6)) {
    case 0:
      order.limit = Price{random.one_of(kNonsense)};
      break;
    case 1:
      order.trigger = Price{random.one_of(kNonsense)};
      break;
    case 2:
      order.expires = TimeNs{random.one_of(kNonsense)};
      break;
    case 3:
      order.time_in_force = static_cast<TimeInForce>(random.below(5));
      break;
    case 4:
      order.trailing_step = {static_cast<std::uint32_t>(random.bits())};
      break;
    default:
      order.trailing_distance = {static_cast<std::uint32_t>(random.bits())};
      break;
  }
  draft.command.set(order);
  return true;
}

bool nonsense_modify_order(World& world, Draft& draft) {
  if (!modify_order(world, draft)) return false;
  Random& random = world.client_random;
  auto modify = draft.command.get<ModifyOrder>();
  modify.set_volume = modify.set_limit = modify.set_trigger = modify.set_time_in_force = 1;
  modify.volume = Volume{random.one_of(kNonsense)};
  modify.limit = Price{random.one_of(kNonsense)};
  modify.trigger = Price{random.one_of(kNonsense)};
  modify.expires = TimeNs{random.one_of(kNonsense)};
  modify.time_in_force = static_cast<TimeInForce>(random.below(5));
  if (random.percent(30)) modify.order = OrderId{random.bits()};
  draft.command.set(modify);
  return true;
}

}  // namespace tribook::sim
