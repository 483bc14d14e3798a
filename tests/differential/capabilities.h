#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

// What the engine can do. An operation, or a setting, that needs a capability is only made when it
// is switched on. Whoever teaches the engine one of them switches it on in capabilities.cpp and
// says in engine_side.cpp how it is told; the reference knows them all.

namespace tribook::differential {

enum class Capability : std::uint8_t {
  None,            ///< needs nothing special
  WorkingOrders,   ///< limit, stop and stop-limit orders, modify, cancel, DAY and GTD
  Crossing,        ///< clients' limits meet in the book
  Oco,             ///< pairs of them
  Trailing,        ///< trailing stops of positions, break-even
  Netting,         ///< netting accounts
  ClosingInOrder,  ///< FIFO and LIFO accounts
  CloseBy,
  CloseAll,
  Tiers,          ///< of margin
  MarginCalls,    ///< several levels of one account
  StopOutOrders,  ///< LARGEST_MARGIN and SMART
  Swap,
  Funding,
  Groups,
  AccountChanges,  ///< leverage, options, state
  MoneyMoves,      ///< bonuses, adjustments and credit
  Approval,        ///< of withdrawals
  Venues,          ///< A- and C-book
  AskedLimits,     ///< of what is asked, and StopLossRequired of changes of a position
  FilledLimits,    ///< of what an account would hold
  Drawdown,        ///< of them, the fall from the highest equity that any command left
  Warnings,        ///< limits that only warn are told of
  KillSwitches,
  // Rules that are as the reference has them.
  MarginAtOnce,   ///< alerts after every command, not only with quotes; a stop-out by a quote that
                  ///< the account depends on; a fill checked once at the initial rate
  MarkupAtOnce,   ///< a new markup counts before the next quote
  OrdersInQuote,  ///< what a quote reaches fills within it, not after a round by risk and router
};
inline constexpr std::size_t kCapabilities = 27;

class Capabilities {
 public:
  static constexpr Capabilities all() {
    Capabilities result;
    result.on_.fill(true);
    return result;
  }
  [[nodiscard]] constexpr bool has(Capability which) const {
    return which == Capability::None || on_[static_cast<std::size_t>(which)];
  }
  Capabilities& remove(Capability which) {
    on_.at(static_cast<std::size_t>(which)) = false;
    return *this;
  }

 private:
  std::array<bool, kCapabilities> on_{};
};

/// What the real engine has: all of it but for what it does in another way by design, which the
/// reference is told. TRIBOOK_TEST_WITHOUT="2,18" leaves more out, by number: to see what a
/// difference needs.
const Capabilities& of_engine();

}  // namespace tribook::differential
