#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "persistence/history.h"
#include "persistence/sqlite/database.h"

namespace tribook::persistence::sqlite {

/// Reads the store's file by a connection of its own, beside the writer and other readers. A list
/// is as of one moment. Made when a SqliteStore has opened the file; throws when it cannot be read.
class SqliteReader final : public HistoryReader {
 public:
  explicit SqliteReader(const std::string& path,
                        std::chrono::milliseconds patience = std::chrono::milliseconds{2'000});

  [[nodiscard]] Sequence stored() override;
  std::vector<views::OrderView> orders(AccountId account, OrderId before,
                                       std::size_t limit) override;
  std::vector<views::TradeView> trades(AccountId account, TradeId before,
                                       std::size_t limit) override;
  std::vector<views::LedgerView> ledger(AccountId account, LedgerId before,
                                        std::size_t limit) override;
  std::vector<views::WithdrawalView> withdrawals(AccountId account, WithdrawalId before,
                                                 std::size_t limit) override;
  /// In the order of closing, which is that of the views. A `before` that the store does not have
  /// as closed yet, but may get to know, is newer than all that it has.
  std::vector<views::ClosedPositionView> closed_positions(AccountId account, PositionId before,
                                                          std::size_t limit) override;
  std::vector<views::AccountDayView> days(AccountId account, views::DayId before,
                                          std::size_t limit) override;
  std::vector<views::AlertView> alerts(AccountId only, AlertId before, std::size_t limit) override;
  std::vector<CandleRow> candles(SymbolId symbol, Timeframe timeframe, TimeNs from, TimeNs until,
                                 std::size_t limit) override;
  std::vector<TickRow> ticks(SymbolId symbol, Sequence before, TimeNs from, TimeNs until,
                             std::size_t limit) override;

 private:
  /// Where a closing stands among all events.
  struct Closing {
    std::int64_t sequence = 0;
    std::int64_t number = 0;
    bool is_known = false;  ///< false: nothing is before it
  };
  Closing closing_of(AccountId account, PositionId before);
  std::vector<Candle> parts(Statement& statement, SymbolId symbol, Timeframe timeframe, TimeNs from,
                            TimeNs until, std::size_t limit);

  Database database_;
  Statement stored_;
  Statement orders_;
  Statement trades_;
  Statement ledger_;
  Statement withdrawals_;
  Statement all_withdrawals_;
  Statement closed_;
  Statement closing_;
  Statement newest_position_;
  Statement days_;
  Statement alerts_;
  Statement alerts_of_;
  Statement candles_live_;
  Statement candles_history_;
  Statement candle_forming_;
  Statement tick_before_;
  Statement ticks_;
};

}  // namespace tribook::persistence::sqlite
