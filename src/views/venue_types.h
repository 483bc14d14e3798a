#pragma once

#include <array>
#include <cstdint>

#include "tribook/base/int128.h"
#include "tribook/base/time.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"

// What readers get of the other side: plain copies.

namespace tribook::views {

/// What is on its way at a liquidity provider.
struct VenueRequestView {
  VenueRequestId id;
  OrderId order;        ///< 0: of none that is known any more
  PositionId position;  ///< of a close, or what it hedges back; 0: a late fill of another closed it
  Volume volume;
  Volume left;
  Price limit;  ///< 0 = any
  Price seen;   ///< the house's own price when it was asked
  TimeNs deadline{};
  AccountId account;  ///< 0: it hedges back
  SymbolId symbol;
  VenueId venue;
  Side side = Side::Buy;
  VenueRequestKind kind = VenueRequestKind::Open;
  TimeInForce time_in_force = TimeInForce::Ioc;
  bool is_accepted = false;
};

/// What the house has at a symbol's provider: raw volumes, buys less sells.
struct VenueExposureView {
  int128 at_venue = 0;
  int128 undone = 0;  ///< of it, no client's: to be hedged back
  VenueId venue;      ///< that told last
  std::array<std::uint8_t, 14> reserved{};
};

/// What clients have open of a symbol: raw volumes.
struct HeldVolumes {
  int128 buys = 0;
  int128 sells = 0;
};

/// Who holds the other side of a symbol: raw volumes, buys less sells.
struct ExposureView {
  HeldVolumes clients;
  VenueExposureView venue;

  [[nodiscard]] int128 net() const { return clients.buys - clients.sells; }
  /// Of it, the house's own.
  [[nodiscard]] int128 house() const { return net() - venue.at_venue + venue.undone; }
};

}  // namespace tribook::views
