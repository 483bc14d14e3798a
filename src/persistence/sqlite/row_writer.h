#pragma once

#include <cstdint>

#include "persistence/sqlite/database.h"
#include "tribook/message/event.h"
#include "tribook/message/slab.h"
#include "views/view_types.h"

namespace tribook::persistence::sqlite {

/// Events as rows, but for candles. Says what the views say of the same events.
class RowWriter {
 public:
  RowWriter(Database& database, const Slab& slab);

  /// Throws Error.
  void apply(const Event& event);
  /// The events of a record that was begun will come again from its first one.
  void forget_record() { root_ = {}; }

 private:
  void on(const EventHeader& header, const OrderUpdated& event);
  void on(const EventHeader& header, const OrderTerms& event);
  void on(const EventHeader& header, const TradeExecuted& event);
  void on(const EventHeader& header, const PositionUpdated& event);
  void on(const EventHeader& header, const PositionReduced& event);
  void on(const EventHeader& header, const LedgerPosted& event);
  void on(const EventHeader& header, const AccountUpdated& event);
  void on(const EventHeader& header, const AccountCreated& event);
  void on(const EventHeader& header, const AccountOptionsUpdated& event);
  void on(const EventHeader& header, const UserCreated& event);
  void on(const EventHeader& header, const SymbolUpdated& event);
  void on(const EventHeader& header, const QuoteApplied& event);
  void on(const EventHeader& header, const SessionChanged& event);
  void on(const EventHeader& header, const AccountDayEnded& event);
  void on(const EventHeader& header, const WithdrawalUpdated& event);
  void on(const EventHeader& header, const GroupUpdated& event);
  void on(const EventHeader& header, const GroupTermsUpdated& event);
  void write(const views::AlertView& alert);

  const Slab& slab_;
  Sequence root_;             // of the last event
  std::uint64_t number_ = 0;  // of the last event within its record, from 0
  struct Marks {
    PositionId position;
    Price highest;
    Price lowest;
  };
  TradeSwap swap_;  // of the trade that is told next
  Marks traded_;    // of the last trade; its position is told next
  Statement order_;
  Statement order_terms_;
  Statement trade_;
  Statement position_;
  Statement position_closed_;
  Statement reduced_so_far_;
  Statement position_reduced_;
  Statement ledger_;
  Statement account_created_;
  Statement account_updated_;
  Statement account_options_;
  Statement user_;
  Statement symbol_;
  Statement tick_;
  Statement is_open_;
  Statement alert_;
  Statement account_day_;
  Statement withdrawal_asked_;
  Statement withdrawal_decided_;
  Statement group_;
  Statement group_terms_;
};

}  // namespace tribook::persistence::sqlite
