#pragma once

#include <cstdint>

#include "tribook/base/time.h"
#include "tribook/domain/currency.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/message/event_kind.h"

// Bodies of events between the house and its liquidity providers.

namespace tribook {

/// Asked of a venue, and by a daemon that comes up asked again, with the same id.
struct VenueRequested {
  static constexpr EventKind kKind = EventKind::VenueRequested;
  VenueRequestId request;
  OrderId order;        ///< 0: of none that is known any more
  PositionId position;  ///< of a close
  Volume volume;
  Volume left;        ///< of it, when it is asked again
  Price limit;        ///< worst price; 0 = any
  Price seen;         ///< the house's own price, without its markup, when it was asked
  TimeNs deadline{};  ///< after which it is given up
  SymbolId symbol;
  VenueId venue;
  Side side = Side::Buy;
  VenueRequestKind request_kind = VenueRequestKind::Open;
  std::uint8_t is_repeated = 0;
  TimeInForce time_in_force = TimeInForce::Ioc;  ///< Fok: all of it at once, or nothing
  std::uint8_t is_accepted = 0;                  ///< the venue has said that it has it
  std::uint8_t reserved[23] = {};
};

/// A venue's report, or that its time was over, and what became of it.
struct VenueReported {
  static constexpr EventKind kKind = EventKind::VenueReported;
  VenueRequestId request;
  OrderId order;
  PositionId position;
  Volume volume;  ///< of a fill
  Volume left;    ///< of the request
  Price price;    ///< the venue's
  TimeNs venue_time{};
  SymbolId symbol;
  VenueId venue;
  Side side = Side::Buy;
  VenueRequestKind request_kind = VenueRequestKind::Open;
  VenueReportKind report_kind = VenueReportKind::Accepted;
  VenueOutcome outcome = VenueOutcome::Noted;
  std::uint8_t is_late = 0;
  std::uint8_t reserved[31] = {};
};

/// What a venue owes the house for a position that was closed there (negative: the house owes it).
/// It stands against the house's trading P&L, in the currency in which the venue settles.
struct VenueSettled {
  static constexpr EventKind kKind = EventKind::VenueSettled;
  Money amount;
  Currency currency;
  VenueRequestId request;  ///< 0: two positions netted each other there
  PositionId position;
  SymbolId symbol;
  VenueId venue;
  std::uint8_t reserved[52] = {};
};

/// What the house has at venues of a symbol, buys less sells. Only a state that is told again says
/// so; what is on its way follows as VenueRequested.
struct VenueExposureCarried {
  static constexpr EventKind kKind = EventKind::VenueExposureCarried;
  std::int64_t at_venues_low = 0;  ///< 128 bits in two words
  std::int64_t at_venues_high = 0;
  std::int64_t undone_low = 0;  ///< of it, the house's until it is hedged back
  std::int64_t undone_high = 0;
  SymbolId symbol;
  VenueId venue;
  std::uint8_t reserved[60] = {};
};

}  // namespace tribook
