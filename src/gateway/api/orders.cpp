#include "gateway/api/orders.h"

#include <memory>
#include <optional>
#include <utility>

#include "gateway/api/render.h"
#include "gateway/api/risk_json.h"
#include "gateway/bodies/order_fields.h"
#include "gateway/json/writer.h"
#include "tribook/domain/order_prices.h"

namespace tribook::gateway {
namespace {

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

bool is_dead(const OrderUpdated& order) {
  return order.code != RejectCode::None &&
         (order.status == OrderStatus::Rejected ||
          (order.status == OrderStatus::Cancelled && order.filled_volume.is_zero()));
}

void write_placed(json::Writer& writer, const Context& context, const OrderUpdated& order,
                  const std::string& client_order_id, std::uint32_t warned) {
  writer.field("orderId", order.order.value)
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
      .begin_array("warnings");
  // What was filled stands, though the rest was refused.
  if (order.code != RejectCode::None) writer.element(name_of(order.code));
  write_limit_names(writer, warned);
  writer.end_array();
}

/// What a client asked for, as far as its answer needs it.
struct Wish {
  std::string client_order_id;
  bool is_dated = false;
};

/// What only the engine can say of an order that is well formed otherwise.
std::string_view detail_of(RejectCode code, bool is_dated) {
  return code == RejectCode::Validation && is_dated ? "expiresAt must be later than now"
                                                    : std::string_view{};
}

http::HttpResponse refusal(RejectCode code, const Wish& wish) {
  ProblemExtras extras;
  extras.client_order_id = wish.client_order_id;
  return problem(code, detail_of(code, wish.is_dated), extras);
}

/// The wait was over before the engine said anything.
http::HttpResponse pending_response(const std::string& client_order_id) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object().null("orderId").text_or_null("clientOrderId", client_order_id);
  writer.field("status", OrderStatus::Pending).end_object();
  return json_response(202, std::move(body));
}

/// What the order's first answer says: it is done, it rests, or the wait was over.
http::HttpResponse order_response(const Context& context, const Outcome& outcome,
                                  const Wish& wish) {
  const std::string& client_order_id = wish.client_order_id;
  if (!outcome.order) {
    return outcome.refused != RejectCode::None ? refusal(outcome.refused, wish)
                                               : pending_response(client_order_id);
  }
  const OrderUpdated& order = *outcome.order;
  if (is_dead(order)) {
    ProblemExtras extras;
    extras.status = 422;
    extras.order = order.order;
    extras.order_status = name_of(order.status);
    extras.client_order_id = client_order_id;
    return problem(order.code, detail_of(order.code, wish.is_dated), extras);
  }
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  write_placed(writer, context, order, client_order_id, outcome.warned);
  writer.end_object();
  const bool is_told = outcome.is_settled || is_final(order.status);
  return json_response(is_told ? 201 : 202, std::move(body));
}

/// Answers with an order that is older than what is in memory.
void answer_stored_order(Context& context, AccountId account, const Outcome& outcome,
                         const Wish& wish, const Respond& respond) {
  const OrderId id = outcome.order->order;
  const auto row = std::make_shared<std::optional<views::OrderView>>();
  const bool is_taken = context.history->read(
      [row, account, id](persistence::HistoryReader& reader) {
        auto rows = reader.orders(account, OrderId{id.value + 1}, 1);
        if (!rows.empty() && rows.front().id == id) *row = std::move(rows.front());
      },
      [&context, row, outcome, wish, respond](bool ok) {
        if (!ok) return respond(problem(RejectCode::Unavailable, "History cannot be read now"));
        if (!*row) return respond(problem(RejectCode::Busy, "History is behind; try again"));
        Outcome shown = outcome;
        show(*shown.order, **row);
        respond(order_response(context, shown, wish));
      });
  if (!is_taken) respond(problem(RejectCode::Busy, "Too many wait for history; try again"));
}

void answer_order(Context& context, AccountId account, const Outcome& outcome, const Wish& wish,
                  const Respond& respond) {
  // What a venue ended by its silence nobody was told.
  const bool may_have_ended = outcome.order && outcome.is_settled &&
                              (outcome.order->status == OrderStatus::Filling ||
                               outcome.order->status == OrderStatus::PartiallyFilled);
  if (!outcome.order || (outcome.order->is_duplicate == 0 && !may_have_ended)) {
    return respond(order_response(context, outcome, wish));
  }
  views::OrderView known;
  const views::ReadStatus status = context.views.order(outcome.order->order, known);
  if (status == views::ReadStatus::Busy) return respond(problem(RejectCode::Busy));
  if (status == views::ReadStatus::NotFound && context.history != nullptr) {
    return answer_stored_order(context, account, outcome, wish, respond);
  }
  Outcome shown = outcome;
  if (status == views::ReadStatus::Found) show(*shown.order, known);
  respond(order_response(context, shown, wish));
}

/// Both orders of a pair, as they are now.
http::HttpResponse pair_response(const Context& context, const Outcome& outcome, const Wish& wish) {
  const std::string& client_order_id = wish.client_order_id;
  if (!outcome.order || !outcome.partner) {
    return outcome.refused != RejectCode::None ? refusal(outcome.refused, wish)
                                               : pending_response(client_order_id);
  }
  std::string body;
  json::Writer writer(body);
  writer.begin_object().begin_array("orders");
  for (OrderUpdated order : {*outcome.order, *outcome.partner}) {
    views::OrderView known;
    if (order.is_duplicate != 0 &&
        context.views.order(order.order, known) == views::ReadStatus::Found) {
      show(order, known);
    }
    const bool is_first = order.order == outcome.order->order;
    writer.begin_object();
    write_placed(writer, context, order, client_order_id,
                 is_first ? outcome.warned : outcome.partner_warned);
    writer.end_object();
  }
  writer.end_array().end_object();
  return json_response(outcome.is_settled ? 201 : 202, std::move(body));
}

/// An order has no warnings; what changed it may have passed limits.
void add_warnings(std::string& body, std::uint32_t warned) {
  if (warned == 0) return;
  std::string warnings;
  json::Writer writer(warnings);
  writer.begin_array("warnings");
  write_limit_names(writer, warned);
  writer.end_array();
  body.insert(body.size() - 1, "," + warnings);
}

/// The order as the views show it now.
http::HttpResponse shown_order(const Context& context, const Outcome& outcome, OrderId id,
                               Origin origin) {
  views::OrderView order;
  if (context.views.order(id, order) != views::ReadStatus::Found) {
    return problem(outcome.is_settled ? RejectCode::NotFound : RejectCode::Busy);
  }
  std::string body;
  json::Writer writer(body);
  write_order(writer, context, order, false, origin == Origin::WebSocket ? "orderType" : "type");
  add_warnings(body, outcome.warned);
  return json_response(outcome.is_settled ? 200 : 202, std::move(body));
}

/// What is wrong with a change of the order, as far as the fields alone do not tell.
std::string why_invalid(const ModifyOrder& asked, const views::OrderView& order) {
  const auto not_with = [&](const char* field) {
    return std::string(field) + " does not go with an order of type " +
           std::string(name_of(order.type));
  };
  if (asked.set_limit != 0 && !has_limit(order.type)) return not_with("price");
  if (asked.set_trigger != 0 && !has_trigger(order.type)) return not_with("triggerPrice");
  if (asked.set_time_in_force != 0 && asked.time_in_force == TimeInForce::Gtd &&
      asked.expires <= order.updated)
    return "expiresAt must be later than now";
  if (asked.set_volume != 0 && asked.volume <= order.filled_volume)
    return "volume must be above what is filled";
  if (asked.set_trigger != 0) return "triggerPrice is of the past: the order was triggered";
  if (asked.set_time_in_force != 0) return "expiresAt must be later than now";
  return {};
}

std::string why_invalid(const CancelOrder&, const views::OrderView&) { return {}; }

/// An order of the account's that is known and final cannot be changed: how it ended says why.
template <typename Body>
http::HttpResponse why_not(const Context& context, AccountId account, const Body& asked,
                           RejectCode code) {
  views::OrderView order;
  const bool is_own = context.views.order(asked.order, order) == views::ReadStatus::Found &&
                      order.account == account;
  if (code == RejectCode::Validation && is_own) return problem(code, why_invalid(asked, order));
  if (code != RejectCode::NotFound || !is_own) return problem(code);
  ProblemExtras extras;
  extras.order = asked.order;
  extras.order_status = name_of(order.status);
  return problem(RejectCode::OrderNotWorking, "The order does not rest any more", extras);
}

template <typename Body>
void send_change(Context& context, const Actor& actor, const Body& body, const Respond& respond) {
  const auto sent =
      context.submit(command_of(body, actor), context.options.order_wait,
                     [&context, respond, actor, body](const Outcome& outcome) {
                       respond(outcome.refused != RejectCode::None
                                   ? why_not(context, actor.account, body, outcome.refused)
                                   : shown_order(context, outcome, body.order, actor.origin));
                     });
  if (sent != RejectCode::None) respond(problem(sent));
}

/// Which of the checks a refusal is of, for people who look for their mistake; of limits by name.
std::string_view check_of(RejectCode code) {
  if (const auto limit = limit_of(code)) return terms_of(*limit).name;
  switch (code) {
    case RejectCode::KillSwitch:
      return "killSwitch";
    case RejectCode::AccountDisabled:
    case RejectCode::AccountCloseOnly:
      return "account";
    case RejectCode::SymbolUnknown:
    case RejectCode::SymbolDisabled:
    case RejectCode::SymbolCloseOnly:
      return "symbol";
    case RejectCode::MarketClosed:
      return "session";
    case RejectCode::VolumeOutOfRange:
    case RejectCode::VolumeStep:
      return "volume";
    case RejectCode::StaleQuote:
      return "quote";
    case RejectCode::PriceInvalid:
    case RejectCode::Slippage:
      return "price";
    case RejectCode::NoConversion:
      return "conversion";
    case RejectCode::InsufficientMargin:
    case RejectCode::ValueOverflow:
      return "margin";
    case RejectCode::LimitReached:
    case RejectCode::Busy:
      return "limits";
    case RejectCode::NoRoute:
      return "routing";
    default:
      return "request";
  }
}

http::HttpResponse check_response(const Outcome& outcome, bool is_dated) {
  if (!outcome.is_settled) return problem(RejectCode::Busy);
  const RejectCode code = outcome.refused;
  const std::string_view detail = detail_of(code, is_dated);
  std::string body;
  json::Writer writer(body);
  writer.begin_object().field("valid", code == RejectCode::None);
  if (code == RejectCode::None) {
    writer.null("code").null("failedCheck").null("reason");
  } else {
    writer.field("code", name_of(code))
        .field("failedCheck", check_of(code))
        .field("reason", detail.empty() ? describe(code) : detail);
  }
  writer.begin_array("warnings");
  write_limit_names(writer, outcome.warned);
  writer.end_array().end_object();
  return json_response(200, std::move(body));
}

// An unknown symbol stays 0: the order gets an id, and risk's refusal.
SymbolId symbol_of(const Context& context, std::string_view name) {
  const Instrument* instrument = context.mirror.find(name);
  return instrument != nullptr ? instrument->id : SymbolId{};
}

NewOrder order_of(const Context& context, const OrderFields& fields, Origin origin) {
  NewOrder order;
  order.volume = fields.volume;
  order.limit = fields.limit;
  order.trigger = fields.trigger;
  order.stop_loss = fields.stop_loss;
  order.take_profit = fields.take_profit;
  order.max_slippage_pips = fields.max_slippage_pips;
  order.expires = fields.expires;
  order.trailing_distance = fields.trailing_distance;
  order.trailing_step = fields.trailing_step;
  order.symbol = symbol_of(context, fields.symbol);
  order.side = fields.side;
  order.type = fields.type;
  order.time_in_force = fields.time_in_force;
  order.origin = origin;
  return order;
}

Wish wish_of(const OrderFields& fields) {
  return {std::string(fields.client_order_id), fields.expires.ns != 0};
}

OrderLeg leg_of(const OrderFields& fields) {
  return {fields.volume, fields.limit, fields.trigger, fields.stop_loss, fields.take_profit};
}

Texts texts_of(const OrderFields& fields) {
  return {{fields.client_order_id, fields.strategy, fields.comment, fields.metadata}};
}

}  // namespace

