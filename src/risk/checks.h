#pragma once

#include "risk/estimate.h"
#include "risk/holds.h"
#include "risk/replica.h"
#include "tribook/message/command.h"

namespace tribook::risk {

/// A new order and what is known of it. Pointers are null for what does not exist.
struct Question {
  const Replica& replica;
  const Holds& holds;
  const CommandHeader& header;
  const NewOrder& order;
  TimeNs now;
  const Account* account = nullptr;
  const Symbol* symbol = nullptr;
  bool may_execute = true;  ///< false: it rests, whatever the market is
  Volume closing{};     ///< filled in by the check of the symbol: what goes before anything opens
  Estimate estimate{};  ///< filled in by the check for ValueOverflow
  Money free_margin{};  ///< the estimate's, after holds; likewise

  bool executes_now = false;  ///< found by the check for StaleQuote: else it is to rest

  [[nodiscard]] const Instrument& instrument() const { return symbol->instrument; }
  [[nodiscard]] bool only_closes() const { return order.volume.raw > 0 && closing == order.volume; }
  /// As the account sees it. REQUIRES: account and symbol are known.
  [[nodiscard]] Quote quote() const { return replica.quote_for(*account, order.symbol); }
};

/// Makes the checks of kPrecedence in their order: the code of the first that fails, or None.
RejectCode check(Question& question);

/// An order that nobody waits for is answered to nobody: it cannot hold anything.
constexpr bool places_hold(const CommandHeader& header) { return header.gateway != kNoGateway; }

}  // namespace tribook::risk
