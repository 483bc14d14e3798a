#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "tribook/message/event.h"
#include "tribook/message/slab.h"
#include "tribook/message/text.h"
#include "views/accounts.h"
#include "views/candles.h"
#include "views/depths.h"
#include "views/directory.h"
#include "views/history.h"
#include "views/order_store.h"
#include "views/position_store.h"
#include "views/recent.h"
#include "views/rules.h"
#include "views/text_ring.h"
#include "views/venues.h"
#include "views/views.h"
#include "views/withdrawals.h"

namespace tribook::views {

/// What is kept, and how each event changes it.
struct Views::State {
  struct KeptEntry : LedgerFields {
    TextPlace texts;
  };
  struct DayVolume {
    std::int64_t day = 0;
    std::int64_t volume_raw = 0;
  };

  State(const ViewLimits& limits, const Slab& texts);

  // The writer.
  void apply(const Event& event);
  void roll_day(TimeNs time);
  void begin_behind(Sequence last);
  // One for each kind that shows something. False when a limit kept it from being shown.
  bool on(const EventHeader& header, const OrderUpdated& event);
  bool on(const EventHeader& header, const OrderTerms& event);
  bool on(const EventHeader& header, const TradeExecuted& event);
  bool on(const EventHeader& header, const PositionUpdated& event);
  bool on(const EventHeader& header, const PositionReduced& event);
  bool on(const EventHeader& header, const PositionCarried& event);
  bool on(const EventHeader& header, const PositionFollowed& event);
  bool on(const EventHeader& header, const HouseCarried& event);
  bool on(const EventHeader& header, const LedgerPosted& event);
  bool on(const EventHeader& header, const AccountUpdated& event);
  bool on(const EventHeader& header, const AccountCreated& event);
  bool on(const EventHeader& header, const AccountOptionsUpdated& event);
  bool on(const EventHeader& header, const AccountWatched& event);
  bool on(const EventHeader& header, const UserCreated& event);
  bool on(const EventHeader& header, const PasswordChanged& event);
  bool on(const EventHeader& header, const SymbolUpdated& event);
  bool on(const EventHeader& header, const QuoteApplied& event);
  bool on(const EventHeader& header, const SessionChanged& event);
  bool on(const EventHeader& header, const AccountDayEnded& event);
  bool on(const EventHeader& header, const MarginCallRaised& event);
  bool on(const EventHeader& header, const StopOutStarted& event);
  bool on(const EventHeader& header, const PositionLiquidated& event);
  bool on(const EventHeader& header, const WithdrawalUpdated& event);
  bool on(const EventHeader& header, const GroupUpdated& event);
  bool on(const EventHeader& header, const GroupTermsUpdated& event);
  bool on(const EventHeader& header, const LimitsUpdated& event);
  bool on(const EventHeader& header, const KillSwitchChanged& event);
  bool on(const EventHeader& header, const RiskAlert& event);
  bool on(const EventHeader& header, const VenueRequested& event) {
    return venues.apply(header, event);
  }
  bool on(const EventHeader& /*header*/, const VenueReported& event) { return venues.apply(event); }
  bool on(const EventHeader& /*header*/, const VenueExposureCarried& event) {
    return venues.apply(event);
  }
  void price_anew(const Instrument& instrument);
  void take_options(AccountView& view) const;
  void follow_marks(const QuoteApplied& event);
  void catch_up(const PositionUpdated& opened, const AccountSlot& account, Sequence root);
  bool on(const EventHeader& header, const DepthChanged& event);
  template <typename Body>
  void take(const Event& event);

  // Anybody.
  void view_of(const KeptEntry& kept, LedgerView& out) const;

  const Slab& slab;
  const std::size_t symbols_max;

  Accounts accounts;
  TextRing text_ring;
  OrderStore orders;
  PositionStore positions;
  History<TradeView> trades;
  History<KeptEntry> ledger;
  History<AccountDayView> days;
  Recent<AlertView> alerts;
  Rules rules;

  std::unique_ptr<Versioned<QuoteView>[]> quotes;  // by symbol id
  std::unique_ptr<std::atomic<bool>[]> sessions;   // by symbol id
  Candles candles;
  Depths depths;
  mutable std::mutex symbols_mutex;  // the pointers only
  std::shared_ptr<const SymbolTable> symbols;
  std::shared_ptr<const GroupBook> groups;
  Withdrawals withdrawals;
  Venues venues;
  Directory directory;

  Versioned<DayVolume> day_volume;
  TradeSwap swap_;                       // of the trade that is told next
  std::atomic<std::int64_t> told_at{0};  // time of the last event
  std::atomic<std::uint64_t> events{0};
  std::atomic<std::uint64_t> overflows{0};
#ifdef TRIBOOK_DEBUG
  std::atomic<bool> is_writing{false};
#endif
};

}  // namespace tribook::views