void place_order(Context& context, const Actor& actor, OrderType type, json::Value body,
                 Respond respond) {
  json::Reader reader;
  const OrderFields fields = read_order_fields(body, reader, type);
  if (!reader.ok()) return respond(problem(RejectCode::Validation, reader.problem()));
  Command command = command_of(order_of(context, fields, actor.origin), actor);
  if (!context.attach(command, texts_of(fields))) return respond(problem(RejectCode::Busy));
  const auto sent = context.submit(
      command, context.options.order_wait,
      [&context, respond, account = actor.account, wish = wish_of(fields)](const Outcome& outcome) {
        answer_order(context, account, outcome, wish, respond);
      });
  if (sent != RejectCode::None) respond(problem(sent));
}

void place_pair(Context& context, const Actor& actor, json::Value body, Respond respond) {
  json::Reader reader;
  const PairFields fields = read_pair_fields(body, reader);
  if (!reader.ok()) return respond(problem(RejectCode::Validation, reader.problem()));
  NewOrderPair pair;
  pair.first = leg_of(fields.first);
  pair.second = leg_of(fields.second);
  pair.expires = fields.common.expires;
  pair.symbol = symbol_of(context, fields.common.symbol);
  pair.first_side = fields.first.side;
  pair.second_side = fields.second.side;
  pair.first_type = fields.first.type;
  pair.second_type = fields.second.type;
  pair.time_in_force = fields.common.time_in_force;
  pair.origin = actor.origin;
  Command command = command_of(pair, actor);
  if (!context.attach(command, texts_of(fields.common))) return respond(problem(RejectCode::Busy));
  const auto sent =
      context.submit(command, context.options.order_wait,
                     [&context, respond, wish = wish_of(fields.common)](const Outcome& outcome) {
                       respond(pair_response(context, outcome, wish));
                     });
  if (sent != RejectCode::None) respond(problem(sent));
}

