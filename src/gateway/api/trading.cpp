#include "gateway/api/trading.h"

#include <memory>
#include <optional>
#include <utility>

#include "gateway/api/render.h"
#include "gateway/bodies/order_fields.h"
#include "gateway/json/writer.h"

namespace tribook::gateway {
namespace {

template <typename Body>
Command command_of(const Body& body, const Actor& actor) {
  Command command = Command::make(body);
  command.header.actor = actor.user;
  command.header.account = actor.account;
  return command;
}

/// The answer to a repeated client order id tells only which order it was: now also how it is.
void show(OrderUpdated& order, const views::OrderFields& shown) {
  order.status = shown.status;
  order.code = shown.code;
  order.position = shown.position;
  order.filled_volume = shown.filled_volume;
  order.filled_price = shown.filled_price;
  order.book = shown.book;
  order.routing_rule = shown.routing_rule;
}

/// What the order's first answer says: it is done, it rests, or the wait was over.
http::HttpResponse order_response(const Context& context, const Outcome& outcome,
                                  const std::string& client_order_id) {
  if (!outcome.order && outcome.refused != RejectCode::None) {
    ProblemExtras extras;
    extras.client_order_id = client_order_id;
    return problem(outcome.refused, {}, extras);
  }
  std::string body;
  json::Writer writer(body);
  if (!outcome.order) {
    writer.begin_object().null("orderId").text_or_null("clientOrderId", client_order_id);
    writer.field("status", OrderStatus::Pending).end_object();
    return json_response(202, std::move(body));
  }
  const OrderUpdated& order = *outcome.order;
  const bool is_dead = order.status == OrderStatus::Rejected ||
                       (order.status == OrderStatus::Cancelled && order.filled_volume.is_zero());
  if (is_dead && order.code != RejectCode::None) {
    ProblemExtras extras;
    extras.status = 422;
    extras.order = order.order;
    extras.order_status = name_of(order.status);
    extras.client_order_id = client_order_id;
    return problem(order.code, {}, extras);
  }
  writer.begin_object()
      .field("orderId", order.order.value)
      .text_or_null("clientOrderId", client_order_id)
      .field("status", order.status)
      .field("filledVolume", order.filled_volume);
  if (order.filled_price.is_zero()) {
    writer.null("filledPrice");
  } else {
    writer.field("filledPrice", order.filled_price, price_digits(context, order.symbol));
  }
  if (order.position) {
    writer.field("positionId", order.position.value);
  } else {
    writer.null("positionId");
  }
  writer.text_or_null("venue", name_of(order.book))
      .text_or_null("routingReason", context.routing_reason(order.routing_rule))
      .begin_array("warnings")
      .end_array()
      .end_object();
  const bool is_told = outcome.is_settled || is_final(order.status);
  return json_response(is_told ? 201 : 202, std::move(body));
}

/// Answers with an order that is older than what is in memory.
void answer_stored_order(Context& context, AccountId account, const Outcome& outcome,
                         const std::string& client_order_id, const Respond& respond) {
  const OrderId id = outcome.order->order;
  const auto row = std::make_shared<std::optional<views::OrderView>>();
  const bool is_taken = context.history->read(
      [row, account, id](persistence::HistoryReader& reader) {
        auto rows = reader.orders(account, OrderId{id.value + 1}, 1);
        if (!rows.empty() && rows.front().id == id) *row = std::move(rows.front());
      },
      [&context, row, outcome, client_order_id, respond](bool ok) {
        if (!ok) return respond(problem(RejectCode::Unavailable, "History cannot be read now"));
        if (!*row) return respond(problem(RejectCode::Busy, "History is behind; try again"));
        Outcome shown = outcome;
        show(*shown.order, **row);
        respond(order_response(context, shown, client_order_id));
      });
  if (!is_taken) respond(problem(RejectCode::Busy, "Too many wait for history; try again"));
}

void answer_order(Context& context, AccountId account, const Outcome& outcome,
                  const std::string& client_order_id, const Respond& respond) {
  if (!outcome.order || outcome.order->is_duplicate == 0) {
    return respond(order_response(context, outcome, client_order_id));
  }
  views::OrderView known;
  const views::ReadStatus status = context.views.order(outcome.order->order, known);
  if (status == views::ReadStatus::Busy) return respond(problem(RejectCode::Busy));
  if (status == views::ReadStatus::NotFound && context.history != nullptr) {
    return answer_stored_order(context, account, outcome, client_order_id, respond);
  }
  Outcome shown = outcome;
  if (status == views::ReadStatus::Found) show(*shown.order, known);
  respond(order_response(context, shown, client_order_id));
}

/// False, answered, when the position is known to be another account's or gone. One that the views
/// do not have is the engine's to judge.
bool is_own(Context& context, const Actor& actor, PositionId id, const Respond& respond) {
  views::PositionView position;
  const bool is_foreign = context.views.position(id, position) == views::ReadStatus::Found &&
                          position.account != actor.account;
  if (is_foreign) respond(problem(RejectCode::NotFound));
  return !is_foreign;
}

http::HttpResponse close_response(const Context& context, const Outcome& outcome, PositionId id,
                                  Currency currency) {
  if (!outcome.reduced) {
    if (outcome.refused != RejectCode::None) return problem(outcome.refused);
    if (outcome.order && outcome.order->code != RejectCode::None) {
      ProblemExtras extras;
      extras.status = 422;
      extras.order = outcome.order->order;
      extras.order_status = name_of(outcome.order->status);
      return problem(outcome.order->code, {}, extras);
    }
  }
  std::string body;
  json::Writer writer(body);
  writer.begin_object().field("positionId", id.value);
  if (outcome.reduced) {
    const PositionReduced& reduced = *outcome.reduced;
    const int digits = outcome.order ? price_digits(context, outcome.order->symbol) : kFixedDigits;
    writer.field("orderId", reduced.order.value)
        .field("closedVolume", reduced.closed_volume)
        .field("closePrice", reduced.price, digits)
        .field("realizedPnL", reduced.realized_pnl, minor_digits(currency));
  } else {
    writer.null("orderId").field("closedVolume", 0).null("closePrice").null("realizedPnL");
  }
  writer.end_object();
  return json_response(outcome.reduced ? 200 : 202, std::move(body));
}

void send_close(Context& context, const Actor& actor, const ClosePosition& close, Respond respond) {
  views::AccountView account;
  if (context.views.account(actor.account, account) == views::ReadStatus::Busy) {
    respond(problem(RejectCode::Busy));
    return;
  }
  const auto sent = context.submit(
      command_of(close, actor), context.options.order_wait,
      [&context, respond, id = close.position, currency = account.currency](
          const Outcome& outcome) { respond(close_response(context, outcome, id, currency)); });
  if (sent != RejectCode::None) respond(problem(sent));
}

http::HttpResponse modify_response(const Context& context, const Outcome& outcome, PositionId id) {
  if (outcome.refused != RejectCode::None) return problem(outcome.refused);
  views::PositionView position;
  views::AccountView account;
  if (context.views.position(id, position) != views::ReadStatus::Found ||
      context.views.account(position.account, account) != views::ReadStatus::Found) {
    // Changed, and closed by what followed.
    return problem(outcome.is_settled ? RejectCode::NotFound : RejectCode::Busy);
  }
  std::string body;
  json::Writer writer(body);
  write_position(writer, context, position, owner_of(account), false);
  return json_response(outcome.is_settled ? 200 : 202, std::move(body));
}

}  // namespace

void place_market_order(Context& context, const Actor& actor, json::Value body, Respond respond) {
  json::Reader reader;
  const OrderFields fields = read_order_fields(body, reader);
  if (!reader.ok()) return respond(problem(RejectCode::Validation, reader.problem()));
  if (!fields.unsupported.empty()) return respond(not_supported(fields.unsupported));

  NewOrder order;
  order.volume = fields.volume;
  order.stop_loss = fields.stop_loss;
  order.take_profit = fields.take_profit;
  order.max_slippage_pips = fields.max_slippage_pips;
  // An unknown symbol stays 0: the order gets an id, and risk's refusal.
  if (const Instrument* instrument = context.mirror.find(fields.symbol)) {
    order.symbol = instrument->id;
  }
  order.side = fields.side;
  order.time_in_force = fields.time_in_force;
  order.origin = actor.origin;

  Command command = command_of(order, actor);
  const Texts texts{{fields.client_order_id, fields.strategy, fields.comment, fields.metadata}};
  if (!context.attach(command, texts)) return respond(problem(RejectCode::Busy));
  const auto sent = context.submit(
      command, context.options.order_wait,
      [&context, respond, account = actor.account,
       client_order_id = std::string(fields.client_order_id)](const Outcome& outcome) {
        answer_order(context, account, outcome, client_order_id, respond);
      });
  if (sent != RejectCode::None) respond(problem(sent));
}

void close_position(Context& context, const Actor& actor, PositionId position, Respond respond) {
  if (!is_own(context, actor, position, respond)) return;
  ClosePosition close;
  close.position = position;
  close.origin = actor.origin;
  send_close(context, actor, close, std::move(respond));
}

void close_position_part(Context& context, const Actor& actor, PositionId position,
                         json::Value body, Respond respond) {
  json::Reader reader;
  ClosePosition close;
  bool has_volume = false;
  for (const json::Value value : body) {
    if (value.key() != "volume") continue;
    has_volume = !value.is_null();
    reader.volume(value, close.volume);
  }
  if (!has_volume) reader.fail("volume", "is required");
  if (!reader.ok()) return respond(problem(RejectCode::Validation, reader.problem()));
  if (!is_own(context, actor, position, respond)) return;
  // Zero would mean all of it.
  if (close.volume.raw <= 0) return respond(problem(RejectCode::VolumeOutOfRange));
  close.position = position;
  close.origin = actor.origin;
  close.partial = 1;
  send_close(context, actor, close, std::move(respond));
}

void modify_position(Context& context, const Actor& actor, PositionId position, json::Value body,
                     Respond respond) {
  json::Reader reader;
  const StopFields fields = read_stop_fields(body, reader);
  if (!reader.ok()) return respond(problem(RejectCode::Validation, reader.problem()));
  if (!fields.unsupported.empty()) return respond(not_supported(fields.unsupported));
  if (!is_own(context, actor, position, respond)) return;
  ModifyPosition modify;
  modify.position = position;
  modify.stop_loss = fields.stop_loss;
  modify.take_profit = fields.take_profit;
  modify.keep_stop_loss = fields.keep_stop_loss ? 1 : 0;
  modify.keep_take_profit = fields.keep_take_profit ? 1 : 0;
  const auto sent = context.submit(command_of(modify, actor), context.options.order_wait,
                                   [&context, respond, position](const Outcome& outcome) {
                                     respond(modify_response(context, outcome, position));
                                   });
  if (sent != RejectCode::None) respond(problem(sent));
}

}  // namespace tribook::gateway
