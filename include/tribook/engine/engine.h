#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "tribook/domain/fixed.h"
#include "tribook/domain/group.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/instrument.h"
#include "tribook/domain/lifecycle.h"
#include "tribook/domain/rate_book.h"
#include "tribook/engine/limits.h"
#include "tribook/engine/outbox.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"
#include "tribook/message/retelling.h"
#include "tribook/message/slab.h"
#include "tribook/message/text.h"

namespace tribook::base {
class ArchiveReader;
class ArchiveWriter;
}  // namespace tribook::base

namespace tribook::engine {

/// Changed whenever the same records would give another state; records of another version are never
/// replayed.
inline constexpr std::uint32_t kRulesVersion = 4;
/// Rules whose states this engine goes on from: what they mean, and their bytes and hash, is the
/// same. This version's own is one of them.
inline constexpr std::array<std::uint32_t, 1> kRulesTakenOver{kRulesVersion};

struct AccountFigures {
  Currency currency;
  Money balance;
  Money credit;
  Money unrealized_pnl;
  Money equity;
  Money used_margin;
  Money reserved_margin;  ///< for openings on their way at venues
  Money free_margin;
  std::uint32_t positions = 0;
  GroupId group;           ///< 0 = none
  OptionValues options{};  ///< those that hold
  /// False: money cannot express what the positions are worth; unrealized_pnl, equity and
  /// free_margin say nothing then.
  bool is_equity_known = true;
};

struct PositionFigures {
  PositionId id;
  AccountId account;
  SymbolId symbol;
  Side side = Side::Buy;
  Volume volume;
  Cost open_cost;
  Price stop_loss;
  Price take_profit;
  Money commission;
  Money unrealized_pnl;
  Price highest;  ///< of its marks so far
  Price lowest;
  Book book = Book::None;
  Volume at_venue;
  Volume closing;            ///< on its way there
  bool is_pnl_known = true;  ///< false: money cannot express it, and unrealized_pnl says nothing
};

/// A timer that is worked off in slices.
struct TimerRun {
  CommandKind kind = CommandKind::None;  ///< None: none is under way
  TimeNs nominal{};
  std::int32_t day = 0;
};

struct OrderFigures {
  OrderId id;
  AccountId account;
  SymbolId symbol;
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  OrderStatus status = OrderStatus::Working;
  Volume volume;
  Price limit;
  Price trigger;
  OrderId partner;
  TimeNs expires{};
  Volume filled;
};

/// Who holds the other side of a symbol's positions: raw volumes, buys less sells.
struct ExposureFigures {
  int128 clients = 0;
  int128 house = 0;  ///< of it, B-book
  int128 at_venues = 0;
  int128 undone = 0;  ///< of it, no client's: the house's until it is hedged back

  [[nodiscard]] bool is_matched() const { return clients == house + at_venues - undone; }
};

/// What would become of an order: refused with the code, or taken with these limits passed that
/// only warn, a bit each (bit_of).
struct OrderCheck {
  RejectCode code = RejectCode::None;
  std::uint32_t warnings = 0;
};

struct State;

/// Orders, positions, accounts, margin, ledger and quotes of a house: a pure function of the
/// records applied to it. Knows no clock, no I/O, no randomness; allocates nothing after
/// construction. Owned by one thread.
class Engine {
 public:
  /// `capacity` sizes the tables; the limits that hold are those of the last Started record, which
  /// must not exceed it (before the first one: the capacity).
  Engine(const EngineLimits& capacity, const Slab& slab);
  ~Engine();
  Engine(Engine&&) noexcept;

  /// Applies one record and appends what follows from it. Records come in order of sequence, their
  /// time never falls.
  void apply(const Record& record, Outbox& out);
  /// Begins to fetch what the commands that come next will touch: for a few of them together, since
  /// what each waits for in memory takes longer than what is then done with it. Changes nothing.
  void prefetch(std::span<const Command* const> next) const;
  /// At most so many at once.
  static constexpr std::size_t kPrefetchMax = 16;
  /// Does what is left of timer_run() at once, within the last record: for a house that takes the
  /// records of another, which may have had less to do.
  void finish_timer(Outbox& out);

  /// Digest of all events given so far, and of the state as it is. Equal records give equal
  /// digests.
  [[nodiscard]] std::uint64_t events_digest() const;
  [[nodiscard]] std::uint64_t state_hash() const;