void check_order(Context& context, const Actor& actor, json::Value body, Respond respond) {
  std::optional<OrderType> type = OrderType::Market;
  for (const json::Value value : body) {
    if (value.key() != "type" || value.is_null()) continue;
    type = value.kind() == json::Kind::String ? order_type_of(value.text()) : std::nullopt;
  }
  if (!type) {
    return respond(
        problem(RejectCode::Validation, "type must be one of MARKET LIMIT STOP STOP_LIMIT"));
  }
  json::Reader reader;
  const OrderFields fields = read_order_fields(body, reader, *type);
  if (!reader.ok()) return respond(problem(RejectCode::Validation, reader.problem()));
  CheckOrder check{order_of(context, fields, actor.origin)};
  // The day's end is the sequencer's to say, and it says nothing of an order that is not placed.
  if (check.order.time_in_force == TimeInForce::Day) check.order.time_in_force = TimeInForce::Gtc;
  const auto sent =
      context.submit(command_of(check, actor), context.options.order_wait,
                     [respond, is_dated = fields.expires.ns != 0](const Outcome& outcome) {
                       respond(check_response(outcome, is_dated));
                     });
  if (sent != RejectCode::None) respond(problem(sent));
}

void modify_order(Context& context, const Actor& actor, OrderId order, json::Value body,
                  Respond respond) {
  json::Reader reader;
  const OrderChanges changes = read_order_changes(body, reader);
  if (!reader.ok()) return respond(problem(RejectCode::Validation, reader.problem()));
  ModifyOrder modify;
  modify.order = order;
  const auto set = [](const auto& change, auto& value, std::uint8_t& is_set) {
    if (!change) return;
    value = *change;
    is_set = 1;
  };
  set(changes.volume, modify.volume, modify.set_volume);
  set(changes.limit, modify.limit, modify.set_limit);
  set(changes.trigger, modify.trigger, modify.set_trigger);
  set(changes.stop_loss, modify.stop_loss, modify.set_stop_loss);
  set(changes.take_profit, modify.take_profit, modify.set_take_profit);
  set(changes.time_in_force, modify.time_in_force, modify.set_time_in_force);
  modify.expires = changes.expires;
  modify.set_trailing = changes.set_trailing ? 1 : 0;
  modify.trailing_distance = changes.trailing_distance;
  modify.trailing_step = changes.trailing_step;
  modify.origin = actor.origin;
  send_change(context, actor, modify, respond);
}

void cancel_order(Context& context, const Actor& actor, OrderId order, Respond respond) {
  CancelOrder cancel;
  cancel.order = order;
  cancel.origin = actor.origin;
  send_change(context, actor, cancel, respond);
}

}  // namespace tribook::gateway
