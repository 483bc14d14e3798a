#include "gateway/api/trading.h"

#include <utility>

#include "gateway/api/render.h"
#include "gateway/bodies/order_fields.h"
#include "gateway/json/writer.h"

namespace tribook::gateway {
namespace {

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

template <typename Close>
void send_close(Context& context, const Actor& actor, const Close& close, Respond respond) {
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

http::HttpResponse close_all_response(const Context& context, const Outcome& outcome,
                                      AccountId id) {
  if (outcome.refused != RejectCode::None) return problem(outcome.refused);
  views::AccountView account;
  if (context.views.account(id, account) != views::ReadStatus::Found)
    return problem(RejectCode::Busy);
  const int digits = minor_digits(account.currency);
  std::string body;
  json::Writer writer(body);
  writer.begin_object()
      .field("closedPositions", outcome.closed_count)
      .field("openPositions", account.open_positions)
      .field("realizedPnL", outcome.closed_realized, digits)
      .begin_array("items");
  for (const ClosedByRequest& closed : outcome.closed) {
    writer.begin_object()
        .field("positionId", closed.reduced.position.value)
        .field("orderId", closed.reduced.order.value)
        .field("closedVolume", closed.reduced.closed_volume)
        .field("closePrice", closed.reduced.price, price_digits(context, closed.symbol))
        .field("realizedPnL", closed.reduced.realized_pnl, digits)
        .end_object();
  }
  writer.end_array().end_object();
  return json_response(outcome.is_settled ? 200 : 202, std::move(body));
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

void close_position_by(Context& context, const Actor& actor, PositionId position, json::Value body,
                       Respond respond) {
  json::Reader reader;
  CloseBy close;
  for (const json::Value value : body) {
    if (value.key() == "positionId") reader.integer(value, close.other.value, 1, INT64_MAX);
  }
  if (!close.other) reader.fail("positionId", "is required: the position to close it against");
  if (!reader.ok()) return respond(problem(RejectCode::Validation, reader.problem()));
  if (!is_own(context, actor, position, respond)) return;
  if (!is_own(context, actor, close.other, respond)) return;
  close.position = position;
  close.origin = actor.origin;
  send_close(context, actor, close, std::move(respond));
}

void close_all_positions(Context& context, const Actor& actor, const json::Value* body,
                         Respond respond) {
  CloseAll close;
  if (body != nullptr) {
    json::Reader reader;
    std::string_view symbol;
    for (const json::Value value : *body) {
      if (value.key() == "symbol" && !value.is_null())
        reader.text(value, symbol, sizeof(SymbolName::bytes));
    }
    if (!reader.ok()) return respond(problem(RejectCode::Validation, reader.problem()));
    const Instrument* instrument = symbol.empty() ? nullptr : context.mirror.find(symbol);
    if (!symbol.empty() && instrument == nullptr)
      return respond(problem(RejectCode::SymbolUnknown));
    if (instrument != nullptr) close.symbol = instrument->id;
  }
  close.origin = actor.origin;
  const auto sent =
      context.submit(command_of(close, actor), context.options.order_wait,
                     [&context, respond, account = actor.account](const Outcome& outcome) {
                       respond(close_all_response(context, outcome, account));
                     });
  if (sent != RejectCode::None) respond(problem(sent));
}

void modify_position(Context& context, const Actor& actor, PositionId position, json::Value body,
                     Respond respond) {
  json::Reader reader;
  const StopFields fields = read_stop_fields(body, reader);
  if (!reader.ok()) return respond(problem(RejectCode::Validation, reader.problem()));
  if (!is_own(context, actor, position, respond)) return;
  ModifyPosition modify;
  modify.position = position;
  modify.stop_loss = fields.stop_loss;
  modify.take_profit = fields.take_profit;
  modify.keep_stop_loss = fields.keep_stop_loss ? 1 : 0;
  modify.keep_take_profit = fields.keep_take_profit ? 1 : 0;
  modify.set_trailing = fields.set_trailing ? 1 : 0;
  modify.trailing_distance = fields.trailing_distance;
  modify.trailing_step = fields.trailing_step;
  if (fields.set_break_even) modify.set_break_even = fields.waits_for_break_even ? 1 : 2;
  modify.break_even_offset = fields.break_even_offset;
  const auto sent = context.submit(command_of(modify, actor), context.options.order_wait,
                                   [&context, respond, position](const Outcome& outcome) {
                                     respond(modify_response(context, outcome, position));
                                   });
  if (sent != RejectCode::None) respond(problem(sent));
}

}  // namespace tribook::gateway
