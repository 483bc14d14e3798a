#pragma once

#include <cstdint>

// Places in which canary binaries break the product, to see that the simulator, or the differential
// test, would notice. In every other binary is_broken() is false at compile time and nothing of it
// is left.

namespace tribook::base {

enum class Broken : std::uint8_t {
  Nothing,
  IdsForgottenAtStart,  ///< what was done under clients' ids is not known any more after a start
  RecordsUnchained,     ///< a record's checksum does not depend on the record before
  HashSkipsField,       ///< the state's hash leaves a field of positions out
  HoldsKept,            ///< an order's hold is never released
  QuotesLag,            ///< the engine deals at an older quote than it shows
  AgeIgnored,           ///< orders are filled however old the quote is
  MarksForget,          ///< some quotes do not count for positions' highest and lowest
  WholesUnchecked,      ///< fill-or-kill orders go without a look at whether all of them can
  LimitsIgnoredAtFill,  ///< what an account would hold is not looked at when an order fills
  KillSwitchLate,       ///< for the first minute nothing knows that a kill switch is on
  // Of the differential test; those above, of the simulator by number.
  ConversionsSwapped,  ///< a gain is converted at the side of a loss, and the other way round
  RoundingTruncates,   ///< amounts are cut off where they should be rounded
  LevelsFireLate,      ///< SL and TP fire beyond their price only, not at it
  MakersPriceLost,     ///< clients that meet deal at the house's price, not at the maker's
  SelfTradeAllowed,    ///< two orders of one account meet like any others
  VenuesMarkupLost,    ///< a client gets a venue's price without the markup
  RemainderDropped,    ///< what a venue's steps leave of an order is nobody's
};

// Two names for two definitions, so that a linker cannot take one for the other.
#ifdef TRIBOOK_CANARY
inline namespace canary_build {
inline Broken broken = Broken::Nothing;
inline bool is_broken(Broken part) { return broken == part; }
}  // namespace canary_build
#else
inline namespace product_build {
constexpr bool is_broken(Broken) { return false; }
}  // namespace product_build
#endif

}  // namespace tribook::base
