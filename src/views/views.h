#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "tribook/domain/group.h"
#include "tribook/domain/risk_rules.h"
#include "tribook/message/event.h"
#include "tribook/message/slab.h"
#include "views/venue_types.h"
#include "views/view_types.h"

// What gateways read instead of the engine. One thread writes (egress, events in order, once they
// are durable); any number of threads read. Trading data is under sequence locks: readers copy, and
// copy again when the writer came between; neither ever waits on a lock. Users and the pointer to
// the table of symbols lie behind a lock, since they are cold.
//
// Consistency. Each account has a version. It is odd from the first event of an account in a root
// until an event of another account or root, a Settled, or flush(); readers of account, snapshot,
// positions and open orders wait that out, so that they see a root's effect on an account whole.
// Histories (all orders, trades, ledger, closed positions) are consistent record by record and show
// at once.
//
// Candles and ticks of a symbol are consistent record by record, too, and show at once.
//
// Bounds. Histories are rings over all accounts: the newest `limits.x` records are there, an
// account's are linked from the newest to the oldest that is left. Comments, metadata and notes lie
// in one ring of bytes. Orders that are not final have a pool besides, where they outlive the ring.
// The store has what is older. Histories of a state that was told again begin behind it.

namespace tribook::views {

class Views {
 public:
  /// The slab holds the texts of events; the views read it and never hold or release a reference.
  Views(const ViewLimits& limits, const Slab& slab);
  ~Views();
  Views(const Views&) = delete;
  Views& operator=(const Views&) = delete;

  // The writer.

  /// Takes in one event. Its text must be alive during the call.
  void apply(const Event& event);
  /// What was told so far was a state told again, without the way to it: pages and series end, cut,
  /// at `last`, the last record that the state has. Before anything else is told, and before
  /// anybody reads.
  void begin_behind(Sequence last);
  /// Ends the group of events that readers of an account wait for. REQUIRED at the end of each
  /// round of work, or readers of the last account are answered Busy.
  void flush();
  /// Goes on with the candles that a symbol's ticks up to record `last` were forming; a store has
  /// those ticks and the candles before. Once for each symbol that had a tick, when nothing but the
  /// state at `last` was told (its quotes as references, for they are no ticks) and nobody reads
  /// yet. False: a limit keeps it from being shown.
  bool resume(SymbolId id, const CandleSet& forming, Sequence last);

  // One other thread.

  /// What a store has of a candle from before the live ticks began; readers see both as one. False:
  /// no such symbol (yet).
  bool set_history_tail(SymbolId id, Timeframe timeframe, const Candle& tail);

  // Any thread.

  [[nodiscard]] ReadStatus account(AccountId id, AccountView& out) const;
  /// The account and its open positions at one moment.
  [[nodiscard]] ReadStatus snapshot(AccountId id, AccountSnapshot& out) const;
  /// Open positions, newest first; NotFound for no such account.
  [[nodiscard]] ReadStatus positions(AccountId id, std::vector<PositionView>& out) const;
  /// An open one, of whatever account.
  [[nodiscard]] ReadStatus position(PositionId id, PositionView& out) const;
  /// All accounts (not newest first, but by creation), from the one after `after`; 0 = from the
  /// first.
  [[nodiscard]] Page<AccountView> accounts(AccountId after, std::size_t limit) const;

  // Histories, newest first, from the one before `before`; 0 = from the newest. A `before` that is
  // no longer kept, or another account's, gives an empty page: nothing older is kept. Page::is_cut
  // says that a store has more.
  [[nodiscard]] Page<OrderView> orders(AccountId id, OrderFilter filter, OrderId before,
                                       std::size_t limit) const;
  [[nodiscard]] Page<TradeView> trades(AccountId id, TradeId before, std::size_t limit) const;
  [[nodiscard]] Page<LedgerView> ledger(AccountId id, LedgerId before, std::size_t limit) const;
  [[nodiscard]] Page<ClosedPositionView> closed_positions(AccountId id, PositionId before,
                                                          std::size_t limit) const;
  [[nodiscard]] Page<AccountDayView> days(AccountId id, DayId before, std::size_t limit) const;
  /// Of one account, or of all (0).
  [[nodiscard]] Page<AlertView> alerts(AccountId only, AlertId before, std::size_t limit) const;
  // One record by its id, of whatever account.
  [[nodiscard]] ReadStatus order(OrderId id, OrderView& out) const;
  [[nodiscard]] ReadStatus closed_position(PositionId id, ClosedPositionView& out) const;

