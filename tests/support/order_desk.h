#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/engine_fixture.h"

namespace tribook::test {

struct WorkingOptions {
  std::string stop_loss = "0";
  std::string take_profit = "0";
  TimeInForce time_in_force = TimeInForce::Gtc;
  TimeNs expires{};
  std::string slippage{};
  std::uint32_t trailing_distance = 0;  ///< hundredths of a pip
  std::uint32_t trailing_step = 0;
};

inline NewOrder order_at(SymbolId symbol, OrderType type, Side side, std::string_view volume,
                         std::string_view limit, std::string_view trigger,
                         const WorkingOptions& options = {}) {
  NewOrder order = House::order_of(
      symbol, side, volume, {.stop_loss = options.stop_loss, .take_profit = options.take_profit});
  order.type = type;
  order.limit = price(limit);
  order.trigger = price(trigger);
  order.time_in_force = options.time_in_force;
  order.expires = options.expires;
  if (!options.slippage.empty()) order.max_slippage_pips = ratio(options.slippage);
  order.trailing_distance = {options.trailing_distance};
  order.trailing_step = {options.trailing_step};
  return order;
}
inline NewOrder limit(SymbolId symbol, Side side, std::string_view volume, std::string_view price,
                      const WorkingOptions& options = {}) {
  return order_at(symbol, OrderType::Limit, side, volume, price, "0", options);
}
inline NewOrder stop(SymbolId symbol, Side side, std::string_view volume, std::string_view trigger,
                     const WorkingOptions& options = {}) {
  return order_at(symbol, OrderType::Stop, side, volume, "0", trigger, options);
}
inline NewOrder stop_limit(SymbolId symbol, Side side, std::string_view volume,
                           std::string_view trigger, std::string_view price,
                           const WorkingOptions& options = {}) {
  return order_at(symbol, OrderType::StopLimit, side, volume, price, trigger, options);
}

/// The other legs' order in a pair; the rest is the first's.
inline NewOrderPair pair_of(const NewOrder& first, const NewOrder& second) {
  NewOrderPair pair;
  pair.first = {first.volume, first.limit, first.trigger, first.stop_loss, first.take_profit};
  pair.second = {second.volume, second.limit, second.trigger, second.stop_loss, second.take_profit};
  pair.expires = first.expires;
  pair.symbol = first.symbol;
  pair.first_side = first.side;
  pair.second_side = second.side;
  pair.first_type = first.type;
  pair.second_type = second.type;
  pair.time_in_force = first.time_in_force;
  pair.book = Book::B;
  return pair;
}

/// The next TRIGGERED order as it comes back from risk and router.
inline std::optional<Command> next_triggered(House& house, RejectCode decision = RejectCode::None) {
  Command command;
  if (!house.engine.take_triggered(command)) return std::nullopt;
  auto execute = command.get<ExecuteOrder>();
  execute.decision = decision;
  execute.book = decision == RejectCode::None ? Book::B : Book::None;
  execute.routing_rule = decision == RejectCode::None ? 1 : 0;
  command.set(execute);
  return command;
}
/// All of them, one record each; their events together.
inline Events drain(House& house, RejectCode decision = RejectCode::None) {
  Events all;
  while (const auto command = next_triggered(house, decision)) {
    const Events events = house.apply(*command);
    all.all.insert(all.all.end(), events.all.begin(), events.all.end());
  }
  return all;
}

/// What became of the orders, in the order in which it was told.
inline std::vector<std::string> statuses_of(const Events& events) {
  std::vector<std::string> told;
  for (const auto& order : events.of<OrderUpdated>()) {
    told.push_back(std::to_string(order.order.value) + " " + std::string(name_of(order.status)) +
                   (order.code == RejectCode::None ? "" : " " + std::string(name_of(order.code))));
  }
  return told;
}

}  // namespace tribook::test
