#include "gateway/api/orders.h"
#include "gateway/rest/client_api.h"

namespace tribook::gateway::rest {
namespace {

Actor actor_of(const Call& call) { return {call.who.user, call.account, Origin::Rest}; }

Respond responder(const Call& call) {
  return [&network = call.context.network, handle = call.handle](http::HttpResponse response) {
    network.reply(handle, std::move(response));
  };
}

void post_order(const Call& call, OrderType type) {
  if (!call.read_body()) return;
  place_order(call.context, actor_of(call), type, call.context.document.root(), responder(call));
}

}  // namespace

void post_market_order(const Call& call) { post_order(call, OrderType::Market); }
void post_limit_order(const Call& call) { post_order(call, OrderType::Limit); }
void post_stop_order(const Call& call) { post_order(call, OrderType::Stop); }
void post_stop_limit_order(const Call& call) { post_order(call, OrderType::StopLimit); }

void post_order_pair(const Call& call) {
  if (!call.read_body()) return;
  place_pair(call.context, actor_of(call), call.context.document.root(), responder(call));
}

void post_order_check(const Call& call) {
  if (!call.read_body()) return;
  check_order(call.context, actor_of(call), call.context.document.root(), responder(call));
}

void put_modify_order(const Call& call) {
  if (!call.read_body()) return;
  if (const auto id = call.id()) {
    modify_order(call.context, actor_of(call), OrderId{*id}, call.context.document.root(),
                 responder(call));
  }
}

void delete_order(const Call& call) {
  if (const auto id = call.id()) {
    cancel_order(call.context, actor_of(call), OrderId{*id}, responder(call));
  }
}

void post_close(const Call& call) {
  if (!call.request.body.empty() && !call.read_body()) return;
  if (const auto id = call.id()) {
    close_position(call.context, actor_of(call), PositionId{*id}, responder(call));
  }
}

void post_close_part(const Call& call) {
  if (!call.read_body()) return;
  if (const auto id = call.id()) {
    close_position_part(call.context, actor_of(call), PositionId{*id}, call.context.document.root(),
                        responder(call));
  }
}

void post_close_by(const Call& call) {
  if (!call.read_body()) return;
  if (const auto id = call.id()) {
    close_position_by(call.context, actor_of(call), PositionId{*id}, call.context.document.root(),
                      responder(call));
  }
}

void post_close_all(const Call& call) {
  const bool has_body = !call.request.body.empty();
  if (has_body && !call.read_body()) return;
  const json::Value body = call.context.document.root();
  close_all_positions(call.context, actor_of(call), has_body ? &body : nullptr, responder(call));
}

void put_modify(const Call& call) {
  if (!call.read_body()) return;
  if (const auto id = call.id()) {
    modify_position(call.context, actor_of(call), PositionId{*id}, call.context.document.root(),
                    responder(call));
  }
}

}  // namespace tribook::gateway::rest
