#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "tribook/domain/arithmetic.h"
#include "tribook/domain/rate_book.h"
#include "tribook/message/event.h"
#include "views/views.h"

namespace tribook::gateway {

/// Whose a position is: in what it is counted, and at which prices.
struct Owner {
  Currency currency;
  GroupId group;

  friend bool operator==(const Owner&, const Owner&) = default;
};
inline Owner owner_of(const views::AccountView& account) {
  return {account.currency, account.group_id};
}

/// What one position is worth.
struct PositionValue {
  Price current_price;  ///< at which it would close; 0 = never quoted
  /// What closing now would book; none when that cannot be said: no rate, or beyond all money.
  std::optional<Money> unrealized_pnl;

  friend bool operator==(const PositionValue&, const PositionValue&) = default;
};

/// What an account is worth; none of it when that of a position cannot be said.
struct AccountValue {
  std::optional<Money> unrealized_pnl;
  std::optional<Money> equity;
  std::optional<Money> free_margin;
  std::optional<Ratio> margin_level;  ///< percent; none without used margin either

  friend bool operator==(const AccountValue&, const AccountValue&) = default;
};

/// One I/O thread's own rates and symbols, fed by the events that come to it: valuing an account
/// asks nobody. Quotes the ring had no room for are read again from the views.
class Mirror {
 public:
  Mirror(const views::Views& views, std::size_t symbols_max);

  /// Symbols, groups and quotes as the views show them now.
  void load();
  void load_quotes();
  void apply(const Event& event);

  /// Null when there is none. Valid until the next apply().
  [[nodiscard]] const Instrument* find(SymbolId id) const { return symbols_->find(id); }
  [[nodiscard]] const Instrument* find(std::string_view name) const { return symbols_->find(name); }
  [[nodiscard]] const views::SymbolTable& symbols() const { return *symbols_; }
  [[nodiscard]] const Quote& quote(SymbolId id) const;
  /// The quote at which accounts of a group deal.
  [[nodiscard]] Quote quote(SymbolId id, GroupId group) const;
  [[nodiscard]] const GroupBook& groups() const { return *groups_; }
  [[nodiscard]] VenueId venue(SymbolId id) const;
  [[nodiscard]] const RateBook& rates() const { return rates_; }

  /// The engine's time as of the latest event.
  [[nodiscard]] TimeNs time() const { return time_; }
  /// Changes with every quote.
  [[nodiscard]] std::uint64_t quote_count() const { return quote_count_; }

  [[nodiscard]] PositionValue value(const views::PositionView& position, const Owner& owner) const;
  [[nodiscard]] AccountValue value(const views::AccountSnapshot& snapshot) const;

 private:
  void follow_symbols();
  void set_quote(SymbolId symbol, VenueId venue, const BidAsk& venue_prices, const Quote& quote);

  const views::Views& views_;
  std::size_t symbols_max_;
  std::shared_ptr<const views::SymbolTable> symbols_;
  std::size_t symbols_known_ = 0;  // of symbols_, those that rates_ has
  RateBook rates_;
  std::shared_ptr<const GroupBook> groups_;
  std::vector<VenueId> venues_;       // of the latest quote
  std::vector<BidAsk> venue_prices_;  // likewise, before any markup
  TimeNs time_{};
  std::uint64_t quote_count_ = 0;
};

}  // namespace tribook::gateway
