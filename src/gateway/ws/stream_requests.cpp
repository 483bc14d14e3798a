#include <algorithm>
#include <utility>

#include "gateway/api/login.h"
#include "gateway/api/orders.h"
#include "gateway/bodies/order_fields.h"
#include "gateway/json/writer.h"
#include "gateway/ws/clients.h"
#include "gateway/ws/messages.h"

// What clients send: {"action":...}. A request that has a requestId is answered once, with it.

namespace tribook::gateway {
namespace {

using json::Kind;
using json::Value;

constexpr std::size_t kRequestIdMax = 64;

// Ids come as numbers or as texts.
void read_id(Value value, json::Reader& reader, std::optional<std::uint64_t>& out) {
  if (value.is_null()) return;
  if (value.kind() == Kind::Number || value.kind() == Kind::String) out = parse_id(value.text());
  if (!out) reader.fail(value, "must be a whole number above 0");
}

}  // namespace

void Stream::message(http::WsSession& session, std::string_view text) {
  auto* client = static_cast<Client*>(session.user());
  if (client == nullptr || !session.open()) return;
  json::Document& document = context_.document;
  if (!document.parse(text) || document.root().kind() != Kind::Object) {
    const std::string_view why =
        document.problem().empty() ? "the message must be an object" : document.problem();
    client->send(ws::error_message(RejectCode::Validation, why, {}));
    return;
  }
  Request request{document.root(), {}, {}, {}, {}, {}, {}, {}, {}, {}};
  json::Reader reader;
  for (const Value value : request.body) {
    const std::string_view key = value.key();
    if (key == "action") reader.text(value, request.action, 32);
    if (key == "type") reader.text(value, request.type, 32);
    if (key == "token" && value.kind() == Kind::String) request.token = value.text();
    if (key == "timeframe" && value.kind() == Kind::String) request.timeframe = value.text();
    if (key == "symbols" && !value.is_null()) request.symbols = value;
    if (key == "accountId") read_id(value, reader, request.account);
    if (key == "positionId" || key == "id") read_id(value, reader, request.position);
    if (key == "orderId" || key == "id") read_id(value, reader, request.order);
    if (key == "requestId" && (value.kind() == Kind::String || value.kind() == Kind::Number)) {
      if (value.raw().size() > kRequestIdMax)
        reader.fail(value, "is longer than 64 bytes");
      else
        request.request_id = value.raw();
    }
  }
  if (!reader.ok()) return refuse(*client, request, RejectCode::Validation, reader.problem());
  if (request.action == "auth") return authenticate(*client, request);
  if (!client->is_known) return end(*client, RejectCode::Unauthenticated, {});
  if (request.action == "subscribe") return subscribe(*client, request, true);
  if (request.action == "unsubscribe") return subscribe(*client, request, false);
  trade(*client, request);
}

void Stream::refuse(Client& client, const Request& request, RejectCode code,
                    std::string_view detail) {
  client.send(ws::error_message(code, detail, request.request_id));
}

void Stream::acknowledge(Client& client, const Request& request) {
  if (request.request_id.empty()) return;
  client.send(ws::answer_message(json_response(200, "{}"), request.action, request.request_id));
}

void Stream::authenticate(Client& client, const Request& request) {
  if (client.is_known) {
    return refuse(client, request, RejectCode::Validation, "this session is authenticated already");
  }
  Identity who;
  AccountId account;
  http::HttpResponse refusal;
  if (!identify(context_, request.token, Audience::Client, who, refusal)) {
    return end(client, RejectCode::Unauthenticated, {});
  }
  const std::string wanted = request.account ? std::to_string(*request.account) : std::string();
  const RejectCode code = pick_account(context_, who, wanted, account);
  if (code != RejectCode::None) return end(client, code, {});
  admit(client, who, account);
  std::string text;
  json::Writer writer(text);
  writer.begin_object().field("type", "authenticated");
  if (!request.request_id.empty()) writer.raw("requestId", request.request_id);
  writer.field("accountId", account.value).field("expiresAt", who.expires.ms()).end_object();
  client.send(std::move(text));
}

void Stream::subscribe(Client& client, const Request& request, bool wanted) {
  if (request.type == "quotes") return subscribe_quotes(client, request, wanted);
  if (request.type == "candles") return subscribe_candles(client, request, wanted);
  if (request.type == "account") {
    client.wants_account = wanted;
    client.last_account.clear();
  } else if (request.type == "positions") {
    client.wants_positions = wanted;
  } else if (request.type == "orders") {
    client.wants_orders = wanted;
  } else if (request.type == "trades") {
    client.wants_trades = wanted;
  } else if (request.type == "alerts") {
    client.wants_alerts = wanted;
  } else {
    return refuse(client, request, RejectCode::Validation,
                  "type must be one of quotes candles account positions orders trades alerts");
  }
  acknowledge(client, request);
  if (request.type == "positions" && wanted) send_all_values(client, {});
  if (request.type == "account" && wanted) {
    // The latest now, the changes as they come.
    const auto group = groups_.find(client.account.value);
    if (group != groups_.end()) send_account(*group->second);
  }
}

void Stream::set_quote(Client& client, SymbolId symbol, bool wanted) {
  const auto found = std::find(client.symbols.begin(), client.symbols.end(), symbol);
  if (wanted == (found != client.symbols.end())) return;
  auto& clients = by_symbol_[symbol.value];
  if (wanted) {
    client.symbols.push_back(symbol);
    clients.push_back(&client);
  } else {
    client.symbols.erase(found);
    std::erase(clients, &client);
    std::erase(client.waiting, symbol);
  }
}

void Stream::set_all_quotes(Client& client, bool wanted) {
  forget_quotes(client);
  client.wants_all_quotes = wanted;
  if (wanted) all_quotes_.push_back(&client);
}

// The symbols that a request names; false, answered, when they are no good.
bool Stream::read_symbols(Client& client, const Request& request, std::vector<SymbolId>& named,
                          bool& is_all) {
  is_all = !request.symbols;
  if (!request.symbols) return true;
  const Value symbols = *request.symbols;
  if (symbols.kind() != Kind::Array && symbols.text() != "*") {
    refuse(client, request, RejectCode::Validation, "symbols must be an array of names");
    return false;
  }
  is_all = symbols.kind() != Kind::Array;
  for (const Value symbol : symbols) {
    const Instrument* instrument =
        symbol.kind() == Kind::String ? context_.mirror.find(symbol.text()) : nullptr;
    if (symbol.kind() == Kind::String && symbol.text() == "*") {
      is_all = true;
    } else if (instrument == nullptr || instrument->id.value >= by_symbol_.size()) {
      refuse(client, request, RejectCode::SymbolUnknown, {});
      return false;
    } else {
      named.push_back(instrument->id);
    }
  }
  return true;
}

void Stream::subscribe_quotes(Client& client, const Request& request, bool wanted) {
  std::vector<SymbolId> named;
  bool is_all = false;
  if (!read_symbols(client, request, named, is_all)) return;
  const bool had_all = client.wants_all_quotes;
  if (is_all) {
    set_all_quotes(client, wanted);
  } else {
    if (!wanted && had_all) {
      // All but these: from now on the symbols there are, one by one.
      set_all_quotes(client, false);
      for (const auto& instrument : context_.mirror.symbols().all()) {
        if (instrument->id.value < by_symbol_.size()) set_quote(client, instrument->id, true);
      }
    }
    for (const SymbolId symbol : named) {
      if (!(wanted && had_all)) set_quote(client, symbol, wanted);
    }
  }
  acknowledge(client, request);
  if (!wanted) return;
  if (is_all) {
    for (const auto& instrument : context_.mirror.symbols().all()) named.push_back(instrument->id);
  }
  for (const SymbolId symbol : named) {
    if (symbol.value >= ticks_.size() || !context_.mirror.quote(symbol).is_known()) continue;
    offer_tick(client, symbol, latest_tick(symbol, client.price_group));
  }
}

Respond Stream::responder(const Client& client, const Request& request) {
  return [this, id = client.id, action = std::string(request.action),
          request_id = std::string(request.request_id)](const http::HttpResponse& response) {
    Client* waiting = find(id);
    if (waiting != nullptr) waiting->send(ws::answer_message(response, action, request_id));
  };
}

// order.new has the order's "type", MARKET when it has none, or "OCO".
void Stream::change_order(const Request& request, const Actor& actor, const Respond& respond) {
  if (request.action == "order.new") {
    if (http::equal_ignoring_case(request.type, "oco"))
      return place_pair(context_, actor, request.body, respond);
    const auto type = request.type.empty() ? OrderType::Market : order_type_of(request.type);
    if (!type) {
      return respond(
          problem(RejectCode::Validation, "type must be one of MARKET LIMIT STOP STOP_LIMIT OCO"));
    }
    return place_order(context_, actor, *type, request.body, respond);
  }
  const bool is_change = request.action == "order.modify";
  if (!is_change && request.action != "order.cancel")
    return respond(problem(RejectCode::Validation, "action is not known"));
  if (!request.order) return respond(problem(RejectCode::Validation, "orderId is required"));
  const OrderId order{*request.order};
  if (is_change) return modify_order(context_, actor, order, request.body, respond);
  cancel_order(context_, actor, order, respond);
}

// "id" is the position, "positionId" the one that it is closed against, as in REST.
void Stream::close_by(const Actor& actor, const Request& request, const Respond& respond) {
  std::optional<std::uint64_t> position;
  json::Reader reader;
  for (const Value value : request.body) {
    if (value.key() == "id") read_id(value, reader, position);
  }
  if (!reader.ok()) return respond(problem(RejectCode::Validation, reader.problem()));
  if (!position) return respond(problem(RejectCode::Validation, "id is required"));
  close_position_by(context_, actor, PositionId{*position}, request.body, respond);
}

void Stream::trade(Client& client, const Request& request) {
  const Actor actor{client.who.user, client.account, Origin::WebSocket};
  const Respond respond = responder(client, request);
  if (request.action.starts_with("order.")) return change_order(request, actor, respond);
  if (request.action == "position.close-all") {
    return close_all_positions(context_, actor, &request.body, respond);
  }
  if (request.action == "position.close-by") return close_by(actor, request, respond);
  if (request.action != "position.close" && request.action != "position.modify") {
    return respond(problem(RejectCode::Validation, "action is not known"));
  }
  if (!request.position) return respond(problem(RejectCode::Validation, "positionId is required"));
  const PositionId position{*request.position};
  if (request.action == "position.modify") {
    return modify_position(context_, actor, position, request.body, respond);
  }
  const bool has_volume = std::any_of(request.body.begin(), request.body.end(), [](Value value) {
    return value.key() == "volume" && !value.is_null();
  });
  if (has_volume) return close_position_part(context_, actor, position, request.body, respond);
  close_position(context_, actor, position, respond);
}

}  // namespace tribook::gateway
