#pragma once

#include <cstdint>
#include <vector>

#include "engine/lazy_pool.h"
#include "engine/trigger_heap.h"
#include "engine/working_orders.h"
#include "tribook/base/index_map.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"

// What stands at liquidity providers, what is asked of them, and what they said.
//
//   WorkingOrder --- Flight --< VenueRequest
//   Position ------- VenuePart
//
// An order of which something is at a venue stays among the working orders, where nothing reaches
// it (is_out). Its flight outlives it: a fill may come late. What is remembered is bounded: the
// request that was done with first is forgotten first, and a fill of a forgotten one is the
// house's, hedged back.

namespace tribook::engine {

struct State;
struct Account;
struct Position;
struct Symbol;

/// The part of a position that stands at its venue.
struct VenuePart {
  Cost cost;  // at the venue's prices
  Volume volume;
  Volume closing;  // of it, what is on its way to be closed
};

struct VenueRequest {
  VenueRequestId id;
  Money reserved;  // margin, for what is left of an opening
  Volume volume;
  Volume left;
  Price limit;  // 0 = any
  Price worst;  // that the client took when it was asked, the markup on it; 0 = any
  Price seen;
  Price undone;  // of a hedge back: the price of what it undoes
  TimeNs deadline{};
  OrderId order;
  PositionId position;     // of a close; none once a late fill of another request closed it
  std::uint64_t done = 0;  // the how many-th that was done with; 0: it is on its way
  std::uint32_t flight = 0;
  std::uint32_t next_done = 0;
  AccountId account;
  SymbolId symbol;
  VenueId venue;
  Side side = Side::Buy;
  VenueRequestKind kind = VenueRequestKind::Open;
  TimeInForce time_in_force = TimeInForce::Ioc;  // or Fok
  bool is_accepted = false;

  [[nodiscard]] bool is_done() const { return done != 0; }
  /// A part of its position is on its way.
  [[nodiscard]] bool closes() const {
    return kind == VenueRequestKind::Close && !is_done() && position;
  }
};

/// An order of which something is at a venue, or was and may come back.
struct Flight {
  WorkingOrder ended;            // as it ended; its own place while it is among the working orders
  Volume deferred;               // what opens when all that closes is done
  Price worst_price;             // of a market order; 0 = any
  std::uint32_t order = 0;       // among the working orders; 0: it ended
  std::uint32_t open = 0;        // requests on their way
  std::uint32_t remembered = 0;  // requests in all
  RejectCode code = RejectCode::None;  // why a part of it failed there
};

/// A report that was taken, by what its venue calls it.
struct TakenReport {
  FixedText<VenueReport::kExecutionMax> execution_id;
  std::uint64_t key = 0;
  std::uint32_t next = 0;
  VenueId venue;
};

/// Of one symbol, buys less sells.
struct VenueExposure {
  int128 at_venues = 0;
  int128 parts = 0;   // of it, positions'
  int128 undone = 0;  // of it, the house's until it is hedged back
};

struct VenueDesk {
  VenueDesk(std::uint32_t orders, std::uint32_t positions);

  LazyPool<VenuePart> parts;
  LazyPool<VenueRequest> requests;
  base::IndexMap request_index;  // by id
  LazyPool<Flight> flights;
  TriggerHeaps deadlines;  // a node for each place in `requests`
  TriggerHeaps::Heap by_deadline;
  std::uint32_t open = 0;  // requests on their way
  std::uint64_t last_done = 0;
  std::uint32_t first_done = 0;  // in the order in which they were done with
  std::uint32_t newest_done = 0;
  LazyPool<TakenReport> reports;
  base::IndexMap report_index;
  std::uint32_t first_report = 0;
  std::uint32_t newest_report = 0;
  // Of the record being applied.
  std::uint32_t asked = 0;
  std::vector<std::uint32_t> due;  // scratch
};

/// So many more may be asked.
[[nodiscard]] bool has_room_for_requests(const State& state, std::uint32_t count);
/// The request with that id, or 0.
[[nodiscard]] std::uint32_t find_request(const State& state, VenueRequestId id);
/// It was given by this engine, whether it is remembered or not.
[[nodiscard]] bool was_asked(const State& state, VenueRequestId id);

/// Asks a venue: `wanted` says what; id, venue and deadline are filled in. Forgets an old one if
/// need be. REQUIRES: has_room_for_requests.
std::uint32_t ask_venue(State& state, VenueRequest wanted);
/// Nothing is expected of it any more; a fill of it is late.
void finish_request(State& state, std::uint32_t request);
[[nodiscard]] VenueRequested describe(const VenueRequest& request);
/// Puts a request into the tables as it says of itself.
void link_request(State& state, std::uint32_t request);

/// The venue told the same before.
[[nodiscard]] bool is_repeated_report(const State& state, const VenueReport& report);
/// Forgets an old one if need be. REQUIRES: it is none of those.
void remember_report(State& state, const VenueReport& report);

/// The order's flight, made if there is none. REQUIRES: a working order.
std::uint32_t flight_of(State& state, std::uint32_t order);
/// The order wherever it is.
[[nodiscard]] WorkingOrder& order_of(State& state, std::uint32_t flight);
/// It is among the working orders no more. REQUIRES: it has a flight.
void leave_flight(State& state, std::uint32_t order);
/// Forgets a flight whose order ended and of which no request is remembered.
void drop_idle_flight(State& state, std::uint32_t flight);

// ---- Positions at venues ----

/// What of the position may be closed: all that is not on its way already.
[[nodiscard]] Volume closable_volume(const State& state, const Position& position);
[[nodiscard]] Volume volume_at_venue(const State& state, const Position& position);
[[nodiscard]] Volume closing_at_venue(const State& state, const Position& position);
/// The part of a close that its venue has to do: pro rata, in the venue's steps, and at least what
/// the house does not hold.
[[nodiscard]] Volume venue_share_of_close(const State& state, const Position& position,
                                          Volume volume);
/// The part of an opening that goes to the venue; the rest is the house's.
[[nodiscard]] Volume venue_share_of_opening(const Instrument& instrument, Book book, Volume volume);

/// Where the position is held, by what stands at its venue. Call when that or its volume changes.
void refresh_book(State& state, Position& position);
void add_venue_part(State& state, Position& position, Volume volume, Price price);
/// Takes a volume out of what stands at the venue; its cost there. REQUIRES: there is that much.
Cost take_venue_part(State& state, Position& position, Volume volume);
/// Books what the venue owes for `gain` (price x volume, in the house's favour).
void settle_with_venue(State& state, const Symbol& symbol, Cost gain, VenueRequestId request,
                       PositionId position);

/// A venue's price with the client's markup on it, for an order of that side.
[[nodiscard]] Price price_with_markup(const State& state, const Account& owner,
                                      const Instrument& instrument, Side side, Price price);
/// The worst price at the venue that is good for the client with the markup on it; 0 stays 0.
[[nodiscard]] Price price_without_markup(const State& state, const Account& owner,
                                         const Instrument& instrument, Side side, Price price);

}  // namespace tribook::engine