  /// Writes all that the state consists of. The same state gives the same bytes, whatever way it
  /// came about and however large the tables are.
  void save(base::ArchiveWriter& archive) const;
  /// Becomes what was saved. Look at archive.ok(): when it does not hold, the engine is of no use.
  /// REQUIRES: nothing was applied or loaded.
  void load(base::ArchiveReader& archive);
  /// The smallest capacity with which what save() writes now can be loaded.
  [[nodiscard]] EngineLimits room_needed() const;

  /// Symbols, accounts and open positions told again; see House.
  void retell(const Retelling& to) const;
  /// Lots dealt on the day (UTC) of this moment, which is not before the last trade's.
  [[nodiscard]] Volume volume_of_day(TimeNs time) const;

  /// Whether the order or payment is one that was sent before: applying it changes nothing.
  [[nodiscard]] bool is_repeated(const Command& command) const;
  /// Whether the order would be taken as things stand. Changes nothing.
  [[nodiscard]] OrderCheck check_order(AccountId account, const NewOrder& order) const;

  /// The next TRIGGERED order on its way to be decided again, once for each time it was triggered;
  /// false when all are. For the live house: after a start they are all given again.
  bool take_triggered(Command& command);
  /// One that came back was not taken: all are given again. Who comes twice is executed once.
  void give_triggered_again();
  /// Orders that this root triggered are on their way.
  [[nodiscard]] bool has_outstanding(Sequence root) const;
  /// Roots of which the last record took the last order that was on its way.
  [[nodiscard]] std::span<const Sequence> settled_roots() const;
  /// What is on its way at venues, by id: after a start it is asked again.
  void for_each_request(
      const std::function<void(const VenueRequested&)>& visit) const;  // not start-up: cold
  /// Root of the record that waits for what the request is of; none when nobody does.
  [[nodiscard]] Sequence awaited_by(VenueRequestId request) const;
  /// When the first request is given up.
  [[nodiscard]] std::optional<TimeNs> next_venue_deadline() const;
  /// When the first order ends by the clock.
  [[nodiscard]] std::optional<TimeNs> next_expiry() const;

  /// Whether CreateAccount with this would be taken: None or why not.
  [[nodiscard]] RejectCode check_account(const AccountSpec& spec) const;

  /// Engine time: that of the last record.
  [[nodiscard]] TimeNs now() const;
  [[nodiscard]] Sequence last_sequence() const;
  /// The timer of which a part is left: its record comes again, before anything else.
  [[nodiscard]] TimerRun timer_run() const;
  /// Nominal time of the last rollover that was begun; at first, when the first account came about.
  /// 0: there is none.
  [[nodiscard]] TimeNs rolled_over() const;
  /// When funding is due next; empty without accounts, or when no symbol has any.
  [[nodiscard]] std::optional<TimeNs> next_funding() const;
  [[nodiscard]] SymbolId next_symbol() const;
  [[nodiscard]] bool is_session_open(SymbolId symbol) const;
  [[nodiscard]] const Instrument* instrument(SymbolId symbol) const;
  /// Not known for a symbol that was never quoted. REQUIRES: the symbol exists.
  [[nodiscard]] const Quote& quote(SymbolId symbol) const;
  /// The price at which an account deals, by its group. REQUIRES: has_account, the symbol exists.
  [[nodiscard]] Quote quote_for(AccountId account, SymbolId symbol) const;
  [[nodiscard]] const GroupBook& groups() const;
  [[nodiscard]] AccountId last_account() const;
  [[nodiscard]] bool has_account(AccountId account) const;
  /// REQUIRES: has_account.
  [[nodiscard]] AccountFigures figures(AccountId account) const;
  /// For tools and tests.
  void for_each_position(
      const std::function<void(const PositionFigures&)>& visit) const;  // not start-up: cold

  void for_each_order(
      const std::function<void(const OrderFigures&)>& visit) const;  // not start-up: cold

  /// REQUIRES: the symbol exists.
  [[nodiscard]] ExposureFigures exposure(SymbolId symbol) const;

  /// Client balances, credits and house accounts sum to zero in every currency.
  [[nodiscard]] bool is_ledger_balanced() const;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace tribook::engine
