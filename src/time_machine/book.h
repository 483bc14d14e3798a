#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "core/house.h"
#include "tribook/domain/arithmetic.h"
#include "tribook/domain/group.h"
#include "tribook/domain/rate_book.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"
#include "tribook/message/slab.h"

// What a story needs to know of the house at each event: fed by events alone, so that it stands
// between two events of one record as well, where the engine itself cannot be asked.

namespace tribook::time_machine {

struct BookPosition {
  PositionId id;
  AccountId account;
  SymbolId symbol;
  Side side = Side::Buy;
  Volume volume;
  Cost open_cost;
  Money basis;  ///< margin before leverage, in account currency
  Price stop_loss;
  Price take_profit;
  PipDistance trailing_distance{};  ///< 0: its stop-loss does not follow the price
  PipDistance trailing_step{};
  PipDistance break_even_offset{};
  bool waits_for_break_even = false;
  tribook::Book stands_at = tribook::Book::None;
  bool is_closing = false;  ///< a close of it is on its way at its venue
};

struct BookAccount {
  Money balance;
  Money credit;
  Money used_margin;
  Money reserved_margin;  ///< for what is on its way at venues
  Currency currency;
  SwapFreeSpec swap_free;     ///< that holds
  bool closes_first = false;  ///< what stands against an order closes before anything opens
  bool is_netting = false;
  OptionValues own{};  ///< of which it takes those of from_group from its group
  std::uint8_t from_group = 0;
  std::uint32_t leverage = 0;
  GroupId group;  ///< 0 = none
};

struct BookSymbol {
  Instrument instrument;
  bool is_session_open = false;
  Quote previous;   ///< the quote before the one in force
  Price venue_bid;  ///< as the venue gave the one in force
  Price venue_ask;
  Sequence quoted_at;
  /// The quote in force is older than what was told: its record and the quote before are not known.
  bool is_carried = false;
};

/// What was told of an order that is not full, or became so in this record.
struct BookOrder {
  AccountId account;
  SymbolId symbol;
  Volume volume;
  Volume filled;  ///< as it was told
  Volume dealt;   ///< by its trades
  OrderStatus status = OrderStatus::Pending;
  Money charge;     ///< of its trades but for those at `price`, before the minimum
  Price price;      ///< of its last trades in this record
  Volume at_price;  ///< dealt there, and not in `charge` yet
  bool is_charge_known = true;
  bool is_maker = false;  ///< an order of another client reached it in this record
  bool goes_out = false;  ///< to a venue, in this record
  bool was_out = false;   ///< so that a fill may come after its end
};

class Book {
 public:
  Book(std::size_t symbols_max, const Slab& slab)
      : slab_(slab), rates_(symbols_max), groups_(symbols_max) {}

  /// Stands where the house does, before any event. What only the way there would tell is not
  /// known: see BookSymbol::is_carried.
  void begin_with(const core::House& house, Slab& slab);
  /// The next record, before its events.
  void begin(const Record& record);
  /// The next event, while its text is alive.
  void apply(const Event& event);

  [[nodiscard]] const RateBook& rates() const { return rates_; }
  [[nodiscard]] const std::map<PositionId, BookPosition>& positions() const { return positions_; }
  /// Null for what is not there.
  [[nodiscard]] const BookPosition* position(PositionId id) const;
  [[nodiscard]] const BookAccount* account(AccountId id) const;
  [[nodiscard]] const BookSymbol* symbol(SymbolId id) const;
  [[nodiscard]] const BookOrder* order(OrderId id) const;
  /// The highest that was told.
  [[nodiscard]] OrderId last_order() const { return last_order_; }
  /// What the order's next fill at that price is charged beside.
  [[nodiscard]] FilledBefore filled_before(OrderId order, Price price) const;
  [[nodiscard]] const GroupBook& groups() const { return groups_; }
  /// At the symbol's own prices, by which conversions go.
  [[nodiscard]] const Quote& quote(SymbolId id) const { return rates_.quote(id); }
  /// At the prices at which the account deals. REQUIRES: both are there.
  [[nodiscard]] Quote quote_for(AccountId account, SymbolId symbol) const;

  /// Both sides of what the account holds of the symbol.
  struct Sides {
    MarginSide buys;
    MarginSide sells;
  };
  [[nodiscard]] Sides sides(AccountId account, SymbolId symbol) const;
  /// What closing the position now would bring.
  /// What closing the position now would bring; empty when money cannot express it.
  [[nodiscard]] std::optional<Money> worth(const BookPosition& position) const;
  /// The same, 0 for none.
  [[nodiscard]] Money unrealized(const BookPosition& position) const;
  [[nodiscard]] Money unrealized(AccountId account) const;

 private:
  void apply_symbol(const Event& event);
  void price_anew(const BookSymbol& symbol);
  void apply_group(const Event& event);
  void apply_terms(const Event& event);
  void apply_account_created(const Event& event);
  void apply_options(const Event& event);
  void take_options(BookAccount& account) const;
  void apply_quote(const Event& event);
  void apply_position(const Event& event);
  void apply_follow(const PositionFollowed& followed);
  void apply_order(const Event& event);
  void apply_trade(const TradeExecuted& trade);
  void settle_charge(BookOrder& order) const;
  [[nodiscard]] Money basis_after(const BookPosition* before, const BookPosition& after) const;

  const Slab& slab_;
  RateBook rates_;
  GroupBook groups_;
  std::map<SymbolId, BookSymbol> symbols_;
  std::map<AccountId, BookAccount> accounts_;
  std::map<PositionId, BookPosition> positions_;
  std::map<OrderId, BookOrder> orders_;
  std::vector<OrderId> touched_;  // by this record
  OrderId last_order_;
  bool is_of_venue_ = false;  // the record: a report, or that a venue's time was over
  bool is_retelling_ = false;
};

/// The average open price, as it is shown.
Price open_price(Cost open_cost, Volume volume);

}  // namespace tribook::time_machine
