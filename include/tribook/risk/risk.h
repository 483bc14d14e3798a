#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "tribook/base/time.h"
#include "tribook/domain/reject_code.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"
#include "tribook/message/slab.h"

// Pre-trade risk: says of each new order whether it may go on, and if not, why.
//
// What it knows is a replica, fed by the engine's events in their order, of what a decision needs:
// instruments, sessions, quotes, accounts, and per account and symbol the exposure of both sides.
// An order that passes places a hold on its account (margin, commission and spread loss as
// estimated) until the engine answers it, so that a burst cannot spend the same margin twice before
// the first answer is back. Holds are an overlay: outside the state, never journaled, gone after a
// restart. So is what is known of how fast an account's orders came.
//
// This is an early gate. The engine checks again at the price it fills at and has the last word, so
// where the two could differ by rounding the gate lets the order pass.

namespace tribook::risk {

/// Sizes of the tables, all allocated at construction. REQUIRES: accounts, positions and symbols
/// are at least the engine's.
struct RiskLimits {
  std::uint32_t accounts = 100'000;
  std::uint32_t positions = 1'000'000;
  std::uint32_t symbols = 1'024;
  std::uint32_t holds = 65'536;  ///< orders under way; beyond it new ones are refused as Busy
};

/// The checks in the order in which they are made. The first that fails is the one told.
/// An order that is to rest needs no session, quote, rate or margin.
inline constexpr std::array kPrecedence{
    RejectCode::Validation,       ///< prices, time in force and expiry do not go with the type
    RejectCode::KillSwitch,       ///< one is on, and the order opens
    RejectCode::AccountDisabled,  ///< unknown, suspended or closed
    RejectCode::AccountCloseOnly,
    RejectCode::SymbolUnknown,
    RejectCode::SymbolDisabled,
    RejectCode::SymbolCloseOnly,
    RejectCode::MarketClosed,
    RejectCode::VolumeOutOfRange,
    RejectCode::VolumeStep,
    RejectCode::StaleQuote,     ///< none yet, or older than the symbol allows
    RejectCode::PriceInvalid,   ///< SL or TP on the wrong side, too near, or off the tick
    RejectCode::NoConversion,   ///< margin, P&L or commission: no rate, or a stale one
    RejectCode::ValueOverflow,  ///< a sum would not fit its type
    RejectCode::InsufficientMargin,
    RejectCode::OrdersPerSecond,  ///< of new orders alone, and not of what only closes
    RejectCode::OrdersPerMinute,  ///<
    RejectCode::OrdersPerDay,     ///< since the last rollover
    RejectCode::Busy,             ///< no room for another hold
};

class Risk {
 public:
  Risk(const RiskLimits& limits, const Slab& slab);
  ~Risk();
  Risk(Risk&&) noexcept;

  /// The engine's next event. Reads the event's text; the reference stays the caller's.
  void apply(const Event& event);

  /// Begins to fetch what the commands that come next, and what follows from them, will touch; see
  /// Engine::prefetch. Changes nothing.
  void prefetch(std::span<const Command* const> next) const;
  /// At most so many at once.
  static constexpr std::size_t kPrefetchMax = 16;

  /// Fills in the decision of a NewOrder, of a NewOrderPair (of its first leg that is refused), or
  /// of an ExecuteOrder or CheckOrder, which place no hold: `decision`; for the checks that were
  /// reached, `required_margin_raw` (by how much the order raises the account's used margin,
  /// negative where it hedges) and `free_margin_raw` (before the order, after holds); and for an
  /// order that passes, `worst_price` and `pace_warnings`. Other commands are left as they are. A
  /// NewOrder that passes counts for the pace of its account as one order, a pair as two; what is
  /// an ExecuteOrder was counted when it came, and a CheckOrder only hears what it would be told.
  /// `now` is engine time; a time before the last event's counts as that event's.
  void decide(Command& command, TimeNs now);

  /// Digest of the state: everything but the holds.
  [[nodiscard]] std::uint64_t state_digest() const;
  /// Engine time of the last event.
  [[nodiscard]] TimeNs time() const;
  /// Orders under way.
  [[nodiscard]] std::size_t holds() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tribook::risk
