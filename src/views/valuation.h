#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "tribook/domain/rate_book.h"
#include "views/views.h"

// What open positions are worth at the latest quotes: the engine's own arithmetic on copies, done
// by whoever asks. Quotes move between two reads, so two answers may differ by a tick.

namespace tribook::views {

struct PositionValue {
  PositionView position;
  Price current_price;    ///< at which it would close now; 0 = never quoted
  Money unrealized_pnl;   ///< what closing now would book, price P&L alone
  bool is_known = false;  ///< false: no quote, or no conversion into the account's currency
};

struct AccountValue {
  AccountView account;
  Money unrealized_pnl;  ///< sum over positions whose value is known
  Money equity;
  Money free_margin;
  std::optional<Ratio> margin_level;     ///< percent, two decimals; empty without used margin
  std::vector<PositionValue> positions;  ///< newest first
  bool is_complete = true;               ///< every position's value is known
};

/// Keeps its own rates, so each reading thread has its own. Half a megabyte; make it once.
class Valuation {
 public:
  explicit Valuation(const Views& views);

  /// The account with its positions, valued.
  [[nodiscard]] ReadStatus value(AccountId id, AccountValue& out);
  /// One position in its account's currency.
  [[nodiscard]] PositionValue value(const PositionView& position, Currency account_currency,
                                    GroupId group = {});

 private:
  void follow_symbols();
  void load_quote(SymbolId symbol);
  [[nodiscard]] PositionValue value_at_rates(const PositionView& position,
                                             Currency account_currency, GroupId group);

  const Views& views_;
  std::shared_ptr<const SymbolTable> symbols_;
  std::size_t symbols_known_ = 0;  // of symbols_, those that rates_ has
  std::shared_ptr<const GroupBook> groups_;
  RateBook rates_;
  AccountSnapshot snapshot_;
};

}  // namespace tribook::views
