#pragma once

#include <optional>
#include <string_view>

#include "gateway/json/reader.h"
#include "tribook/base/time.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"

namespace tribook::gateway {

/// The body of POST /api/orders/{market,limit,stop,stop-limit}. Views live in the document.
struct OrderFields {
  std::string_view symbol;
  Volume volume;
  Price limit;
  Price trigger;
  Price stop_loss;
  Price take_profit;
  Ratio max_slippage_pips{-1};
  PipDistance trailing_distance;
  PipDistance trailing_step;
  TimeNs expires{};
  std::string_view client_order_id;
  std::string_view strategy;
  std::string_view comment;
  std::string_view metadata;  ///< JSON
  Side side = Side::Buy;
  OrderType type = OrderType::Market;
  TimeInForce time_in_force = TimeInForce::Ioc;
};

/// Mistakes stay in the reader. What a type has not (a market order's price, say) is ignored.
OrderFields read_order_fields(json::Value body, json::Reader& reader,
                              OrderType type = OrderType::Market);

/// The body of POST /api/orders/oco: {"symbol","orders":[{..},{..}]} and what both have in common.
/// Each order has "type" LIMIT, STOP or STOP_LIMIT.
struct PairFields {
  OrderFields common;
  OrderFields first;
  OrderFields second;
};
PairFields read_pair_fields(json::Value body, json::Reader& reader);

/// MARKET LIMIT STOP STOP_LIMIT, in any case and with "-" for "_".
std::optional<OrderType> order_type_of(std::string_view text);

/// The body of PUT /api/orders/{id}/modify: an absent field keeps, null removes a level.
struct OrderChanges {
  std::optional<Volume> volume;
  std::optional<Price> limit;
  std::optional<Price> trigger;
  std::optional<Price> stop_loss;  ///< 0 = none
  std::optional<Price> take_profit;
  std::optional<TimeInForce> time_in_force;
  TimeNs expires{};
  bool set_trailing = false;
  PipDistance trailing_distance;
  PipDistance trailing_step;
};
OrderChanges read_order_changes(json::Value body, json::Reader& reader);

/// The body of PUT /api/positions/{id}/modify.
struct StopFields {
  Price stop_loss;  ///< 0 = none
  Price take_profit;
  bool keep_stop_loss = true;
  bool keep_take_profit = true;
  bool set_trailing = false;
  bool set_break_even = false;
  bool waits_for_break_even = false;
  PipDistance trailing_distance;  ///< 0 = none
  PipDistance trailing_step;
  PipDistance break_even_offset;
};
StopFields read_stop_fields(json::Value body, json::Reader& reader);

}  // namespace tribook::gateway
