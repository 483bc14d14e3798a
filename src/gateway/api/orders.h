#pragma once

#include "gateway/api/trading.h"
#include "tribook/domain/enums.h"

// What a client does to orders, the same over REST and over WebSocket.

namespace tribook::gateway {

/// POST /api/orders/{market,limit,stop,stop-limit}. `body` may have further fields, which are
/// ignored.
void place_order(Context& context, const Actor& actor, OrderType type, json::Value body,
                 Respond respond);
/// POST /api/orders/oco.
void place_pair(Context& context, const Actor& actor, json::Value body, Respond respond);
/// POST /api/orders/check: nothing is placed. The body's `type` is MARKET when it has none.
void check_order(Context& context, const Actor& actor, json::Value body, Respond respond);
/// PUT /api/orders/{id}/modify: an absent field keeps, null removes.
void modify_order(Context& context, const Actor& actor, OrderId order, json::Value body,
                  Respond respond);
/// DELETE /api/orders/{id}.
void cancel_order(Context& context, const Actor& actor, OrderId order, Respond respond);

}  // namespace tribook::gateway
