#include "gateway/ws/messages.h"

#include "gateway/api/alert_json.h"
#include "gateway/api/render.h"
#include "gateway/json/writer.h"

namespace tribook::gateway::ws {
namespace {

json::Writer& price_or_null(json::Writer& writer, std::string_view key, Price price, int digits) {
  return price.is_zero() ? writer.null(key) : writer.field(key, price, digits);
}

std::string order_name(OrderId order) { return "ORD-" + std::to_string(order.value); }

// What begin_object() wrote is with_seq's to write.
std::string rest_of(const std::string& object) { return object.substr(1); }

void write_closed(json::Writer& writer, const Context& context, const PositionUpdated& event,
                  Currency currency, int digits) {
  views::ClosedPositionView closed;
  const bool known =
      context.views.closed_position(event.position, closed) == views::ReadStatus::Found;
  writer.field("volume", closed.volume);
  price_or_null(writer, "openPrice", closed.open_price, digits);
  price_or_null(writer, "currentPrice", closed.close_price, digits);
  writer.field("unrealizedPnL", Money{}, minor_digits(currency));
  price_or_null(writer, "sl", event.stop_loss, digits);
  price_or_null(writer, "tp", event.take_profit, digits);
  if (!known) return;
  price_or_null(writer, "closePrice", closed.close_price, digits);
  writer.field("closeReason", closed.reason)
      .field("realizedPnL", closed.realized_pnl, minor_digits(currency));
}

void write_open(json::Writer& writer, const Context& context, const PositionUpdated& event,
                const Owner& owner, int digits) {
  views::PositionView position;
  position.open_cost = event.open_cost;
  position.volume = event.volume;
  position.symbol = event.symbol;
  position.side = event.side;
  const PositionValue value = context.mirror.value(position, owner);
  writer.field("volume", event.volume).field("openPrice", position.open_price(), digits);
  price_or_null(writer, "currentPrice", value.current_price, digits);
  money_or_null(writer, "unrealizedPnL", value.unrealized_pnl, minor_digits(owner.currency));
  price_or_null(writer, "sl", event.stop_loss, digits);
  price_or_null(writer, "tp", event.take_profit, digits);
}

std::string_view name_of_action(PositionAction action) {
  switch (action) {
    case PositionAction::Opened:
    case PositionAction::Carried:
      return "opened";
    case PositionAction::Modified:
      return "modified";
    case PositionAction::Closed:
      return "closed";
  }
  return {};
}

}  // namespace

std::string tick_message(const Context& context, SymbolId symbol, GroupId group) {
  const Quote quote = context.mirror.quote(symbol, group);
  const int digits = price_digits(context, symbol);
  const auto& venue_name = context.options.venue_name;
  std::string text;
  json::Writer writer(text);
  writer.begin_object()
      .field("type", "tick")
      .field("symbol", symbol_name(context, symbol))
      .field("bid", quote.bid, digits)
      .field("ask", quote.ask, digits)
      .field("spread", quote.ask - quote.bid, digits)
      .field("timestamp", quote.time.ms())
      .field("lp", venue_name ? venue_name(context.mirror.venue(symbol)) : std::string())
      .end_object();
  return text;
}

std::string candle_message(const Context& context, SymbolId symbol, Timeframe timeframe,
                           const Candle& candle) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object()
      .field("type", "candle")
      .field("symbol", symbol_name(context, symbol))
      .field("timeframe", name_of(timeframe))
      .field("time", candle.start.ms());
  write_candle(writer, candle, price_digits(context, symbol));
  writer.end_object();
  return text;
}

std::string depth_message(const Context& context, SymbolId symbol, const views::DepthView& depth) {
  const int digits = price_digits(context, symbol);
  std::string text;
  json::Writer writer(text);
  const auto write_side = [&](std::string_view key, const auto& levels, std::size_t count) {
    writer.begin_array(key);
    for (std::size_t i = 0; i < count; ++i) {
      writer.begin_object()
          .field("price", levels[i].price, digits)
          .field("volume", levels[i].volume)
          .field("orders", levels[i].orders)
          .end_object();
    }
    writer.end_array();
  };
  writer.begin_object().field("type", "depth").field("symbol", symbol_name(context, symbol));
  write_side("bids", depth.bids, depth.bid_count);
  write_side("asks", depth.asks, depth.ask_count);
  writer.field("timestamp", context.views.time().ms()).end_object();
  return text;
}

std::string tape_message(const Context& context, const BookPrinted& print, TimeNs time) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object()
      .field("type", "tape")
      .field("symbol", symbol_name(context, print.symbol))
      .field("price", print.price, price_digits(context, print.symbol))
      .field("volume", print.volume)
      .field("side", print.taker_side)
      .field("timestamp", time.ms())
      .end_object();
  return text;
}

std::string position_values(const Context& context, std::span<const ValuedPosition> positions,
                            Currency currency) {
  const int money = minor_digits(currency);
  std::string text;
  json::Writer writer(text);
  writer.begin_object().field("type", "position_values").begin_array("positions");
  for (const ValuedPosition& position : positions) {
    writer.begin_object().field("id", position.id.value);
    price_or_null(writer, "currentPrice", position.value.current_price,
                  price_digits(context, position.symbol));
    money_or_null(writer, "unrealizedPnL", position.value.unrealized_pnl, money).end_object();
  }
  writer.end_array().end_object();
  return text;
}

