#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tribook/base/time.h"
#include "tribook/domain/candle.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "views/view_types.h"

// What a store tells of the past. The newest is in the views; a store is some records behind them.

namespace tribook::persistence {

/// A recorded quote, as clients saw it.
struct TickRow {
  Sequence sequence;
  TimeNs time{};  ///< the engine's
  Price bid;
  Price ask;
};

/// The two parts of a stored candle; either may be empty.
struct CandleRow {
  Candle history;  ///< filled in from a venue's history, never from ticks the engine saw
  Candle live;     ///< of ticks the engine saw
};

/// Reads a store. Blocks, so it is never used on a gateway's thread; one thread at a time. Throws
/// std::runtime_error when the store cannot be read. Lists are at most `limit` long.
class HistoryReader {
 public:
  virtual ~HistoryReader() = default;

  /// Everything up to and with this record is in the store.
  [[nodiscard]] virtual Sequence stored() = 0;

  // Newest first, from the one before `before`; 0 = from the newest.
  virtual std::vector<views::OrderView> orders(AccountId account, OrderId before,
                                               std::size_t limit) = 0;
  virtual std::vector<views::TradeView> trades(AccountId account, TradeId before,
                                               std::size_t limit) = 0;
  virtual std::vector<views::LedgerView> ledger(AccountId account, LedgerId before,
                                                std::size_t limit) = 0;
  /// Of one account, or of all (0).
  virtual std::vector<views::WithdrawalView> withdrawals(AccountId account, WithdrawalId before,
                                                         std::size_t limit) = 0;
  /// By the time of closing; `before` is the id of the last one that the caller has.
  virtual std::vector<views::ClosedPositionView> closed_positions(AccountId account,
                                                                  PositionId before,
                                                                  std::size_t limit) = 0;
  virtual std::vector<views::AccountDayView> days(AccountId account, views::DayId before,
                                                  std::size_t limit) = 0;

  /// Of one account, or of all (0).
  virtual std::vector<views::AlertView> alerts(AccountId only, AlertId before,
                                               std::size_t limit) = 0;

  /// The newest `limit` candles with from <= start < until, oldest first.
  virtual std::vector<CandleRow> candles(SymbolId symbol, Timeframe timeframe, TimeNs from,
                                         TimeNs until, std::size_t limit) = 0;
  /// The newest `limit` ticks with sequence < before (0 = any) and from <= time < until, newest
  /// first.
  virtual std::vector<TickRow> ticks(SymbolId symbol, Sequence before, TimeNs from, TimeNs until,
                                     std::size_t limit) = 0;
};

}  // namespace tribook::persistence
