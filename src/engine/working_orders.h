#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/order_texts.h"
#include "engine/trigger_heap.h"
#include "tribook/base/index_map.h"
#include "tribook/base/pool.h"
#include "tribook/domain/arithmetic.h"
#include "tribook/domain/lifecycle.h"
#include "tribook/domain/order_prices.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"

// Orders that are not final: at rest until a quote reaches them (WORKING), or reached and on their
// way through risk and router (TRIGGERED). They hold no margin.
//
// Limits wait in heaps of their own, by side, for a quote of the house's; those that other clients
// may deal with stand in the clients' book besides (matching.h).

namespace tribook::engine {

struct State;
struct Account;

struct WorkingOrder {
  OrderId id;
  Volume volume;
  Price limit;
  Price trigger;
  Price stop_loss;
  Price take_profit;
  Price triggered_bid;  // of the tick that triggered it last; 0 = none did
  Price triggered_ask;
  // What it had of its volume so far.
  Cost filled_cost;
  Money charge;  // before the minimum, to 10^-8 of the commission's currency
  Volume filled;
  PositionId position;  // of which it opened or closed a part last
  PositionId opened;    // to which its fills add where an account keeps many
  Cost opened_cost;     // of what of it opened
  Volume opened_volume;
  Ratio max_slippage_pips{-1};
  TimeNs expires{};  // 0 = never
  TimeNs created{};
  TimeNs updated{};  // when it was last told
  std::int64_t required_margin_raw = 0;
  std::int64_t free_margin_raw = 0;
  std::uint64_t priority = 0;  // among limits at one price: the lower is the older
  std::uint64_t place = 0;     // in the queue of TRIGGERED ones; 0 = at rest
  Sequence cause;              // root of the record that triggered it
  PipDistance trailing_distance;
  PipDistance trailing_step;
  std::uint32_t partner = 0;  // OCO
  std::uint32_t next_of_account = 0;
  std::uint32_t previous_of_account = 0;
  std::uint32_t next_triggered = 0;
  std::uint32_t previous_triggered = 0;
  std::uint32_t texts = 0;
  std::uint32_t flight = 0;  // something of it is at a venue, or may come back from there
  PositionId closes;         // it closes that one, and opens nothing
  AccountId account;
  SymbolId symbol;
  std::uint16_t routing_rule = 0;
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  TimeInForce time_in_force = TimeInForce::Gtc;
  Book book = Book::None;
  Origin origin = Origin::Internal;
  OrderStatus status = OrderStatus::Accepted;
  CloseReason reason = CloseReason::None;  // of what it closes
  bool is_limit_now = false;               // a stop-limit after its trigger
  RejectCode ended_with = RejectCode::None;
  std::uint32_t warned = 0;  // limits that it passed in this record, a bit each; not of the state
  bool is_awaited = false;   // while it is out: by whoever sent its root
  bool is_out = false;       // what is left of it is at venues: nothing reaches it here

  /// It waits for its limit and not for its trigger.
  [[nodiscard]] bool rests_as_limit() const { return type == OrderType::Limit || is_limit_now; }
  [[nodiscard]] Volume left() const { return volume - filled; }
};

/// Orders at rest in a symbol; each fires when its key <= the price, as positions' levels do.
struct OrderHeaps {
  TriggerHeaps::Heap buy_limits;   // -limit against -ask
  TriggerHeaps::Heap sell_limits;  // limit against bid
  TriggerHeaps::Heap buy_stops;    // trigger against ask
  TriggerHeaps::Heap sell_stops;   // -trigger against -bid
};

struct WorkingOrders {
  explicit WorkingOrders(std::uint32_t capacity);

