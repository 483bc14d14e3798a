#pragma once

#include "engine/opening_order.h"
#include "engine/state.h"

// Orders of which a part goes to a venue, or stands there and has to be closed there.

namespace tribook::engine {

/// Of what is left of the order something is for a venue: then it needs a place among the working
/// orders (see place_out) and is executed by execute_out.
[[nodiscard]] bool goes_out(const State& state, const WorkingOrder& order);
/// A fill-or-kill order that goes out has to be at one place: nobody could say of two that both
/// fill or neither does. REQUIRES: goes_out.
[[nodiscard]] RejectCode check_fill_or_kill(const State& state, const WorkingOrder& order);
/// Whether there is room for what it asks of venues.
[[nodiscard]] bool has_room_to_go_out(const State& state);

/// A new order's place. REQUIRES: has_room_for_orders; has_room_to_go_out.
std::uint32_t place_out(State& state, const WorkingOrder& order, std::span<const std::byte> texts,
                        Price worst_price);
/// Executes what is left of a working order that is neither at rest nor TRIGGERED: first what
/// closes, each position at its own book, then what opens, where the router says. Ends it, or puts
/// it back to rest, unless it is on its way. `text` goes with what is told of it first.
void execute_out(State& state, std::uint32_t order, TextRef text);

/// Whether there is room for an order that closes at a venue.
[[nodiscard]] bool has_room_to_close_out(const State& state);
/// Closes a part of a position of which something stands at a venue: an order of its own. False,
/// and nothing done, when there is no room for it.
bool close_out(State& state, std::uint32_t position, Volume volume, CloseReason reason,
               Origin origin);

/// A venue filled a request: the client gets it. False, and nothing done, when there is nothing
/// left that it could open or close.
bool give_to_client(State& state, const VenueRequest& request, Volume volume, Price price);
/// One of the order's requests was done with, and why it failed, if it did.
void settle_flight(State& state, std::uint32_t flight, RejectCode code);

}  // namespace tribook::engine
