#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "time_machine/book.h"
#include "time_machine/story.h"
#include "tribook/engine/engine.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"
#include "tribook/message/text.h"

namespace tribook::time_machine {

/// Whose story: an order's, a position's, a ledger entry's or an alert's (a margin call, a stop-out
/// or a liquidation); or how an account stands at the end.
struct Subject {
  OrderId order;
  PositionId position;
  LedgerId entry{};
  AlertId alert{};
  AccountId account{};
};

/// Hears what happened, record by record and event by event, and keeps what concerns its subject.
/// The book stands before each event when the teller hears it, and is applied after that.
class Teller {
 public:
  Teller(Subject subject, const Book& book, const Slab& slab);

  /// The next record; its texts are alive.
  void begin(const Record& record);
  void hear(const Event& event);
  /// After the last record: how it stands now.
  void finish(const engine::Engine& engine);

  [[nodiscard]] bool has_story() const { return !story_.sections.empty(); }
  [[nodiscard]] const Story& story() const { return story_; }
  /// The account that the story is of; 0: of none, or of none that is known.
  [[nodiscard]] AccountId account() const { return account_; }
  /// Something that belongs to it lies before the state that the book began with.
  [[nodiscard]] bool is_incomplete() const { return is_incomplete_; }

 private:
  /// Of the order that is being told, until its record is over.
  struct Chapter {
    OrderId order;
    PositionId position;
    AccountId account;
    SymbolId symbol;
    bool has_dealt = false;  ///< since its account was told
  };
  /// What was told of an order in this record.
  struct Course {
    int fills = 0;
    bool has_closed = false;
  };

  Section& add(std::string kind, std::string title);
  void add_quotes(Section& section, SymbolId symbol, AccountId account);
  void hear_order(const Event& event, const OrderUpdated& updated);
  void tell_order(const Event& event, const OrderUpdated& updated, Course& course, bool is_first);
  [[nodiscard]] bool is_decided_here(OrderId order) const;
  [[nodiscard]] NewOrder asked(OrderId order) const;
  [[nodiscard]] FilledBefore filled_before(OrderId order, Price price) const;
  void say_user(Section& section, AccountId account) const;
  void tell_change(const OrderUpdated& updated, AccountId account);
  void tell_received(const OrderUpdated& updated, AccountId account);
  void tell_risk(const OrderUpdated& updated, AccountId account);
  void tell_routing(const OrderUpdated& updated);
  void tell_recheck(const OrderUpdated& updated, AccountId account);
  void tell_look(const OrderUpdated& updated, Course& course);
  void finish_look(const TradeExecuted& trade, AccountId account);
  void tell_close(const Event& event, const OrderUpdated& updated);
  [[nodiscard]] Formula symbol_margin(AccountId account, SymbolId symbol) const;
  void tell_trigger(const BookPosition& position, CloseReason reason);
  void tell_stop_out();
  void tell_now();
  void tell_followed(const BookPosition& before, const PositionUpdated& updated);
  void tell_standing(AccountId account, const engine::AccountFigures* booked);
  void tell_terms(const OrderTerms& terms);
  void tell_liquidation(const PositionLiquidated& liquidated);
  void hear_trade(const Event& event, const TradeExecuted& trade);
  void tell_trade(const Event& event, const TradeExecuted& trade);
  void note_margin_before(AccountId account, const TradeExecuted& trade);
  void tell_fill(const TradeExecuted& trade, AccountId account);
  void tell_price(const TradeExecuted& trade, AccountId account);
  void tell_slippage(Section& section, const TradeExecuted& trade) const;
  void tell_rest(const OrderUpdated& updated, AccountId account);
  void tell_pair(Section& section, const BookPosition& position, Cost cost,
                 const TradeExecuted& trade);
  void tell_closed_by_order(const TradeExecuted& trade, AccountId account);
  void tell_reduction(const TradeExecuted& trade);
  void tell_commission(const TradeExecuted& trade, AccountId account);
  void hear_position(const PositionUpdated& updated);
  void hear_ledger(const Event& event, const LedgerPosted& posted);
  void tell_charge(const Event& event, const LedgerPosted& posted);
  void tell_entry(const LedgerPosted& posted);
  void hear_account(const Event& event, const AccountUpdated& updated);
  void hear_stop_out(const Event& event, const StopOutStarted& started);
  void hear_margin_call(const Event& event, const MarginCallRaised& raised);
  void hear_liquidated(const PositionLiquidated& liquidated);
  void hear_follow(const PositionFollowed& followed);
  void note_level_before(AccountId account);
  void add_level_before(Section& section, const PositionLiquidated& liquidated);
  void hear_refused(const Refused& refused);
  void hear_print(const BookPrinted& print);
  void hear_requested(const VenueRequested& requested);
  void hear_reported(const VenueReported& reported);
  void hear_settled(const VenueSettled& settled);

  Subject subject_;
  const Book& book_;
  const Slab& slab_;
  Story story_;
  Record record_;
  std::array<std::string, 4> texts_;  // of the order: client order id, strategy, comment, metadata
  std::optional<Chapter> chapter_;
  // Of this record.
  OrderId last_before_;                // no order of before has a higher number
  std::map<OrderId, Course> courses_;  // of the subject's orders
  std::optional<std::size_t> look_;    // the section that waits for its fill's formulas
  std::vector<std::size_t> dealt_;     // the sections of the last fill
  OrderId dealt_order_;                // whose that was, and the last trade of it
  TradeId dealt_last_;
  bool has_reported_ = false;            // what a venue said was told
  std::optional<int128> margin_before_;  // of the symbol, when the account was last told
  std::optional<Section> stop_out_;      // of this record, for the closes that it causes
  Money realized_;
  Money commission_;
  Money charges_;    // swap and funding
  AccountId owner_;  // of the position told
  AccountId account_;
  PositionId evened_;                  // whose wait for break-even is over with this record
  bool follows_alert_ = false;         // what it closes in this record is told, too
  std::vector<Formula> level_before_;  // just before a close by a stop-out
  bool is_incomplete_ = false;
};

}  // namespace tribook::time_machine