  base::Pool<WorkingOrder> pool;
  base::IndexMap index;  // by id
  TriggerHeaps levels;   // a node for each place in the pool
  TriggerHeaps expiries;
  TriggerHeaps::Heap by_expiry;
  OrderTexts texts;
  std::uint64_t last_priority = 0;
  std::uint64_t last_place = 0;
  // The queue of TRIGGERED orders, the first to be executed first, and how many each root has.
  std::uint32_t first_triggered = 0;
  std::uint32_t last_triggered = 0;
  base::IndexMap outstanding;
  // Outside the state: of the queue, what the live house sent on its way; of the record being
  // applied, the roots that have nothing outstanding any more.
  std::uint32_t next_to_send = 0;
  std::vector<Sequence> settled;
  std::vector<std::uint32_t> reached;  // scratch
};

/// Room for so many more, each with texts of that size.
[[nodiscard]] bool has_room_for_orders(const State& state, std::uint32_t count,
                                       std::size_t texts_bytes);
/// The order with that id, or 0. Account 0 stands for any.
[[nodiscard]] std::uint32_t find_order(const State& state, AccountId account, OrderId id);

/// Puts it into the tables, not armed. REQUIRES: has_room_for_orders.
std::uint32_t add_order(State& state, const WorkingOrder& order, std::span<const std::byte> texts);
/// Takes it out of everything; its partner stands alone then.
void drop_order(State& state, std::uint32_t index);

/// Lets quotes, and the clock, reach it; it is put at rest.
void arm_order(State& state, std::uint32_t index);
void disarm_order(State& state, std::uint32_t index);
/// Lets those of the account that rest wait for another group's prices. Call before its group
/// changes.
void move_orders(State& state, const Account& account, GroupId group);
/// Counts what it was filled at one price. Its commission is counted apart, when all at that price
/// is booked.
void note_fill(WorkingOrder& order, Volume volume, Price price);
void note_charge(const State& state, WorkingOrder& order, Volume volume, Price price);
/// The fill opened.
void note_opened(WorkingOrder& order, Volume volume, Price price);
/// As far as the commission of its next fill goes, at another price.
[[nodiscard]] FilledBefore filled_before(const WorkingOrder& order);

/// A new order as it would be kept, ACCEPTED and without a place among those that rest.
[[nodiscard]] WorkingOrder working_of(const State& state, AccountId account, const NewOrder& order,
                                      OrderId id);
/// It is on its way through risk and router no more.
void unlink_triggered(State& state, std::uint32_t index);
/// It is at venues from now on, or no more. While somebody waits for it (is_awaited) its cause has
/// it outstanding.
void set_out(State& state, WorkingOrder& order, bool is_out);
/// As it was saved.
void restore_out(State& state, std::uint32_t index);
/// Behind the others of the queue. REQUIRES: place and cause are set.
void link_triggered(State& state, std::uint32_t index);

[[nodiscard]] OrderUpdated describe(const WorkingOrder& order);
/// Changes its status by the table of the lifecycle and tells so.
void advance_order(State& state, std::uint32_t index, OrderEvent event,
                   RejectCode code = RejectCode::None);
void emit_terms(State& state, std::uint32_t index);
[[nodiscard]] OrderTerms describe_terms(const State& state, const WorkingOrder& order);

/// TRIGGERED from now on, on its way. REQUIRES: at rest.
void trigger_order(State& state, std::uint32_t index, const Quote& quote);
/// Ends an order: tells so and drops it.
void end_order(State& state, std::uint32_t index, OrderEvent event, RejectCode code);
/// Ends all of an account's orders, the oldest first.
void cancel_orders(State& state, Account& account, RejectCode code);
/// The same of those in one symbol (0: any); so many there were.
std::uint32_t cancel_orders_in(State& state, Account& account, SymbolId symbol, RejectCode code,
                               bool (*is_one)(const State&, const WorkingOrder&) = nullptr);
/// What the quote reached of the symbol's orders: limits by price and time, then stops by id.
void trigger_reached_orders(State& state, SymbolId symbol);
/// Triggers the order if the market has reached it already.
void trigger_if_reached(State& state, std::uint32_t index);

/// Why an order may not be placed; None when it may rest, or be executed where it is met.
[[nodiscard]] RejectCode check_placing(const State& state, AccountId account,
                                       const NewOrder& order);
/// What is not a market order: rests, is executed at once, or ends.
void place_order(State& state, const CommandHeader& header, const NewOrder& order, OrderId id);

}  // namespace tribook::engine
