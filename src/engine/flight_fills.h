#pragma once

#include "engine/state.h"

// What an order that goes out is filled, by the house or by a venue.

namespace tribook::engine {

struct Dealt {
  Volume volume;
  Price price;        // the client's
  Price venue_price;  // 0: the house's
  VenueRequestId request;
};

/// Books and tells an opening whose margin was checked when it was sent. REQUIRES: room for it.
void open_part(State& state, WorkingOrder& order, const Dealt& dealt);
/// Books and tells a close. False, and nothing done, when its result cannot be expressed as money.
bool close_part(State& state, WorkingOrder& order, std::uint32_t position, const Dealt& dealt);
/// So much of the request's position is on its way to be closed no more.
void stop_closing(State& state, const VenueRequest& request, Volume volume);
/// The first fill ends the other of a pair, unless that is on its way itself.
void end_partner(State& state, WorkingOrder& order);

}  // namespace tribook::engine
