#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "gateway/api/context.h"

// What a client does to positions (orders: orders.h), the same over REST and over WebSocket: fields
// in, one response out, with its HTTP status.

namespace tribook::gateway {

/// Who acts, on which account, through which door.
struct Actor {
  UserId user;
  AccountId account;
  Origin origin = Origin::Rest;
};

using Respond = std::function<void(http::HttpResponse)>;

template <typename Body>
Command command_of(const Body& body, const Actor& actor) {
  Command command = Command::make(body);
  command.header.actor = actor.user;
  command.header.account = actor.account;
  return command;
}

/// POST /api/positions/{id}/close.
void close_position(Context& context, const Actor& actor, PositionId position, Respond respond);
/// POST /api/positions/{id}/close-partial.
void close_position_part(Context& context, const Actor& actor, PositionId position,
                         json::Value body, Respond respond);
/// POST /api/positions/{id}/close-by: `body` names the other one.
void close_position_by(Context& context, const Actor& actor, PositionId position, json::Value body,
                       Respond respond);
/// POST /api/positions/close-all: `body` may name a symbol; null when there is none.
void close_all_positions(Context& context, const Actor& actor, const json::Value* body,
                         Respond respond);
/// PUT /api/positions/{id}/modify: an absent field keeps, null removes.
void modify_position(Context& context, const Actor& actor, PositionId position, json::Value body,
                     Respond respond);

}  // namespace tribook::gateway
