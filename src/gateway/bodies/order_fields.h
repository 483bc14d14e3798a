#pragma once

#include <string_view>

#include "gateway/json/reader.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"

namespace tribook::gateway {

/// The body of POST /api/orders/market. Views live in the document.
struct OrderFields {
  std::string_view symbol;
  Volume volume;
  Price stop_loss;
  Price take_profit;
  Ratio max_slippage_pips{-1};
  std::string_view client_order_id;
  std::string_view strategy;
  std::string_view comment;
  std::string_view metadata;  ///< JSON
  Side side = Side::Buy;
  TimeInForce time_in_force = TimeInForce::Ioc;
  std::string_view unsupported;  ///< "trailing": a field that is understood and not built yet
};

/// Mistakes stay in the reader.
OrderFields read_order_fields(json::Value body, json::Reader& reader);

/// The body of PUT /api/positions/{id}/modify.
struct StopFields {
  Price stop_loss;  ///< 0 = none
  Price take_profit;
  bool keep_stop_loss = true;
  bool keep_take_profit = true;
  std::string_view unsupported;
};
StopFields read_stop_fields(json::Value body, json::Reader& reader);

}  // namespace tribook::gateway
