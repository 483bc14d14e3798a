#pragma once

#include <cstdint>
#include <map>

#include "core/house.h"
#include "tribook/domain/currency.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/reject_code.h"
#include "tribook/message/event.h"

namespace tribook::time_machine {

/// What came out for one account, or added up for all of a currency.
struct Figures {
  Currency currency;
  Money balance;
  Money equity;
  Money used_margin;
  Money realized;    ///< price P&L of closes
  Money commission;  ///< negative
  Money charges;     ///< swap and funding
  Money covered;     ///< negative balances that the house paid
  std::uint64_t filled = 0;
  std::uint64_t rejected = 0;
  std::uint64_t stop_outs = 0;
  std::uint64_t margin_calls = 0;
  std::uint64_t positions = 0;  ///< still open

  /// What the house gained by it: it has the other side of everything.
  [[nodiscard]] Money house_result() const { return -(realized + commission + charges + covered); }
  void add(const Figures& other);
};

struct Outcome {
  std::map<AccountId, Figures> accounts;
  std::map<RejectCode, std::uint64_t> rejected;  ///< orders
  std::map<RejectCode, std::uint64_t> refused;   ///< everything else
  std::map<CloseReason, std::uint64_t> closes;

  [[nodiscard]] std::map<Currency, Figures> by_currency() const;
  [[nodiscard]] Figures counts() const;  ///< of all accounts; its money means nothing
};

/// Counts what a house says.
class Tally {
 public:
  void hear(const Event& event);
  /// Adds what the accounts stand at.
  void finish(const core::House& house);
  [[nodiscard]] const Outcome& outcome() const { return outcome_; }

 private:
  Outcome outcome_;
};

}  // namespace tribook::time_machine
