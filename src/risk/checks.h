#pragma once

#include <array>

#include "risk/estimate.h"
#include "risk/holds.h"
#include "risk/pace.h"
#include "risk/replica.h"
#include "tribook/message/command.h"

namespace tribook::risk {

/// A new order and what is known of it. Pointers are null for what does not exist.
struct Question {
  const Replica& replica;
  const Holds& holds;
  const Pace& pace;
  const CommandHeader& header;
  const NewOrder& order;
  TimeNs now;
  std::uint8_t orders = 0;  ///< that its command brings; 0: it was counted when it came
  const Account* account = nullptr;
  const Symbol* symbol = nullptr;
  bool may_execute = true;  ///< false: it rests, whatever the market is
  Volume closing{};     ///< filled in by the check of the symbol: what goes before anything opens
  Estimate estimate{};  ///< filled in by the check for ValueOverflow
  Money free_margin{};  ///< the estimate's, after holds; likewise

  /// Filled in by the checks of pace: what holds for the order, and what NewOrder says of them.
  std::array<LimitInForce, 2> paced_by_time{};
  std::uint8_t pace_warnings = 0;
  bool executes_now = false;  ///< found by the check for StaleQuote: else it is to rest

  [[nodiscard]] const Instrument& instrument() const { return symbol->instrument; }
  [[nodiscard]] bool only_closes() const { return order.volume.raw > 0 && closing == order.volume; }
  /// Whose limits hold. REQUIRES: account and symbol are known.
  [[nodiscard]] RuleSubject subject() const {
    return {header.account, account->group, order.symbol};
  }
  /// As the account sees it. REQUIRES: account and symbol are known.
  [[nodiscard]] Quote quote() const { return replica.quote_for(*account, order.symbol); }
};

/// Makes the checks of kPrecedence in their order: the code of the first that fails, or None.
RejectCode check(Question& question);

/// Whether it holds anything until it is answered: margin, or its place among the day's orders. An
/// order that nobody waits for is answered to nobody.
bool needs_hold(const Question& question);

}  // namespace tribook::risk