  /// The engine's, of the last event.
  [[nodiscard]] TimeNs time() const;
  /// Newest first, of one account or of all (0), from the one before `before`; those that wait are
  /// all there.
  [[nodiscard]] Page<WithdrawalView> withdrawals(AccountId id, WithdrawalFilter filter,
                                                 WithdrawalId before, std::size_t limit) const;
  [[nodiscard]] ReadStatus withdrawal(WithdrawalId id, WithdrawalView& out) const;

  /// What is on its way at providers, by age, from the one after `after` (0 = from the first); of
  /// one account or of all (0).
  [[nodiscard]] Page<VenueRequestView> venue_requests(AccountId only, VenueRequestId after,
                                                      std::size_t limit) const;
  /// Who holds what of a symbol; NotFound beyond the limit of symbols. Its parts are told one after
  /// the other: while something is being filled they may be a record apart.
  [[nodiscard]] ReadStatus exposure(SymbolId id, ExposureView& out) const;

  /// The latest quote; NotFound for a symbol without one.
  [[nodiscard]] ReadStatus quote(SymbolId id, QuoteView& out) const;
  /// The best prices of the clients' book, empty where nothing rests; NotFound beyond the limit of
  /// symbols.
  [[nodiscard]] ReadStatus depth(SymbolId id, DepthView& out) const;
  /// The candle that is forming, what history has of it included; NotFound for a symbol without
  /// any.
  [[nodiscard]] ReadStatus candle(SymbolId id, Timeframe timeframe, Candle& out) const;
  /// The newest `limit` candles with from <= start < until. With what history has of one of them,
  /// or made of live ticks alone (then a store's part can be added).
  [[nodiscard]] CandlePage candles(SymbolId id, Timeframe timeframe, TimeNs from, TimeNs until,
                                   std::size_t limit) const;
  [[nodiscard]] CandlePage live_candles(SymbolId id, Timeframe timeframe, TimeNs from, TimeNs until,
                                        std::size_t limit) const;
  /// The newest `limit` ticks with sequence < before (0 = any) and from <= time < until.
  [[nodiscard]] TickPage ticks(SymbolId id, Sequence before, TimeNs from, TimeNs until,
                               std::size_t limit) const;
  /// False for an unknown symbol.
  [[nodiscard]] bool session_open(SymbolId id) const;
  /// Highest symbol id there can be.
  [[nodiscard]] std::size_t symbols_max() const;
  /// Never null.
  [[nodiscard]] std::shared_ptr<const SymbolTable> symbols() const;

  /// Never null.
  [[nodiscard]] std::shared_ptr<const GroupBook> groups() const;

  /// What one level says of all limits.
  [[nodiscard]] LimitSet own_limits(const RiskScope& scope) const;
  /// The limits of which anybody who counts says something, in their order.
  [[nodiscard]] std::vector<LimitView> limits_in_force(const RuleSubject& subject) const;
  /// The widest that is on for the subject.
  [[nodiscard]] std::optional<KillSwitchView> kill_switch(const RuleSubject& subject) const;
  /// A level's own, if it is on.
  [[nodiscard]] std::optional<KillSwitchView> kill_switch_at(const RiskScope& scope) const;
  /// All that are on: of the house, groups, accounts and symbols by id.
  [[nodiscard]] std::vector<KillSwitchView> kill_switches() const;

  [[nodiscard]] std::optional<UserView> find_user(std::string_view username) const;
  [[nodiscard]] std::optional<UserView> user(UserId id) const;
  /// How often his password was changed; nothing for no such user.
  [[nodiscard]] std::optional<std::uint32_t> password_changes(UserId id) const;
  /// By creation, from the one after `after`; 0 = from the first.
  [[nodiscard]] Page<UserView> users(UserId after, std::size_t limit) const;

  [[nodiscard]] Figures figures() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tribook::views
