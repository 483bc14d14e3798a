#include "gateway/bodies/order_fields.h"

#include "tribook/message/text.h"

namespace tribook::gateway {
namespace {

using json::Reader;
using json::Value;

void read_id(Value value, Reader& reader, std::string_view& out, std::size_t bytes_max) {
  reader.text(value, out, bytes_max);
  if (reader.ok() && !value.is_null() && out.empty()) reader.fail(value, "must not be empty");
}

void read_time_in_force(Value value, Reader& reader, TimeInForce& out) {
  reader.name(value, out);
  if (out == TimeInForce::Gtc) out = TimeInForce::Ioc;  // a market order never rests
  if (out != TimeInForce::Ioc && out != TimeInForce::Fok) {
    reader.fail(value, "must be IOC or FOK for a market order");
  }
}

void read_metadata(Value value, Reader& reader, std::string_view& out) {
  if (value.is_null()) return;
  if (value.raw().size() > kMetadataMax) {
    reader.fail(value, "is longer than 1024 bytes");
    return;
  }
  out = value.raw();
}

}  // namespace

OrderFields read_order_fields(Value body, Reader& reader) {
  constexpr std::size_t symbol_max = 64;  // longer than any, so that a wrong one is just unknown
  OrderFields order;
  bool has_side = false;
  bool has_volume = false;
  for (const Value value : body) {
    const std::string_view key = value.key();
    if (key == "symbol") {
      reader.text(value, order.symbol, symbol_max);
    } else if (key == "side") {
      has_side = !value.is_null();
      reader.name(value, order.side);
    } else if (key == "volume") {
      has_volume = !value.is_null();
      reader.volume(value, order.volume);
    } else if (key == "sl") {
      reader.price(value, order.stop_loss);
    } else if (key == "tp") {
      reader.price(value, order.take_profit);
    } else if (key == "maxSlippagePips") {
      reader.ratio(value, order.max_slippage_pips);
      if (!value.is_null() && order.max_slippage_pips.raw < 0) {
        reader.fail(value, "must not be negative");
      }
    } else if (key == "clientOrderId") {
      read_id(value, reader, order.client_order_id, kClientIdMax);
    } else if (key == "timeInForce") {
      read_time_in_force(value, reader, order.time_in_force);
    } else if (key == "strategyId") {
      reader.text(value, order.strategy, kStrategyMax);
    } else if (key == "comment") {
      reader.text(value, order.comment, kCommentMax);
    } else if (key == "metadata") {
      read_metadata(value, reader, order.metadata);
    } else if (key == "trailing" && !value.is_null()) {
      order.unsupported = "trailing is";
    }
  }
  if (order.symbol.empty()) reader.fail("symbol", "is required");
  if (!has_side) reader.fail("side", "is required");
  if (!has_volume) reader.fail("volume", "is required");
  return order;
}

StopFields read_stop_fields(Value body, Reader& reader) {
  StopFields stops;
  for (const Value value : body) {
    const std::string_view key = value.key();
    if (key == "sl") {
      stops.keep_stop_loss = false;
      reader.price(value, stops.stop_loss);
    } else if (key == "tp") {
      stops.keep_take_profit = false;
      reader.price(value, stops.take_profit);
    } else if (key == "trailing" && !value.is_null()) {
      stops.unsupported = "trailing is";
    } else if (key == "breakEven" && !value.is_null()) {
      stops.unsupported = "breakEven is";
    }
  }
  if (reader.ok() && stops.keep_stop_loss && stops.keep_take_profit && stops.unsupported.empty()) {
    reader.fail("", "must have sl or tp");
  }
  return stops;
}

}  // namespace tribook::gateway