std::string with_seq(std::string_view type, std::uint64_t seq, std::string_view rest) {
  std::string text;
  text.reserve(type.size() + rest.size() + 40);
  text += "{\"type\":\"";
  text += type;
  text += "\",\"seq\":";
  text += std::to_string(seq);
  text += ',';
  text += rest;
  return text;
}

std::string account_update(const Context& context, const views::AccountSnapshot& snapshot) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  write_summary(writer, snapshot.account, context.mirror.value(snapshot), false);
  writer.end_object();
  return rest_of(text);
}

std::string position_update(const Context& context, const PositionUpdated& event,
                            const Owner& owner) {
  const int digits = price_digits(context, event.symbol);
  std::string text;
  json::Writer writer(text);
  writer.begin_object()
      .field("action", name_of_action(event.action))
      .begin_object("position")
      .field("id", event.position.value)
      .field("symbol", symbol_name(context, event.symbol))
      .field("side", event.side);
  if (event.action == PositionAction::Closed) {
    write_closed(writer, context, event, owner.currency, digits);
  } else {
    write_open(writer, context, event, owner, digits);
  }
  writer.end_object().end_object();
  return rest_of(text);
}

std::string order_filled(const Context& context, const OrderUpdated& order, TimeNs time) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object()
      .field("orderId", order_name(order.order))
      .field("positionId", order.position.value)
      .field("symbol", symbol_name(context, order.symbol))
      .field("side", order.side)
      .field("volume", order.filled_volume)
      .field("filledPrice", order.filled_price, price_digits(context, order.symbol))
      .field("timestamp", time.ms())
      .end_object();
  return rest_of(text);
}

std::string order_update(const Context& context, const OrderUpdated& order, TimeNs time) {
  const int digits = price_digits(context, order.symbol);
  views::OrderView known;
  static_cast<void>(context.views.order(order.order, known));
  std::string text;
  json::Writer writer(text);
  writer.begin_object()
      .field("orderId", order_name(order.order))
      .text_or_null("clientOrderId", known.client_order_id.view())
      .text_or_null("symbol", symbol_name(context, order.symbol))
      .field("orderType", order.type)
      .field("side", order.side)
      .field("volume", order.volume)
      .field("filledVolume", order.filled_volume);
  price_or_null(writer, "price", order.limit, digits);
  price_or_null(writer, "triggerPrice", known.trigger, digits);
  price_or_null(writer, "filledPrice", order.filled_price, digits);
  price_or_null(writer, "sl", order.stop_loss, digits);
  price_or_null(writer, "tp", order.take_profit, digits);
  write_trailing(writer, known.trailing_distance, known.trailing_step);
  writer.field("status", order.status).field("timeInForce", order.time_in_force);
  if (known.expires.ns == 0) {
    writer.null("expiresAt");
  } else {
    writer.field("expiresAt", known.expires.ms());
  }
  if (order.position) {
    writer.field("positionId", order.position.value);
  } else {
    writer.null("positionId");
  }
  writer.text_or_null("venue", name_of(order.book))
      .text_or_null("rejectCode", name_of(order.code))
      .field("timestamp", time.ms())
      .end_object();
  return rest_of(text);
}

std::string trade(const Context& context, const TradeExecuted& deal, Currency currency,
                  TimeNs time) {
  const int money = minor_digits(currency);
  std::string text;
  json::Writer writer(text);
  writer.begin_object()
      .field("id", deal.trade.value)
      .field("orderId", order_name(deal.order))
      .field("positionId", deal.position.value)
      .field("symbol", symbol_name(context, deal.symbol))
      .field("side", deal.side)
      .field("volume", deal.volume)
      .field("price", deal.price, price_digits(context, deal.symbol))
      .field("realizedPnL", deal.realized_pnl, money)
      .field("commission", deal.commission, money)
      .field("venue", deal.book)
      .field("timestamp", time.ms())
      .end_object();
  return rest_of(text);
}

std::string alert(const Context& context, const views::AlertView& alert, Currency currency) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  write_alert(writer, context, alert, currency, Audience::Client);
  writer.field("timestamp", alert.time.ms()).end_object();
  return rest_of(text);
}

std::string error_message(RejectCode code, std::string_view detail, std::string_view request_id) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object().field("type", "error");
  if (!request_id.empty()) writer.raw("requestId", request_id);
  writer.field("code", name_of(code))
      .field("detail", detail.empty() ? describe(code) : detail)
      .end_object();
  return text;
}

std::string answer_message(const http::HttpResponse& response, std::string_view action,
                           std::string_view request_id) {
  constexpr unsigned first_refusal = 400;
  const bool is_error = response.status >= first_refusal;
  std::string text;
  json::Writer writer(text);
  writer.begin_object().field("type", is_error ? "error" : "response").field("action", action);
  if (!request_id.empty()) writer.raw("requestId", request_id);
  // A problem document says its status itself; an order's status is another thing.
  if (!is_error) writer.field("httpStatus", response.status);
  if (response.body.size() > 2) {
    text += ',';
    text.append(response.body, 1);  // the object's fields and its end
  } else {
    text += '}';
  }
  return text;
}

}  // namespace tribook::gateway::ws
